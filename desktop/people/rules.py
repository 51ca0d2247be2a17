"""Policy and routes: who signs what, in words, and the ways in which two officers change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.look import look
from desktop.people.allow import AllowListDialog
from desktop.people.amend import AmendDialog
from desktop.people.minimum import MinimumDialog
from desktop.people.policy import NewPolicyDialog
from desktop.people.route import RemoveRouteDialog, RouteDialog
from desktop.people.stage import StageDialog, brief
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Switch
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import FlowLayout, rows
from desktop.widgets.rows import Item, Row, RowListView, Section
from desktop.widgets.spans import line
from desktop.widgets.text import Label, Panel
from editorial.allow_list import NOTHING, AllowList, AllowLists
from editorial.changes import Changes, Kind
from editorial.charter.document import Charter, Route, Stage
from editorial.checks import RuleSet
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.people.amending import set_crisis_passes_hold
from editorial.people.desk_people import Signer
from editorial.people.permissions import May
from editorial.people.routes import Waiting, waiting_in
from editorial.policy import Policies, Policy


@dataclass(frozen=True)
class Rules:
    """What the dialog shows. `damaged`: texts that are not the signed ones; two officers sign others in."""

    charter: Charter
    waiting: tuple[Waiting, ...]
    policy: Policy | None = None
    own: AllowList = NOTHING
    damaged: tuple[DeskError, ...] = ()


def read_rules(desk: Desk) -> Rules:
    """For the database thread."""
    with desk.reading() as session:
        found = Rules(desk.charter(session).charter, waiting_in(session))
    try:
        found = replace(found, policy=Policies(desk).in_force())
    except DeskError as error:
        found = replace(found, damaged=(error,))
    try:
        return replace(found, own=AllowLists(desk).in_force())
    except DeskError as error:
        return replace(found, damaged=(*found.damaged, error))


class CrisisDialog(AmendDialog):
    """Whether crisis posts go out while everything is held."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter) -> None:
        form = QWidget()
        column = rows(form, gap=8)
        self.passes = Switch("Crisis posts go out while everything is held")
        self.passes.setChecked(charter.crisis_passes_hold)
        column.addWidget(self.passes)
        words = "They take the short route all the same, and are looked at again within 24 hours."
        column.addWidget(Label(words, "small", "secondary", wrap=True))
        head = ("Crisis posts", "What a hold on everything does to them.")
        super().__init__(parent, context, charter, head, "siren", form)

    def after(self) -> Charter:
        """With the switch as it stands."""
        return set_crisis_passes_hold(self.passes.isChecked())(self._charter)

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Signs it."""
        people, actor, passes = self._context.people, self._context.actor, self.passes.isChecked()
        return lambda: people.amend(actor, set_crisis_passes_hold(passes), signers)


class RulesDialog(Dialog):
    """The routes with their stages and the rules for all posts. Changed by two officers together."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = "Which sign-offs a post needs. Every change is signed by two officers."
        super().__init__(parent, "Policy and routes", words, icon="list-checks")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._rules: Rules | None = None
        self.list = RowListView("Routes and stages", height=46, inset=4, surface="panel")
        self.list.setFixedHeight(look().px(46) * 6)
        self.list.chosen.connect(lambda _: self._offer())
        self.list.opened.connect(lambda _: self._change_stage())
        card = Panel("card")
        rows(card, margins=(1, 5, 1, 5)).addWidget(self.list)
        self.body.addWidget(card)
        self.rule_words = Label("", "small", "secondary", wrap=True)
        self.body.addWidget(self.rule_words)
        self.problem = Banner("danger", "", inline=True)
        self.signed = Banner("success", "", inline=True)
        for banner in (self.problem, self.signed):
            banner.hide()
            self.body.addWidget(banner)
        self._add_buttons()
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)
        context.bridge.changed.connect(self._on_changes)
        self._offer()
        self._read()

    def _add_buttons(self) -> None:
        """Those for the chosen route, then those for all posts."""
        self.stage = AppButton("Change stage…", icon="pencil")
        self.route = AppButton("Change route…", icon="route")
        self.remove = AppButton("Remove route…", icon="trash-2")
        self.add = AppButton("Add route…", icon="plus")
        self.crisis = AppButton("Crisis posts…", icon="siren")
        self.minimum = AppButton("Minimum checks…", icon="list-checks")
        self.own = AppButton("The hospital’s own…", icon="shield-check")
        self.policy = AppButton("Change the policy…", icon="book-open")
        self._acts = {
            self.stage: self._change_stage, self.route: self._change_route, self.remove: self._remove_route,
            self.add: self._add_route, self.crisis: self._change_crisis, self.minimum: self._change_minimum,
            self.own: self._change_own, self.policy: self._change_policy,
        }  # fmt: skip
        flow = FlowLayout(gap=8, line_gap=8)
        for button, act in self._acts.items():
            button.clicked.connect(act)
            flow.addWidget(button)
            button.setVisible(self._context.may(May.CHARTER))
        self.body.addLayout(flow)
        if not self._context.may(May.CHARTER):
            self.set_note("Administrators and privacy officers change this together.", "info")

    def _on_changes(self, changes: Changes) -> None:
        if {Kind.PEOPLE, Kind.WORKSPACE} & changes.kinds:
            self._read()

    def _read(self) -> None:
        desk = self._context.desk
        self._context.bridge.run(lambda: read_rules(desk), self._show, self._fail, owner=self)

    def _show(self, rules: Rules) -> None:
        self._rules = rules
        self.list.set_rows(_rows(rules.charter))
        if not self.list.current_key:
            self.list.choose(_key(0, 0))
        self.rule_words.setText(" ".join(_rule_words(rules, self._context.desk.rules)))
        if rules.damaged:
            self._fail(rules.damaged[0])
        else:
            self.problem.hide()
        self._offer()
        self._fit()

    def _fail(self, error: DeskError) -> None:
        tell_banner(error, self.problem)
        self._fit()

    def _offer(self) -> None:
        allowed = self._context.may(May.CHARTER) and self._rules is not None
        for button in self._acts:
            button.setEnabled(allowed)

    def chosen(self) -> tuple[Route, Stage] | None:
        """The stage that is chosen, with its route."""
        if self._rules is None or not self.list.current_key:
            return None
        route, stage = (int(each) for each in self.list.current_key.split("."))
        found = self._rules.charter.routes[route]
        return found, found.stages[stage]

    def _change_stage(self) -> None:
        chosen = self.chosen()
        if self._rules is not None and chosen is not None and self._context.may(May.CHARTER):
            self._open(StageDialog(self, self._context, self._rules.charter, *chosen))

    def _change_route(self) -> None:
        chosen = self.chosen()
        if self._rules is not None and chosen is not None:
            self._open(RouteDialog(self, self._context, self._rules.charter, self._rules.waiting, chosen[0]))

    def _add_route(self) -> None:
        if self._rules is not None:
            self._open(RouteDialog(self, self._context, self._rules.charter, (), None))

    def _remove_route(self) -> None:
        chosen = self.chosen()
        if self._rules is not None and chosen is not None:
            self._open(RemoveRouteDialog(self, self._context, self._rules.charter, self._rules.waiting, chosen[0]))

    def _change_minimum(self) -> None:
        if self._rules is not None:
            self._open(MinimumDialog(self, self._context, self._rules.charter, self._rules.waiting))

    def _change_own(self) -> None:
        if self._rules is not None:
            self._open(AllowListDialog(self, self._context, self._rules.charter, self._rules.own))

    def _change_crisis(self) -> None:
        if self._rules is not None:
            self._open(CrisisDialog(self, self._context, self._rules.charter))

    def _change_policy(self) -> None:
        if self._rules is not None:
            text = self._rules.policy.text if self._rules.policy else ""
            self._open(NewPolicyDialog(self, self._context, self._rules.charter, text))

    def _open(self, dialog: AmendDialog) -> None:
        dialog.done_with.connect(self._say)
        dialog.open()

    def _say(self, words: str) -> None:
        self.signed.set_text("The charter is signed.", words)
        self.signed.show()
        self._read()


