"""How a migration is run. Migrations never import survey_app: the tables change, they do not."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=context.config.attributes.get("render_item"),
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
