"""The outbox, and how accounts want their messages"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_choice',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=8), nullable=False),
    sa.CheckConstraint("mode IN ('each', 'digest', 'off')", name=op.f('ck_mail_choice_mode')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mail_choice_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_mail_choice'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('made', sa.DateTime(), nullable=False),
    sa.Column('due', sa.DateTime(), nullable=False),
    sa.Column('claimed', sa.DateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('failure', sa.String(length=120), nullable=False),
    sa.Column('sent', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_outbox_account_id_account')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_outbox_submission_id_submission')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_outbox_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_key'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_sent_due', ['sent', 'due'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_submission_id'), ['submission_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_unit_id'), ['unit_id'], unique=False)


def downgrade() -> None:
    op.drop_table('outbox')
    op.drop_table('mail_choice')
