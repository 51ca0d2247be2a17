"""Deliveries as rows of the table and lines of "What happened". Words and icons, no rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.look import look
from desktop.moments import Moments
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.table_model import Action, Entry, TableRow, TableSection
from editorial.audit.actions import Action as Logged
from editorial.audit.actions import words
from editorial.delivery.holds import Scope
from editorial.delivery.outbox import Happening, Row
from editorial.delivery.retry import MOST_TRIES
from editorial.delivery.showing import Verdict
from editorial.delivery.states import LIVES, TAKING_DOWN, DeliveryState, Remedy
from editorial.delivery.takedown import WHY_WORDS, Removal, Stage, Why

GROUPS = ("Needs you", "Now", "Queued", "Done")

FILTERS: tuple[tuple[str, str, str, str], ...] = (
    ("all", "All", "", "secondary"),
    ("Needs you", "Needs you", "circle-question-mark", "danger"),
    ("Now", "Sending", "arrow-up", "accent"),
    ("retrying", "Retrying", "rotate-cw", "warning"),
    ("Queued", "Queued", "list-end", "secondary"),
    ("held", "Held", "octagon-pause", "hold"),
    ("Done", "Sent and done", "check", "success"),
)
"""Key, label, icon, tone of the filter chips."""

_ICONS = {
    "delivery.started": ("clock", "secondary"),
    "delivery.step_started": ("send", "secondary"),
    "delivery.step_ended": ("check", "secondary"),
    "delivery.published": ("check", "success"),
    "delivery.pending": ("hourglass", "secondary"),
    "delivery.refused": ("octagon-x", "danger"),
    "delivery.uncertain": ("unplug", "danger"),
    "delivery.missed": ("clock-alert", "danger"),
    "delivery.stopped": ("octagon-x", "danger"),
    "delivery.looked_up": ("search", "secondary"),
    "delivery.look_asked": ("user", "secondary"),
    "delivery.resolved": ("user", "secondary"),
    "delivery.rescheduled": ("calendar-clock", "secondary"),
    "delivery.cancelled": ("trash-2", "secondary"),
    "delivery.read_back": ("eye", "secondary"),
    "delivery.takedown_asked": ("user", "warning"),
    "delivery.takedown_started": ("send", "secondary"),
    "delivery.takedown_waits": ("hourglass", "secondary"),
    "delivery.takedown_by_hand": ("hand", "danger"),
    "delivery.taken_down": ("trash-2", "secondary"),
}

_HELD = {Scope.ALL: "on hold", Scope.ACCOUNT: "account on hold", Scope.POST: "post on hold"}
_READ_BACK = {
    Verdict.SAME: ("eye", "success", "Read back: the same as signed"),
    Verdict.DIFFERS: ("triangle-alert", "danger", "Read back: something else than signed"),
    Verdict.GONE: ("triangle-alert", "danger", "Read back: it is not there"),
    Verdict.UNREAD: ("eye", "secondary", "Could not be read back"),
    "later": ("eye", "secondary", "Read back: no answer yet"),
}


@dataclass(frozen=True)
class Step:
    """A row's one button: the remedy, or a command of `PostCommands`, and how it reads."""

    remedy: Remedy | None
    label: str
    command: str = ""


def matches(row: Row, chosen: str) -> bool:
    """Whether a row belongs to a filter."""
    if chosen in ("held", "retrying"):
        return row.life.status == chosen
    return chosen == "all" or (chosen == row.life.group and (chosen, row.life.status) != ("Now", "retrying"))


def counts(rows: Sequence[Row]) -> dict[str, int]:
    """How many rows each filter shows."""
    return {key: sum(matches(row, key) for row in rows) for key, *_ in FILTERS}


def next_step(row: Row) -> Step | None:
    """The one thing that a person would most likely do about a row; none for what runs by itself."""
    if row.hold is not None and row.hold.scope is not Scope.ALL:
        return Step(None, "Lift…", "lift")
    quiet = row.state in (DeliveryState.WAITING, DeliveryState.RETRYING, DeliveryState.HELD)
    if quiet or row.life is TAKING_DOWN or not row.life.remedies:
        return None
    first = row.life.remedies[0]
    if first is Remedy.OPEN:
        return Step(first, "Open") if row.permalink else None
    if row.state in (DeliveryState.MISSED, DeliveryState.STOPPED, DeliveryState.REFUSED):
        return Step(Remedy.RESCHEDULE, "Reschedule…")
    return Step(first, first.value.replace("...", "…"))


def table_rows(
    rows: Sequence[Row], chosen: str, moments: Moments, names: Mapping[str, str] | None = None
) -> list[Entry]:
    """Heads and rows in the order of work: what needs a person first. `names`: people's, by their ids."""
    found: list[Entry] = []
    for group in GROUPS:
        inside = [row for row in rows if row.life.group == group and matches(row, chosen)]
        if group == "Done":
            inside = inside[::-1]
        if inside:
            tone = "danger" if group == "Needs you" else "secondary"
            found.append(TableSection(group, group, str(len(inside)), tone))
            found += [_row(row, moments, names or {}) for row in inside]
    return found


