"""The editor alone: what is shown about a text is no part of it, and places are counted in code points."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.compose.editor import Mark, PostEditor, clean, fill, plain, points, units
from tests.desktop.conftest import Show

EMOJI = "A😀b\n👩‍⚕️c"


@pytest.fixture
def editor(qtbot: QtBot, appearance: Appearance, show: Show) -> PostEditor:
    made = PostEditor()
    document = QTextDocument(made)
    fill(document, "Ward 4B\nis new")
    made.show_document(document)
    made.setMinimumHeight(200)
    show(made, width=400)
    made.setFocus()
    return made


@pytest.mark.parametrize("text", [EMOJI, "", "plain", "😀" * 5])
def test_code_points_and_qt_units_turn_into_each_other(text: str) -> None:
    for place in range(len(text) + 1):
        assert points(text, units(text, place)) == place
    assert units(text, len(text)) == len(text.encode("utf-16-le")) // 2


def test_marks_do_not_touch_the_text_or_its_undo_steps(editor: PostEditor) -> None:
    before = editor.document().revision()
    editor.show_marks("findings", [Mark(0, 7, "block"), Mark(8, 10, "warning"), Mark(11, 14, "suggestion")])
    QApplication.processEvents()
    assert editor.document().revision() == before
    assert not editor.document().isUndoAvailable()
    assert plain(editor.document()) == "Ward 4B\nis new"


@pytest.mark.parametrize("kind", ["block", "review", "warning", "suggestion", "over"])
def test_each_kind_of_mark_is_seen(editor: PostEditor, kind: str) -> None:
    editor.clearFocus()
    QApplication.processEvents()
    without = editor.viewport().grab().toImage()
    editor.show_marks("findings", [Mark(0, 7, kind)])
    assert editor.viewport().grab().toImage() != without
    editor.show_marks("findings", [])
    assert editor.viewport().grab().toImage() == without


def test_the_lines_of_findings_differ_without_colour(editor: PostEditor) -> None:
    editor.clearFocus()
    pictures = []
    for kind in ("block", "warning", "suggestion"):
        editor.show_marks("findings", [Mark(0, 7, kind)])
        image = editor.viewport().grab().toImage().convertToFormat(QImage.Format.Format_Mono)
        pictures.append(bytes(image.constBits()))
    assert len(set(pictures)) == 3


def test_marks_move_with_what_is_typed_before_them(editor: PostEditor) -> None:
    editor.show_marks("findings", [Mark(8, 10, "warning")])
    editor.textCursor().insertText("Our 😀 ")
    assert editor.marks == (Mark(14, 16, "warning"),)


def test_going_to_a_stretch_selects_it(editor: PostEditor) -> None:
    fill(editor.document(), EMOJI)
    editor.go_to(4, 8)
    assert editor.textCursor().selectedText() == EMOJI[4:8]
    editor.go_to(2, 2)
    assert editor.caret == 2


def test_copied_text_is_plain(editor: PostEditor) -> None:
    editor.selectAll()
    editor.copy()
    data = QApplication.clipboard().mimeData()
    assert data.text() == "Ward 4B\nis new"
    assert not data.hasHtml()


def test_pictures_are_offered_and_not_inserted(editor: PostEditor, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/pictures/garden.jpg")])
    with qtbot.waitSignal(editor.pictures) as offered:
        editor.insertFromMimeData(data)
    assert [path.name for path in offered.args[0]] == ["garden.jpg"]
    image = QMimeData()
    image.setImageData(QImage(4, 3, QImage.Format.Format_RGB32))
    with qtbot.waitSignal(editor.picture) as pasted:
        editor.insertFromMimeData(image)
    assert pasted.args[0].width() == 4
    assert plain(editor.document()) == "Ward 4B\nis new"


def test_pasted_text_has_one_kind_of_line_end() -> None:
    assert clean("a\r\nb\rc\u2028d\u2029e\x00\x07\ufffc\tf") == "a\nb\nc\nd\ne\tf"


def test_filling_leaves_nothing_to_undo_and_the_lines_are_as_high_as_designed(editor: PostEditor) -> None:
    assert not editor.document().isUndoAvailable()
    block = editor.document().firstBlock()
    assert block.blockFormat().lineHeight() == 24
    editor.textCursor().insertText("x")
    assert editor.document().isUndoAvailable()
    editor.undo()
    assert not editor.document().isUndoAvailable()
