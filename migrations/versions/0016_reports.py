"""Compiled reports: of which rounds, their pieces, and every earlier wording and place"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('arrange', sa.String(length=16), nullable=False),
    sa.Column('told', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('compiled_at', sa.DateTime(), nullable=True),
    sa.Column('basis', sa.String(length=64), nullable=False),
    sa.Column('changes', sa.Text(), nullable=False),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.Column('settled_by', sa.Integer(), nullable=True),
    sa.Column('settled_document_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("arrange IN ('unit', 'question', 'group')", name=op.f('ck_report_arrange')),
    sa.CheckConstraint("told IN ('line', 'list')", name=op.f('ck_report_told')),
    sa.CheckConstraint("state IN ('draft', 'settled')", name=op.f('ck_report_state')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_report_case_id_cases')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_report_author_id_account')),
    sa.ForeignKeyConstraint(['settled_by'], ['account.id'], name=op.f('fk_report_settled_by_account')),
    sa.ForeignKeyConstraint(['settled_document_id'], ['case_document.id'], name=op.f('fk_report_settled_document_id_case_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report'))
    )
    op.create_index(op.f('ix_report_case_id'), 'report', ['case_id'], unique=False)

    op.create_table('report_source',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_source_report_id_report')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_report_source_round_id_rounds')),
    sa.PrimaryKeyConstraint('report_id', 'round_id', name=op.f('pk_report_source'))
    )

    op.create_table('report_piece',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.String(length=32), nullable=True),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('sort', sa.String(length=16), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('own_title', sa.Text(), nullable=True),
    sa.Column('own_text', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('moves', sa.Integer(), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('placed', sa.Boolean(), nullable=False),
    sa.Column('source_state', sa.String(length=16), nullable=False),
    sa.Column('source_submission', sa.Integer(), nullable=True),
    sa.Column('source_question', sa.String(length=64), nullable=True),
    sa.Column('source_entry', sa.String(length=64), nullable=True),
    sa.Column('source_sha256', sa.String(length=64), nullable=True),
    sa.Column('taken', sa.Text(), nullable=True),
    sa.Column('offered', sa.Text(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("sort IN ('heading', 'text', 'points', 'entry', 'answer', 'table', 'indicator', 'missing')", name=op.f('ck_report_piece_sort')),
    sa.CheckConstraint("source_state IN ('own', 'current', 'changed', 'gone', 'kept', 'dropped')", name=op.f('ck_report_piece_source_state')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_piece_report_id_report')),
    sa.ForeignKeyConstraint(['parent_id'], ['report_piece.id'], name=op.f('fk_report_piece_parent_id_report_piece')),
    sa.ForeignKeyConstraint(['source_submission'], ['submission.id'], name=op.f('fk_report_piece_source_submission_submission')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_report_piece_author_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_piece')),
    sa.UniqueConstraint('report_id', 'key', name=op.f('uq_report_piece_report_id_key'))
    )

    op.create_table('report_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('piece_id', sa.String(length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Boolean(), nullable=False),
    sa.Column('own_title', sa.Text(), nullable=True),
    sa.Column('own_text', sa.Text(), nullable=True),
    sa.Column('parent_id', sa.String(length=32), nullable=True),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('removed', sa.Boolean(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['piece_id'], ['report_piece.id'], name=op.f('fk_report_revision_piece_id_report_piece')),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_report_revision_author_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_revision'))
    )
    op.create_index(op.f('ix_report_revision_piece_id'), 'report_revision', ['piece_id'], unique=False)


def downgrade() -> None:
    op.drop_table('report_revision')
    # The pieces refer to each other, and PostgreSQL and SQLite both drop them as they are.
    op.drop_table('report_piece')
    op.drop_table('report_source')
    op.drop_table('report')
