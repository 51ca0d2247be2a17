"""Policy and routes: every change is shown in sentences before two officers sign it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.people.policy import NewPolicyDialog, line_changes
from desktop.people.rules import CrisisDialog, RulesDialog
from desktop.people.stage import StageDialog
from editorial.charter.document import Role, RouteKind
from editorial.people.amending import set_route
from editorial.policy import Policies, template
from tests.desktop.people.helping import LEFT, amend, charter_of, press, shown, sign, words_of
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.desktop import Bench


@pytest.fixture
def rules(desk: Bench, window: QWidget) -> Iterator[RulesDialog]:
    made = RulesDialog(window, desk.context)
    made.open()
    desk.settle()
    yield made
    made.close()


def test_routes_and_stages_are_listed_in_words(desk: Bench, rules: RulesDialog) -> None:
    model = rules.list.model()
    said = [str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())]
    assert said[:5] == [
        "Standard for routine posts",
        "Standard: Sign-off, One: privacy officer or communications lead",
        "Clinical claim for clinical posts",
        "Clinical claim: Communications, One: communications lead · due 4 hours before",
        "Clinical claim: Clinical review, at the same time, One: clinical reviewer · due 1 hour before",
    ]
    assert rules.rule_words.text() == (
        "Crisis posts wait while everything is held. A sign-off may rest on any checks. "
        "0 values are the hospital’s own."
    )
    check_names(rules)
    check_reachable(rules)


def test_a_stage_is_changed(desk: Bench, rules: RulesDialog) -> None:
    rules.list.choose("0.0")
    desk.qtbot.mouseClick(rules.stage, LEFT)
    dialog = shown(rules, StageDialog)
    check_names(dialog)
    check_reachable(dialog)
    form = dialog.form
    assert not form.beside.isEnabled(), "the first stage has none beside it"
    form.roles[Role.COMMUNICATIONS_LEAD].setChecked(False)
    form.person.setCurrentIndex(form.person.findText("Jonas Lindqvist"))
    form.count.setCurrentIndex(form.count.findData(2))
    form.due.setCurrentIndex(form.due.findText("1 hour before the post"))
    press(desk, dialog)
    assert (
        "In the route Standard: Sign-off by 2 different people (privacy officer or Jonas Lindqvist), due 1 hour "
        "before the post’s time"
    ) in words_of(dialog)
    sign(desk, dialog, JONAS, HELEN)
    (stage,) = charter_of(desk.staff).route("Standard").stages
    assert (stage.roles, stage.people, stage.count, stage.due_minutes) == (
        frozenset({Role.PRIVACY_OFFICER}), (desk.staff.jonas.person_id,), 2, 60,
    )  # fmt: skip
    assert rules.signed.isVisible()
    model = rules.list.model()
    assert "2 people: privacy officer or Jonas Lindqvist · due 1 hour before" in str(
        model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    )


def test_a_later_stage_may_be_signed_beside(desk: Bench, rules: RulesDialog) -> None:
    rules.list.choose("2.1")
    rules.list.opened.emit("2.1")
    dialog = shown(rules, StageDialog)
    assert dialog.title.text() == "Privacy on the Patient story route"
    desk.qtbot.keyClick(dialog.form.beside, Qt.Key.Key_Space)
    dialog.form.remind.setCurrentIndex(0)
    dialog.form.escalate.setCurrentIndex(0)
    press(desk, dialog)
    assert (
        "Privacy at the same time by one person (privacy officer), due 4 hours before the post’s time instead of"
        in words_of(dialog)
    )
    sign(desk, dialog, JONAS, HELEN)
    stage = charter_of(desk.staff).route_for(RouteKind.STORY).stages[1]
    assert (stage.beside, stage.remind_minutes, stage.escalate_minutes) == (True, 0, 0)


def test_a_stage_that_nobody_could_sign_is_refused_before_anybody_types(desk: Bench, rules: RulesDialog) -> None:
    rules.list.choose("0.0")
    desk.qtbot.mouseClick(rules.stage, LEFT)
    dialog = shown(rules, StageDialog)
    for role, words in (
        (None, "Nobody could sign this stage."),
        (Role.DUTY_MANAGER, "Too few people are left for “Sign-off”."),
    ):
        for each, box in dialog.form.roles.items():
            box.setChecked(each is role)
        press(desk, dialog)
        assert dialog.problem.title.text() == words
        assert dialog.form.isVisible()


def test_several_named_people_and_odd_times_are_kept(desk: Bench, rules: RulesDialog) -> None:
    staff, route = desk.staff, charter_of(desk.staff).route("Standard")
    both = (staff.jonas.person_id, staff.helen.person_id)
    odd = replace(route.stages[0], people=both, remind_minutes=77, count=2)
    amend(staff, set_route(replace(route, stages=(odd,))))
    rules._read()
    desk.settle()
    desk.qtbot.mouseClick(rules.stage, LEFT)
    dialog = shown(rules, StageDialog)
    assert dialog.form.person.currentText() == "Jonas Lindqvist, Helen Castellanos"
    assert dialog.form.remind.currentText() == "77 minutes before it is due"
    assert dialog.form.stage() == odd
    press(desk, dialog)
    assert dialog.problem.title.text() == "Nothing changes."


def test_the_crisis_rule_is_changed(desk: Bench, rules: RulesDialog) -> None:
    desk.qtbot.mouseClick(rules.crisis, LEFT)
    dialog = shown(rules, CrisisDialog)
    press(desk, dialog)
    assert dialog.problem.title.text() == "Nothing changes."
    dialog.passes.setFocus()
    desk.qtbot.keyClick(dialog.passes, Qt.Key.Key_Space)
    press(desk, dialog)
    assert "Crisis posts go out even while everything is held." in words_of(dialog)
    sign(desk, dialog, JONAS, HELEN)
    assert charter_of(desk.staff).crisis_passes_hold
    assert rules.rule_words.text().startswith("Crisis posts go out while everything is held.")


def test_the_policy_is_changed_line_by_line(desk: Bench, rules: RulesDialog) -> None:
    desk.qtbot.mouseClick(rules.policy, LEFT)
    dialog = shown(rules, NewPolicyDialog)
    check_names(dialog)
    assert dialog.area.toPlainText() == template().text
    press(desk, dialog)
    assert dialog.problem.title.text() == "Nothing changes."
    dialog.area.setPlainText(" ")
    press(desk, dialog)
    assert dialog.field.error.startswith("The policy is empty.")
    dialog.area.setPlainText(template().text + "\n\nAsk Helen.")
    press(desk, dialog)
    assert "Everybody has to read and acknowledge it again." in words_of(dialog)
    assert "New: “Ask Helen.”" in words_of(dialog)
    sign(desk, dialog, JONAS, HELEN)
    policy = Policies(desk.staff.desk).in_force()
    assert policy is not None
    assert policy.text == template().text + "\n\nAsk Helen."
    assert not Policies(desk.staff.desk).acknowledged(desk.staff.mira.person_id)


def test_many_changed_lines_are_counted() -> None:
    assert line_changes("A\nB", "A\nC") == ("Gone: “B”", "New: “C”")
    many = line_changes("", "\n\n".join(f"Line {number}" for number in range(20)))
    assert (len(many), many[-1]) == (9, "12 more lines differ.")


def test_others_change_nothing(desk: Bench, window: QWidget) -> None:
    desk.sign_in(desk.staff.mira)
    made = RulesDialog(window, desk.context)
    made.open()
    desk.settle()
    assert not any(button.isVisible() for button in made._acts)
    assert made.note.text() == "Administrators and privacy officers change this together."
    made.list.opened.emit("0.0")
    assert made.findChildren(StageDialog) == []
    made.close()
