"""The decisions of boards that a case met; which memo a document was made of"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not by batch: SQLite would drop the table, to which others refer.
    op.execute(
        'ALTER TABLE case_document ADD COLUMN submission_id INTEGER'
        ' CONSTRAINT fk_case_document_submission_id_submission REFERENCES submission (id)'
    )
    op.create_table('board_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(length=200), nullable=False),
    sa.Column('paragraph', sa.String(length=20), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('matter', sa.String(length=300), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('recipients', sa.Text(), nullable=False),
    sa.Column('background', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_board_decision_author_id_account')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_board_decision_case_id_cases')),
    sa.ForeignKeyConstraint(['document_id'], ['case_document.id'], name=op.f('fk_board_decision_document_id_case_document')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_decision')),
    sa.UniqueConstraint('document_id', name=op.f('uq_board_decision_document_id'))
    )
    with op.batch_alter_table('board_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_board_decision_case_id'), ['case_id'], unique=False)


def downgrade() -> None:
    op.drop_table('board_decision')
    op.drop_column('case_document', 'submission_id')
