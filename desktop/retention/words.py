"""What people read of periods and of what would be erased."""

from __future__ import annotations

from datetime import datetime, time

from desktop.moments import Moments
from editorial.retention.copies import Copies
from editorial.retention.periods import Periods, words_of
from editorial.retention.plan import Kind
from editorial.retention.preserving import Preserved
from editorial.retention.summary import Line, Spared, Summary

_KINDS = {
    Kind.DRAFT: ("draft that was never sent to review", "drafts that were never sent to review"),
    Kind.POST: ("post with its versions and comments", "posts with their versions and comments"),
    Kind.AUTHORIZATION: ("authorization with its document", "authorizations with their documents"),
    Kind.PICTURE: ("picture", "pictures"),
    Kind.ENTRY: ("readable part of a log entry", "readable parts of log entries"),
}


def days_words(days: int) -> str:
    """`90 days`."""
    return "1 day" if days == 1 else f"{days:,} days"


def periods_words(periods: Periods) -> tuple[tuple[str, str], ...]:
    """What is kept, and how long."""
    return (
        ("Posts, signatures, authorizations, the log", words_of(periods.records)),
        ("Drafts never sent to review", days_words(periods.drafts)),
        ("Pictures that nothing uses", days_words(periods.media)),
    )


def preserved_words(preserved: Preserved, moments: Moments) -> str:
    """What a Preserve keeps, as a title: its post, person or word, or its days as this computer writes them."""
    first, last = preserved.reach.first, preserved.reach.last
    if first is None or last is None:
        return preserved.words[:1].upper() + preserved.words[1:]
    days = [moments.day(datetime.combine(day, time(12), moments.zone), year=True) for day in (first, last)]
    return days[0] if first == last else " to ".join(days)


def counted(line: Line) -> str:
    """`3 drafts that were never sent to review`."""
    one, many = _KINDS[line.kind]
    return f"1 {one}" if line.count == 1 else f"{line.count:,} {many}"


def days_of(line: Line, moments: Moments) -> str:
    """When they were last in play."""
    oldest, newest = moments.day(line.oldest, year=True), moments.day(line.newest, year=True)
    return f"last touched {oldest}" if oldest == newest else f"last touched {oldest} to {newest}"


def spared_words(spared: Spared) -> str:
    """What one Preserve keeps though its time is over."""
    things = "1 thing" if spared.count == 1 else f"{spared.count:,} things"
    names = f": {', '.join(spared.names)}" if spared.names else ""
    rest = spared.count - len(spared.names)
    more = f" and {rest:,} more" if spared.names and rest else ""
    return f"{things} kept for {spared.words}{names}{more}."


def copies_words(copies: Copies, moments: Moments) -> str:
    """Where it still lies afterwards, and until when."""
    said = []
    if copies.backups and copies.gone_at is not None:
        count = "One backup holds" if copies.backups == 1 else f"{copies.backups:,} backups hold"
        gone = moments.day(copies.gone_at, year=True)
        said.append(f"{count} it too; with a backup every day the last of them is gone on {gone}.")
    if copies.aside:
        said.append(f"So do, until somebody removes them from the workspace folder: {', '.join(copies.aside)}.")
    said.append("Copies that were made elsewhere are not known to Signpost.")
    return " ".join(said)


def total(summary: Summary) -> str:
    """`15 things`."""
    return "1 thing" if summary.count == 1 else f"{summary.count:,} things"
