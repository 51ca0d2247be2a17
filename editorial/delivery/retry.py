"""When a refused delivery is tried again: a pure function of the outcome and the history."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from editorial.delivery.states import DeliveryState
from editorial.outcomes import Again, Refused

FIRST_WAIT = 5.0
"""Seconds before the second try."""

LONGEST_WAIT = 300.0
"""Seconds; waits double up to this, unless the network asks for longer."""

MOST_TRIES = 8
"""After this many refusals a person decides."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows a refusal. `next_at` is set only while it is tried again by itself."""

    state: DeliveryState
    next_at: datetime | None = None


def plan(refused: Refused, tries: int, now: datetime, latest_at: datetime, chance: float) -> Plan:
    """The state that follows the `tries`-th refusal, and when the next try may be.

    Waits double from FIRST_WAIT and spread by up to half (`chance` in [0, 1)), never below what the network asked
    for. A try that could not start by `latest_at` is not planned: the delivery is missed and a person decides.
    """
    if refused.again is Again.SIGN_IN:
        return Plan(DeliveryState.SIGN_IN)
    if refused.again is Again.NEVER or tries >= MOST_TRIES:
        return Plan(DeliveryState.REFUSED)
    doubled = min(FIRST_WAIT * (1 << min(tries - 1, 10)), LONGEST_WAIT)
    wait = max(doubled * (1 + chance / 2), refused.retry_after or 0.0)
    next_at = now + timedelta(seconds=wait)
    return Plan(DeliveryState.MISSED) if next_at > latest_at else Plan(DeliveryState.RETRYING, next_at)
