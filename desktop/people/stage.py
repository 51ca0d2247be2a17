"""One stage of a route: who signs it, how many, beside which, and by when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.people.amend import AmendDialog
from desktop.people.person import SHOWN_ROLES
from desktop.widgets.fields import Combo, FormField
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.text import Label
from editorial.changes import Changes
from editorial.charter.document import Charter, Route, Stage
from editorial.errors import DeskError
from editorial.people.amending import Change, set_route
from editorial.people.desk_people import Signer
from editorial.people.differences import span_words, takers

SPANS = (0, 10, 30, 60, 120, 240, 480, 1440, 2880)
"""The times that are offered, in minutes."""

_MOST = 5
"""Signatures that one stage can ask for."""


class StageForm(QWidget):
    """Roles, people, number and times of a stage."""

    def __init__(self, charter: Charter, stage: Stage, *, first: bool) -> None:
        super().__init__()
        self._stage = stage
        column = rows(self, gap=14)
        column.addWidget(Label("Who may sign it", "small", strong=True))
        grid = QGridLayout()
        grid.setVerticalSpacing(look().px(6))
        self.roles = {role: QCheckBox(role.label) for role in SHOWN_ROLES}
        for place, (role, box) in enumerate(self.roles.items()):
            box.setChecked(role in stage.roles)
            grid.addWidget(box, place // 2, place % 2)
        column.addLayout(grid)
        self.count, self.person = Combo(), Combo()
        for number in range(1, max(_MOST, stage.count) + 1):
            self.count.addItem("One person" if number == 1 else f"{number} different people", number)
        self.count.setCurrentIndex(self.count.findData(stage.count))
        self._offer_people(charter, stage)
        column.addLayout(_side_by_side(("How many", self.count), ("Also by name", self.person)))
        self.beside = QCheckBox("May be signed at the same time as the stage before it")
        self.beside.setChecked(stage.beside)
        self.beside.setEnabled(not first)
        column.addWidget(self.beside)
        self.due = _spans(stage.due_minutes, "With the post", "{} before the post")
        self.remind = _spans(stage.remind_minutes, "No reminder", "{} before it is due")
        self.escalate = _spans(stage.escalate_minutes, "Deputies are not asked", "{} after the reminder")
        column.addLayout(_side_by_side(("Due", self.due), ("Reminder", self.remind)))
        column.addLayout(_side_by_side(("Deputies are asked", self.escalate)))

    def _offer_people(self, charter: Charter, stage: Stage) -> None:
        """Nobody, somebody of the staff, or the several whom the stage names now."""
        self.person.addItem("Nobody", ())
        for each in charter.members:
            if each.active:
                self.person.addItem(each.name, (each.id,))
        if len(stage.people) > 1:
            names = [member.name for member in map(charter.member, stage.people) if member is not None]
            self.person.addItem(", ".join(names), stage.people)
            self.person.setCurrentIndex(self.person.count() - 1)
        elif stage.people:
            self.person.setCurrentIndex(
                next((row for row in range(self.person.count()) if _people(self.person, row) == stage.people), 0)
            )

    def missing(self) -> DeskError | None:
        """What has to be chosen first: somebody who may sign."""
        if any(box.isChecked() for box in self.roles.values()) or self.person.currentIndex() > 0:
            return None
        return DeskError("Nobody could sign this stage", "It needs a role or a person.", "Choose at least one.")

    def stage(self) -> Stage:
        """The stage as it is filled in. Raises ValueError where nobody is chosen at all."""
        return replace(
            self._stage,
            roles=frozenset(role for role, box in self.roles.items() if box.isChecked()),
            people=_people(self.person, self.person.currentIndex()),
            count=int(self.count.currentData()),
            beside=self.beside.isChecked(),
            due_minutes=int(self.due.currentData()),
            remind_minutes=int(self.remind.currentData()),
            escalate_minutes=int(self.escalate.currentData()),
        )


class StageDialog(AmendDialog):
    """Changes one stage; the meaning that is signed stays as it is."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter, route: Route, stage: Stage) -> None:
        self._route, self._stage = route, stage
        self.form = StageForm(charter, stage, first=route.stages[0] is stage)
        head = (f"{stage.name} on the {route.name} route", f"What is signed: “{stage.meaning}”")
        super().__init__(parent, context, charter, head, "signature", self.form)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """None is named by errors: a stage is told as a whole."""
        return {}

    def missing(self) -> DeskError | None:
        """Somebody who may sign."""
        return self.form.missing()

    def _change(self) -> Change:
        new = self.form.stage()
        stages = tuple(new if each is self._stage else each for each in self._route.stages)
        return set_route(replace(self._route, stages=stages))

    def after(self) -> Charter:
        """With the stage as filled in. Raises DeskError where too few people could sign it."""
        return self._change()(self._charter)

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Signs it."""
        people, actor, change = self._context.people, self._context.actor, self._change()
        return lambda: people.amend(actor, change, signers)


def brief(stage: Stage, charter: Charter) -> str:
    """Who signs a stage and by when, in one short line."""
    count = "One" if stage.count == 1 else f"{stage.count} people"
    due = f" · due {span_words(stage.due_minutes)} before" if stage.due_minutes else ""
    return f"{count}: {takers(stage, charter)}{due}"


def _people(combo: Combo, row: int) -> tuple[str, ...]:
    found: Sequence[str] = combo.itemData(row) or ()
    return tuple(found)


def _spans(minutes: int, none: str, some: str) -> Combo:
    combo = Combo()
    for each in sorted({*SPANS, minutes}):
        combo.addItem(some.format(span_words(each)) if each else none, each)
    combo.setCurrentIndex(combo.findData(minutes))
    return combo


def _side_by_side(*pairs: tuple[str, Combo]) -> Box:
    both = columns(gap=12)
    for name, combo in pairs:
        both.addWidget(FormField(name, editor=combo), 1, Qt.AlignmentFlag.AlignTop)
    return both
