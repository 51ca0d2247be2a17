"""The names for the sign-in list, read with plain sqlite3 before anything heavy loads.

Nothing here is verified: it is shown, and decides nothing. Signing in reads the verified charter.
"""

import base64
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class PeekedPerson:
    """Somebody on the list. `roles` are the codes of the newest charter, as stored."""

    id: str
    name: str
    sign_in: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Peek:
    """What the first window shows. `kind` is real, demo or tour."""

    organization: str
    zone: str
    kind: str
    people: tuple[PeekedPerson, ...]


def peek(database: Path) -> Peek | None:
    """What the file says, or None where no workspace was ever finished. Raises sqlite3.Error for an unreadable file."""
    if not database.exists():
        return None
    with closing(sqlite3.connect(database, timeout=1.0)) as connection:
        connection.execute("PRAGMA query_only=ON")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'workspace'").fetchone():
            return None
        row = connection.execute("SELECT organization, zone, kind FROM workspace").fetchone()
        if row is None:
            return None
        roles = _roles(connection)
        people = connection.execute("SELECT id, name, sign_in FROM person ORDER BY name").fetchall()
    organization, zone, kind = row
    listed = (PeekedPerson(key, name, sign_in, roles[key]) for key, name, sign_in in people if key in roles)
    return Peek(organization, zone, kind, tuple(listed))


def _roles(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The roles of everybody active in the newest charter version; empty for one that cannot be read."""
    row = connection.execute("SELECT envelope FROM charter_version ORDER BY version DESC LIMIT 1").fetchone()
    try:
        charter: dict[str, Any] = json.loads(base64.b64decode(json.loads(row[0])["payload"]))
        return {member["id"]: tuple(member["roles"]) for member in charter["members"] if member["active"]}
    except (TypeError, KeyError, ValueError):  # damaged: signing in says so in words
        return {}
