"""What becomes of each post that a hold kept back: of those past their time, of those that may not fit, of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.counts import counted
from desktop.daytime import DayTime
from desktop.moments import Moments
from desktop.shell.standing import Lifting
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented
from desktop.widgets.fields import Message
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import NetworkMark
from desktop.widgets.text import Elided, Label, Panel, SectionHeader
from editorial.delivery.kept import Doubtful
from editorial.delivery.outbox import Row
from editorial.delivery.stopping import Decision, Fate

Choices = tuple[tuple[Fate, str], ...]
_OVERDUE: Choices = ((Fate.SEND, "Send now"), (Fate.MOVE, "New time"), (Fate.DROP, "Drop"))
_AHEAD: Choices = ((Fate.KEEP, "Keep"), (Fate.MOVE, "New time"), (Fate.DROP, "Drop"))
_EXCERPT = 160  # letters of a text that are shown
_MOST = 40  # posts still to come that are shown one by one


class Deciding(QWidget):
    """The three groups. `changed` after every choice; `decisions` once nothing is open.

    Nothing is chosen before, but that posts still to come keep their times: those are shown when asked for.
    """

    changed = Signal()

    def __init__(self, moments: Moments, lifting: Lifting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = rows(self, gap=12)
        self._head = SectionHeader("", role="bodyStrong")
        column.addWidget(self._head)
        spaced = "Those on one account go out one after the other, ten seconds apart."
        self.overdue = Group("Time has passed", "danger", moments, _OVERDUE, spaced)
        again = "They say words that may not fit what happened. Read them again."
        self.doubtful = Group("May not fit the situation", "warning", moments, _AHEAD, again)
        self.coming = Group("Still to come", "secondary", moments, _AHEAD, "They keep their times.", preset=Fate.KEEP)
        self._groups = (self.overdue, self.doubtful, self.coming)
        for group in self._groups:
            group.changed.connect(self._count)
            column.addWidget(group)
        self.add(lifting)

    @property
    def lines(self) -> Mapping[str, OnePost]:
        """Every post by its delivery's id."""
        return {key: line for group in self._groups for key, line in group.lines.items()}

    def add(self, lifting: Lifting) -> None:
        """Adds posts that are not in the list yet; one whose time passed meanwhile goes to the others of its kind."""
        for row in lifting.overdue:
            for group in (self.doubtful, self.coming):
                group.take_away(row.delivery_id)
            self.overdue.add(row)
        for row, why in lifting.doubtful:
            self.coming.take_away(row.delivery_id)
            self.doubtful.add(row, why)
        for row in lifting.coming:
            self.coming.add(row)
        self.coming.set_later(lifting.later)
        self._count()

    def decisions(self) -> Mapping[str, Decision] | None:
        """Delivery id to what is decided; None after marking what is open, with the focus on the first."""
        found = {key: line.decision() for key, line in self.lines.items()}
        complete = {key: each for key, each in found.items() if each is not None}
        if len(complete) == len(found):
            return complete
        self._take_focus(next(key for key in found if key not in complete))
        return None

    def show_problem(self, key: str, words: str) -> bool:
        """Says at a post what cannot be done; False for one that is not in the list."""
        if key not in self.lines:
            return False
        self.lines[key].show_problem(words)
        self._take_focus(key)
        return True

    def _take_focus(self, key: str) -> None:
        self.lines[key].take_focus()

    def _count(self) -> None:
        asked = [line for group in (self.overdue, self.doubtful) for line in group.lines.values()]
        whole, done = len(asked), sum(bool(line.fate.current) for line in asked)
        self._head.title.setText(f"Decide about {counted(whole, 'post')}")
        self._head.set_note(f"{done} of {whole}")
        self._head.setVisible(bool(whole))
        self.setVisible(any(group.count for group in self._groups))
        self.changed.emit()


