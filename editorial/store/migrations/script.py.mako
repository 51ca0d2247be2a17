"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Self-contained: uses nothing of the application, which will have changed by the time this runs again."""
    ${upgrades if upgrades else "pass"}
