"""The hospital's own values and the minimum checks: told where they cannot be, shown in sentences, signed by two."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.people.allow import AllowListDialog
from desktop.people.minimum import ANY, KEPT, THESE, MinimumDialog
from desktop.people.rules import RulesDialog
from desktop.widgets.buttons import AppButton
from editorial.allow_list import AllowLists, Own
from editorial.desk import DATABASE
from editorial.people.amending import set_minimum_rules
from tests.desktop.people.helping import LEFT, amend, charter_of, press, shown, sign, words_of
from tests.desktop.people.test_routes import wait_in_review
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.desktop import Bench

OTHER = "sha256:" + "1" * 64


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


def test_values_are_typed_by_kind_and_signed_as_a_difference(desk: Bench, rules: RulesDialog) -> None:
    click(desk, rules.own)
    dialog = shown(rules, AllowListDialog)
    check_names(dialog)
    check_reachable(dialog)
    press(desk, dialog)
    assert dialog.problem.title.text() == "Nothing changes."
    desk.qtbot.keyClicks(dialog.areas[Own.STAFF], "Ada Lovelace")
    desk.qtbot.keyClick(dialog.areas[Own.STAFF], Qt.Key.Key_Return)
    desk.qtbot.keyClicks(dialog.areas[Own.STAFF], "Helen Castellanos, RN")
    desk.qtbot.keyClicks(dialog.areas[Own.DOMAIN], "https://alderbay.org")
    press(desk, dialog)
    assert dialog.fields["domain"].error.startswith("“https://alderbay.org” is no domain.")
    assert dialog.signing.isHidden()
    dialog.areas[Own.DOMAIN].setPlainText("alderbay.org")
    press(desk, dialog)
    assert "Names of staff, new: Ada Lovelace; Helen Castellanos, RN." in words_of(dialog)
    assert "Web and e-mail domains, new: alderbay.org." in words_of(dialog)
    sign(desk, dialog, JONAS, HELEN)
    assert AllowLists(desk.staff.desk).in_force().values == {
        Own.STAFF: ("Ada Lovelace", "Helen Castellanos, RN"), Own.DOMAIN: ("alderbay.org",)
    }  # fmt: skip
    assert rules.rule_words.text().endswith("3 values are the hospital’s own.")
    click(desk, rules.own)
    again = shown(rules, AllowListDialog)
    assert again.areas[Own.STAFF].toPlainText() == "Ada Lovelace\nHelen Castellanos, RN"
    again.areas[Own.STAFF].setPlainText("Ada Lovelace")
    press(desk, again)
    assert "Names of staff, gone: Helen Castellanos, RN." in words_of(again)
    sign(desk, again, JONAS, JONAS)
    assert len(AllowLists(desk.staff.desk).in_force().values[Own.STAFF]) == 2, "a wrong passphrase changes nothing"


def test_a_damaged_list_is_told_and_can_be_signed_in_again(desk: Bench, rules: RulesDialog) -> None:
    click(desk, rules.own)
    dialog = shown(rules, AllowListDialog)
    dialog.areas[Own.PHONE].setPlainText("988")
    press(desk, dialog)
    sign(desk, dialog, JONAS, HELEN)
    with closing(sqlite3.connect(desk.staff.desk.folder / DATABASE)) as connection:
        connection.execute("UPDATE charter_text SET text = replace(text, '988', '555')")
        connection.commit()
    rules._read()
    desk.settle()
    assert rules.problem.title.text() == "The allow-list was changed or is missing."
    click(desk, rules.own)
    again = shown(rules, AllowListDialog)
    assert again.areas[Own.PHONE].toPlainText() == ""
    again.areas[Own.PHONE].setPlainText("911")
    press(desk, again)
    sign(desk, again, JONAS, HELEN)
    assert AllowLists(desk.staff.desk).in_force().values == {Own.PHONE: ("911",)}
    assert rules.problem.isHidden()


def test_the_minimum_checks_are_chosen_by_keyboard(desk: Bench, window: QWidget) -> None:
    amend(desk.staff, set_minimum_rules(OTHER))
    wait_in_review(desk.staff)
    rules = RulesDialog(window, desk.context)
    rules.open()
    desk.settle()
    assert "A sign-off has to rest on other checks than this Signpost has." in rules.rule_words.text()
    rules.minimum.setFocus()
    desk.qtbot.keyClick(rules.minimum, Qt.Key.Key_Space)
    dialog = shown(rules, MinimumDialog)
    check_names(dialog)
    check_reachable(dialog)
    assert dialog.choice.current == KEPT
    press(desk, dialog)
    assert dialog.problem.title.text() == "Nothing changes."
    dialog.choice.set_current(THESE)
    press(desk, dialog)
    assert "A sign-off has to rest on the checks sha256:" in words_of(dialog)
    assert "Those are the checks of this Signpost: alt.missing 1, alt.too-long 1, length.too-long 1." in words_of(
        dialog
    )
    assert "sent to review again" not in words_of(dialog), "the post that waits passed these very checks"
    sign(desk, dialog, JONAS, HELEN)
    assert charter_of(desk.staff).minimum_rules == desk.staff.desk.rules.digest()
    click(desk, rules.minimum)
    again = shown(rules, MinimumDialog)
    again.choice.set_current(ANY)
    press(desk, again)
    assert "A sign-off may rest on any set of checks." in words_of(again)
    sign(desk, again, JONAS, HELEN)
    assert charter_of(desk.staff).minimum_rules is None
    rules.close()
