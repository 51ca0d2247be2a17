"""Authorizations as people read them: states, ends, rows of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.counts import counted
from desktop.look import look
from desktop.moments import Moments
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.table_model import TableRow
from editorial.authorizations.catalogue import Row
from editorial.authorizations.elements import Detail, Elements, SignedBy
from editorial.authorizations.standing import State
from editorial.delivery.states import DeliveryState

FILTERS = (("all", "All"), ("valid", "Valid"), ("soon", "Ends soon"), ("revoked", "Revoked"), ("ended", "Ended"))


@dataclass(frozen=True)
class Shown:
    """A state: icon, tone, words."""

    icon: str
    tone: str
    words: str


_STATES = {
    State.VALID: Shown("check", "success", "Valid"),
    State.REVOKED: Shown("ban", "danger", "Revoked"),
    State.EXPIRED: Shown("calendar-x", "danger", "Expired"),
    State.ENDED: Shown("calendar-x", "danger", "Ended"),
    State.DAMAGED: Shown("octagon-x", "danger", "Damaged"),
}


def shown(row: Row) -> Shown:
    """How an authorization stands, in a few words."""
    if not row.warning:
        return _STATES[row.standing.state]
    days = row.days_left or 0
    words = "Ends today" if days == 0 else f"Ends in {counted(days, 'day')}"
    return Shown("triangle-alert", "warning", words)


def belongs(row: Row, chosen: str) -> bool:
    """Whether a row belongs to a filter."""
    state = row.standing.state
    return {
        "all": True,
        "valid": state is State.VALID,
        "soon": bool(row.warning),
        "revoked": state is State.REVOKED,
        "ended": state in (State.EXPIRED, State.ENDED, State.DAMAGED),
    }[chosen]


def found_in(row: Row, sought: str) -> bool:
    """Whether name or number hold what is searched for; letters' case does not matter."""
    return sought.strip().casefold() in f"{row.name} {row.label}".casefold()


def until(row: Row, moments: Moments) -> str:
    """When it ends or ended, for the column."""
    at = row.standing.at
    if at is not None and row.standing.state is not State.EXPIRED:
        return (
            moments.when(at)
            if moments.local(at).date() == moments.now().date()
            else moments.plain_day(moments.local(at))
        )
    if row.elements.expires_on is not None:
        return moments.plain_day(row.elements.expires_on)
    return "an event" if row.elements.expires_with else "–"


def ended_words(row: Row, moments: Moments) -> str:
    """Why it allows nothing now, and since when: `Authorization A-8 was revoked. Today, 09:58`."""
    at = row.standing.at
    return f"{row.standing.words} {moments.when(at)}" if at is not None else row.standing.words


def ends(ends_at: datetime | None, ends_with: str, moments: Moments) -> str:
    """`until 30 Nov 2027`, `until: the project ends`, or both."""
    parts = []
    if ends_at is not None:
        parts.append(moments.day(ends_at - timedelta(minutes=1), year=True))
    if ends_with:
        parts.append(f"the event “{ends_with}”")
    return f"until {', or '.join(parts)}" if parts else ""


def kind_words(elements: Elements) -> str:
    """Whose authorization it is, and who signed for whom."""
    if elements.minor:
        return "A minor, signed for"
    return "Patient" if elements.signed_by is SignedBy.PATIENT else "Patient, signed for"


def networks_words(networks: Sequence[str]) -> str:
    """The recipients by name."""
    return ", ".join(look().network_name(each) for each in networks)


def details_of(elements: Elements) -> tuple[Detail, ...]:
    """What it covers, always in the same order."""
    return tuple(each for each in Detail if each in elements.details)


def table_row(row: Row, moments: Moments, *, tags: bool = True) -> TableRow:
    """A row of the register; without `tags` what it covers is a line of words, which can be cut."""
    state, elements = shown(row), row.elements
    covers = details_of(elements)
    pills = tuple(Span(pill=("accent", "", each.label)) for each in covers[:3])
    more = (Span(f"+{len(covers) - 3}", "caption", "secondary"),) if len(covers) > 3 else ()
    said = ", ".join(each.label.lower() for each in covers)
    purposes, posts = "; ".join(elements.purposes), len(row.uses)
    return TableRow(
        row.id,
        (
            line(row.name, "mono", "secondary"),
            line(row.label, "bodyStrong"),
            Line((*pills, *more)) if tags else line(said, "small", "secondary"),
            Line((Span(networks=elements.networks[:3], more=max(0, len(elements.networks) - 3), mark_size=18),)),
            line(purposes, "small", "secondary"),
            Line((Span(state.words, "body", state.tone, 500, icon=state.icon),)),
            line(until(row, moments), "body", "secondary"),
            Line((), (Span(f"{posts}", figures=True),)),
        ),
        f"{row.name}. {row.label}. {state.words}. Covers {said or 'nothing'}. {networks_words(elements.networks)}. "
        f"{purposes}. Until {until(row, moments)}. {counted(posts, 'post')}.",
    )


def delivery_words(state: DeliveryState) -> Shown:
    """Where a post is live, may be, waits or was stopped."""
    if state is DeliveryState.PUBLISHED:
        return Shown("check", "success", "Online")
    if state in (DeliveryState.SENDING, DeliveryState.PENDING, DeliveryState.UNCERTAIN):
        return Shown("circle-alert", "warning", "May be online")
    if state is DeliveryState.TAKEN_DOWN:
        return Shown("trash-2", "secondary", "Taken down")
    if state is DeliveryState.CANCELLED:
        return Shown("ban", "secondary", "Cancelled")
    return Shown("clock", "secondary", "Waits")
