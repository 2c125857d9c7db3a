"""The registrar's list and the removal of working material"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('case_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('direction', sa.String(length=8), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('counterpart', sa.String(length=200), nullable=False),
    sa.Column('subject', sa.String(length=500), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('struck', sa.DateTime(), nullable=True),
    sa.Column('struck_by', sa.Integer(), nullable=True),
    sa.Column('struck_reason', sa.Text(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.CheckConstraint("kind IN ('request', 'completion', 'extension', 'decision', 'other')", name=op.f('ck_case_document_kind')),
    sa.CheckConstraint("direction IN ('in', 'out', 'own')", name=op.f('ck_case_document_direction')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_case_document_author_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_document_case_id_cases')),
    sa.ForeignKeyConstraint(['sha256'], ['blob.sha256'], name=op.f('fk_case_document_sha256_blob')),
    sa.ForeignKeyConstraint(['struck_by'], ['account.id'], name=op.f('fk_case_document_struck_by_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_document'))
    )
    with op.batch_alter_table('case_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_document_case_id'), ['case_id'], unique=False)

    op.create_table('secrecy_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('entry', sa.String(length=40), nullable=False),
    sa.Column('ground', sa.String(length=200), nullable=False),
    sa.Column('conceals_counterpart', sa.Boolean(), nullable=False),
    sa.Column('conceals_subject', sa.Boolean(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_secrecy_mark_author_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_secrecy_mark_case_id_cases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_secrecy_mark'))
    )
    with op.batch_alter_table('secrecy_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_secrecy_mark_case_id'), ['case_id'], unique=False)

    op.create_table('removal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['account.id'], name=op.f('fk_removal_actor_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_removal_case_id_cases')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_removal_submission_id_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_removal'))
    )
    with op.batch_alter_table('removal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_removal_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_removal_submission_id'), ['submission_id'], unique=False)

    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('removal_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_revision_removal_id_removal'), 'removal', ['removal_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_revision_removal_id'), ['removal_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_removal_id'))
        batch_op.drop_constraint(batch_op.f('fk_revision_removal_id_removal'), type_='foreignkey')
        batch_op.drop_column('removal_id')

    with op.batch_alter_table('removal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_removal_submission_id'))
        batch_op.drop_index(batch_op.f('ix_removal_case_id'))

    op.drop_table('removal')
    with op.batch_alter_table('secrecy_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_secrecy_mark_case_id'))

    op.drop_table('secrecy_mark')
    with op.batch_alter_table('case_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_document_case_id'))

    op.drop_table('case_document')
