"""Two versions side by side: the old text beside the new one, and the same ways on as in one text."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.look import Appearance
from desktop.screens.review import ReviewScreen
from desktop.screens.review.texts import DiffText, TextBlock
from tests.desktop.screens.review_posts import NEW, OLD, busy_week, edit
from tests.fakes.accessible import check_names, check_reachable, spoken
from tests.fakes.desktop import Bench


@pytest.fixture
def screen(desk: Bench) -> Iterator[ReviewScreen]:
    busy_week(desk.staff)
    found = ReviewScreen(desk.context)
    desk.qtbot.addWidget(found)
    found.resize(1252, 826)
    with desk.qtbot.waitActive(found):
        found.show()
        found.activateWindow()
    desk.settle()
    yield found
    desk.settle()


def side_by_side(screen: ReviewScreen) -> None:
    QTest.mouseClick(screen.version.strip.arrangement.part("side"), Qt.MouseButton.LeftButton)


def block(screen: ReviewScreen) -> TextBlock:
    return next(each for each in screen.version.area.findChildren(TextBlock) if each.isVisible())


def texts(screen: ReviewScreen) -> list[DiffText]:
    found = [each for each in block(screen).findChildren(DiffText) if each.isVisible()]
    return sorted(found, key=lambda each: each.mapTo(screen, each.rect().topLeft()).x())


def words(text: DiffText) -> str:
    return QTextDocumentFragment.fromHtml(text.text()).toPlainText().replace("\u2028", "\n")


def test_the_old_text_stands_beside_the_new_one(screen: ReviewScreen) -> None:
    assert len(texts(screen)) == 1
    side_by_side(screen)
    old, new = texts(screen)
    assert words(old) == OLD
    assert words(new) == NEW
    assert spoken(old).startswith("Version 1: Nine weeks ago Ahmed removed: Karimi, a teacher from Eastport,")
    assert spoken(new).startswith("Version 2: Nine weeks ago Ahmed could not move his left leg.")
    assert "added: twenty" in spoken(new)
    assert abs(old.width() - new.width()) <= 2
    assert old.mapTo(screen, old.rect().topLeft()).y() == new.mapTo(screen, new.rect().topLeft()).y()
    check_names(screen)
    check_reachable(screen)


def test_by_keyboard_there_and_back(screen: ReviewScreen) -> None:
    inline, side = (screen.version.strip.arrangement.part(key) for key in ("inline", "side"))
    inline.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(inline, Qt.Key.Key_Right)
    assert side.hasFocus()
    assert len(texts(screen)) == 2
    QTest.keyClick(side, Qt.Key.Key_Left)
    assert inline.hasFocus()
    assert len(texts(screen)) == 1


def test_reading_side_by_side_counts_and_comments_go_to_the_new_text(desk: Bench, screen: ReviewScreen) -> None:
    side_by_side(screen)
    accounts = block(screen).accounts
    desk.qtbot.waitUntil(lambda: set(accounts) <= screen.version.read.accounts)
    _, new = texts(screen)
    place = NEW.index("twenty metres")
    new.setSelection(place, len("twenty metres"))
    new.chosen.emit()
    assert screen.version.passage is not None
    assert (screen.version.passage.quote, screen.version.passage.start) == ("twenty metres", place)


def test_other_versions_and_a_newer_one_stay_side_by_side(desk: Bench, screen: ReviewScreen) -> None:
    side_by_side(screen)
    post_id = screen.queue.list.current_key
    desk.bridge.changed.emit(edit(desk.staff, post_id, text=NEW + " Thank you."))
    desk.settle()
    old, new = texts(screen)
    assert (words(old), words(new)) == (NEW, NEW + " Thank you.")
    screen.version.compare.emit(1, 3)
    desk.settle()
    old, new = texts(screen)
    assert (words(old), words(new)) == (OLD, NEW + " Thank you.")


def test_a_text_for_a_new_account_has_nothing_beside_it(desk: Bench, screen: ReviewScreen) -> None:
    side_by_side(screen)
    post_id = screen.queue.list.current_key
    first = screen.version.area.findChildren(TextBlock)[0].accounts[0]
    desk.bridge.changed.emit(edit(desk.staff, post_id, accounts=(first,)))
    desk.settle()
    desk.bridge.changed.emit(edit(desk.staff, post_id, accounts=tuple(desk.staff.accounts)))
    desk.settle()
    assert "No text." in [label.text() for label in screen.version.area.findChildren(QLabel) if label.isVisible()]


def test_the_strip_fits_large_text(desk: Bench, screen: ReviewScreen, appearance: Appearance) -> None:
    appearance.configure(text_scale=1.5)
    screen.resize(1575, 900)
    side_by_side(screen)
    desk.settle()
    strip = screen.version.strip
    for key in ("inline", "side"):
        part = strip.arrangement.part(key)
        assert part.width() >= part.sizeHint().width()
        assert strip.rect().contains(part.mapTo(strip, part.rect().bottomRight()))