def _rule_words(rules: Rules, checks: RuleSet) -> Iterator[str]:
    """What holds for all posts."""
    goes = "go out" if rules.charter.crisis_passes_hold else "wait"
    yield f"Crisis posts {goes} while everything is held."
    if rules.charter.minimum_rules is None:
        yield "A sign-off may rest on any checks."
    else:
        same = rules.charter.minimum_rules == checks.digest()
        which = "the checks of this Signpost" if same else "other checks than this Signpost has"
        yield f"A sign-off has to rest on {which}."
    count = sum(map(len, rules.own.values.values()))
    yield f"{counted(count, 'value is', 'values are')} the hospital’s own."


def _key(route: int, stage: int) -> str:
    return f"{route}.{stage}"


def _rows(charter: Charter) -> list[Item]:
    found: list[Item] = []
    for place, route in enumerate(charter.routes):
        found.append(Section(route.name, f"for {route.kind} posts"))
        for number, stage in enumerate(route.stages):
            words = brief(stage, charter)
            beside = ", at the same time" if stage.beside else ""
            first, second = line(f"{stage.name}{beside}", "bodyStrong"), line(words, "small", "secondary")
            said = f"{route.name}: {stage.name}{beside}, {words}"
            found.append(Row(_key(place, number), (first, second), said, ("icon", "signature", "secondary"), said))
    return found
