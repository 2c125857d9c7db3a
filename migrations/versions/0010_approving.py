"""Approval in steps, and who stands in"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('approval_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=True),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('set_by', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('ended', sa.DateTime(), nullable=True),
    sa.CheckConstraint('steps BETWEEN 1 AND 4', name=op.f('ck_approval_order_steps')),
    sa.ForeignKeyConstraint(['set_by'], ['account.id'], name=op.f('fk_approval_order_set_by_account')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_approval_order_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_order'))
    )
    with op.batch_alter_table('approval_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approval_order_unit_id'), ['unit_id'], unique=False)

    op.create_table('stand_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delegation_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=False),
    sa.Column('revoked', sa.DateTime(), nullable=True),
    sa.Column('named_by', sa.Integer(), nullable=False),
    sa.CheckConstraint('valid_from <= valid_to', name=op.f('ck_stand_in_order')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_stand_in_account_id_account')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegation.id'], name=op.f('fk_stand_in_delegation_id_delegation')),
    sa.ForeignKeyConstraint(['named_by'], ['account.id'], name=op.f('fk_stand_in_named_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stand_in'))
    )
    with op.batch_alter_table('stand_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stand_in_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stand_in_delegation_id'), ['delegation_id'], unique=False)

    # Not by batch: SQLite would drop the table, which records refer to.
    op.add_column('delegation', sa.Column('step', sa.Integer(), nullable=True))

    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stand_in_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_record_stand_in_id_stand_in'), 'stand_in', ['stand_in_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_record_stand_in_id_stand_in'), type_='foreignkey')
        batch_op.drop_column('stand_in_id')

    op.drop_column('delegation', 'step')
    op.drop_table('stand_in')
    op.drop_table('approval_order')
