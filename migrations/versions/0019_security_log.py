"""The installation, its security log, and what is told of a login"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('installation',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('public_key', sa.String(length=64), nullable=False),
    sa.Column('made', sa.DateTime(), nullable=True),
    sa.Column('chain_length', sa.Integer(), nullable=False),
    sa.Column('chain_head', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_installation'))
    )
    op.create_table('security_entry',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('by_account', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('login', sa.String(length=16), nullable=False),
    sa.Column('request', sa.String(length=64), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_security_entry_account_id_account')),
    sa.ForeignKeyConstraint(['by_account'], ['account.id'], name=op.f('fk_security_entry_by_account_account')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_security_entry_unit_id_unit')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_security_entry'))
    )
    with op.batch_alter_table('security_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_security_entry_account_id'), ['account_id', 'number'], unique=False)
        batch_op.create_index(batch_op.f('ix_security_entry_unit_id'), ['unit_id', 'number'], unique=False)
    op.create_table('security_head',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('signature', sa.String(length=128), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_security_head'))
    )
    # With defaults in the database, so that a host of the version before can go on signing in.
    op.add_column('login', sa.Column('id', sa.String(length=16), nullable=False, server_default=''))
    op.add_column('login', sa.Column('how', sa.String(length=16), nullable=False, server_default='password'))
    op.add_column('login', sa.Column('factors', sa.Integer(), nullable=False, server_default='1'))
    op.add_column('login', sa.Column('authenticated', sa.DateTime(), nullable=True))
    op.add_column('login', sa.Column('acr', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('login', sa.Column('agent', sa.String(length=60), nullable=False, server_default=''))
    op.add_column('login', sa.Column('previous_sha256', sa.String(length=64), nullable=True))
    op.add_column('login', sa.Column('previous_until', sa.DateTime(), nullable=True))
    op.execute('UPDATE login SET id = substr(token_sha256, 1, 16), authenticated = since')


def downgrade() -> None:
    for name in ('previous_until', 'previous_sha256', 'agent', 'acr', 'authenticated', 'factors', 'how', 'id'):
        op.drop_column('login', name)
    op.drop_table('security_head')
    op.drop_table('security_entry')
    op.drop_table('installation')
