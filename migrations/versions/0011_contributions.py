"""Contributions: what units are asked for, and where a text was inserted from"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parent_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_submission_parent_id_submission'), 'submission', ['parent_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_submission_parent_id'), ['parent_id'], unique=False)

    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('inserted_from', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_revision_inserted_from_revision'), 'revision', ['inserted_from'], ['id'])

    op.create_table('contribution',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'handed_over', 'recalled', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('questions', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_contribution_author_id_account')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_contribution_submission_id_submission')),
    sa.PrimaryKeyConstraint('submission_id', name=op.f('pk_contribution'))
    )


def downgrade() -> None:
    op.drop_table('contribution')
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_revision_inserted_from_revision'), type_='foreignkey')
        batch_op.drop_column('inserted_from')

    with op.batch_alter_table('submission', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_parent_id'))
        batch_op.drop_constraint(batch_op.f('fk_submission_parent_id_submission'), type_='foreignkey')
        batch_op.drop_column('parent_id')