def _row(row: Row, moments: Moments, names: Mapping[str, str]) -> TableRow:
    _, icon, _ = _look_of(row)
    group = look().theme.state(row.life.status).group
    tone = group if group != "neutral" else "secondary"
    word = _word(row, moments)
    step = next_step(row)
    result = result_of(row, moments, names)
    return TableRow(
        row.delivery_id,
        (
            Line((Span(word, "bodyStrong", tone, 500, icon=icon),)),
            Line((Span(row.account, "body", networks=(row.network,), mark_size=18),)),
            line(row.title, "body"),
            Line((Span(moments.short(row.due_at), "body", "secondary", figures=True),)),
            Line((), (Span(result, "small", "secondary"),) if result else ()),
        ),
        f"{word}. {row.account}. {row.title}. Planned {moments.when(row.due_at)}. {result}."
        + (f" Button: {step.label}" if step else ""),
        action=Action("step", step.label, "soft" if step.remedy is Remedy.OPEN else "plain") if step else None,
        menu=step is None,
    )


def _look_of(row: Row) -> tuple[str, str, str]:
    state = look().theme.state(row.life.status)
    return state.group, state.icon, state.label


def _word(row: Row, moments: Moments) -> str:
    """The status, with the time to the second where it went out, and to the next try where one comes."""
    if row.life is LIVES[DeliveryState.PUBLISHED] and row.sent_at is not None:
        return f"Sent {moments.time(row.sent_at, seconds=True)}"
    if row.life is LIVES[DeliveryState.RETRYING] and row.next_at is not None:
        return f"Again in {moments.span(moments.now(), row.next_at)}"
    return row.life.word


def result_of(row: Row, moments: Moments, names: Mapping[str, str] | None = None) -> str:
    """Result or next step, in a few words. `names`: people's, by their ids."""
    if row.hold is not None:
        by = (names or {}).get(row.hold.by)
        if by and row.hold.scope is not Scope.ALL:
            return f"{row.hold.scope} held by {by}"
        return f"{_HELD[row.hold.scope]} since {moments.time(row.hold.since)}"
    if row.removal is not None:
        return removal_words(row.removal, moments)
    if row.state is DeliveryState.PUBLISHED:
        return row.permalink.partition("://")[2]
    if row.state is DeliveryState.RETRYING:
        return f"{row.reason}, try {row.tries + 1} of {MOST_TRIES}"
    if row.begun_at is not None:
        doing = f"{row.account} is processing" if row.state is DeliveryState.PENDING else "sending"
        return f"{doing}, {moments.span(row.begun_at)}"
    if row.state is DeliveryState.WAITING:
        return moments.near(row.due_at)
    return row.reason


def removal_words(removal: Removal, moments: Moments) -> str:
    """How far a takedown is, in a few words."""
    why = WHY_WORDS[removal.why]
    if removal.stage is Stage.DONE and removal.ended_at is not None:
        return f"removed {moments.time(removal.ended_at)}: {why[0].lower()}{why[1:]}"
    if removal.next_at is not None:
        return f"again at {moments.time(removal.next_at, seconds=True)}: {removal.answer}"
    return removal.answer or f"asked {moments.time(removal.asked_at, seconds=True)}"


def offered(row: Row) -> tuple[Remedy, ...]:
    """What the table of states offers and makes sense here: a link that nobody knows cannot be opened."""
    return tuple(each for each in row.life.remedies if each is not Remedy.OPEN or row.permalink)


def happened(each: Happening) -> tuple[str, str, str]:
    """Icon, tone and words of one thing that happened."""
    icon, tone = _ICONS.get(each.action, ("circle-alert", "secondary"))
    text = words(each.action)
    step = str(each.body.get("step", ""))
    if each.action in ("delivery.step_started", "delivery.step_ended") and step:
        what = "Picture" if step.startswith("media") else "Post"
        ended = {"made": "uploaded", "published": "published", "refused": "refused", "uncertain": "without answer"}
        text = f"{what} sent" if each.action.endswith("started") else f"{what} {ended.get(each.result, each.result)}"
    if each.result == "found":
        text = "Looked on the network: found it"
    if each.action == Logged.DELIVERY_READ_BACK:
        icon, tone, text = _READ_BACK.get(each.result, (icon, tone, text))
    elif each.action == Logged.TAKEN_DOWN and each.reason == "by_hand":
        text = "Removed by hand"
    elif each.action == Logged.TAKEDOWN_ASKED:
        text = f"{text}: {WHY_WORDS[Why(each.reason)]}"
    told = each.body.get("detail") or each.body.get("reason") or each.body.get("why") or each.body.get("note") or ""
    detail = str(told)
    return icon, tone, f"{text}. {detail}" if detail and detail != text else text
