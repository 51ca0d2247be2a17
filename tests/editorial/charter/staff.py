"""People with keys, and charters among them, for the tests of charter and sign-off."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from editorial.audit.note import NoteSigner
from editorial.charter.defaults import default_route
from editorial.charter.document import PAYLOAD_TYPE, Charter, DeskKey, Member, Role
from editorial.keys.dsse import Envelope
from editorial.keys.signing import SigningKey

MADE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ADMIN, PRIVACY, LEAD, AUTHOR = Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.COMMUNICATIONS_LEAD, Role.AUTHOR


@cache
def key(number: int) -> SigningKey:
    """The same key for the same number, every time."""
    return SigningKey.from_seed(number.to_bytes(32, "big"))


def member(number: int, *roles: Role, key_number: int | None = None, **other: Any) -> Member:
    """Person `number`, holding key `number` unless told otherwise."""
    own = key(number if key_number is None else key_number)
    ordinary = Member(f"person_{number}", f"Person {number}", f"p{number}", own.public, own.key_id, frozenset(roles))
    return replace(ordinary, **other)


def desk(number: int, key_number: int | None = None) -> DeskKey:
    """Computer `number`, which signs checkpoints with key `number` unless told otherwise."""
    signer = NoteSigner("signpost.local/ws_1", bytes([key_number or number]) * 32)
    return DeskKey(f"desk_{number}", str(signer.key))


def first(*members: Member, **other: Any) -> Charter:
    """A version 0."""
    ordinary = Charter(
        workspace="ws_1",
        organization="Alder Bay Hospital",
        version=0,
        previous=None,
        members=members or (member(1, ADMIN),),
        routes=(default_route(),),
        desks=(desk(1),),
        minimum_rules=None,
        made_at=MADE,
    )
    return replace(ordinary, **other)


def following(charter: Charter, *members: Member, **other: Any) -> Charter:
    """The version after `charter`, with other members where some are given."""
    ordinary = replace(
        charter,
        version=charter.version + 1,
        previous=charter.digest(),
        members=members or charter.members,
        made_at=charter.made_at + timedelta(days=1),
    )
    return replace(ordinary, **other)


def signed(charter: Charter, *keys: int) -> Envelope:
    """The charter in an envelope that the numbered keys signed."""
    return signed_by(charter, (key(number) for number in keys))


def signed_by(charter: Charter, keys: Iterable[SigningKey]) -> Envelope:
    """The charter in an envelope that the keys signed."""
    envelope = Envelope(PAYLOAD_TYPE, charter.to_payload())
    for each in keys:
        envelope = envelope.signed_by(each)
    return envelope


def three_versions() -> tuple[tuple[Charter, ...], list[Envelope]]:
    """An ordinary beginning: one administrator, then two officers, then the rest of the staff."""
    zero = first()
    one = following(zero, member(1, ADMIN), member(2, PRIVACY))
    two = following(one, *one.members, member(3, LEAD), member(4, AUTHOR))
    return (zero, one, two), [signed(zero, 1), signed(one, 1, 2), signed(two, 1, 2)]
