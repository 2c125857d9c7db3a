"""Tables that came as a file or a paste; which of them an answer was imported from"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('table_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=True),
    sa.Column('round_id', sa.Integer(), nullable=True),
    sa.Column('question', sa.String(length=64), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('sheets', sa.Text(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.CheckConstraint("state IN ('open', 'taken')", name=op.f('ck_table_file_state')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_table_file_author_id_account')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_table_file_round_id_rounds')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_table_file_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_file'))
    )
    with op.batch_alter_table('table_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_table_file_round_id'), ['round_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_table_file_submission_id'), ['submission_id'], unique=False)
    # Not by batch: SQLite would drop the table, which others refer to.
    op.execute(
        'ALTER TABLE revision ADD COLUMN imported_from INTEGER'
        ' CONSTRAINT fk_revision_imported_from_table_file REFERENCES table_file (id)'
    )


def downgrade() -> None:
    op.drop_column('revision', 'imported_from')
    op.drop_table('table_file')
