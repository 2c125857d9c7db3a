"""A login has one secret at a time: the one before it opens nothing"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column('login', 'previous_until')
    op.drop_column('login', 'previous_sha256')


def downgrade() -> None:
    op.add_column('login', sa.Column('previous_sha256', sa.String(length=64), nullable=True))
    op.add_column('login', sa.Column('previous_until', sa.DateTime(), nullable=True))
