"""Entries as rows of the table: icons and words, no rule."""

from collections import deque
from dataclasses import dataclass

from desktop.moments import Moments
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.table_model import Entry, TableRow, TableSection
from editorial.audit import entries as auditing
from editorial.audit.browsing import Signed

_ICONS = {
    "post.signed_off": ("signature", "accent"),
    "post.crisis": ("siren", "danger"),
    "post.changes_requested": ("corner-up-left", "warning"),
    "post.sign_offs_ended": ("pencil-line", "warning"),
    "delivery.published": ("check", "success"),
    "delivery.uncertain": ("unplug", "danger"),
    "delivery.refused": ("octagon-x", "danger"),
    "delivery.missed": ("clock-alert", "danger"),
    "delivery.stopped": ("octagon-x", "danger"),
    "delivery.looked_up": ("search", "secondary"),
    "delivery.cancelled": ("trash-2", "secondary"),
    "hold": ("octagon-pause", "hold"),
    "notice": ("octagon-pause", "secondary"),
    "account.problem": ("unplug", "danger"),
    "account": ("plug", "secondary"),
    "log.exported": ("download", "secondary"),
    "log.reviewed": ("eye", "secondary"),
    "log": ("shield-check", "secondary"),
    "person": ("user", "secondary"),
    "charter.mended": ("octagon-alert", "danger"),
    "charter": ("signature", "accent"),
    "policy": ("book-open", "secondary"),
    "gap.clock": ("clock-alert", "warning"),
    "gap.signed": ("signature", "accent"),
    "gap": ("octagon-x", "danger"),
    "backup.failed": ("octagon-x", "danger"),
    "backup": ("package-check", "secondary"),
    "retention.erased": ("trash-2", "warning"),
    "retention": ("archive", "secondary"),
    "preserve": ("file-lock", "secondary"),
    "post.erased": ("trash-2", "warning"),
    "authorization.erased": ("trash-2", "warning"),
    "publisher": ("monitor", "secondary"),
    "delivery": ("send", "secondary"),
    "media": ("image", "secondary"),
    "task": ("clipboard-check", "secondary"),
    "concern": ("flag", "danger"),
    "authorization": ("file-check", "secondary"),
    "register": ("download", "secondary"),
    "blackout": ("calendar-clock", "warning"),
    "quiet": ("calendar-clock", "secondary"),
    "post": ("pencil-line", "secondary"),
}

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "all": ("Everything", ()),
    "work": (
        "Signatures, publishing, holds",
        ("post.signed", "post.changes", "delivery.published", "delivery.uncertain", "delivery.refused", "hold."),
    ),
    "posts": ("Posts and reviews", ("post.", "media.")),
    "deliveries": ("Deliveries", ("delivery.", "publisher.")),
    "holds": ("Holds", ("hold.", "notice.")),
    "tasks": ("Tasks and concerns", ("task.", "concern.")),
    "authorizations": ("Authorizations", ("authorization.", "register.")),
    "people": ("People and charter", ("person.", "charter.", "policy.", "recovery.", "secret.")),
    "accounts": ("Accounts", ("account.",)),
    "times": ("Times", ("blackout.", "quiet.")),
    "retention": ("Retention", ("retention.", "preserve.", "post.erased", "authorization.erased")),
    "log": ("The log itself", ("log.", "gap.", "backup.", "workspace.")),
}
"""What the filter offers: key to label and the beginnings of action codes."""


def icon_of(action: str) -> tuple[str, str]:
    """The icon and tone of an action: its own, else its kind's."""
    return _ICONS.get(action) or _ICONS.get(action.partition(".")[0], ("file-text", "secondary"))


def who(entry: auditing.Entry) -> Span:
    """The person with an avatar, or the desk with a screen."""
    if entry.actor_id.startswith("person"):
        return Span(entry.actor, tone="secondary", avatar=(entry.actor, entry.actor_id))
    return Span(entry.actor or "this computer", tone="secondary", icon="monitor")


@dataclass(frozen=True)
class Page:
    """Entries, the newest first, and the checkpoints from just above the first of them to the last."""

    entries: tuple[auditing.Entry, ...] = ()
    signed: tuple[Signed, ...] = ()


@dataclass(frozen=True)
class Checked:
    """How many entries were found intact, and when the next check is, in words."""

    size: int = 0
    next: str = ""


def table_rows(page: Page, checked: Checked, moments: Moments, above: int | None = None) -> list[Entry]:
    """Rows, with a line at each checkpoint, and one between what was verified and what is newer.

    `above` is the entry of the row over these, if there is one.
    """
    found: list[Entry] = []
    signed = deque(page.signed)
    for entry in page.entries:
        if above is None and entry.seq >= checked.size > 0:
            found.append(_newer(entry.seq + 1 - checked.size, checked.next))
        if entry.seq < checked.size and (above is None or above >= checked.size):
            title = f"Verified through entry {checked.size - 1:,}"
            found.append(TableSection("verified", title, tone="success", group="success", icon="shield-check"))
        passed = [signed.popleft() for _ in range(len(signed)) if signed[0].size > entry.seq]
        if passed:
            found.append(_checkpoint(passed[0], moments))
        found.append(_row(entry, entry.seq < checked.size, moments))
        above = entry.seq
    return found


def _newer(count: int, then: str) -> TableSection:
    title = f"{count:,} newer {'entry' if count == 1 else 'entries'}, not yet verified."
    return TableSection("newer", f"{title} {then}".strip(), tone="warning", group="warning", icon="hourglass")


def _checkpoint(signed: Signed, moments: Moments) -> TableSection:
    title = f"Checkpoint at entry {signed.size - 1:,}, {moments.short(signed.at)}"
    key = f"checkpoint {signed.size}"
    return TableSection(key, title, "signed on this computer", tone="success", group="success", icon="bookmark-check")


def _row(entry: auditing.Entry, sure: bool, moments: Moments) -> TableRow:
    icon, tone = icon_of(entry.action)
    strong = 600 if entry.action == "post.signed_off" else 0
    time = moments.time(entry.at, seconds=True)
    local, today = moments.local(entry.at).date(), moments.now().date()
    when = time if local == today else f"{moments.day(entry.at)}, {moments.time(entry.at)}"
    state = Span(icon="link" if sure else "hourglass", tone="success" if sure else "warning")
    return TableRow(
        str(entry.seq),
        (
            line(f"{entry.seq:,}", "mono", "secondary"),
            Line((Span(when, "body", "secondary", figures=True),)),
            Line((Span(icon=icon, tone=tone), Span(entry.words, "body", weight=strong))),
            Line((who(entry),)),
            line(entry.about, "body", "secondary"),
            Line((), (state,)),
        ),
        f"Entry {entry.seq}. {entry.words}. {entry.actor}. {entry.about}. {when}."
        f" {'Verified' if sure else 'Not yet verified'}.",
    )
