"""The life of a delivery: every state, which may follow, what it means in words and what a person can do."""

from dataclasses import dataclass
from enum import StrEnum

from editorial.errors import ChangedMeanwhileError


class DeliveryState(StrEnum):
    """Where one post to one account stands."""

    WAITING = "waiting"
    SENDING = "sending"
    PENDING = "pending"
    PUBLISHED = "published"
    RETRYING = "retrying"
    SIGN_IN = "sign_in"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    MISSED = "missed"
    HELD = "held"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    TAKEN_DOWN = "taken_down"


NEEDS_YOU = "Needs you"
"""The group of what waits for a person."""


class Remedy(StrEnum):
    """What a person can do about a delivery."""

    SEND_NOW = "Send now"
    RESCHEDULE = "Reschedule..."
    CANCEL = "Cancel delivery..."
    RESOLVE = "Resolve..."
    OPEN = "Open"
    TAKE_DOWN = "Take down..."
    REMOVED = "I removed it..."
    SIGN_IN = "Sign in..."


@dataclass(frozen=True, slots=True)
class Life:
    """One row of the table. `status` names the entry of the design's status list (icon, colour group, word)."""

    status: str
    word: str
    group: str  # Needs you, Now, Queued, Done
    follows: frozenset[DeliveryState]
    remedies: tuple[Remedy, ...]


_S = DeliveryState
_AFRESH = (_S.WAITING, _S.CANCELLED, _S.UNCERTAIN)
"""A person's decisions, and the doubt about an older copy of the database (see `restored`)."""
_AGAIN = (Remedy.SEND_NOW, Remedy.RESCHEDULE, Remedy.CANCEL)


def _to(*states: DeliveryState) -> frozenset[DeliveryState]:
    return frozenset(states)


LIVES: dict[DeliveryState, Life] = {
    _S.WAITING: Life(
        "queued",
        "Queued",
        "Queued",
        _to(*_AFRESH, _S.SENDING, _S.MISSED, _S.HELD, _S.STOPPED),
        _AGAIN,
    ),
    _S.SENDING: Life(
        "sending",
        "Sending",
        "Now",
        _to(
            _S.PUBLISHED, _S.PENDING, _S.RETRYING, _S.SIGN_IN, _S.REFUSED, _S.UNCERTAIN, _S.MISSED, _S.HELD, _S.STOPPED
        ),
        (),
    ),
    _S.PENDING: Life(
        "sending", "Processing", "Now", _to(_S.PUBLISHED, _S.PENDING, _S.REFUSED, _S.UNCERTAIN, _S.SENDING), ()
    ),
    _S.RETRYING: Life(
        "retrying",
        "Again soon",
        "Now",
        _to(*_AFRESH, _S.SENDING, _S.MISSED, _S.HELD, _S.STOPPED),
        _AGAIN,
    ),
    _S.HELD: Life("held", "Held", "Queued", _to(*_AFRESH, _S.MISSED), (Remedy.RESCHEDULE, Remedy.CANCEL)),
    _S.SIGN_IN: Life("failed", "Signed out", NEEDS_YOU, _to(*_AFRESH, _S.MISSED), (Remedy.SIGN_IN, *_AGAIN)),
    _S.MISSED: Life("missed", "Missed", NEEDS_YOU, _to(*_AFRESH), _AGAIN),
    _S.STOPPED: Life("failed", "Stopped", NEEDS_YOU, _to(*_AFRESH), _AGAIN),
    _S.REFUSED: Life("failed", "Failed", NEEDS_YOU, _to(*_AFRESH), _AGAIN),
    _S.UNCERTAIN: Life(
        "attention",
        "Was it posted?",
        NEEDS_YOU,
        _to(_S.PUBLISHED, _S.WAITING, _S.SENDING),  # not cancelled: a doubt that is forgotten is how posts go out twice
        (Remedy.RESOLVE,),
    ),
    _S.PUBLISHED: Life("sent", "Sent", "Done", _to(_S.TAKEN_DOWN), (Remedy.OPEN, Remedy.TAKE_DOWN)),
    _S.CANCELLED: Life("takedown", "Cancelled", "Done", _to(), ()),
    _S.TAKEN_DOWN: Life("takedown", "Taken down", "Done", _to(), ()),
}
"""Nothing follows Published but that a person takes it down: no later answer, check or side work turns it back."""

TAKING_DOWN = Life("takingDown", "Taking down", "Now", _to(_S.TAKEN_DOWN), (Remedy.OPEN, Remedy.REMOVED))
"""How a published delivery is shown while the network is asked to remove it."""

BY_HAND = Life(
    "takingDown", "Remove by hand", NEEDS_YOU, _to(_S.TAKEN_DOWN), (Remedy.REMOVED, Remedy.OPEN, Remedy.TAKE_DOWN)
)
"""And when the network would not, or nobody knows whether it did."""

WENT_OUT = frozenset({_S.PUBLISHED, _S.TAKEN_DOWN})
FINAL = frozenset({_S.PUBLISHED, _S.CANCELLED, _S.TAKEN_DOWN})
NEEDS_PERSON = frozenset(state for state, life in LIVES.items() if life.group == NEEDS_YOU)
QUEUED = frozenset({_S.WAITING, _S.RETRYING})
"""The states from which the engine may claim."""


def move(current: str, target: DeliveryState) -> DeliveryState:
    """`target`, or ChangedMeanwhileError when the table does not allow it from `current`."""
    if target not in LIVES[DeliveryState(current)].follows:
        raise ChangedMeanwhileError(
            "This delivery has moved on",
            f"It is “{LIVES[DeliveryState(current)].word}” now, so this is no longer possible.",
            "Look at it again in the Outbox.",
        )
    return target
