"""Surveys: links by which people answer without saying who they are, and what they answered"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('survey',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('shown', sa.String(length=16), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('tally', sa.Text(), nullable=False),
    sa.Column('weeded', sa.Text(), nullable=False),
    sa.CheckConstraint("shown IN ('after_closing', 'in_fives')", name=op.f('ck_survey_shown')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_survey_round_id_rounds')),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_survey'))
    )
    op.create_table('answer_link',
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('single', sa.Boolean(), nullable=False),
    sa.Column('used', sa.Boolean(), nullable=False),
    sa.Column('revoked', sa.Boolean(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=True),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_answer_link_round_id_rounds')),
    sa.PrimaryKeyConstraint('token_sha256', name=op.f('pk_answer_link')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_answer_link_round_id', 'answer_link', ['round_id'])
    op.create_table('ballot',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('answers', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_ballot_round_id_rounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballot')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_ballot_round_id', 'ballot', ['round_id'])


def downgrade() -> None:
    op.drop_table('ballot')
    op.drop_table('answer_link')
    op.drop_table('survey')
