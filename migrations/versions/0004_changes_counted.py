"""The changes of a submission are the versions of its answers, counted; no column of their own"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # For a while 0001 left this column out, so some databases never had it.
    columns = sa.inspect(op.get_bind()).get_columns('submission')
    if any(column['name'] == 'revision' for column in columns):
        # Not by batch: SQLite would drop the table, which its answers refer to.
        op.drop_column('submission', 'revision')


def downgrade() -> None:
    op.add_column('submission', sa.Column('revision', sa.Integer(), nullable=False, server_default='0'))
    op.execute(
        'UPDATE submission SET revision = (SELECT coalesce(sum(answer.version), 0)'
        ' FROM answer WHERE answer.submission_id = submission.id)'
    )
