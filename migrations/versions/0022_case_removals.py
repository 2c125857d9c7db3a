"""Removal of whole cases by decision"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('cases', sa.Column('removed', sa.DateTime(), nullable=True))
    op.create_table('case_removal',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('ground', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('shown_sha256', sa.String(length=64), nullable=False),
    sa.Column('package_sha256', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_case_removal_actor_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_removal_case_id_cases')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_removal'))
    )


def downgrade() -> None:
    op.drop_table('case_removal')
    op.drop_column('cases', 'removed')
