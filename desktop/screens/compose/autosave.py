"""Saving what is typed, by itself: at most two seconds after the first keystroke that is not saved yet.

The clock starts with the first unsaved change and is not put off by further typing. What could not be saved is kept and
tried again; a text that somebody else changed meanwhile is put into a draft of its own, so that both are on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.context import Context
from editorial.actors import Actor
from editorial.changes import Changes
from editorial.errors import ChangedMeanwhileError, DeskError
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting

SAVE_MS = 1200
"""From the first unsaved keystroke to handing the text over; the rest of the two seconds is for the disk."""

RETRY_MS, LONGEST_RETRY_MS = 2000, 60_000


Outcome = tuple[int, str, Changes]
"""How often it is saved now, and the draft into which it was put instead, if any."""


@dataclass(frozen=True)
class Unsaved:
    """What is typed and not on the disk yet."""

    actor: Actor
    post_id: str
    body: DraftBody


@dataclass(frozen=True)
class Aside:
    """The draft that holds this person's text while somebody else's stands in the post."""

    copy_id: str
    ending: str  # of its title, so that the two can be told apart in the list


class Autosave(QObject):
    """Keeps the newest text of each post until it is saved. All methods are for the Qt thread.

    `saved(post id)` after each save; `failed(DeskError)` when one was refused, which is tried again by itself;
    `conflict(post id)` when somebody else had saved: this person's text lies in a draft of its own from then on.
    """

    saved = Signal(str)
    failed = Signal(object)
    conflict = Signal(str)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._saves: dict[str, int] = {}
        self._asides: dict[str, Aside] = {}
        self._waiting: dict[str, Unsaved] = {}
        self._flying: dict[str, Unsaved] = {}
        self._held: set[str] = set()
        self._retry = RETRY_MS
        self._timer = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._timer.timeout.connect(self.flush)

    def begin(self, post_id: str, saves: int) -> None:
        """A post was read: its text is saved, and was saved so many times."""
        self._saves[post_id] = saves
        if post_id in self._held:
            self._held.remove(post_id)
            self._begin_count(SAVE_MS)

    def keep(self, post_id: str, body: DraftBody) -> None:
        """Takes over the newest text of a post that was begun."""
        aside = self._asides.get(post_id)
        if aside is not None:
            post_id, body = aside.copy_id, replace(body, title=body.title + aside.ending)
        self._waiting[post_id] = Unsaved(self._context.actor, post_id, body)
        self._begin_count(SAVE_MS)

    def saves(self, post_id: str) -> int:
        """How often a post was saved, as known here."""
        return self._saves[post_id]

    def busy(self, post_id: str) -> bool:
        """Whether something of a post is not on the disk yet."""
        return post_id in self._waiting or post_id in self._flying

    def end_clash(self, post_id: str) -> Aside:
        """One of the two texts was chosen. Nothing of the post is handed over until it is begun again."""
        aside = self._asides.pop(post_id)
        self._waiting.pop(aside.copy_id, None)
        self._held.add(post_id)
        return aside

    def renew_clash(self, post_id: str, aside: Aside) -> None:
        """The choice could not be carried out: both texts stay as they were."""
        self._asides[post_id] = aside
        self._held.discard(post_id)

    def forget_clash(self, post_id: str) -> None:
        """The post is no longer open: its copy stays a draft like any other."""
        self._asides.pop(post_id, None)

    def flush(self) -> None:
        """Hands over everything now. A text whose earlier save is on its way follows when that is done."""
        self._timer.stop()
        for post_id in self._waiting.keys() - self._flying.keys() - self._held:
            unsaved = self._waiting.pop(post_id)
            self._flying[post_id] = unsaved
            self._context.bridge.run(
                partial(_save, self._context.drafting, unsaved, self._saves.get(post_id, 0)),
                partial(self._done, unsaved),
                partial(self._again, unsaved),
                owner=self,
            )

    def _begin_count(self, milliseconds: int) -> None:
        if not self._timer.isActive():
            self._timer.start(milliseconds)

    def _done(self, unsaved: Unsaved, outcome: Outcome) -> None:
        post_id = unsaved.post_id
        self._flying.pop(post_id, None)
        self._retry = RETRY_MS
        saves, copy_id, _ = outcome
        if copy_id:
            self._is_aside(post_id, Aside(copy_id, ending_for(unsaved.actor)))
            return
        self._saves[post_id] = saves
        if post_id in self._waiting:
            self._begin_count(SAVE_MS)
        self.saved.emit(post_id)

    def _again(self, unsaved: Unsaved, error: DeskError) -> None:
        self._flying.pop(unsaved.post_id, None)
        self._waiting.setdefault(unsaved.post_id, unsaved)
        self._begin_count(self._retry)
        self._retry = min(2 * self._retry, LONGEST_RETRY_MS)
        self.failed.emit(error)

    def _is_aside(self, post_id: str, aside: Aside) -> None:
        self._saves[aside.copy_id] = 1
        self._asides[post_id] = aside
        typed_since = self._waiting.pop(post_id, None)
        if typed_since is not None:
            self.keep(post_id, typed_since.body)
        self.conflict.emit(post_id)


def ending_for(actor: Actor) -> str:
    """What the title of a draft set aside ends with."""
    return f" ({actor.name}’s text)"


def _save(drafting: Drafting, unsaved: Unsaved, saves: int) -> Outcome:
    """Saves a text, or puts it into a draft of its own; in one piece of work, so that closing cannot come between."""
    try:
        return drafting.save(unsaved.actor, unsaved.post_id, unsaved.body, saves), "", Changes()
    except ChangedMeanwhileError:
        title = (unsaved.body.title or "Untitled post") + ending_for(unsaved.actor)
        copy_id, changes = drafting.open(unsaved.actor, replace(unsaved.body, title=title))
        return 1, copy_id, changes
