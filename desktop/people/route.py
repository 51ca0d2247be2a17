"""A whole route: its name, the posts that take it, its stages in order. Also taking one out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.people.amend import AmendDialog
from desktop.people.stage import StageForm, brief
from desktop.telling import tell_banner, tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import Combo, FormField, TextArea
from desktop.widgets.layout import FlowLayout, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import line
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes
from editorial.charter.defaults import default_route
from editorial.charter.document import Charter, Route, RouteKind, Stage
from editorial.errors import DeskError
from editorial.people.amending import put_route, remove_route, route_of, stage_of
from editorial.people.desk_people import Signer
from editorial.people.differences import stage_words
from editorial.people.routes import Routes, Waiting, is_lost, refuse_while_waiting
from editorial.signoff.routing import CHOSEN_WHEN


class StageEditor(Dialog):
    """One stage of a route that is being written. `made(stage)`; nothing is signed here."""

    made = Signal(object)

    def __init__(self, parent: QWidget, charter: Charter, stage: Stage | None, *, first: bool) -> None:
        title = f"Stage “{stage.name}”" if stage else "Add stage"
        super().__init__(parent, title, "Signed together with the route.", icon="signature")
        start = stage or default_route().stages[0]
        self.name = FormField("Name")
        self.name.set_text(start.name if stage else "")
        self._meaning = TextArea(lines=2)
        self._meaning.setPlainText(start.meaning)
        self.meaning = FormField("What a signature means", editor=self._meaning)
        self.form = StageForm(charter, start, first=first)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        for widget in (self.name, self.meaning, self.form, self.problem):
            self.body.addWidget(widget)
        self.add_cancel()
        self.button = self.add_button("Keep stage", "primary", default=True)
        self.button.clicked.connect(self._keep)

    def _keep(self) -> None:
        try:
            if (missing := self.form.missing()) is not None:
                raise missing
            made = stage_of(self.form.stage(), self.name.text(), self._meaning.toPlainText())
        except DeskError as error:
            self.problem.hide()
            if not tell_field(error, {"name": self.name, "meaning": self.meaning}):
                tell_banner(error, self.problem)
            self._fit()
            return
        self.made.emit(made)
        self.accept()


class StageList(QWidget):
    """The stages in order, with buttons that add, change, move and take out."""

    def __init__(self, charter: Charter, stages: Sequence[Stage]) -> None:
        super().__init__()
        self._charter, self.stages = charter, list(stages)
        column = rows(self, gap=8)
        self.list = RowListView("Stages", height=46, inset=4, surface="panel")
        self.list.setFixedHeight(look().px(46) * 3)
        self.list.chosen.connect(lambda _: self._offer())
        self.list.opened.connect(lambda _: self._change())
        card = Panel("card")
        rows(card, margins=(1, 5, 1, 5)).addWidget(self.list)
        column.addWidget(card)
        self.add, self.change, self.earlier, self.remove = (
            AppButton(words, size="compact", icon=icon)
            for words, icon in (
                ("Add stage…", "plus"), ("Change stage…", "pencil"), ("Move up", "arrow-up"), ("Take out", "x"),
            )
        )  # fmt: skip
        flow = FlowLayout(gap=8, line_gap=8)
        for button, act in (
            (self.add, partial(self._edit, None)), (self.change, self._change), (self.earlier, self._move_up),
            (self.remove, self._take_out),
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, act=act: act())
            flow.addWidget(button)
        column.addLayout(flow)
        self.setFocusProxy(self.list)
        self._paint(0)

    @property
    def place(self) -> int:
        """Which stage is chosen, from 0; -1 where there is none."""
        return int(self.list.current_key or -1)

    def _paint(self, place: int) -> None:
        self.list.set_rows([_row(number, each, self._charter) for number, each in enumerate(self.stages)])
        if self.stages:
            self.list.choose(str(min(max(place, 0), len(self.stages) - 1)))
        self._offer()

    def _offer(self) -> None:
        self.change.setEnabled(bool(self.stages))
        self.remove.setEnabled(bool(self.stages))
        self.earlier.setEnabled(self.place > 0)

    def _change(self) -> None:
        if self.stages:
            self._edit(self.place)

    def _edit(self, place: int | None) -> None:
        stage = self.stages[place] if place is not None else None
        first = place == 0 or not self.stages
        dialog = StageEditor(self.window(), self._charter, stage, first=first)
        dialog.made.connect(partial(self._put, place))
        dialog.open()

    def _put(self, place: int | None, stage: Stage) -> None:
        if place is None:
            self.stages.append(stage)
            place = len(self.stages) - 1
        else:
            self.stages[place] = stage
        self._paint(place)

    def _move_up(self) -> None:
        place = self.place
        if place > 0:
            self.stages[place - 1 : place + 1] = self.stages[place], self.stages[place - 1]
            self.stages[0] = replace(self.stages[0], beside=False)
            self._paint(place - 1)

    def _take_out(self) -> None:
        if self.stages:
            place = self.place
            del self.stages[place]
            self._paint(place)


class RouteDialog(AmendDialog):
    """Adds a route, or changes `route`: name, kind, and stages."""

    def __init__(
        self, parent: QWidget, context: Context, charter: Charter, waiting: Sequence[Waiting], route: Route | None
    ) -> None:
        self._route, self._waiting = route, waiting
        form = QWidget()
        column = rows(form, gap=14)
        self.name = FormField("Name")
        self.kind = Combo()
        for kind in RouteKind:
            self.kind.addItem(f"{kind.capitalize()} posts", kind)
        self._kind_field = FormField("For", editor=self.kind)
        self.first = QCheckBox("Posts of this kind take this route")
        self.stages = StageList(charter, route.stages if route else default_route().stages)
        self._stages_field = FormField("Stages", editor=self.stages)
        if route is not None:
            self.name.set_text(route.name)
            self.kind.setCurrentIndex(self.kind.findData(route.kind))
        self.kind.currentIndexChanged.connect(lambda _: self._say_kind())
        self.first.setChecked(route is None or charter.route_for(route.kind) == route)
        for widget in (self.name, self._kind_field, self.first, self._stages_field):
            column.addWidget(widget)
        self._say_kind()
        title = f"Change the {route.name} route" if route else "Add route"
        head = (title, "The sign-offs that posts need, and which posts.")
        super().__init__(parent, context, charter, head, "route", form)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """By the names of errors."""
        return {"name": self.name, "kind": self._kind_field, "stages": self._stages_field}

    def _say_kind(self) -> None:
        self._kind_field.set_help(CHOSEN_WHEN[RouteKind(self.kind.currentData())])

    def _typed(self) -> Route:
        return route_of(self.name.text(), RouteKind(self.kind.currentData()), self.stages.stages)

    def after(self) -> Charter:
        """With the route as it is filled in. Raises DeskError for what cannot be, and while posts wait on the old."""
        route, old = self._typed(), self._route
        if old is not None and is_lost(old, route):
            refuse_while_waiting(self._waiting, old.name)
        return put_route(route, instead_of=old.name if old else "", first=self.first.isChecked())(self._charter)

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Signs it."""
        routes, actor = Routes(self._context.desk), self._context.actor
        old, first = self._route.name if self._route else "", self.first.isChecked()
        return partial(routes.put, actor, self._typed(), signers, instead_of=old, first=first)