class Group(QWidget):
    """Posts of one kind under a heading. With `preset` that holds for each until the group is unfolded to change it."""

    changed = Signal()

    def __init__(
        self, title: str, tone: str, moments: Moments, choices: Choices, hint: str, *, preset: Fate | None = None
    ) -> None:
        super().__init__()
        self._moments, self._choices, self._preset, self._hint = moments, choices, preset, hint
        self._folded: dict[str, Row] | None = {} if preset is not None else None
        self._later = 0
        self.lines: dict[str, OnePost] = {}
        column = rows(self, gap=6)
        head = columns(gap=8)
        head.addWidget(Label(title, "small", tone, strong=True), 0, Qt.AlignmentFlag.AlignTop)
        self._note = Label("", "small", "secondary", wrap=True)
        head.addWidget(self._note, 1, Qt.AlignmentFlag.AlignTop)
        self.fold = AppButton("Decide one by one…", "ghost", size="compact")
        self.fold.clicked.connect(self.unfold)
        head.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        self._card = Panel("card")
        self._list = rows(self._card, margins=(14, 10, 14, 10), gap=12)
        column.addWidget(self._card)
        self._all = QWidget()
        line = columns(self._all, gap=8)
        for fate, words in choices:
            if fate is not Fate.MOVE:
                first, _, rest = words.partition(" ")
                button = AppButton(f"{first} all {rest}".strip(), size="compact")
                button.setAccessibleDescription(title)
                button.clicked.connect(lambda _=False, fate=fate: self.choose_all(fate))
                line.addWidget(button)
        line.addStretch(1)
        column.addWidget(self._all)
        self._tell()

    def add(self, post: Row, why: Doubtful | None = None) -> None:
        """Adds a post that is not here yet."""
        key = post.delivery_id
        if self._folded is not None:
            self._folded[key] = post
        elif key not in self.lines:
            line = self.lines[key] = OnePost(self._moments, post, self._choices, why)
            if self._preset is not None:
                line.choose(self._preset)
            line.changed.connect(self.changed)
            self._list.addWidget(line)
        self._tell()

    def take_away(self, key: str) -> None:
        """Forgets a post that belongs elsewhere by now."""
        if self._folded is not None:
            self._folded.pop(key, None)
        line = self.lines.pop(key, None)
        if line is not None:
            line.hide()
            line.deleteLater()
        self._tell()

    def set_later(self, count: int) -> None:
        """How many more of them there are that are not listed."""
        self._later = count
        self._tell()

    def unfold(self) -> None:
        """Shows the posts one by one, the next ones first; those far ahead are left to the Outbox."""
        posts, self._folded = list((self._folded or {}).values()), None
        for post in posts[:_MOST]:
            self.add(post)
        self.set_later(self._later + len(posts[_MOST:]))
        self.changed.emit()
        if self.lines:
            next(iter(self.lines.values())).take_focus()

    def choose_all(self, fate: Fate) -> None:
        """Chooses the same for each."""
        for line in self.lines.values():
            line.choose(fate)

    @property
    def count(self) -> int:
        """How many posts there are, shown or not."""
        return len(self.lines) + len(self._folded or ()) + self._later

    def _tell(self) -> None:
        self._note.setText(f"{self.count}. {self._hint}")
        self.fold.setVisible(bool(self._folded))
        self._card.setVisible(bool(self.lines))
        self._all.setVisible(len(self.lines) > 1)
        self.setVisible(bool(self.count))


class OnePost(QWidget):
    """One post and the three choices; with `why` also its text and the words that may not fit."""

    changed = Signal()

    def __init__(
        self,
        moments: Moments,
        post: Row,
        choices: Choices = _OVERDUE,
        why: Doubtful | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choices = choices
        column = rows(self, gap=6)
        line = columns(gap=10)
        line.addWidget(NetworkMark(post.network, 18), 0, Qt.AlignmentFlag.AlignTop)
        said = rows(gap=1)
        said.addWidget(Elided(post.title, "bodyStrong"))
        said.addWidget(Elided(f"{post.account}, planned {moments.short(post.due_at)}", "small", "secondary"))
        line.addLayout(said, 1)
        self.fate = Segmented(choices, label=f"{post.title} on {post.account}", current=None)
        for key, words in choices:
            self.fate.part(key).setAccessibleName(f"{words}: {post.title} on {post.account}")
        self.fate.changed.connect(self._chosen)
        line.addWidget(self.fate)
        column.addLayout(line)
        if why is not None:
            read = rows(margins=(28, 0, 0, 0), gap=2)
            read.addWidget(Label(f"Says {_named(why.words)}", "small", "warning", wrap=True))
            read.addWidget(Label(_excerpt(why.text), "small", "secondary", wrap=True))
            column.addLayout(read)
        self._column, self._start = column, max(post.due_at, moments.now() + timedelta(hours=1))
        self._moments = moments
        self._time: DayTime | None = None
        self._problem = Message()
        column.addWidget(self._problem)
        self.show_problem("")

    @property
    def time(self) -> DayTime:
        """The fields of the new time; made when they are first asked for, as most posts get none."""
        if self._time is None:
            self._time = DayTime(self._moments, self._start)
            self._column.insertWidget(self._column.count() - 1, self._time)
        return self._time

    def choose(self, fate: Fate) -> None:
        """Chooses, as a click would."""
        self.fate.set_current(fate)
        self._chosen(fate)

    def decision(self) -> Decision | None:
        """What is decided; None after saying what is missing."""
        self.show_problem("")
        if not self.fate.current:
            first = "Send it" if self._choices is _OVERDUE else "Keep it"
            self.show_problem(f"{first}, give it a new time, or drop it.")
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
        asked = self.fate.current == Fate.MOVE
        first = self.time.day if asked else self.fate.part(self.fate.current or self._choices[0][0])
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, key: str) -> None:
        if key == Fate.MOVE or self._time is not None:
            self.time.setVisible(key == Fate.MOVE)
        self.show_problem("")
        self.changed.emit()


def _named(found: Sequence[str]) -> str:
    """`“ICU”, “party”`."""
    return ", ".join(f"“{each}”" for each in found)


def _excerpt(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _EXCERPT else f"{plain[:_EXCERPT].rstrip()}…"
