"""Whole routes are added, changed and removed; what needs one is told before anybody types a passphrase."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.people.route import RemoveRouteDialog, RouteDialog, StageEditor
from desktop.people.rules import RulesDialog
from desktop.widgets.buttons import AppButton
from editorial.charter.document import Role, RouteKind
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from tests.desktop.people.helping import LEFT, charter_of, press, shown, sign, words_of
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS, Staff
from tests.fakes.desktop import Bench


@pytest.fixture
def rules(desk: Bench, window: QWidget) -> Iterator[RulesDialog]:
    made = RulesDialog(window, desk.context)
    made.open()
    desk.settle()
    yield made
    made.close()


def click(desk: Bench, button: AppButton) -> None:
    desk.qtbot.mouseClick(button, LEFT)
    desk.settle()


def add_stage(desk: Bench, dialog: RouteDialog, name: str) -> None:
    click(desk, dialog.stages.add)
    editor = shown(dialog, StageEditor)
    desk.qtbot.keyClicks(editor.name.line, name)
    click(desk, editor.button)


def stage_rows(dialog: RouteDialog) -> list[str]:
    model = dialog.stages.list.model()
    said = [str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())]
    return [each.split(" by ")[0] for each in said]


def wait_in_review(staff: Staff) -> None:
    body = DraftBody(title="Flu", text="Flu vaccination starts on Monday.", accounts=(staff.connect_practice(),))
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    Drafting(staff.desk).submit(staff.mira.actor, post)


def test_a_route_is_added_with_its_stages(desk: Bench, rules: RulesDialog) -> None:
    click(desk, rules.add)
    dialog = shown(rules, RouteDialog)
    check_names(dialog)
    check_reachable(dialog)
    assert dialog.fields["kind"].message.text == "Nothing asks for another route."
    press(desk, dialog)
    assert dialog.name.error.startswith("The name is empty.")
    desk.qtbot.keyClicks(dialog.name.line, "standard")
    press(desk, dialog)
    assert dialog.name.error.startswith("There is a route standard already.")
    dialog.name.set_text("Sports")
    add_stage(desk, dialog, "Sign-off")
    press(desk, dialog)
    assert dialog.fields["stages"].error.startswith("Two stages are called “Sign-off”.")
    click(desk, dialog.stages.remove)
    add_stage(desk, dialog, "Second look")
    assert stage_rows(dialog) == ["Sign-off", "Second look"]
    desk.qtbot.keyClick(dialog.first, Qt.Key.Key_Space)
    press(desk, dialog)
    assert "There is a new route Sports for routine posts: Sign-off by one person" in words_of(dialog)
    assert "Routine posts take" not in words_of(dialog)
    sign(desk, dialog, JONAS, HELEN)
    charter = charter_of(desk.staff)
    assert [stage.name for stage in charter.route("Sports").stages] == ["Sign-off", "Second look"]
    assert charter.route_for(RouteKind.ROUTINE).name == "Standard"
    assert rules.signed.isVisible()


def test_a_route_is_renamed_and_its_stages_move(desk: Bench, rules: RulesDialog) -> None:
    rules.list.choose("2.1")
    click(desk, rules.route)
    dialog = shown(rules, RouteDialog)
    assert dialog.title.text() == "Change the Patient story route"
    press(desk, dialog)
    assert dialog.problem.title.text() == "Nothing changes."
    desk.qtbot.keyClick(dialog.stages.list, Qt.Key.Key_Down)
    desk.qtbot.keyClick(dialog.stages.earlier, Qt.Key.Key_Space)
    assert stage_rows(dialog) == ["Privacy", "Communications", "Clinical review"]
    assert not dialog.stages.earlier.isEnabled()
    dialog.stages.list.choose("2")
    click(desk, dialog.stages.change)
    editor = shown(dialog, StageEditor)
    check_names(editor)
    check_reachable(editor)
    for box in editor.form.roles.values():
        box.setChecked(False)
    click(desk, editor.button)
    assert editor.problem.title.text() == "Nobody could sign this stage."
    editor.form.roles[Role.PRIVACY_OFFICER].setChecked(True)
    editor.meaning.editor.clear()  # type: ignore[attr-defined]
    click(desk, editor.button)
    assert editor.meaning.error.startswith("What is signed cannot be read.")
    desk.qtbot.keyClicks(editor.meaning.editor, "I looked again.")
    click(desk, editor.button)
    assert dialog.stages.stages[2].meaning == "I looked again."
    click(desk, dialog.stages.remove)
    dialog.name.set_text("Patients")
    press(desk, dialog)
    assert "The route Patient story is gone." in words_of(dialog)
    sign(desk, dialog, JONAS, HELEN)
    route = charter_of(desk.staff).route_for(RouteKind.STORY)
    assert (route.name, [stage.name for stage in route.stages]) == ("Patients", ["Privacy", "Communications"])


def test_what_a_post_waits_on_is_not_renamed_and_not_removed(desk: Bench, window: QWidget) -> None:
    wait_in_review(desk.staff)
    rules = RulesDialog(window, desk.context)
    rules.open()
    desk.settle()
    rules.list.choose("0.0")
    click(desk, rules.route)
    dialog = shown(rules, RouteDialog)
    dialog.name.set_text("Usual")
    press(desk, dialog)
    assert dialog.name.error.startswith("A post waits on the route Standard. P-1: without it nobody could sign")
    dialog.close()
    click(desk, rules.remove)
    removing = shown(rules, RemoveRouteDialog)
    press(desk, removing)
    assert removing.problem.title.text() == "A post waits on the route Standard."
    assert removing.signing.isHidden()
    rules.close()


def test_the_last_route_of_a_kind_stays_and_another_goes(desk: Bench, rules: RulesDialog) -> None:
    rules.list.choose("4.0")
    click(desk, rules.remove)
    dialog = shown(rules, RemoveRouteDialog)
    check_names(dialog)
    press(desk, dialog)
    assert dialog.problem.title.text() == "Correction posts would have no route."
    dialog.close()
    click(desk, rules.add)
    adding = shown(rules, RouteDialog)
    adding.kind.setCurrentIndex(adding.kind.findData(RouteKind.CORRECTION))
    adding.name.set_text("Quick fix")
    press(desk, adding)
    sign(desk, adding, JONAS, HELEN)
    rules.list.choose("5.0")
    assert rules.chosen() is not None
    click(desk, rules.remove)
    removing = shown(rules, RemoveRouteDialog)
    assert removing.title.text() == "Remove the Correction route"
    press(desk, removing)
    assert "The route Correction is gone." in words_of(removing)
    sign(desk, removing, JONAS, HELEN)
    assert charter_of(desk.staff).route_for(RouteKind.CORRECTION).name == "Quick fix"
