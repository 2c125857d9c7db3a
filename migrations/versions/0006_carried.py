"""Answers carried over from an earlier period"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.alter_column('carried', server_default=None)

    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('carried_from', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_revision_carried_from_submission'), 'submission', ['carried_from'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_revision_carried_from_submission'), type_='foreignkey')
        batch_op.drop_column('carried_from')

    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_column('carried')
