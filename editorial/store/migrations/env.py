"""How Alembic reaches the database: always through the connection that `editorial.store.schema` hands in."""

from alembic import context
from sqlmodel import SQLModel

import editorial.store.models  # noqa: F401  the tables register themselves on import

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
