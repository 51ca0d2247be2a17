"""The Library screen by mouse and keyboard: finding, reading, adding."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.screens.library import LibraryScreen
from desktop.screens.library.dialogs import AddDialog
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import TextArea
from desktop.widgets.table_model import TableRow
from editorial.authorizations.elements import Detail, SignedBy
from tests.desktop.screens.library import buttons, choose, dialog_of, labels, shown, words
from tests.desktop.screens.library_register import busy_register
from tests.editorial.media.pictures import encoded, photo
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.authorizations import COMPLETE, PDF
from tests.fakes.desktop import Bench


@pytest.fixture
def screen(desk: Bench) -> Iterator[LibraryScreen]:
    busy_register(desk.staff)
    found = shown(desk)
    yield found
    for dialog in found.findChildren(Dialog):
        dialog.reject()
    desk.settle()


# ---- reading ---------------------------------------------------------------------------------------------------------


def test_what_needs_a_person_stands_first_and_open(screen: LibraryScreen) -> None:
    assert labels(screen)[:3] == ["Marek S.", "Greta O.", "Elena W."]
    assert screen.page.banner is not None
    assert screen.page.banner.title.text() == "Authorization A-8 was revoked. Today, 10:42"
    said = words(screen.details)
    for part in (
        "Marek S.",
        "Revoked",
        "By phone",
        "He no longer wants",
        "Choir visit",
        "Take it down by",
        "Cancelled",
    ):
        assert part in said


def test_the_details_say_whose_it_is_and_what_was_done(desk: Bench, screen: LibraryScreen) -> None:
    said = words(screen.details).split("\n")
    assert {"Done automatically", "What waited was cancelled", "A task was opened for each post that is online"} <= {
        *said
    }
    assert "Affected posts" in words(screen.details)
    for label, whose in (("Rosa M.", "Patient. Written"), ("Elena W.", "A minor, signed for. Written")):
        choose(desk, screen, label)
        assert whose in words(screen.details)
        assert "Done automatically" not in words(screen.details)


def test_a_row_says_everything_to_a_screen_reader(screen: LibraryScreen) -> None:
    row = screen.page.table.table.entries[0]
    assert isinstance(row, TableRow)
    assert row.sentence == (
        "A-8. Marek S.. Revoked. Covers full name, photo. Facebook, Instagram. Report on the choir visit; Call for "
        "singers. Until Today, 10:42. 2 posts."
    )


def test_filters_and_search(desk: Bench, screen: LibraryScreen) -> None:
    QTest.mouseClick(screen.page.filters.part("soon"), Qt.MouseButton.LeftButton)
    assert labels(screen) == ["Greta O.", "Elena W."]
    QTest.keyClick(screen.page.filters.part("soon"), Qt.Key.Key_Right)
    assert labels(screen) == ["Marek S."]
    screen.page.show_all()
    QTest.keyClicks(screen.page.search, "a-5")
    desk.settle()
    assert labels(screen) == ["Rosa M."]
    assert "Rosa M." in words(screen.details)
    QTest.keyClicks(screen.page.search, "nobody")
    assert screen.page.none.isVisible()
    assert not screen.page.table.isVisible()
    desk.settle()


def test_arrows_choose_and_the_details_follow(desk: Bench, screen: LibraryScreen) -> None:
    screen.page.table.setFocus()
    QTest.keyClick(screen.page.table, Qt.Key.Key_Down)
    desk.settle()
    said = words(screen.details)
    assert "Greta O." in said
    assert "Ends in 21 days" in said


def test_in_a_narrow_window_tags_become_words(desk: Bench, screen: LibraryScreen) -> None:
    screen.resize(904, 526)
    desk.settle()
    row = screen.page.table.table.entries[0]
    assert isinstance(row, TableRow)
    assert row.cells[2].left[0].text == "full name, photo"


def test_an_empty_register_says_what_to_do(desk: Bench) -> None:
    screen = shown(desk)
    assert screen.page.empty.isVisible()
    assert buttons(screen.page.empty, "Add authorization…")
    assert not screen.page.table.isVisible()


def test_an_author_reads_and_does_nothing_else(desk: Bench) -> None:
    busy_register(desk.staff)
    screen = shown(desk, desk.staff.mira)
    assert labels(screen)
    assert not screen.add_button.isVisible()
    assert not screen.details.revoke.isVisible()
    assert screen.details.document is None
    assert screen.commands() == []


def test_every_control_has_a_name_and_is_reachable(screen: LibraryScreen) -> None:
    check_names(screen)
    check_reachable(screen)
    assert len(screen.regions()) == 3


# ---- adding ----------------------------------------------------------------------------------------------------------


def area(dialog: AddDialog, name: str) -> TextArea:
    editor = dialog.form.fields[name].editor
    assert isinstance(editor, TextArea)
    return editor


def fill(dialog: AddDialog) -> None:
    """What a privacy officer types from the paper."""
    form = dialog.form
    QTest.keyClicks(form.fields["label"].line, "Rosa M.")
    QTest.keyClicks(area(dialog, "information"), COMPLETE.information)
    for detail in (Detail.FIRST_NAME, Detail.PHOTO):
        QTest.keyClick(form.details[detail], Qt.Key.Key_Space)
    QTest.keyClicks(form.fields["discloser"].line, COMPLETE.discloser)
    QTest.keyClick(form.networks["practice"], Qt.Key.Key_Space)
    QTest.keyClicks(area(dialog, "purposes"), COMPLETE.purposes[0])
    QTest.keyClicks(form.fields["signed_on"].line, "2027-03-01")
    QTest.keyClicks(form.fields["expires_on"].line, "2027-11-30")
    QTest.keyClick(form.signers[SignedBy.PATIENT], Qt.Key.Key_Space)
    QTest.keyClicks(form.fields["signer_name"].line, "Rosa Meyer")
    for box in form.told.values():
        QTest.keyClick(box, Qt.Key.Key_Space)


def test_adding_by_keyboard(desk: Bench, tmp_path: Path) -> None:
    screen = shown(desk)
    QTest.mouseClick(screen.add_button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(screen, AddDialog)
    fill(dialog)
    scan = tmp_path / "rosa.pdf"
    scan.write_bytes(PDF)
    dialog.set_scan(scan)
    QTest.keyClick(dialog.form.fields["signer_name"].line, Qt.Key.Key_Return)
    desk.settle()
    (row,) = desk.context.register.rows()
    assert row.label == "Rosa M."
    assert row.elements == replace(COMPLETE, zone="America/New_York")
    assert row.has_scan
    assert desk.shell.said == ["The authorization was recorded."]
    assert screen.page.table.current_key == row.id


def test_what_is_missing_is_told_at_each_field_and_nothing_typed_is_lost(desk: Bench) -> None:
    screen = shown(desk)
    screen.add()
    dialog = dialog_of(screen, AddDialog)
    QTest.keyClicks(area(dialog, "information"), "Her photograph")
    QTest.keyClick(dialog.form.networks["practice"], Qt.Key.Key_Space)
    QTest.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
    desk.settle()
    wrong = {name for name, field in dialog.form.fields.items() if field.error}
    assert {"label", "details", "purposes", "signed_on", "expires_on", "signed_by", "copy_given"} <= wrong
    assert not {"information", "networks", "media", "scan"} & wrong
    assert dialog.form.fields["label"].line.hasFocus()
    assert area(dialog, "information").toPlainText() == "Her photograph"
    assert "things are missing" in dialog.note.text()
    assert desk.context.register.rows() == ()
    fill(dialog)
    dialog.form.networks["practice"].setChecked(True)
    dialog.record.click()
    desk.settle()
    assert len(desk.context.register.rows()) == 1


@pytest.mark.parametrize("name", ["signed_on", "expires_on", "majority_on"])
def test_a_day_that_is_none(desk: Bench, name: str) -> None:
    screen = shown(desk)
    screen.add()
    dialog = dialog_of(screen, AddDialog)
    fill(dialog)
    dialog.form.minor.click()
    dialog.form.fields[name].set_text("31.13.2027")
    dialog.record.click()
    desk.settle()
    assert dialog.form.fields[name].error == "“31.13.2027” is no day. Write it as 12 March 2027 or 2027-03-12."
    assert desk.context.register.rows() == ()
    QTest.keyClick(dialog.form.fields[name].line, Qt.Key.Key_End)
    QTest.keyClick(dialog.form.fields[name].line, Qt.Key.Key_Backspace)
    assert dialog.form.fields[name].error == "", "what was told goes away while it is put right"


def test_days_are_typed_as_people_write_them_and_said_back(desk: Bench) -> None:
    screen = shown(desk)
    screen.add()
    dialog = dialog_of(screen, AddDialog)
    fill(dialog)
    signed, last = dialog.form.days["signed_on"], dialog.form.days["expires_on"]
    for field, typed, said in (
        (signed, "1.3.27", "Monday 1 March 2027"), (last, "30 Nov", "Such as 12 March 2027"),
        (last, "Nov 30, 2027", "Tuesday 30 November 2027"),
    ):  # fmt: skip
        field.line.clear()
        QTest.keyClicks(field.line, typed)
        assert field.message.text == said
        assert field.editor.accessibleDescription() == said
    QTest.mouseClick(dialog.record, Qt.MouseButton.LeftButton)
    desk.settle()
    (row,) = desk.context.register.rows()
    assert (row.elements.signed_on, row.elements.expires_on) == (date(2027, 3, 1), date(2027, 11, 30))


def test_a_representative_says_why_and_a_minor_when(desk: Bench) -> None:
    screen = shown(desk)
    screen.add()
    dialog = dialog_of(screen, AddDialog)
    form = dialog.form
    assert not form.fields["authority"].isVisible()
    assert not form.fields["majority_on"].isVisible()
    fill(dialog)
    form.signers[SignedBy.REPRESENTATIVE].click()
    form.minor.click()
    dialog.record.click()
    desk.settle()
    assert form.fields["authority"].error
    assert form.fields["majority_on"].error
    QTest.keyClicks(form.fields["authority"].line, "Mother")
    QTest.keyClicks(form.fields["majority_on"].line, "2033-05-04")
    dialog.record.click()
    desk.settle()
    (row,) = desk.context.register.rows()
    assert (row.elements.authority, str(row.elements.majority_on)) == ("Mother", "2033-05-04")


def test_named_pictures_are_those_of_posts(desk: Bench, tmp_path: Path) -> None:
    screen = shown(desk)
    screen.add()
    dialog = dialog_of(screen, AddDialog)
    path = tmp_path / "choir.png"
    path.write_bytes(encoded(photo(3), "PNG"))
    dialog.add_pictures([path])
    desk.settle()
    _, item, _ = desk.context.drafting.add_picture(desk.staff.mira.actor, path.read_bytes(), "again.png")
    assert list(dialog.form.media) == [(item.sha256, "choir.png")]
    dialog.form.clear_pictures.click()
    assert not dialog.form.media
    dialog.add_pictures([tmp_path / "gone.png"])
    desk.settle()
    assert "cannot be read" in dialog.form.fields["media"].error


def test_a_scan_that_is_none_is_told_at_its_field(desk: Bench, tmp_path: Path) -> None:
    screen = shown(desk)
    screen.add()
    dialog = dialog_of(screen, AddDialog)
    fill(dialog)
    for name, data in (("rosa.docx", b"PK"), ("gone.pdf", None)):
        if data is not None:
            (tmp_path / name).write_bytes(data)
        dialog.set_scan(tmp_path / name)
        dialog.record.click()
        desk.settle()
        assert dialog.form.fields["scan"].error
    assert desk.context.register.rows() == ()


def test_without_the_keyring_the_form_stays(desk: Bench, tmp_path: Path) -> None:
    screen = shown(desk)
    screen.add()
    dialog = dialog_of(screen, AddDialog)
    fill(dialog)
    (tmp_path / "rosa.pdf").write_bytes(PDF)
    dialog.set_scan(tmp_path / "rosa.pdf")
    desk.staff.keyring.entries.clear()
    dialog.record.click()
    desk.settle()
    assert dialog.problem.isVisible()
    assert "workspace secret" in dialog.problem.title.text()
    assert dialog.form.label_text() == "Rosa M."


def test_the_forms_controls_have_names(desk: Bench) -> None:
    screen = shown(desk)
    screen.add()
    dialog = dialog_of(screen, AddDialog)
    check_names(dialog)
    check_reachable(dialog)
    texts = " ".join(each.text() for each in dialog.findChildren(AppButton))
    assert "verbal" not in texts.lower()
