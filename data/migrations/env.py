"""How Alembic reaches the database: through the connection that data/database.py hands over."""

from alembic import context

from data.schema import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("Migrations run through data.database.open_database, which brings the connection.")
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
