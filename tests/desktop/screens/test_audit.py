"""The Audit screen: what it shows, verifying, tampering, exporting, the keyboard."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.screens.audit import AuditScreen
from desktop.screens.audit.export import ExportDialog
from desktop.screens.audit.proof import grouped
from desktop.screens.audit.rows import GROUPS, icon_of
from editorial.audit.actions import Action
from editorial.audit.bundle import checker_digest
from editorial.audit.marks import KEYRING_NAME
from editorial.desk import DATABASE, KEYRING_LOCK
from editorial.people.keys import SECRET_NAME
from editorial.vault import Vault
from editorial.vault.private import PrivateSecretService
from tests.desktop.screens.audited import audit_screen, sentences, title
from tests.editorial.audit.bundles import check, records, vkey_of
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN
from tests.fakes.desktop import Bench, modal


@pytest.fixture
def screen(desk: Bench) -> AuditScreen:
    return audit_screen(desk)


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
    vault.delete(KEYRING_NAME)  # of another test: these workspaces are copies of one
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
    assert [command.text for command in found.commands()] == ["Verify the log now", "All concerns…"]


def test_every_action_has_an_icon_and_a_filter() -> None:
    prefixes = [prefix for key, (_, each) in GROUPS.items() if key != "all" for prefix in each]
    for action in Action:
        assert icon_of(action)[0] != "file-text" or action.partition(".")[0] in ("workspace", "secret", "recovery")
        assert any(action.startswith(prefix) for prefix in prefixes), action


def test_digests_are_grouped_and_words_are_not() -> None:
    assert grouped("sha256:" + "ab" * 32).startswith("abab abab")
    assert grouped("none yet") == "none yet"
