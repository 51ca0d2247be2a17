"""Pictures in Compose: added in three ways, refused in words, described, moved and removed, never on the Qt thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.compose.alt import AltDialog
from tests.desktop.screens.composing import ALT, CONTROL, SHIFT, Composing, connect
from tests.editorial.media.pictures import dirty_jpeg, encoded, photo
from tests.fakes.accessible import check_names
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


@pytest.fixture
def work(desk: Bench, staff: Staff) -> Composing:
    made = Composing(desk)
    return made.show(made.draft("Open day", "Come.", connect(staff, "x", media=2)))


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def dialog_of(work: Composing) -> AltDialog:
    found = work.screen.pictures.dialog
    assert found is not None
    return found


def test_a_dropped_picture_is_cleaned_and_shown(work: Composing, tmp_path: Path) -> None:
    strip = work.screen.middle.media
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(written(tmp_path, "garden.jpg", dirty_jpeg())))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, none)
    QApplication.sendEvent(strip, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(strip, QDropEvent(QPointF(5, 5), copy, data, left, none))
    work.desk.settle()
    assert len(strip.thumbs) == 1
    assert not strip.thumbs[0]._picture.isNull()
    assert "location" in work.desk.shell.said[-1].lower()
    work.saved()
    stored = work.stored().body.media[0]
    assert b"GPS" not in work.desk.context.desk.media.path(stored.sha256).read_bytes()
    assert strip._count.text() == "1 of 2 (X limit)"
    work.checked()
    assert work.screen.middle.foot.problems.text() == "Fix 1 first"


def test_a_pasted_picture_and_a_chosen_file_are_added(work: Composing, tmp_path: Path) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    data = QMimeData()
    data.setImageData(image)
    work.editor.insertFromMimeData(data)
    work.desk.settle()
    assert work.desk.shell.said[-1].startswith("Pasted picture.png was added.")
    work.editor.setFocus()
    work.key(Qt.Key.Key_M, CONTROL | SHIFT)
    dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog))
    dialog.filesSelected.emit([str(written(tmp_path, "b.png", encoded(photo(), "PNG")))])
    dialog.close()
    work.desk.settle()
    assert len(work.screen.bench.post.body.media) == 2
    work.saved()


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [("scan.jpg", b"\xff\xd8\xff\x00 cut", "scan.jpg: "), ("notes.txt", b"only words", "notes.txt: ")],
)
def test_what_is_no_picture_is_refused_in_words(
    work: Composing, tmp_path: Path, name: str, data: bytes, title: str
) -> None:
    work.screen.pictures.add_files([written(tmp_path, name, data), tmp_path / "missing.png"])
    work.desk.settle()
    strip = work.screen.strips.problem
    assert strip is not None
    assert work.screen.bench.post.body.media == ()
    work.screen.pictures.add_files([tmp_path / name])
    work.desk.settle()
    strip = work.screen.strips.problem
    assert strip is not None
    assert strip.title.text().startswith(title)
    assert "Nothing was added" in strip.sentence.text()


def test_pictures_are_decoded_on_another_thread(work: Composing, tmp_path: Path) -> None:
    threads: list[int] = []
    work.screen.pictures._add(lambda: threads.append(threading.get_ident()) or encoded(photo(), "PNG"), "a.png")  # type: ignore[func-returns-value]
    assert work.screen.middle.media.add.text() == "Adding…"
    work.desk.settle()
    assert threads
    assert threads[0] != threading.get_ident()
    assert work.screen.middle.media.add.text() == "Add"
    work.saved()


def test_alt_text_is_written_counted_and_kept(work: Composing) -> None:
    work.screen.bench.set_media((work.picture(), work.picture(70, "A door")))
    work.desk.settle()
    work.editor.setFocus()
    work.key(Qt.Key.Key_A, CONTROL | SHIFT)
    dialog = dialog_of(work)
    assert dialog.title.text() == "Alt text of photo 1"
    check_names(dialog)
    QTest.keyClicks(dialog.area, "A garden")
    assert dialog.counter.text() == "8 of 200"
    dialog.area.setPlainText("x" * 203)
    assert dialog.field.error == "3 characters too many"
    dialog.area.setPlainText("A garden in spring")
    work.click(dialog.done_button)
    work.saved()
    work.checked()
    assert [item.alt for item in work.stored().body.media] == ["A garden in spring", "A door"]
    assert work.screen.middle.media.thumbs[0].accessibleName() == "Photo 1. A garden in spring"


def test_a_decorative_picture_needs_no_words(work: Composing) -> None:
    work.screen.bench.set_media((work.picture(),))
    work.desk.settle()
    work.click(work.screen.middle.media.thumbs[0])
    dialog = dialog_of(work)
    dialog.decorative.setFocus()
    QTest.keyClick(dialog.decorative, Qt.Key.Key_Space)
    assert not dialog.area.isEnabled()
    work.click(dialog.done_button)
    work.saved()
    work.checked()
    assert work.stored().body.media[0].decorative
    assert work.screen.middle.media.thumbs[0].state == ("check", "success", "Decorative")
    assert work.screen.bench.findings == ()


def test_pictures_are_moved_and_removed_by_keyboard(work: Composing) -> None:
    one, two = work.picture(60, "One"), work.picture(70, "Two")
    work.screen.bench.set_media((one, two))
    work.desk.settle()
    strip = work.screen.middle.media
    strip.thumbs[0].setFocus()
    work.key(Qt.Key.Key_Right, ALT)
    assert [item.alt for item in work.screen.bench.post.body.media] == ["Two", "One"]
    assert QApplication.focusWidget() is strip.thumbs[1]
    assert strip.thumbs[1].accessibleName() == "Photo 2. One"
    work.key(Qt.Key.Key_Right, ALT)  # it is the last one already
    work.key(Qt.Key.Key_Delete)
    assert [item.alt for item in work.screen.bench.post.body.media] == ["Two"]
    assert QApplication.focusWidget() is strip.thumbs[0]
    assert work.desk.shell.said[-1] == "Photo 2 was removed."
    work.desk.shell.actions[-1][1]()
    assert [item.alt for item in work.screen.bench.post.body.media] == ["Two", "One"]
    work.saved()
    assert [item.alt for item in work.stored().body.media] == ["Two", "One"]


def test_the_same_picture_twice_is_said(work: Composing, tmp_path: Path) -> None:
    path = written(tmp_path, "a.png", encoded(photo(), "PNG"))
    work.screen.pictures.add_files([path])
    work.desk.settle()
    work.screen.pictures.add_files([path])
    work.desk.settle()
    assert work.desk.shell.said[-1] == "a.png is in this post already."
    assert len(work.screen.bench.post.body.media) == 1
    work.saved()
