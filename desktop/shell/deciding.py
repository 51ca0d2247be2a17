"""What becomes of each post whose time passed during a hold: sent now, moved, or dropped. Nothing is chosen before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.daytime import DayTime
from desktop.moments import Moments
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented
from desktop.widgets.fields import Message
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import NetworkMark
from desktop.widgets.text import Elided, Hairline, Label, Panel, SectionHeader
from editorial.delivery.outbox import Row
from editorial.delivery.stopping import Decision, Fate

_FATES = ((Fate.SEND, "Send now"), (Fate.MOVE, "New time"), (Fate.DROP, "Drop"))


class Deciding(QWidget):
    """The list. `changed` after every choice; `decisions` once nothing is open."""

    changed = Signal()

    def __init__(self, moments: Moments, posts: Sequence[Row], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments = moments
        column = rows(self, gap=8)
        self._head = SectionHeader("", role="bodyStrong")
        column.addWidget(self._head)
        self._card = Panel("card")
        self._list = rows(self._card, margins=(14, 10, 14, 10), gap=9)
        column.addWidget(self._card)
        self._all = QWidget()
        line = columns(self._all, gap=8)
        for fate, words in ((Fate.SEND, "Send all now"), (Fate.DROP, "Drop all")):
            button = AppButton(words, size="compact")
            button.clicked.connect(lambda _=False, fate=fate: self._choose_all(fate))
            line.addWidget(button)
        line.addWidget(
            Label(
                "Those on one account go out one after the other, ten seconds apart.", "small", "secondary", wrap=True
            ),
            1,
        )
        column.addWidget(self._all)
        self.lines: dict[str, OnePost] = {}
        self.add(posts)

    def add(self, posts: Sequence[Row]) -> None:
        """Adds posts that are not in the list yet."""
        for post in posts:
            if post.delivery_id in self.lines:
                continue
            if self.lines:
                self._list.addWidget(Hairline())
            line = OnePost(self._moments, post)
            line.changed.connect(self._count)
            self.lines[post.delivery_id] = line
            self._list.addWidget(line)
        self.setVisible(bool(self.lines))
        self._all.setVisible(len(self.lines) > 1)
        self._count()

    def decisions(self) -> Mapping[str, Decision] | None:
        """Delivery id to what is decided; None after marking what is open, with the focus on the first."""
        found = {key: line.decision() for key, line in self.lines.items()}
        complete = {key: each for key, each in found.items() if each is not None}
        if len(complete) == len(found):
            return complete
        next(self.lines[key] for key in found if key not in complete).take_focus()
        return None

    def show_problem(self, key: str, words: str) -> bool:
        """Says at a post what cannot be done; False for one that is not in the list."""
        if key not in self.lines:
            return False
        self.lines[key].show_problem(words)
        self.lines[key].take_focus()
        return True

    def _choose_all(self, fate: Fate) -> None:
        for line in self.lines.values():
            line.choose(fate)

    def _count(self) -> None:
        whole, done = len(self.lines), sum(bool(line.fate.current) for line in self.lines.values())
        self._head.title.setText(f"Decide about {whole} {'post' if whole == 1 else 'posts'} whose time has passed")
        self._head.set_note(f"{done} of {whole}")
        self.changed.emit()


class OnePost(QWidget):
    """One post and the three choices."""

    changed = Signal()

    def __init__(self, moments: Moments, post: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = rows(self, gap=6)
        line = columns(gap=10)
        line.addWidget(NetworkMark(post.network, 18), 0, Qt.AlignmentFlag.AlignTop)
        said = rows(gap=1)
        said.addWidget(Elided(post.title, "bodyStrong"))
        said.addWidget(Elided(f"{post.account}, planned {moments.short(post.due_at)}", "small", "secondary"))
        line.addLayout(said, 1)
        self.fate = Segmented(_FATES, label=f"{post.title} on {post.account}", current=None)
        for key, words in _FATES:
            self.fate.part(key).setAccessibleName(f"{words}: {post.title} on {post.account}")
        self.fate.changed.connect(self._chosen)
        line.addWidget(self.fate)
        column.addLayout(line)
        self.time = DayTime(moments, max(post.due_at, moments.now() + timedelta(hours=1)))
        self.time.hide()
        column.addWidget(self.time)
        self._problem = Message()
        column.addWidget(self._problem)
        self.show_problem("")

    def choose(self, fate: Fate) -> None:
        """Chooses, as a click would."""
        self.fate.set_current(fate)
        self._chosen(fate)

    def decision(self) -> Decision | None:
        """What is decided; None after saying what is missing."""
        self.show_problem("")
        if not self.fate.current:
            self.show_problem("Send it, give it a new time, or drop it.")
            return None
        fate = Fate(self.fate.current)
        when = self.time.when() if fate is Fate.MOVE else None
        return None if fate is Fate.MOVE and when is None else Decision(fate, when)

    def show_problem(self, words: str) -> None:
        """Says what is wrong, or nothing."""
        self._problem.show_text(words, "danger", "circle-alert" if words else "")
        self._problem.setVisible(bool(words))

    def take_focus(self) -> None:
        """Puts the focus where the decision is."""
        first = self.time.day if self.time.isVisible() else self.fate.part(self.fate.current or _FATES[0][0])
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, key: str) -> None:
        self.time.setVisible(key == Fate.MOVE)
        self.show_problem("")
        self.changed.emit()