class RemoveRouteDialog(AmendDialog):
    """Takes a route out, unless something needs it."""

    def __init__(
        self, parent: QWidget, context: Context, charter: Charter, waiting: Sequence[Waiting], route: Route
    ) -> None:
        self._route, self._waiting = route, waiting
        words = "Posts that went out on it keep their signatures and are read as before."
        head = (f"Remove the {route.name} route", f"It is for {route.kind} posts.")
        super().__init__(parent, context, charter, head, "trash-2", Label(words, wrap=True))

    def after(self) -> Charter:
        """Without it. Raises DeskError while posts wait on it, or where its posts would have no route."""
        refuse_while_waiting(self._waiting, self._route.name)
        return remove_route(self._route.name)(self._charter)

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Signs it."""
        return partial(Routes(self._context.desk).remove, self._context.actor, self._route.name, signers)


def _row(number: int, stage: Stage, charter: Charter) -> Row:
    beside = ", at the same time" if stage.beside else ""
    first = line(f"{number + 1}. {stage.name}{beside}", "bodyStrong")
    said = f"{stage_words(stage, charter)}, meaning “{stage.meaning}”"
    second = line(brief(stage, charter), "small", "secondary")
    return Row(str(number), (first, second), said, ("icon", "signature", "secondary"), said)
