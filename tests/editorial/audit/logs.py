"""Small logs for the tests of this folder."""

from typing import Any

from editorial.audit.leaf import Leaf, commitment
from editorial.audit.merkle import leaf_hash
from editorial.audit.verify import Row

SALT = bytes(range(32))


def leaf(**other: Any) -> Leaf:
    """An ordinary entry, apart from what is given."""
    ordinary: dict[str, Any] = {
        "log": "audit.example.org/log-1",
        "seq": 0,
        "ts": "2026-11-20T20:44:02.123Z",
        "boot": "8c1f",
        "actor": {"id": "person_01", "role": "author", "key": "ed25519:00ff"},
        "action": "post.submitted",
        "object": {"type": "post", "id": "post_01", "rev": "3"},
        "digest": "",
        "result": "ok",
        "reason": "",
        "app": "1.4.2",
        "prev": "",
    }
    return Leaf(**(ordinary | other))


def body(seq: int) -> bytes:
    """What people read of entry `seq`."""
    return b'{"actor":"Mira Okafor","number":%d}' % seq


def log(size: int) -> list[Row]:
    """A whole log as it is stored, everything that may stand beside the leaves included."""
    rows: list[Row] = []
    prev = ""
    for seq in range(size):
        entry = leaf(seq=seq, prev=prev, digest=commitment(SALT, body(seq)))
        data = entry.encode()
        hashed = leaf_hash(data)
        prev = hashed.hex()
        rows.append(Row(seq, data, hashed, entry.columns(), (SALT, body(seq))))
    return rows
