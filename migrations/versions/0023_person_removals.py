"""Removal of persons"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('person_removal',
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('shown_sha256', sa.String(length=64), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('by_account', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_person_removal_account_id_account')),
    sa.ForeignKeyConstraint(['by_account'], ['account.id'], name=op.f('fk_person_removal_by_account_account')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_person_removal'))
    )


def downgrade() -> None:
    op.drop_table('person_removal')
