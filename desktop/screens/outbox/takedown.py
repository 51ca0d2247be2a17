"""Taking a post down: where it is online, what Signpost can remove and what a person must, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QWidget

from connectors.base import Withdraws
from connectors.registry import connector
from desktop.context import Context
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.marks import NetworkMark
from desktop.widgets.text import Elided, Label, Panel
from editorial.changes import Changes
from editorial.delivery.outbox import Row
from editorial.delivery.takedown import WHY_WORDS, Why
from editorial.errors import DeskError


def removes(network: str) -> bool:
    """Whether Signpost can delete posts there; not on a network that this version does not know."""
    try:
        return isinstance(connector(network), Withdraws)
    except DeskError:
        return False


class TakeDownDialog(Dialog):
    """One person is enough, and it acts at once. `online`: where the post is; `chosen`: ids of what was asked about."""

    def __init__(self, context: Context, parent: QWidget, online: Sequence[Row], chosen: Collection[str]) -> None:
        super().__init__(
            parent,
            "Take this post down?",
            f"“{online[0].title}” is removed at once. Copies that others shared cannot be removed from here.",
            icon="trash-2",
            group="danger",
            window_title="Take down a post",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._online = context, online
        self.body.addWidget(self._places(chosen))
        self.body.addLayout(self._reasons())
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.set_note("Your name, the reason and what was there stand in the audit log.", "info")
        self.add_cancel()
        self.button = self.add_button("Take down post", "danger", icon="trash-2")
        self.button.clicked.connect(self._take_down)

    def _places(self, chosen: Collection[str]) -> QWidget:
        card = Panel("card")
        column = rows(card, margins=(14, 12, 14, 12), gap=12)
        self.checks: dict[str, QCheckBox] = {}
        for row in self._online:
            line = columns(gap=10)
            check = QCheckBox()
            check.setAccessibleName(f"Take down on {row.account}")
            check.setChecked(row.delivery_id in chosen)
            self.checks[row.delivery_id] = check
            line.addWidget(check, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(NetworkMark(row.network, 18), 0, Qt.AlignmentFlag.AlignTop)
            said = rows(gap=1)
            said.addWidget(Elided(row.account, "bodyStrong"))
            by = "Signpost removes it" if removes(row.network) else "Signpost cannot delete there: remove it by hand"
            said.addWidget(Label(f"{by}. {row.permalink}".strip(), "small", "secondary", wrap=True))
            line.addLayout(said, 1)
            column.addLayout(line)
        return card

    def _reasons(self) -> Box:
        line = columns(gap=24)
        left = rows(gap=8)
        left.addWidget(Label("Why", "small", strong=True))
        self._group = QButtonGroup(self)
        for place, words in enumerate(WHY_WORDS.values()):
            button = QRadioButton(words)
            button.setChecked(place == 0)
            self._group.addButton(button, place)
            left.addWidget(button)
        left.addStretch(1)
        line.addLayout(left, 1)
        self.note_field = TextArea("Note", lines=3, placeholder="What is wrong with it?")
        right = rows()
        right.addWidget(FormField("Note", editor=self.note_field, optional="optional"))
        right.addStretch(1)
        line.addLayout(right, 1)
        return line

    @property
    def why(self) -> Why:
        """The reason that is chosen."""
        return list(WHY_WORDS)[self._group.checkedId()]

    def _take_down(self) -> None:
        keys = [key for key, check in self.checks.items() if check.isChecked()]
        if not keys:
            self._tell("No account is chosen", "Choose where it is to be removed.")
            return
        takedowns, actor = self._context.services.takedowns, self._context.actor
        why, note = self.why, self.note_field.toPlainText()

        def ask() -> tuple[list[str], list[DeskError], Changes]:
            asked, problems, changes = [], [], Changes()
            for key in keys:
                try:
                    changes |= takedowns.ask(actor, key, why, note)
                    asked.append(key)
                except DeskError as error:
                    problems.append(error)
            return asked, problems, changes

        self.problem.hide()
        self.button.set_busy(True)
        self._context.bridge.run(ask, self._asked, self._failed, owner=self)

    def _asked(self, found: tuple[list[str], list[DeskError], Changes]) -> None:
        asked, problems, _ = found
        for key in asked:  # a second try is about the others
            self.checks[key].setChecked(False)
            self.checks[key].setEnabled(False)
        if problems:
            self._failed(problems[0])
            return
        self.accept()
        self._context.say("It is being taken down. The Outbox tells what became of it.", icon="trash-2")

    def _failed(self, error: DeskError) -> None:
        self.button.set_busy(False)
        self._tell(f"{error.title}.", f"{error.what} {error.advice}".strip())

    def _tell(self, title: str, sentence: str) -> None:
        self.problem.set_text(title, sentence)
        self.problem.show()
        self._fit()
