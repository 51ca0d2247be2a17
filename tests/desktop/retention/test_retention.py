"""Settings, Retention: periods, Preserve and erasing by mouse and keyboard, by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.retention import RetentionDialog
from desktop.retention.erase import EraseDialog
from desktop.retention.forms import EndPreserveDialog, PeriodsDialog, PreserveDialog
from desktop.screens.audit.detail import EntryDetail
from desktop.screens.outbox import OutboxScreen
from desktop.screens.review import ReviewScreen
from editorial.audit.auditing import Auditing
from editorial.retention.erasing import Erasing
from editorial.retention.periods import Periods, Retention, Span
from editorial.retention.preserving import By, Preserving, Reach
from tests.desktop.people.helping import shown
from tests.editorial.retention.records import YEAR, draft, planned, published
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import Staff, staffed
from tests.fakes.desktop import Bench, bench
from tests.fakes.posts import deliveries_of


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    with staffed(tmp_path / "desk") as made:
        yield made


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.helen) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, appearance: Appearance) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    return made


def opened(desk: Bench, window: QWidget) -> RetentionDialog:
    dialog = RetentionDialog(window, desk.context)
    dialog.open()
    desk.settle()
    return dialog


def press(desk: Bench, button: QWidget) -> None:
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.settle()


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def rows(dialog: RetentionDialog) -> list[str]:
    model = dialog.preserved.model()
    return [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]


def test_the_periods_are_set_and_never_shortened(desk: Bench, staff: Staff, window: QWidget) -> None:
    dialog = opened(desk, window)
    check_names(dialog)
    check_reachable(dialog)
    assert "6 years" in words(dialog)
    press(desk, dialog.set_periods)
    form = shown(dialog, PeriodsDialog)
    check_names(form)
    check_reachable(form)
    form.years.set_text("six")
    press(desk, form.button)
    assert form.years.error.startswith("This is no number")
    form.years.set_text("5")
    press(desk, form.button)
    assert form.fields["records"].error.startswith("Records are kept six years or longer")
    form.years.set_text("8")
    form.drafts.set_text(" 30 ")
    press(desk, form.button)
    assert Retention(staff.desk).periods() == Periods(Span(8), 30, 90)
    assert "8 years" in words(dialog)
    assert "30 days" in words(dialog)
    press(desk, dialog.set_periods)
    form = shown(dialog, PeriodsDialog)
    form.years.set_text("7")
    press(desk, form.button)
    assert form.fields["records"].error.startswith("This time can only be made longer")


def test_a_word_is_preserved_by_keyboard_and_ended_with_a_reason(desk: Bench, staff: Staff, window: QWidget) -> None:
    dialog = opened(desk, window)
    assert "Nothing is kept beyond its time." in words(dialog)
    assert not dialog.end.isEnabled()
    press(desk, dialog.preserve)
    form = shown(dialog, PreserveDialog)
    check_names(form)
    check_reachable(form)
    press(desk, form.button)
    assert form.word.error.startswith("There is no word to look for")
    QTest.keyClicks(form.word.line, "Zebrafish")
    form.why.setPlainText("Case 4711")
    QTest.keyClick(form.word.line, Qt.Key.Key_Return)
    desk.settle()
    assert rows(dialog) == [
        "The word “Zebrafish”, Case 4711 · since Wed 10 Mar 2027, by Helen Castellanos"
    ]  # fmt: skip
    press(desk, dialog.end)
    ending = shown(dialog, EndPreserveDialog)
    check_names(ending)
    press(desk, ending.button)
    assert ending.why.error.startswith("The reason is missing")
    ending.reason.setPlainText("Settled")
    press(desk, ending.button)
    assert rows(dialog) == []
    assert Preserving(staff.desk).all() == ()


@pytest.mark.parametrize("by", ["post", "person", "dates"])
def test_posts_people_and_days_are_preserved(desk: Bench, staff: Staff, window: QWidget, by: str) -> None:
    post = draft(staff, "A thought about parking")
    dialog = opened(desk, window)
    press(desk, dialog.preserve)
    form = shown(dialog, PreserveDialog)
    form.by.set_current(by)
    form.by.changed.emit(by)
    if by == "post":
        QTest.keyClicks(form.post.line, "P-9")
        press(desk, form.button)
        assert form.post.error.startswith("There is no such post")
        form.post.set_text("p-1")
    form.people.setCurrentText("Mira Okafor")
    form.first_day.setDate(QDate(2027, 1, 4))
    press(desk, form.button)
    (found,) = Preserving(staff.desk).all()
    assert (
        found.reach
        == {
            "post": Reach(By.POST, post),
            "person": Reach(By.PERSON, staff.mira.person_id),
            "dates": Reach(By.DATES, first=date(2027, 1, 4), last=date(2027, 3, 10)),
        }[by]
    )


def test_erasing_names_what_goes_and_asks_once(desk: Bench, staff: Staff, window: QWidget) -> None:
    gone = published(staff, "Parking is free on Sunday.")
    kept = published(staff, "Zebrafish rehabilitation begins.")
    Preserving(staff.desk).set(staff.helen.actor, Reach(By.WORD, word="zebrafish"))
    staff.clock.forward(7 * YEAR)
    thought = draft(staff, "A young thought")
    dialog = opened(desk, window)
    press(desk, dialog.erase)
    form = shown(dialog, EraseDialog)
    desk.settle()
    check_names(form)
    check_reachable(form)
    assert "1 post with its versions and comments" in words(form)
    assert "last touched Wed 10 Mar 2027" in words(form)
    assert "kept for the word “zebrafish”: P-2, Zebrafish rehabilitation begins." in words(form)
    assert "Copies that were made elsewhere are not known to Signpost." in words(form)
    count = len(planned(staff.desk).items)
    assert form.button.text() == f"Erase {count:,} things"
    assert not form.button.isEnabled()
    form.sure.click()
    press(desk, form.button)
    desk.settle()
    assert f"{count:,} things are erased." in words(dialog)
    assert planned(staff.desk).items == ()
    by_id = {each.object_id: each for each in Auditing(staff.desk).entries(prefixes=("post.erased",))}
    assert (set(by_id), by_id[gone].actor) == ({gone}, "Helen Castellanos")
    assert {kept, thought} & set(by_id) == set()


def test_what_changed_since_the_look_is_not_erased(desk: Bench, staff: Staff, window: QWidget) -> None:
    draft(staff, "A thought")
    staff.clock.forward(timedelta(days=100))
    dialog = opened(desk, window)
    press(desk, dialog.erase)
    form = shown(dialog, EraseDialog)
    desk.settle()
    Preserving(staff.desk).set(staff.jonas.actor, Reach(By.WORD, word="thought"))
    form.sure.click()
    press(desk, form.button)
    desk.settle()
    assert "Something changed meanwhile." in words(form)
    assert planned(staff.desk).kept


def test_nothing_to_erase_is_said(desk: Bench, window: QWidget) -> None:
    dialog = opened(desk, window)
    press(desk, dialog.erase)
    form = shown(dialog, EraseDialog)
    desk.settle()
    assert form.found.text() == "Nothing is past its time on Wed 10 Mar 2027, 10:42 EST."
    assert not form.button.isEnabled()
    assert not form.sure.isVisible()


def test_an_author_reads_and_changes_nothing(desk: Bench, staff: Staff, window: QWidget) -> None:
    Preserving(staff.desk).set(staff.helen.actor, Reach(By.WORD, word="zebrafish"))
    desk.sign_in(staff.mira)
    dialog = opened(desk, window)
    assert len(rows(dialog)) == 1
    assert not any(each.isVisible() for each in (dialog.set_periods, dialog.preserve, dialog.end, dialog.erase))


def test_an_entry_says_who_erased_its_texts(desk: Bench, staff: Staff, qtbot: QtBot) -> None:
    published(staff, "Parking is free on Sunday.")
    staff.clock.forward(7 * YEAR)
    Erasing(staff.desk).erase(staff.helen.actor, planned(staff.desk).fingerprint())
    detail = EntryDetail(desk.context.moments)
    qtbot.addWidget(detail)
    oldest = Auditing(staff.desk).entries()[-1]
    detail.show_entry(oldest)
    detail.show()
    assert "Erased on Wed 15 Mar 2034 by Helen Castellanos" in words(detail)


def test_the_outbox_and_review_say_who_erased_a_post(desk: Bench, staff: Staff, qtbot: QtBot) -> None:
    post = published(staff, "Parking is free on Sunday.", pictures=1)
    staff.clock.forward(7 * YEAR)
    Erasing(staff.desk).erase(staff.helen.actor, planned(staff.desk).fingerprint())
    outbox = OutboxScreen(desk.context)
    review = ReviewScreen(desk.context)
    for screen in (outbox, review):
        qtbot.addWidget(screen)
        screen.resize(1252, 826)
        screen.show()
        desk.settle()
    model = outbox.table.model()
    said = [str(model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())]
    assert any("Erased on 2034-03-15 by Helen Castellanos" in each for each in said)
    outbox.show_item(deliveries_of(staff.desk, post).popitem()[1])
    desk.settle()
    assert "Erased on 2034-03-15 by Helen Castellanos" in words(outbox)
    review.show_item(post)
    desk.settle()
    (told,) = desk.shell.told
    assert told.title == "Version 1 was erased on 2034-03-15 by Helen Castellanos"
