"""Contributions: what units are asked for, and where a text was inserted from"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not by batch: SQLite would drop the tables, which others refer to.
    op.execute(
        'ALTER TABLE submission ADD COLUMN parent_id INTEGER'
        ' CONSTRAINT fk_submission_parent_id_submission REFERENCES submission (id)'
    )
    op.create_index('ix_submission_parent_id', 'submission', ['parent_id'])
    op.execute(
        'ALTER TABLE revision ADD COLUMN inserted_from INTEGER'
        ' CONSTRAINT fk_revision_inserted_from_revision REFERENCES revision (id)'
    )

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
    op.drop_column('revision', 'inserted_from')
    op.drop_index('ix_submission_parent_id', 'submission')
    op.drop_column('submission', 'parent_id')
