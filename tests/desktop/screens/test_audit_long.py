"""The Audit screen over a longer log: days, posts, scrolling, checkpoints, and the proof of one entry."""

import sqlite3
from contextlib import closing
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtTest import QTest

from desktop.screens.audit import AuditScreen
from desktop.screens.audit.bars import DAYS
from desktop.screens.audit.export import ExportDialog
from desktop.screens.audit.filters import DaysDialog, Filter
from desktop.screens.audit.proof import ProofChain
from desktop.screens.audit.screen import PAGE
from desktop.widgets.table_model import ENTRY_ROLE, TableRow, TableSection
from desktop.widgets.text import Label
from editorial.audit.proving import prove
from editorial.desk import DATABASE
from tests.desktop.screens.audited import audit_screen, sentences, title
from tests.fakes.accessible import check_names
from tests.fakes.desktop import Bench, modal
from tests.fakes.long_log import lengthen


@pytest.fixture
def screen(desk: Bench) -> AuditScreen:
    """The screen over a short log."""
    return audit_screen(desk)


# ---- days, networks and posts ----------------------------------------------------------------------------------------


def bar(screen: AuditScreen, back: int) -> QPoint:
    """The middle of the bar so many days ago."""
    return screen.bars.rect_of(DAYS - 1 - back).center()


def shown(screen: AuditScreen) -> list[int]:
    return [int(row.key) for row in screen.table.table.shown if isinstance(row, TableRow)]


@pytest.fixture
def longer(desk: Bench) -> AuditScreen:
    """The screen over a month of entries, of which the last checkpoint signed all but a few."""
    lengthen(desk.staff, 3_000, days=40)
    found = AuditScreen(desk.context)
    desk.qtbot.addWidget(found)
    found.resize(1252, 826)
    found.show()
    desk.settle()
    return found


def test_days_are_chosen_by_dragging_over_the_bars(desk: Bench, longer: AuditScreen) -> None:
    QTest.mousePress(longer.bars, Qt.MouseButton.LeftButton, pos=bar(longer, 9))
    QTest.mouseMove(longer.bars, bar(longer, 7))
    QTest.mouseRelease(longer.bars, Qt.MouseButton.LeftButton, pos=bar(longer, 7))
    desk.settle()
    today = desk.context.moments.now().date()
    assert longer.filters.now.days == (today - timedelta(days=9), today - timedelta(days=7))
    assert longer.filters.days.currentText() == "1 Mar to 3 Mar"
    days = {desk.context.moments.local(entry.at).date() for entry in longer.browsing.page(longer._shown, limit=1_000)}
    assert days == {today - timedelta(days=back) for back in (9, 8, 7)}
    assert longer.filters.count.text().startswith("225 of ")
    QTest.mouseClick(longer.filters.again, Qt.MouseButton.LeftButton)
    desk.settle()
    assert longer.filters.days.currentText() == "All days"
    assert longer.filters.now == Filter()


