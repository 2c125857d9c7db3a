"""Copies given out, and decisions not to"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('given_copy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=False),
    sa.Column('masks', sa.Text(), nullable=False),
    sa.Column('pdf_sha256', sa.String(length=64), nullable=False),
    sa.Column('json_sha256', sa.String(length=64), nullable=True),
    sa.Column('zip_sha256', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_given_copy_actor_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_given_copy_case_id_cases')),
    sa.ForeignKeyConstraint(['json_sha256'], ['blob.sha256'], name=op.f('fk_given_copy_json_sha256_blob')),
    sa.ForeignKeyConstraint(['pdf_sha256'], ['blob.sha256'], name=op.f('fk_given_copy_pdf_sha256_blob')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_given_copy_submission_id_submission')),
    sa.ForeignKeyConstraint(['zip_sha256'], ['blob.sha256'], name=op.f('fk_given_copy_zip_sha256_blob')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_given_copy'))
    )
    with op.batch_alter_table('given_copy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_given_copy_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_given_copy_submission_id'), ['submission_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('given_copy', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_given_copy_submission_id'))
        batch_op.drop_index(batch_op.f('ix_given_copy_case_id'))

    op.drop_table('given_copy')
