"""Which banners there are now, the most pressing first. Words only: nothing is decided here."""

from __future__ import annotations

from datetime import datetime

from desktop.context import Context
from desktop.counts import counted
from desktop.moments import Moments
from desktop.shell.banners import Actions, Strip
from desktop.shell.publisher import Publishing
from desktop.shell.standing import Standing
from editorial.audit.actions import Action
from editorial.audit.anchoring import State
from editorial.audit.gaps import Gap
from editorial.errors import DeskError
from editorial.people.permissions import May, may
from editorial.people.session import SignedIn

_UNREADABLE = "The audit log cannot be read"
_GAPS: dict[str, str] = {
    Action.GAP_MARK: "The audit log does not fit its marks",
    Action.GAP_RESTORED: "Restored from a backup",
}


def strips_for(
    standing: Standing, publishing: Publishing, context: Context, keyring: DeskError | None
) -> tuple[Strip | None, ...]:
    """The banners of one sign-in, now."""
    kind, now = context.desk.workspace.kind, context.desk.clock.now()
    return strips(standing, publishing, context.session, keyring, kind, now, context.moments)


def strips(
    standing: Standing,
    publishing: Publishing,
    session: SignedIn,
    keyring: DeskError | None,
    kind: str,
    now: datetime,
    moments: Moments,
) -> tuple[Strip | None, ...]:
    """A gap in the log, hold, the keyring, a log without one of its marks, a publisher that is away, practice, demo."""
    return (
        _gap(standing, moments),
        _hold(standing, session, now, moments),
        _keyring(keyring, session),
        _unanchored(standing),
        _away(publishing, session),
        _practice(kind, standing),
    )


def gap_words(gap: Gap, moments: Moments) -> tuple[str, str]:
    """Title and sentence about a gap in the log for which nobody signed."""
    since = f"Since {_since(gap.since, moments)}. " if gap.seq >= 0 else ""
    words = f"{since}Nothing is sent until two officers sign for it. Reading and exporting work."
    return f"{_GAPS.get(gap.action, _UNREADABLE)}: publishing is stopped.", words


def _gap(standing: Standing, moments: Moments) -> Strip | None:
    if not standing.gaps:
        return None
    actions: Actions = (("Export log", "plain", "audit"), ("Sign for the gap…", "plain", "gap"))
    return Strip("danger", *gap_words(standing.gaps[0], moments), "octagon-x", actions)


def _unanchored(standing: Standing) -> Strip | None:
    anchor = standing.anchor
    if anchor is None or anchor.state is not State.UNANCHORED:
        return None
    return Strip("warning", f"{anchor.title}.", anchor.what, "triangle-alert")


def _hold(standing: Standing, session: SignedIn, now: datetime, moments: Moments) -> Strip | None:
    shown = standing.hold
    if shown is None:
        return None
    waiting = f"{counted(standing.waiting, 'post')} waiting"
    if standing.overdue:
        waiting += f", {standing.overdue} past {'its' if standing.overdue == 1 else 'their'} time"
    sentence = f"Since {_since(shown.hold.since, moments)} by {shown.by} · {shown.reason} · {waiting}"
    look = f"Review {standing.waiting} waiting" if standing.waiting else "Open the Outbox"
    undo: Actions = (("Undo", "onHold", "undo"),) if standing.may_undo(session.actor, now) else ()
    actions = (*undo, (look, "onHold", "outbox"), ("Lift hold…", "onHoldSolid", "lift"))
    return Strip("hold", "All publishing is on hold", sentence, "octagon-pause", actions)


def _since(moment: datetime, moments: Moments) -> str:
    day, _, time = moments.when(moment).rpartition(", ")
    return f"{time} {day.lower()}" if day in ("Today", "Yesterday") else f"{time} on {day}"


def _keyring(problem: DeskError | None, session: SignedIn) -> Strip | None:
    again: Actions = (("Try again", "plain", "keyring"),)
    if problem is not None:
        return Strip("warning", f"{problem.title}.", f"{problem.what} {problem.advice}", "key-round", again)
    if not session.actor.verified:
        words = "The keyring could not check your passphrase. Drafting works. Lock and sign in to do more."
        return Strip("warning", "Signing in was not checked.", words, "key-round")
    return None


def _away(publishing: Publishing, session: SignedIn) -> Strip | None:
    if not publishing.away:
        return None
    danger = publishing.group == "danger"
    title = "Publishing is off on this computer." if danger else f"{publishing.computer} waits."
    actions: Actions = (("Start now", "plain", "publisher"),) if danger else ()
    if publishing.clock and may(session.roles, May.PUBLISH):
        actions = (("Confirm the time…", "plain", "clock"),)
    return Strip("danger" if danger else "warning", title, publishing.away, publishing.icon, actions)


def _practice(kind: str, standing: Standing) -> Strip | None:
    if kind != "real":
        words = "Demo workspace. Everything in it is invented; posts go to the practice network on this computer alone."
        return Strip("note", "", words, "flask-conical")
    if standing.practice and not standing.real:
        words = "Practice. Posts go to the practice network on this computer. Nothing becomes public."
        return Strip("note", "", words, "flask-conical")
    return None
