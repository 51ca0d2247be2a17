"""Whether an authorization that a version rests on allows its content, at this minute. Read by the gate."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from editorial.canonical import digest_of
from editorial.content import AccountContent
from editorial.errors import BadInputError
from editorial.store.models import Authorization


def frozen_names(session: Session, ids: Iterable[str]) -> tuple[str, ...]:
    """How a version names what it rests on: `id@digest`. Raises BadInputError for one that is not in the register."""
    names = []
    for each in sorted(set(ids)):
        row = session.get(Authorization, each)
        if row is None:
            raise BadInputError("An authorization is not in the register", "Nothing was sent.", field="authorizations")
        names.append(f"{row.id}@{row.digest}")
    return tuple(names)


def why_not_now(session: Session, named: str, content: AccountContent, now: datetime) -> str:
    """Why the authorization `id@digest` does not allow this content at `now`, in words; empty where it does."""
    key, _, digest = named.partition("@")
    row = session.get(Authorization, key)
    if row is None:
        return "It is not in the register."
    if row.digest != digest or digest_of(row.elements) != digest:
        return f"Authorization A-{row.number} is not the one that was linked when the post was signed."
    if row.revoked_at is not None:
        return f"Authorization A-{row.number} was revoked."
    if row.expires_at is not None and row.expires_at < now:
        return f"Authorization A-{row.number} has expired."
    if content.network not in row.elements["networks"]:
        return f"Authorization A-{row.number} does not name this network."
    return ""
