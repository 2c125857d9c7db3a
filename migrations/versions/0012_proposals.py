"""Word files that came back, what they propose beside the answers; drafts that took another version"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('word_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('specification', sa.String(length=64), nullable=False),
    sa.Column('taken_in', sa.DateTime(), nullable=True),
    sa.Column('report', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_word_file_author_id_account')),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_word_file_sha256_blob')),
    sa.ForeignKeyConstraint(['specification'], ['specification.sha256'], name=op.f('fk_word_file_specification_specification')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_word_file_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_word_file'))
    )
    with op.batch_alter_table('word_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_word_file_submission_id'), ['submission_id'], unique=False)

    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('blank', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('taken_version', sa.Integer(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'taken', 'dismissed')", name=op.f('ck_proposal_state')),
    sa.ForeignKeyConstraint(['decided_by'], ['account.id'], name=op.f('fk_proposal_decided_by_account')),
    sa.ForeignKeyConstraint(['file_id'], ['word_file.id'], name=op.f('fk_proposal_file_id_word_file')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_proposal_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal'))
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_submission_id'), ['submission_id'], unique=False)

    op.create_table('version_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.String(length=64), nullable=False),
    sa.Column('after', sa.String(length=64), nullable=False),
    sa.Column('last_revision', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('outcomes', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_version_change_actor_id_account')),
    sa.ForeignKeyConstraint(['after'], ['specification.sha256'], name=op.f('fk_version_change_after_specification')),
    sa.ForeignKeyConstraint(['before'], ['specification.sha256'], name=op.f('fk_version_change_before_specification')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_version_change_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version_change'))
    )
    with op.batch_alter_table('version_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_version_change_submission_id'), ['submission_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('version_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_version_change_submission_id'))

    op.drop_table('version_change')
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_submission_id'))
        batch_op.drop_index(batch_op.f('ix_proposal_file_id'))

    op.drop_table('proposal')
    with op.batch_alter_table('word_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_word_file_submission_id'))

    op.drop_table('word_file')
