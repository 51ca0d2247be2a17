"""The Audit screen: what it shows, verifying, tampering, exporting, the keyboard."""

import csv
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtTest import QTest

from desktop.screens.audit import AuditScreen
from desktop.screens.audit.bars import DAYS
from desktop.screens.audit.export import ExportDialog
from desktop.screens.audit.filters import DaysDialog, Filter
from desktop.screens.audit.proof import ProofChain, grouped
from desktop.screens.audit.rows import GROUPS, icon_of
from desktop.screens.audit.screen import PAGE
from desktop.widgets.table_model import ENTRY_ROLE, TableRow, TableSection
from desktop.widgets.text import Label
from editorial.audit.actions import Action
from editorial.audit.bundle import checker_digest
from editorial.audit.proving import prove
from editorial.desk import DATABASE, KEYRING_LOCK
from editorial.people.keys import SECRET_NAME
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.vault import Vault
from editorial.vault.private import PrivateSecretService
from tests.editorial.audit.bundles import check, records, vkey_of
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN
from tests.fakes.desktop import Bench, modal
from tests.fakes.long_log import lengthen


@pytest.fixture
def screen(desk: Bench) -> AuditScreen:
    account = desk.staff.connect_practice()
    drafting = Drafting(desk.staff.desk)
    for number in range(3):
        post, _ = drafting.open(desk.staff.mira.actor, DraftBody(f"Post {number}", "Hello", accounts=(account,)))
        drafting.submit(desk.staff.mira.actor, post)
    found = AuditScreen(desk.context)
    desk.qtbot.addWidget(found)
    found.resize(1252, 826)
    found.show()
    desk.settle()
    return found


def title(screen: AuditScreen) -> str:
    assert screen.banner is not None
    return screen.banner.title.text()


def sentences(screen: AuditScreen) -> str:
    model = screen.table.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return "\n".join(str(model.data(model.index(row, 0), role)) for row in range(model.rowCount()))


def test_it_verifies_at_first_sight_and_shows_the_newest_first(screen: AuditScreen) -> None:
    assert title(screen).startswith("Verified through entry ")
    assert "Sent version 1 to review. Mira Okafor. P-3, Post 2." in sentences(screen)
    assert screen.table.current_key == str(screen.context.auditing.size() - 1)


def test_verifying_is_an_entry(desk: Bench, screen: AuditScreen) -> None:
    before = screen.context.auditing.size()
    QTest.mouseClick(screen.verify_button, Qt.MouseButton.LeftButton)
    desk.settle()
    newest = screen.context.auditing.entries(limit=1)[0]
    assert (newest.seq, newest.action, newest.result) == (before, "log.verified", "intact")
    assert newest.actor == "Helen Castellanos"


def test_a_changed_entry_is_named_in_red(desk: Bench, screen: AuditScreen) -> None:
    with closing(sqlite3.connect(desk.staff.desk.folder / DATABASE)) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET action = 'post.opened' WHERE seq = 5")
        connection.commit()
    screen.verify()
    desk.settle()
    assert title(screen) == "Entry 5 does not match the chain"
    screen.export()
    dialog = modal(ExportDialog)
    dialog.form.set_current("jsonl")
    dialog.path.set_text(str(desk.staff.desk.folder / "out.jsonl"))
    dialog.save.click()
    desk.settle()
    assert dialog.result_banner.title.text() == "Entry 5 does not match the chain"
    assert not (desk.staff.desk.folder / "out.jsonl").exists()
    dialog.reject()


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_exporting_by_keyboard(desk: Bench, screen: AuditScreen, tmp_path: Path, form: str) -> None:
    screen.export()
    dialog = modal(ExportDialog)
    dialog.form.set_current(form)
    path = tmp_path / f"log.{form}"
    dialog.path.line.selectAll()
    QTest.keyClicks(dialog.path.line, str(path))
    QTest.keyClick(dialog.path.line, Qt.Key.Key_Return)
    desk.settle()
    assert not dialog.isVisible()
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_bytes().count(b"\n")
    assert lines >= screen.context.auditing.size() - 1
    if form == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert next(iter(csv.reader(file)))[:2] == ["Entry", "Time (UTC)"]
    assert desk.shell.said[-1].endswith(f"were exported to {path.name}.")


def test_a_path_without_a_folder_is_refused_in_place(desk: Bench, screen: AuditScreen) -> None:
    dialog = ExportDialog(desk.context, screen)
    dialog.open()
    dialog.form.set_current("csv")
    dialog.path.set_text("log.csv")
    dialog.save.click()
    assert dialog.isVisible()
    dialog.reject()


@pytest.fixture
def with_keyring(desk: Bench, secret_service: PrivateSecretService) -> Bench:
    """The desk where the worker process finds the workspace secret in the computer's keyring."""
    assert secret_service.environment
    folder = desk.staff.desk.folder
    vault = Vault(desk.staff.desk.workspace.id, lock=folder / KEYRING_LOCK)
    vault.put(SECRET_NAME, desk.staff.secret.to_secret())
    return desk


def opened(screen: AuditScreen, path: Path) -> ExportDialog:
    screen.export()
    dialog = modal(ExportDialog)
    assert dialog.form.current == "bundle"
    dialog.path.line.selectAll()
    QTest.keyClicks(dialog.path.line, str(path))
    return dialog


