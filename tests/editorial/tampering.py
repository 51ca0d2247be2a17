"""Ways to change a workspace's database behind Signpost's back, each as somebody who knows the formats would do it."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from editorial.canonical import canonical, digest, digest_of
from editorial.charter.document import PAYLOAD_TYPE, Charter, Role
from editorial.keys.dsse import Envelope, Signature
from editorial.keys.signing import SigningKey
from editorial.posts.revision import Snapshot

STRANGER = SigningKey.from_seed(b"a key that no charter names.....")


@dataclass(frozen=True)
class Target:
    """What is attacked: ids in the workspace. `other_post` is signed too, `other_account` is not on the post."""

    post: str
    revision: str
    delivery: str
    account: str
    other_post: str
    other_revision: str
    other_account: str
    helen: str
    jonas: str
    mira: str
    jonas_key: SigningKey  # an administrator who turns on the desk: what one person alone can sign


Change = Callable[[sqlite3.Connection, Target], None]


def sql(statement: str) -> Change:
    """The statement, with the target's ids as named parameters; the log's triggers are gone by then."""

    def change(connection: sqlite3.Connection, target: Target) -> None:
        named = {name: value for name, value in vars(target).items() if isinstance(value, str)}
        done = connection.execute(statement, named)
        assert done.rowcount != 0, "nothing was there to change"

    return change


def snapshot_of(connection: sqlite3.Connection, target: Target) -> dict[str, Any]:
    (content,) = connection.execute("SELECT content FROM revision WHERE id = ?", (target.revision,)).fetchone()
    return dict(json.loads(content))


def version(change: Callable[[dict[str, Any], Target], object], *, fits: str) -> Change:
    """Rewrites the signed version. `fits`: how far the digests beside it are made to fit: none, version or delivery."""

    def rewrite(connection: sqlite3.Connection, target: Target) -> None:
        data = snapshot_of(connection, target)
        before = canonical(data)
        change(data, target)
        content = canonical(data)
        assert content != before
        connection.execute("UPDATE revision SET content = ? WHERE id = ?", (content, target.revision))
        if fits in ("version", "delivery"):
            connection.execute("UPDATE revision SET digest = ? WHERE id = ?", (digest(content), target.revision))
        if fits == "delivery":
            contents = {item["account"]: digest_of(item) for item in data["contents"]}
            (account,) = connection.execute(
                "SELECT account_id FROM delivery WHERE id = ?", (target.delivery,)
            ).fetchone()
            connection.execute("UPDATE delivery SET digest = ? WHERE id = ?", (contents[account], target.delivery))

    return rewrite


def content(**other: Any) -> Callable[[dict[str, Any], Target], object]:
    """Other values in the content of every account."""
    return lambda data, _: [item.update(other) for item in data["contents"]]


def picture(**other: Any) -> Callable[[dict[str, Any], Target], object]:
    """Other values in the first picture."""
    return lambda data, _: [item["media"][0].update(other) for item in data["contents"]]


def top(**other: Any) -> Callable[[dict[str, Any], Target], object]:
    """Other values beside the contents."""
    return lambda data, _: data.update(other)


def envelope(change: Callable[[Envelope], Envelope]) -> Change:
    """Another signature in the place of the one that the post has."""

    def rewrite(connection: sqlite3.Connection, target: Target) -> None:
        where = "FROM sign_off WHERE post_id = ?"
        (stored,) = connection.execute(f"SELECT envelope {where}", (target.post,)).fetchone()
        changed = change(Envelope.from_json(stored)).to_json()
        assert changed != stored
        connection.execute("UPDATE sign_off SET envelope = ? WHERE post_id = ?", (changed, target.post))

    return rewrite


def statement(change: Callable[[dict[str, Any]], object], *, signed_by: SigningKey | None = None) -> Change:
    """Another statement under the old signature, or under a stranger's."""

    def rewrite(old: Envelope) -> Envelope:
        data = json.loads(old.payload)
        change(data)
        new = replace(old, payload=canonical(data))
        return Envelope(old.payload_type, new.payload).signed_by(signed_by) if signed_by else new

    return envelope(rewrite)


def signer(**other: str) -> Callable[[dict[str, Any]], object]:
    """Another signer in the statement."""
    return lambda data: data["signer"].update(other)


def flipped(old: Envelope) -> Envelope:
    """One bit of the signature."""
    (first,) = old.signatures
    raw = bytes([first.value[0] ^ 1]) + first.value[1:]
    return replace(old, signatures=(Signature(first.key_id, first.algorithm, raw),))


def charter(change: Callable[[dict[str, Any]], object]) -> Change:
    """Another newest charter under the old signatures."""

    def rewrite(connection: sqlite3.Connection, _: Target) -> None:
        row = "FROM charter_version ORDER BY version DESC LIMIT 1"
        number, stored = connection.execute(f"SELECT version, envelope {row}").fetchone()
        old = Envelope.from_json(stored)
        data = json.loads(old.payload)
        change(data)
        payload = canonical(data)
        assert payload != old.payload
        connection.execute(
            "UPDATE charter_version SET envelope = ?, digest = ? WHERE version = ?",
            (replace(old, payload=payload).to_json(), digest(payload), number),
        )

    return rewrite


def member(role: Role, **other: Any) -> Callable[[dict[str, Any]], object]:
    """Other values for whoever holds the role in the charter."""

    def change(data: dict[str, Any]) -> None:
        for each in data["members"]:
            if role in each["roles"]:
                each.update(other)

    return change


def next_charter(change: Callable[[Charter, Target], Charter], *keys: Callable[[Target], SigningKey]) -> Change:
    """A further charter version, signed with what the attacker has."""

    def add(connection: sqlite3.Connection, target: Target) -> None:
        row = "SELECT envelope, version, made_at FROM charter_version ORDER BY version DESC LIMIT 1"
        stored, number, made = connection.execute(row).fetchone()
        now = Charter.from_payload(Envelope.from_json(stored).payload)
        following = change(replace(now, version=now.version + 1, previous=now.digest()), target)
        made_envelope = Envelope(PAYLOAD_TYPE, following.to_payload())
        for key in keys:
            made_envelope = made_envelope.signed_by(key(target))
        connection.execute(
            "INSERT INTO charter_version (version, digest, envelope, made_at) VALUES (?, ?, ?, ?)",
            (number + 1, following.digest(), made_envelope.to_json(), made),
        )

    return add


def moved(connection: sqlite3.Connection, target: Target) -> None:
    """The other post's signature in the place of this one's."""
    row = "SELECT envelope FROM sign_off WHERE post_id = ?"
    (other,) = connection.execute(row, (target.other_post,)).fetchone()
    connection.execute("UPDATE sign_off SET envelope = ? WHERE post_id = ?", (other, target.post))


def to_another_account(connection: sqlite3.Connection, target: Target) -> None:
    """The version, the delivery and their digests all name another account."""

    def change(data: dict[str, Any], at: Target) -> None:
        data["contents"][0]["account"] = at.other_account

    connection.execute("UPDATE delivery SET account_id = ? WHERE id = ?", (target.other_account, target.delivery))
    version(change, fits="delivery")(connection, target)


def decoded(data: Mapping[str, Any]) -> Snapshot:
    """The snapshot in plain data."""
    return Snapshot.decode(canonical(data))
