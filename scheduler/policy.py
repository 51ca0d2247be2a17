"""What follows when nobody knows whether a post went out: a pure decision, never a blind retry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LASTING = timedelta(minutes=10)
"""Shorter memories of a network do not count: a process that froze between the decision and the call outlives them."""


class Move(StrEnum):
    """What the engine does about a delivery in doubt."""

    REPEAT = "repeat"  # the same call with the same key
    LOOK = "look"  # on the network; finding it settles the doubt, absence does not
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Facts:
    """`age`: of the first public attempt by both clocks, the older of the two; None where they cannot be trusted.

    `doubts`: how many public steps of the delivery ended without an answer. `finds`: the network can be looked at, and
    one post is the whole delivery.
    """

    harmless_for: timedelta
    age: timedelta | None
    doubts: int
    finds: bool


Policy = Callable[[Facts], Move]


def careful(facts: Facts) -> Move:
    """Repeats once, in the first half of the time for which the network makes it harmless; else looks, else asks."""
    lasting = facts.harmless_for >= LASTING
    young = facts.age is not None and timedelta(0) <= facts.age < facts.harmless_for / 2
    if lasting and young and facts.doubts <= 1:
        return Move.REPEAT
    return Move.LOOK if facts.finds else Move.PERSON


def age_of(wall: timedelta, monotonic: timedelta | None) -> timedelta | None:
    """The age by both clocks: the greater; None where the wall clock went backwards or one of them is unknown."""
    if monotonic is None or wall < timedelta(seconds=-1):
        return None
    return max(wall, monotonic, timedelta(0))
