"""Alembic's entry: runs the revisions on the connection that `models.migrations.run` opened."""

from alembic import context

from models.migrations.schema import all_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    compare_type=True,
    compare_server_default=True,
    # SQLite cannot alter most things in place.
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
