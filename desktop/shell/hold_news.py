"""What this person was to be told about holds, as messages until they say that they saw it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from desktop.context import Context
from desktop.moments import Moments
from desktop.shell.standing import Standing, reason_words
from editorial.delivery.telling import HoldNotice


class HoldNews(QObject):
    """Shows each once for every window; one that nobody confirmed comes again at the next sign-in."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: set[int] = set()

    def show_news(self, standing: Standing) -> None:
        """Shows what is new."""
        for notice in standing.hold_news:
            if notice.number not in self._shown:
                self._shown.add(notice.number)
                icon = "play" if notice.lifted else "octagon-pause"
                seen = ("Mark as seen", partial(self._saw, notice.number)) if self._context.actor.verified else None
                words = notice_words(notice, self._context.moments)
                self._context.say(words, tone="hold", icon=icon, action=seen)

    def _saw(self, number: int) -> None:
        telling, actor = self._context.services.telling, self._context.actor
        self._context.bridge.run(lambda: telling.seen(actor, number), owner=self)


def notice_words(notice: HoldNotice, moments: Moments) -> str:
    """What happened, by whom and when."""
    who = " and ".join(notice.who) or "the operator at a desk"
    at, about = moments.when(notice.at), notice.about
    if notice.lifted:
        return f"The hold on {about or 'all publishing'} was lifted by {who}. {at}."
    return f"{about or 'All publishing'} was put on hold by {who}: {reason_words(notice.reason)}. {at}."
