"""Identity providers and confirmations"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('membership', sa.Column('source', sa.String(length=8), nullable=False, server_default='local'))
    op.create_table('identity',
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('linked', sa.DateTime(), nullable=False),
    sa.Column('last_groups', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_identity_account_id_account')),
    sa.PrimaryKeyConstraint('issuer', 'subject', name=op.f('pk_identity')),
    sa.UniqueConstraint('account_id', name=op.f('uq_identity_account_id'))
    )
    op.create_table('confirmation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('login_id', sa.String(length=16), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('content_sha256', sa.String(length=64), nullable=False),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('acr', sa.String(length=200), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('made', sa.DateTime(), nullable=False),
    sa.Column('authenticated', sa.DateTime(), nullable=True),
    sa.Column('used', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_confirmation_account_id_account')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_confirmation_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation'))
    )
    with op.batch_alter_table('confirmation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_confirmation_account_id'), ['account_id'], unique=False)
    op.create_table('sign_in_flow',
    sa.Column('state_sha256', sa.String(length=64), nullable=False),
    sa.Column('confirmation_id', sa.Integer(), nullable=True),
    sa.Column('goal', sa.Text(), nullable=False),
    sa.Column('made', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['confirmation_id'], ['confirmation.id'], name=op.f('fk_sign_in_flow_confirmation_id_confirmation')),
    sa.PrimaryKeyConstraint('state_sha256', name=op.f('pk_sign_in_flow'))
    )
    with op.batch_alter_table('sign_in_flow', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_flow_made'), ['made'], unique=False)


def downgrade() -> None:
    op.drop_table('sign_in_flow')
    op.drop_table('confirmation')
    op.drop_table('identity')
    op.drop_column('membership', 'source')
