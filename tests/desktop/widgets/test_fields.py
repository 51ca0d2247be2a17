"""Fields: label, help, error in words, passphrase shown and hidden, Caps Lock, combo box, text area."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, QPoint, QPointF, Qt, QTime
from PySide6.QtGui import QAccessible, QGuiApplication, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop.look import Appearance
from desktop.widgets.fields import Combo, DateField, FormField, PassphraseField, TextArea, TimeField
from tests.desktop.conftest import Show


def test_the_label_names_the_editor_and_help_describes_it(show: Show) -> None:
    field = FormField("Sign-in name", help_text="Shown to nobody else.", optional="optional")
    show(field)
    interface = QAccessible.queryAccessibleInterface(field.editor)
    assert interface.text(QAccessible.Text.Name) == "Sign-in name"
    assert interface.text(QAccessible.Text.Description) == "Shown to nobody else."
    assert field.label.buddy() is field.editor


def test_an_error_is_a_sentence_with_a_thick_edge(show: Show) -> None:
    field = FormField("Time", help_text="Hours and minutes")
    show(field)
    field.set_text("25:00")
    height = field.editor.height()
    before = field.editor.grab().toImage()
    field.set_error("There is no 25 o’clock.")
    assert field.message.text == "There is no 25 o’clock."
    assert field.editor.accessibleDescription() == "There is no 25 o’clock."
    assert field.editor.grab().toImage() != before
    assert field.editor.height() == height
    field.set_error("")
    assert (field.error, field.message.text) == ("", "Hours and minutes")
    assert field.editor.grab().toImage() == before


def test_focus_goes_to_the_editor(show: Show) -> None:
    field = FormField("Name", placeholder="Alder Bay Hospital")
    show(field, QLineEdit())
    field.setFocus()
    assert QApplication.focusWidget() is field.editor
    assert field.line.placeholderText() == "Alder Bay Hospital"


def test_a_field_with_another_editor_has_no_line(show: Show) -> None:
    field = FormField("Note", editor=TextArea())
    show(field)
    with pytest.raises(TypeError):
        field.text()


def test_passphrase_is_hidden_shown_and_hidden_again(show: Show) -> None:
    field = PassphraseField()
    show(field)
    field.setFocus()
    QTest.keyClicks(field.editor, "quiet harbour")
    assert field.line.displayText() != "quiet harbour"
    QTest.mouseClick(field.show_button, Qt.MouseButton.LeftButton)
    assert (field.line.displayText(), field.show_button.accessibleName()) == ("quiet harbour", "Hide passphrase")
    assert field.show_button.isChecked()
    QTest.keyClick(field.show_button, Qt.Key.Key_Space)
    assert field.shown is False
    assert field.show_button.accessibleName() == "Show passphrase"
    assert set(field.line.displayText()).isdisjoint("quiet harbour")
    assert field.text() == "quiet harbour"


def test_clearing_a_passphrase_hides_it_and_leaves_nothing_to_undo(show: Show) -> None:
    field = PassphraseField()
    show(field)
    QTest.keyClicks(field.editor, "quiet")
    field.show_button.setChecked(True)
    field.clear()
    field.line.undo()
    assert (field.text(), field.shown) == ("", False)


def test_a_passphrase_can_be_pasted(show: Show) -> None:
    field = PassphraseField()
    show(field)
    QGuiApplication.clipboard().setText("four words from a manager")
    field.setFocus()
    QTest.keyClick(field.editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "four words from a manager"


def test_the_show_button_is_the_next_tab_stop(show: Show) -> None:
    field = PassphraseField()
    show(field, QLineEdit())
    field.setFocus()
    QTest.keyClick(field.editor, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is field.show_button


def typed(field: PassphraseField, text: str, shift: bool) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(field.editor, QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, modifier, text))


@pytest.mark.parametrize(
    ("text", "shift", "warned"), [("a", False, False), ("A", True, False), ("A", False, True), ("a", True, True)]
)
def test_caps_lock_shows_in_letters(show: Show, text: str, shift: bool, warned: bool) -> None:
    field = PassphraseField()
    show(field)
    typed(field, text, shift)
    assert field.caps_lock_seen is warned


def test_digits_say_nothing_about_caps_lock(show: Show) -> None:
    field = PassphraseField()
    show(field)
    typed(field, "A", shift=False)
    typed(field, "7", shift=False)
    assert field.caps_lock_seen is True
    typed(field, "a", shift=False)
    assert field.caps_lock_seen is False


def wheel(widget: QWidget) -> QWheelEvent:
    """Return one turn of the wheel downwards."""
    return QWheelEvent(
        QPointF(5, 5),
        widget.mapToGlobal(QPointF(5, 5)),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


def test_the_wheel_changes_a_combo_only_with_focus(show: Show) -> None:
    combo = Combo("Week starts on")
    combo.addItems(["Monday", "Sunday"])
    show(QLineEdit(), combo)
    combo.clearFocus()
    QApplication.sendEvent(combo, wheel(combo))
    assert combo.currentText() == "Monday"
    combo.setFocus()
    QApplication.sendEvent(combo, wheel(combo))
    assert combo.currentText() == "Sunday"


def test_a_time_is_typed_and_moved_by_arrows_and_the_wheel_needs_focus(show: Show) -> None:
    field, other = TimeField("Time"), QLineEdit()
    show(field, other)
    field.setDisplayFormat("HH:mm")
    field.setTime(QTime(9, 30))
    other.setFocus()
    QApplication.sendEvent(field, wheel(field))
    assert field.time() == QTime(9, 30)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.time() == QTime(10, 30)
    QApplication.sendEvent(field, wheel(field))
    assert field.time() == QTime(9, 30)
    assert field.lineEdit().x() >= 8
    assert field.height() == 32


@pytest.mark.parametrize("kind", [DateField, TimeField])
def test_days_and_times_have_room_for_their_words_also_after_an_error(
    show: Show, kind: type[DateField | TimeField]
) -> None:
    edit = kind()
    field = FormField("When", editor=edit)
    show(field)
    for error in ("", "That day is over.", ""):
        field.set_error(error)
        QApplication.processEvents()
        words = edit.lineEdit()
        assert words.width() >= words.fontMetrics().horizontalAdvance(edit.text())


def test_a_day_is_changed_by_arrows_and_by_the_wheel_only_in_focus(show: Show) -> None:
    field, other = DateField("Day"), QLineEdit()
    show(field, other)
    field.setDate(QDate(2027, 3, 12))
    other.setFocus()
    QApplication.sendEvent(field, wheel(field))
    assert field.date() == QDate(2027, 3, 12)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.date() == QDate(2027, 3, 13)
    QApplication.sendEvent(field, wheel(field))
    assert field.date() == QDate(2027, 3, 12)
    assert field.text() == "12 March 2027"


def test_a_combo_is_moved_by_arrows_and_letters_and_is_wide_enough(appearance: Appearance, show: Show) -> None:
    combo = Combo("Time zone")
    combo.addItems(["Amsterdam", "New York, EST", "Zurich"])
    show(combo)
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert combo.currentText() == "New York, EST"
    QTest.keyClick(combo, Qt.Key.Key_Z)
    assert combo.currentText() == "Zurich"
    assert combo.sizeHint().width() > appearance.px(44) + 60
    assert combo.sizeHint().height() == 32


def test_tab_leaves_a_text_area(show: Show) -> None:
    area, after = TextArea("Note", lines=3, placeholder="What happened?"), QLineEdit()
    show(area, after)
    area.setFocus()
    QTest.keyClick(area, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after
    assert area.toPlainText() == ""
    assert area.minimumSizeHint().height() >= 3 * 19


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_fields_have_the_height_of_controls(appearance: Appearance, show: Show, scale: float) -> None:
    appearance.configure(text_scale=scale)
    field = FormField("Name")
    show(field)
    assert field.editor.height() == round(32 * scale)
    field.setFocus()
    assert field.editor.sizeHint().height() == round(32 * scale)