def test_a_bundle_by_keyboard_is_signed_and_checked(with_keyring: Bench, screen: AuditScreen, tmp_path: Path) -> None:
    dialog = opened(screen, tmp_path / "evidence")
    heard: list[float] = []
    dialog.progress.valueChanged.connect(heard.append)
    QTest.keyClick(dialog.path.line, Qt.Key.Key_Return)
    assert dialog.passphrase.message.text == "Enter your passphrase."
    QTest.keyClicks(dialog.passphrase.line, HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    assert dialog.passphrase.text() == "", "it leaves the field when it is used"
    with_keyring.settle()
    assert not dialog.isVisible(), (dialog.passphrase.message.text, dialog.result_banner.title.text())
    assert heard
    assert with_keyring.shell.said[-1].startswith(f"{screen.context.auditing.size() - 1:,} entries were exported to ev")
    said = check(tmp_path / "evidence", "--vkey", vkey_of(tmp_path / "evidence"))
    assert (said.code, "by Helen Castellanos, privacy officer, who signed it" in said.text) == (0, True)


def test_a_wrong_passphrase_is_told_at_its_field(with_keyring: Bench, screen: AuditScreen, tmp_path: Path) -> None:
    dialog = opened(screen, tmp_path / "evidence")
    QTest.keyClicks(dialog.passphrase.line, "not hers at all")
    dialog.save.click()
    with_keyring.settle()
    assert dialog.isVisible()
    assert dialog.passphrase.message.text.startswith("That passphrase does not fit.")
    assert list(tmp_path.glob("evidence*")) == []
    dialog.reject()


def test_a_bundle_of_what_is_shown(with_keyring: Bench, screen: AuditScreen, tmp_path: Path) -> None:
    screen.filters.groups.setCurrentIndex(screen.filters.groups.findData("posts"))
    with_keyring.settle()
    dialog = opened(screen, tmp_path / "evidence")
    assert dialog.entries.shown.isChecked()
    QTest.keyClicks(dialog.passphrase.line, HELEN)
    dialog.save.click()
    with_keyring.settle()
    actions = {each["action"] for each in records(tmp_path / "evidence" / "entries.jsonl") if "h" not in each}
    assert {"post.submitted", "charter.signed"} <= actions
    assert not {each for each in actions if each.startswith(("account.", "person."))}


def test_a_bundle_that_is_cancelled_leaves_nothing(with_keyring: Bench, screen: AuditScreen, tmp_path: Path) -> None:
    dialog = opened(screen, tmp_path / "evidence.zip")
    size = screen.context.auditing.size()
    QTest.keyClicks(dialog.passphrase.line, HELEN)
    dialog.save.click()
    QTest.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    with_keyring.settle()
    assert not dialog.isVisible()
    assert list(tmp_path.glob("evidence*")) == []
    assert screen.context.auditing.size() == size
    assert with_keyring.shell.said == []


def test_every_control_of_the_export_has_a_name_and_is_reachable(desk: Bench, screen: AuditScreen) -> None:
    screen.export()
    dialog = modal(ExportDialog)
    check_names(dialog)
    check_reachable(dialog)
    assert dialog.checker_digest.text().replace(" ", "") == checker_digest()
    assert dialog.withhold.isEnabled(), "Helen is the privacy officer"
    dialog.reject()


def test_filters_narrow_what_is_shown(desk: Bench, screen: AuditScreen) -> None:
    screen.filters.groups.setCurrentIndex(screen.filters.groups.findData("accounts"))
    desk.settle()
    assert sentences(screen).count("Entry ") == 1
    screen.filters.groups.setCurrentIndex(0)
    screen.filters.people.setCurrentIndex(screen.filters.people.findData(desk.staff.mira.person_id))
    desk.settle()
    assert "Jonas" not in sentences(screen)
    post = screen.context.auditing.entries(prefixes=("post.submitted",), limit=1)[0].object_id
    screen.filters.people.setCurrentIndex(0)
    screen.show_item(post)
    desk.settle()
    assert screen.filters.again.isVisible()
    assert sentences(screen).count("Entry ") == 3
    screen.filters.again.click()
    desk.settle()
    assert not screen.filters.again.isVisible()


def test_neighbours_by_keyboard_and_the_detail_tells_the_proof(desk: Bench, screen: AuditScreen) -> None:
    newest = int(screen.table.current_key)
    screen.table.setFocus()
    QTest.keyClick(screen.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert int(screen.table.current_key) == newest - 1
    QTest.keyClick(screen.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert int(screen.table.current_key) == newest
    names = [child.accessibleName() for child in screen.detail.findChildren(type(screen.filters.count))]
    assert any(name.startswith("this entry: ") for name in names)


def test_every_control_has_a_name_and_is_reachable(screen: AuditScreen) -> None:
    check_names(screen)
    check_reachable(screen)


def test_an_author_cannot_export(desk: Bench) -> None:
    desk.sign_in(desk.staff.mira)
    found = AuditScreen(desk.context)
    desk.qtbot.addWidget(found)
    assert [command.text for command in found.commands()] == ["Verify the log now"]


def test_every_action_has_an_icon_and_a_filter() -> None:
    prefixes = [prefix for key, (_, each) in GROUPS.items() if key != "all" for prefix in each]
    for action in Action:
        assert icon_of(action)[0] != "file-text" or action.partition(".")[0] in ("workspace", "secret", "recovery")
        assert any(action.startswith(prefix) for prefix in prefixes), action


def test_digests_are_grouped_and_words_are_not() -> None:
    assert grouped("sha256:" + "ab" * 32).startswith("abab abab")
    assert grouped("none yet") == "none yet"


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
