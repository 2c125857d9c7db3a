"""Rounds: who opened them for whom, what every unit answered; what a record rests on"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not by batch: SQLite would drop the tables, which others refer to.
    op.execute(
        "ALTER TABLE rounds ADD COLUMN sort VARCHAR(16) DEFAULT 'own' NOT NULL"
        " CONSTRAINT ck_rounds_sort CHECK (sort IN ('own', 'units', 'anonymous'))"
    )
    op.add_column('rounds', sa.Column('title', sa.String(length=200), server_default='', nullable=False))
    op.add_column('rounds', sa.Column('opens', sa.Date(), nullable=True))
    op.add_column('rounds', sa.Column('note', sa.Text(), server_default='', nullable=False))
    op.add_column('rounds', sa.Column('salt', sa.String(length=32), server_default='', nullable=False))
    op.add_column('rounds', sa.Column('opened_at', sa.DateTime(), nullable=True))
    op.add_column('rounds', sa.Column('closed_at', sa.DateTime(), nullable=True))
    for name in ('opened_by', 'closed_by'):
        op.execute(
            f'ALTER TABLE rounds ADD COLUMN {name} INTEGER'
            f' CONSTRAINT fk_rounds_{name}_account REFERENCES account (id)'
        )
    op.create_index('ix_submission_round_id_unit_id', 'submission', ['round_id', 'unit_id'])
    op.execute(
        'ALTER TABLE revision ADD COLUMN merged_from INTEGER'
        ' CONSTRAINT fk_revision_merged_from_revision REFERENCES revision (id)'
    )
    op.add_column('case_document', sa.Column('made', sa.String(length=16), nullable=True))

    op.create_table('round_unit',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'handed_over', 'recalled', name='state', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('handed_over_by', sa.Integer(), nullable=True),
    sa.Column('handed_over_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['handed_over_by'], ['account.id'], name=op.f('fk_round_unit_handed_over_by_account')),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_round_unit_round_id_rounds')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_round_unit_submission_id_submission')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_round_unit_unit_id_unit')),
    sa.PrimaryKeyConstraint('round_id', 'unit_id', name=op.f('pk_round_unit')),
    sa.UniqueConstraint('submission_id', name=op.f('uq_round_unit_submission_id'))
    )

    op.create_table('round_value',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Text(), nullable=True),
    sa.Column('blank', sa.Text(), nullable=True),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['rounds.id'], name=op.f('fk_round_value_round_id_rounds')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_round_value_submission_id_submission')),
    sa.PrimaryKeyConstraint('submission_id', 'question', name=op.f('pk_round_value'))
    )
    with op.batch_alter_table('round_value', schema=None) as batch_op:
        batch_op.create_index('ix_round_value_round_id_question_submission_id', ['round_id', 'question', 'submission_id'], unique=False)

    # By batch: nothing refers to a record.
    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.alter_column('delegation_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('basis', sa.String(length=16), server_default='approved', nullable=False))


def downgrade() -> None:
    op.execute('DELETE FROM record WHERE delegation_id IS NULL')
    with op.batch_alter_table('record', schema=None) as batch_op:
        batch_op.drop_column('basis')
        batch_op.alter_column('delegation_id', existing_type=sa.Integer(), nullable=False)

    op.drop_table('round_value')
    op.drop_table('round_unit')
    op.drop_column('case_document', 'made')
    op.drop_column('revision', 'merged_from')
    op.drop_index('ix_submission_round_id_unit_id', 'submission')
    for name in ('closed_by', 'opened_by', 'closed_at', 'opened_at', 'salt', 'note', 'opens', 'title', 'sort'):
        op.drop_column('rounds', name)