def test_days_are_chosen_by_keyboard(desk: Bench, longer: AuditScreen) -> None:
    today = desk.context.moments.now().date()
    longer.bars.setFocus()
    QTest.keyClick(longer.bars, Qt.Key.Key_Left)
    QTest.keyClick(longer.bars, Qt.Key.Key_Left)
    assert longer.filters.now.days == (today - timedelta(days=1), today - timedelta(days=1))
    QTest.keyClick(longer.bars, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert longer.filters.now.days == (today - timedelta(days=2), today - timedelta(days=1))
    QTest.keyClick(longer.bars, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    assert longer.filters.now.days == (today - timedelta(days=29), today - timedelta(days=1))
    QTest.keyClick(longer.bars, Qt.Key.Key_Escape)
    desk.settle()
    assert longer.filters.now.days is None


def test_days_are_chosen_by_name_and_by_dates(desk: Bench, longer: AuditScreen) -> None:
    today = desk.context.moments.now().date()
    longer.filters.days.setCurrentIndex(longer.filters.days.findText("Last 7 days"))
    longer.filters.days.activated.emit(longer.filters.days.currentIndex())
    assert longer.filters.now.days == (today - timedelta(days=6), today)
    longer.filters.days.setCurrentIndex(longer.filters.days.findText("Choose days…"))
    longer.filters.days.activated.emit(longer.filters.days.currentIndex())
    dialog = modal(DaysDialog)
    check_names(dialog)
    dialog.first.setDate(QDate(2027, 2, 3))
    dialog.last.setDate(QDate(2027, 2, 1))
    QTest.keyClick(dialog.last, Qt.Key.Key_Return)
    desk.settle()
    assert longer.filters.now.days == (date(2027, 2, 1), date(2027, 2, 3))
    assert longer.filters.days.currentText() == "1 Feb to 3 Feb"


def test_a_post_is_found_by_its_number(desk: Bench, screen: AuditScreen) -> None:
    QTest.keyClicks(screen.filters.search, "P-2")
    QTest.keyClick(screen.filters.search, Qt.Key.Key_Return)
    desk.settle()
    assert len(shown(screen)) == 3
    assert sentences(screen).count("P-2, Post 1") == 3
    screen.filters.search.setText("nothing of the kind")
    QTest.keyClick(screen.filters.search, Qt.Key.Key_Return)
    desk.settle()
    assert shown(screen) == []
    screen.filters.search.clear()
    desk.settle()
    assert len(shown(screen)) > 9


# ---- a long log ------------------------------------------------------------------------------------------------------


def test_scrolling_reads_on_and_new_entries_keep_it_where_it_is(desk: Bench, longer: AuditScreen) -> None:
    bar = longer.table.verticalScrollBar()
    for pages in (2, 3):
        bar.setValue(bar.maximum())
        desk.settle()
        assert len(shown(longer)) == pages * PAGE
    seqs = shown(longer)
    assert seqs == list(range(seqs[0], seqs[0] - 3 * PAGE, -1))
    bar.setValue(bar.maximum() // 2)
    top = longer.table.indexAt(QPoint(0, 0)).data(ENTRY_ROLE).key
    size = longer.context.auditing.size()
    longer.verify()
    desk.settle()
    assert shown(longer)[0] == size, "the verification is the newest entry"
    assert longer.table.indexAt(QPoint(0, 0)).data(ENTRY_ROLE).key == top


def test_checkpoints_stand_between_the_rows(desk: Bench, longer: AuditScreen) -> None:
    lines = [row for row in longer.table.table.shown if isinstance(row, TableSection)]
    assert any(line.title.startswith("Checkpoint at entry 2,999, ") for line in lines)
    keys = [row.key for row in longer.table.table.shown]
    assert keys[keys.index("checkpoint 3000") + 1] == "2999"
    assert keys[keys.index("verified") + 1] == str(longer._verdict.size - 1 if longer._verdict else 0)


def test_the_banner_says_since_when_and_by_whom(desk: Bench, longer: AuditScreen, screen: AuditScreen) -> None:
    assert longer.banner is not None
    assert longer.banner.kind == "success"
    said = longer.banner.sentence.text()
    assert "are unchanged and in order, since Wed 10 Mar 2027. Checked on this computer today at " in said
    assert "Last checkpoint: entry 2,999, Wed 10 Mar 2027, " in said
    assert said.count("signed on this computer.") == 1


def test_a_log_without_checkpoints_is_amber(screen: AuditScreen) -> None:
    assert screen.banner is not None
    assert (screen.banner.kind, title(screen)[:22]) == ("warning", "Verified through entry")
    assert "No checkpoint is signed yet" in screen.banner.sentence.text()


def test_who_opens_the_log_is_an_entry_once(desk: Bench, screen: AuditScreen) -> None:
    def reviews() -> int:
        return len(screen.context.auditing.entries(prefixes=("log.reviewed",)))

    assert reviews() == 1
    screen.hide()
    screen.verify()
    screen.show()
    desk.settle()
    assert reviews() == 1


# ---- one entry -------------------------------------------------------------------------------------------------------


def test_the_steps_of_a_proof_are_shown(desk: Bench, longer: AuditScreen) -> None:
    longer.table.choose("2990")
    longer._chosen("2990")
    desk.settle()
    (chain,) = longer.detail.findChildren(ProofChain)
    assert chain.result.text() == "recomputed here, matches"
    QTest.mouseClick(chain.show_steps, Qt.MouseButton.LeftButton)
    assert chain.steps.isVisible()
    proof = prove(desk.staff.desk, 2990)
    names = {label.accessibleName() for label in chain.steps.findChildren(Label)}
    assert {f"the root: {proof.root.hex()}", f"together: {proof.steps[0].both.hex()}"} <= names
    check_names(longer.detail)


def test_a_changed_entry_does_not_match_its_proof(desk: Bench, longer: AuditScreen) -> None:
    with closing(sqlite3.connect(desk.staff.desk.folder / DATABASE)) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET leaf = replace(leaf, 'post', 'past') WHERE seq = 2991")
        connection.commit()
    longer._chosen("2990")
    desk.settle()
    (chain,) = longer.detail.findChildren(ProofChain)
    assert chain.result.text() == "recomputed here, does not match"


def test_an_export_of_a_post_that_is_not_there_is_told_at_its_field(desk: Bench, screen: AuditScreen) -> None:
    screen.export()
    dialog = modal(ExportDialog)
    dialog.form.set_current("csv")
    QTest.keyClicks(dialog.entries.post, "P-99")
    assert dialog.entries.about.isChecked()
    dialog.save.click()
    desk.settle()
    assert dialog.entries.message.text.startswith("There is no such post.")
    dialog.reject()
    assert not dialog.isVisible()
