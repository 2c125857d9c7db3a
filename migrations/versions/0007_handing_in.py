"""What is typed over, more time from the authority, more answers asked for"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('transcribed_field',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=255), nullable=False),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('text_sha256', sa.String(length=64), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_transcribed_field_author_id_account')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_transcribed_field_submission_id_submission')),
    sa.PrimaryKeyConstraint('submission_id', 'field', name=op.f('pk_transcribed_field'))
    )
    op.create_table('extension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('completion_id', sa.Integer(), nullable=True),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_extension_author_id_account')),
    sa.ForeignKeyConstraint(['completion_id'], ['submission.id'], name=op.f('fk_extension_completion_id_submission')),
    sa.ForeignKeyConstraint(['document_id'], ['case_document.id'], name=op.f('fk_extension_document_id_case_document')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_extension_round_id_rounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension'))
    )
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extension_round_id'), ['round_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_extension_completion_id'), ['completion_id'], unique=False)

    op.create_table('completion',
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('questions', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_completion_author_id_account')),
    sa.ForeignKeyConstraint(['document_id'], ['case_document.id'], name=op.f('fk_completion_document_id_case_document')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_completion_submission_id_submission')),
    sa.PrimaryKeyConstraint('submission_id', name=op.f('pk_completion'))
    )


def downgrade() -> None:
    op.drop_table('completion')
    with op.batch_alter_table('extension', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_extension_completion_id'))
        batch_op.drop_index(batch_op.f('ix_extension_round_id'))

    op.drop_table('extension')
    op.drop_table('transcribed_field')
