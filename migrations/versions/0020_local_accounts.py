"""Second factors, one-time links and failures"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('account', sa.Column('password_since', sa.DateTime(), nullable=True))
    op.add_column('account', sa.Column('factor', sa.String(length=8), server_default='none', nullable=False))
    op.add_column('account', sa.Column('removed', sa.DateTime(), nullable=True))
    op.add_column('token', sa.Column('label', sa.String(length=80), server_default='', nullable=False))
    op.add_column('token', sa.Column('last_used', sa.Date(), nullable=True))
    op.create_table('totp',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(), nullable=False),
    sa.Column('last_counter', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_totp_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_totp'))
    )
    op.create_table('recovery_code',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('code_sha256', sa.String(length=64), nullable=False),
    sa.Column('used', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recovery_code_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', 'code_sha256', name=op.f('pk_recovery_code'))
    )
    op.create_table('one_time_link',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('purpose', sa.String(length=8), nullable=False),
    sa.Column('made', sa.DateTime(), nullable=False),
    sa.Column('expires', sa.DateTime(), nullable=False),
    sa.Column('used', sa.DateTime(), nullable=True),
    sa.Column('by_account', sa.Integer(), nullable=True),
    sa.CheckConstraint("purpose IN ('invite', 'reset')", name=op.f('ck_one_time_link_purpose')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_one_time_link_account_id_account')),
    sa.ForeignKeyConstraint(['by_account'], ['account.id'], name=op.f('fk_one_time_link_by_account_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_link')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_one_time_link_token_sha256'))
    )
    op.create_index('ix_one_time_link_account_id', 'one_time_link', ['account_id'])
    op.create_table('failure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failure'))
    )
    op.create_index('ix_failure_key_at', 'failure', ['key', 'at'])
    with op.batch_alter_table('outbox') as batch:
        batch.alter_column('unit_id', existing_type=sa.Integer(), nullable=True)
        batch.alter_column('submission_id', existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute('DELETE FROM outbox WHERE submission_id IS NULL')
    with op.batch_alter_table('outbox') as batch:
        batch.alter_column('unit_id', existing_type=sa.Integer(), nullable=False)
        batch.alter_column('submission_id', existing_type=sa.Integer(), nullable=False)
    for name in ('failure', 'one_time_link', 'recovery_code', 'totp'):
        op.drop_table(name)
    op.drop_column('token', 'last_used')
    op.drop_column('token', 'label')
    op.drop_column('account', 'removed')
    op.drop_column('account', 'factor')
    op.drop_column('account', 'password_since')
