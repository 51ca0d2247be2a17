"""The panels around the text: the list with filter and order, the findings, the preview."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.rows import Row, Section
from editorial.checks import Finding, Severity
from editorial.when import Choice, When
from tests.desktop.screens.composing import ZONE, Composing, connect
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


def listed(work: Composing) -> list[str]:
    """Heads and titles as the list shows them."""
    items = work.screen.drafts.list.rows.items
    return [item.title if isinstance(item, Row) else f"[{item.title} {item.note}]" for item in items]


def chosen_in_menu(work: Composing, button: str, words: str) -> None:
    """Opens the filter's or the order's menu and takes an entry."""
    panel = work.screen.drafts
    work.click(panel.filter if button == "filter" else panel.sort)
    menu = next(each for each in panel.findChildren(QMenu) if each.isVisible())
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()


def at(text: str) -> When:
    return When(Choice.SET, datetime.fromisoformat(text), ZONE)


def test_the_list_has_the_order_of_work_and_can_be_narrowed(desk: Bench, staff: Staff) -> None:
    x, blue = connect(staff, "x"), connect(staff, "bluesky")
    work = Composing(desk)
    work.draft("Later", "Text", x, when=at("2027-03-20T09:00"))
    work.draft("Sooner", "Text", blue, when=at("2027-03-12T09:00"))
    work.draft("Jonas’s", "Text", x, by=staff.jonas)
    sent = work.draft("Sent", "Text", x)
    work.drafting.submit(staff.mira.actor, sent)
    work.show()
    assert listed(work) == ["[Drafts 2]", "Sooner", "Later", "[In review 1]", "Sent"]
    assert work.screen.bench.post.body.title == "Sooner", "the first post of the list is open"
    work.click(work.screen.drafts.whose.part("team"))
    assert listed(work)[:4] == ["[Drafts 3]", "Sooner", "Later", "Jonas’s"]
    chosen_in_menu(work, "filter", "Bluesky")
    assert listed(work) == ["[Drafts 1]", "Sooner"]
    chosen_in_menu(work, "filter", "All networks")
    chosen_in_menu(work, "sort", "By title")
    assert listed(work)[:4] == ["[Drafts 3]", "Jonas’s", "Later", "Sooner"]
    assert isinstance(work.screen.drafts.list.rows.items[0], Section)


def test_arrows_open_the_next_post_and_keep_what_was_typed(desk: Bench) -> None:
    work = Composing(desk)
    first = work.draft("A", "", when=at("2027-03-12T09:00"))
    work.draft("B", "Text of B", when=at("2027-03-13T09:00"))
    work.show()
    work.type("typed")
    work.screen.drafts.list.setFocus()
    work.key(Qt.Key.Key_Down)
    desk.settle()
    assert work.screen.bench.post.body.title == "B"
    assert work.stored(first).body.text == "typed"


def test_a_click_elsewhere_closes_the_list_of_a_narrow_window(desk: Bench) -> None:
    work = Composing(desk, 904, 526)
    work.show(work.draft())
    work.click(work.screen.arrangement.posts)
    assert work.screen.drafts.isVisible()
    work.click(work.editor.viewport())
    assert not work.screen.drafts.isVisible()


def test_findings_about_the_edited_text_are_open_and_underlined(desk: Bench, staff: Staff) -> None:
    x, blue = connect(staff, "x"), connect(staff, "bluesky")
    work = Composing(desk)
    work.show(work.draft("Open day", "Come to Ward 4B.", x, blue))
    bench_ = work.screen.bench
    ward = Finding("words.ward", "policy", Severity.WARNING, "“Ward 4B” names her ward", "Why.", (blue,), "text", 8, 15)
    plain = Finding("words.plain", "policy", Severity.SUGGESTION, "Plain words", "Why.", (x,), "text", 0, 4)
    bench_.findings = (ward, plain)
    bench_.checked.emit()
    assert {(mark.start, mark.kind) for mark in work.editor.marks} == {(8, "warning"), (0, "suggestion")}
    assert [item.expanded for item in work.screen.side.checks.items] == [True, False]
    work.screen.middle.chips.chip(x).click()
    assert {(mark.start, mark.kind) for mark in work.editor.marks} == {(0, "suggestion")}
    assert [item.expanded for item in work.screen.side.checks.items] == [False, True]
    assert work.screen.side.checks.tally.accessibleName() == "1 Reviewer will see, 1 Suggestion, 3 Passed"
    assert not work.screen.middle.foot.problems.isVisible()


def test_the_preview_follows_the_text_and_has_colours_of_its_own(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x", 10)
    work = Composing(desk)
    work.show(work.draft("Open day", "Come & see <us>.", x, media=(work.picture(60, "A door"),)))
    preview = work.screen.side.preview
    assert preview.name.text() == "X"
    assert preview.text.accessibleName() == "Come & see <us>."
    assert "line-through" in preview.text.text()
    assert "&lt;us&gt;" in preview.text.text()
    assert preview._mosaic.accessibleName() == "Pictures: A door"
    light = preview.card.grab().toImage().pixelColor(20, 8)
    work.click(preview.scheme)
    assert preview.card.grab().toImage().pixelColor(20, 8) != light
    work.click(preview.after)
    assert work.screen.bench.post.active == x
    work.type("Now ")
    desk.qtbot.waitUntil(lambda: preview.text.accessibleName() == "Now Come & see <us>.")
    work.saved()
