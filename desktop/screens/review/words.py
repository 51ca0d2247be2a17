"""The words of the Review screen: due times, who signs, what a version says. Pure: no widget, no service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.counts import counted
from desktop.moments import Moments
from editorial.content import MediaItem
from editorial.posts.accepting import Accepted
from editorial.posts.history import Event, Happened, Part, Returned
from editorial.posts.reading import Asked, Newest, Seen
from editorial.posts.review import Waiting
from editorial.posts.states import PostState
from editorial.when import Choice, When, Window

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Due:
    """When a post is due, as its row says it: words, tone, icon and the section it stands in."""

    text: str
    tone: str
    section: str
    icon: str = "clock"


def due_of(row: Waiting, moments: Moments) -> Due:
    """Relative only within two hours; amber today, red within the hour and when it has passed."""
    if row.due is None:
        if row.soon:
            return Due("As soon as it is signed", "secondary", "No date", "zap")
        return Due("No date yet", "secondary", "No date", "calendar")
    now, due = moments.now(), moments.local(row.due)
    near = moments.near(row.due)
    if due <= now:
        day = "" if due.date() == now.date() else f"{moments.day(due)}, "
        return Due(f"Was due {day}{moments.time(due)}", "danger", "Overdue", "clock-alert")
    if due.date() == now.date():
        urgent = due - now < HOUR
        text = f"Due {moments.time(due)}" + (f", {near}" if near else "")
        return Due(text, "danger" if urgent else "warning", "Due today", "clock-alert" if urgent else "clock")
    soon = f", {near}" if near else ""
    tone = "danger" if due - now < HOUR else "secondary"
    return Due(f"{moments.day(due)}, {moments.time(due)}{soon}", tone, "Later")


def stage_of(row: Waiting) -> str:
    """`Sign-off, 1 of 1`."""
    return f"{row.stage or 'Signed'}, {row.step} of {row.steps}"


_PARTS = {
    Part.TEXT: "the text", Part.PICTURES: "the pictures", Part.ACCOUNTS: "where it goes", Part.TIME: "the time",
    Part.AUTHORIZATIONS: "the authorizations", Part.ROUTE: "the route",
}  # fmt: skip


def came_back(why: Returned, me: str, moments: Moments) -> str:
    """Why a stage that was signed waits again: `You signed v3 yesterday. v4 changed the text, so …`."""
    mine = why.person_id == me
    days = (moments.now().date() - moments.local(why.at).date()).days
    when = {0: "today", 1: "yesterday"}.get(days) or f"on {moments.day(why.at)}"
    first = f"{'You' if mine else why.name} signed v{why.number} {when}."
    need = "it needs you again" if mine else "it needs a new signature"
    if why.part is Part.REQUEST:
        return f"{first} Changes were asked for since, so {need}."
    return f"{first} v{why.ended_in} changed {_PARTS[why.part]}, so {need}."


def stage_due(asked: Asked, moments: Moments) -> tuple[str, str, str]:
    """When a stage is due, as its line says it: words, tone, icon. Amber today, red within the hour and after it."""
    now, due = moments.now(), moments.local(asked.due)
    near = moments.near(asked.due)
    words = f"{'Was due' if due <= now else 'Due'} {moment(asked.due, moments)}" + (f", {near}" if near else "")
    if due - now < HOUR:
        return words, "danger", "clock-alert"
    return words, "warning" if due.date() == now.date() else "secondary", "clock"


def deputies_asked(asked: Asked, moments: Moments) -> str:
    """`Deputies asked since 10:02: Noor Vermeer`; empty where none is."""
    if asked.since is None:
        return ""
    return f"{'Deputy' if len(asked.deputies) == 1 else 'Deputies'} asked since {moment(asked.since, moments)}: " + (
        listed(asked.deputies)
    )


def due_choices(moments: Moments) -> list[tuple[str, datetime]]:
    """Times by which changes may be asked for, from now on: words and the moment."""
    now = moments.now().replace(second=0, microsecond=0)
    soon = now + timedelta(minutes=-now.minute % 15)
    day = now.replace(minute=0)
    ahead = ((1, 9), (1, 12), (1, 17), (2, 17), (7, 17))
    found = [
        soon + HOUR, soon + 3 * HOUR, day.replace(hour=17),
        *((day + timedelta(days=days)).replace(hour=hour) for days, hour in ahead),
    ]  # fmt: skip
    return [(moments.when(each), each) for each in sorted({each for each in found if each > now})]


def moment(at: datetime, moments: Moments) -> str:
    """`10:42` today, `yesterday 16:22`, else day and time: for comments and signatures."""
    days = (moments.now().date() - moments.local(at).date()).days
    if days == 0:
        return moments.time(at)
    return f"yesterday {moments.time(at)}" if days == 1 else f"{moments.day(at)}, {moments.time(at)}"


def planned(when: When, due: datetime | None, moments: Moments) -> str:
    """When a version goes out, absolute and with its zone."""
    if when.choice is Choice.SOON:
        return "As soon as it is signed"
    if when.choice is Choice.OPEN or due is None:
        return "No date yet"
    return f"{moments.day(due)}, {moments.time(due)} {moments.zone_label(due)}"


def set_time(when: When, moments: Moments) -> str:
    """The same for a choice alone."""
    due = when.due(moments.now()) if when.choice is Choice.SET else None
    return planned(when, due, moments)


def covered(window: Window, moments: Moments) -> str:
    """What signatures of this version cover."""
    end = moments.day(window.not_after)
    if window.not_before is None:
        return f"Signatures cover the time until {end}, {moments.time(window.not_after)}. Any edit ends them."
    return f"Signatures cover {moments.day(window.not_before)} until {end}. Any edit ends them."


def between(window: Window, moments: Moments) -> str:
    """The window in full, for the row "Publish between"."""
    end = f"{moments.day(window.not_after, year=True)}, {moments.time(window.not_after)}"
    zone = moments.zone_label(window.not_after)
    if window.not_before is None:
        return f"now and {end} {zone}"
    start = f"{moments.day(window.not_before, year=True)}, {moments.time(window.not_before)}"
    return f"{start} {moments.zone_label(window.not_before)} and {end} {zone}"


def listed(names: Sequence[str], word: str = "and") -> str:
    """`A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def named(accounts: Sequence[str], labels: Mapping[str, str]) -> str:
    """The accounts as people call them."""
    return listed([labels.get(account, "an account that is gone") for account in accounts])


def media_words(items: Sequence[MediaItem]) -> str:
    """`2 photos with alt text`, `1 photo, decorative`, `none`."""
    if not items:
        return "none"
    plain = sum(item.decorative for item in items)
    described = len(items) - plain
    parts = []
    if described:
        parts.append(f"{counted(described, 'photo')} with alt text")
    if plain:
        parts.append(f"{counted(plain, 'photo')}, decorative")
    return listed(parts)


def settling(finding: Seen, settlers: Sequence[str]) -> str:
    """Who settled a finding that could be about a patient and how, else who has to."""
    if finding.settled:
        return " ".join(f"{each.name} signed: {each.how}." for each in finding.settled).replace("..", ".")
    if not settlers:
        return "Only a privacy officer settles this, and none can sign this version any more. Ask an administrator."
    return f"Settled in the sign-off of a privacy officer: {listed(settlers, 'or')}."


def accepting(accepted: Accepted, moments: Moments) -> str:
    """Who accepted a warning, when, and why."""
    return f"Accepted by {accepted.name}, {moment(accepted.at, moments)}: {accepted.reason}"


def happened(event: Happened) -> tuple[str, str, str]:
    """Icon, tone and words of a line of the history."""
    if event.event is Event.FROZEN:
        return "file-text", "secondary", f"{event.name} sent version {event.number} to review"
    if event.event is Event.SIGNED:
        end = ". The signature does not cover today’s content any more" if event.ended else ""
        instead = f" for {event.deputy_for}" if event.deputy_for else ""
        words = f"{event.name} signed “{event.stage}” of version {event.number} as {event.detail}{instead}{end}"
        return ("signature", "secondary" if event.ended else "success", words)
    return "undo-2", "warning", f"{event.name} asked for changes to version {event.number}: {event.detail}"


def signed(number: int, newest: Newest, moments: Moments) -> str:
    """What is said after a signature: that it was given, and what comes next."""
    first = f"You signed version {number}."
    if newest.state is PostState.IN_REVIEW:
        return f"{first} Next: {newest.stage}."
    if newest.state is PostState.SCHEDULED:
        when = f"goes out {moments.when(newest.due)}" if newest.due else "goes out now"
        return f"{first} It {when}."
    if newest.due is not None and newest.due > moments.now():
        return f"{first} Its time is in a blackout or moved with the clocks, so it is not scheduled: choose a new time."
    if newest.due is not None:
        return f"{first} Its time has passed, so it was not sent: choose a new time in the Outbox."
    return f"{first} It waits for a date."
