"""The appearance follows the choice and the system, is applied to the whole application, and costs little at start."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton, QStyle, QStyleOptionButton
from pytestqt.qtbot import QtBot

from desktop.look import Appearance, look
from desktop.look.appearance import PROPERTY

START = """
import json, os, sys, time
from PySide6.QtWidgets import QApplication
application = QApplication([])
begin = time.perf_counter()
from desktop.look import Appearance
imported = time.perf_counter()
Appearance(application)
done = time.perf_counter()
modules = sorted(name for name in sys.modules if name.startswith("PySide6.Qt"))
print(json.dumps([imported - begin, done - imported, modules]))
"""


def test_look_gives_the_one_appearance(appearance: Appearance) -> None:
    assert look() is appearance


def test_look_before_an_appearance_is_a_clear_error(appearance: Appearance, qapp: QApplication) -> None:
    qapp.setProperty(PROPERTY, None)
    try:
        with pytest.raises(RuntimeError, match="Make an Appearance"):
            look()
    finally:
        qapp.setProperty(PROPERTY, appearance)


def test_a_change_is_applied_everywhere_and_told_once(appearance: Appearance, qtbot: QtBot, qapp: QApplication) -> None:
    told: list[bool] = []
    appearance.changed.connect(lambda: told.append(True))
    appearance.configure(mode="dark", text_scale=1.5)
    appearance.configure(mode="dark", text_scale=1.5)
    qtbot.wait(1)
    assert told == [True]
    assert qapp.palette().color(QPalette.ColorRole.Window) == appearance.tokens.dark.surface.window
    assert qapp.font().pixelSize() == 20
    assert appearance.tokens.dark.surface.tooltip.name() in qapp.styleSheet()
    assert qapp.styleHints().colorScheme() in (Qt.ColorScheme.Dark, Qt.ColorScheme.Unknown)


def test_system_mode_is_light_where_the_system_does_not_say(appearance: Appearance) -> None:
    appearance.configure(mode="system")
    assert appearance.theme.dark is False


@pytest.mark.parametrize(("wished", "got"), [(0.5, 1.0), (1.25, 1.25), (4.0, 1.5)])
def test_the_text_size_has_limits(appearance: Appearance, wished: float, got: float) -> None:
    appearance.configure(text_scale=wished)
    assert appearance.text_scale == got
    assert appearance.px(32) == round(32 * got)


def test_roomy_makes_controls_and_rows_taller(appearance: Appearance) -> None:
    before = (appearance.control(), appearance.row("table"))
    appearance.configure(roomy=True)
    assert (appearance.control(), appearance.row("table")) == (before[0] + 8, before[1] + 8)


def test_motion_has_a_length_without_a_wish_for_less(appearance: Appearance) -> None:
    assert appearance.motion_ms == 140


def drawn(kind: QStyle.PrimitiveElement, state: QStyle.StateFlag, qapp: QApplication) -> QImage:
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    option = QStyleOptionButton()
    option.rect = QRect(0, 0, 16, 16)
    option.state = state
    qapp.style().drawPrimitive(kind, option, painter)
    painter.end()
    return image


@pytest.mark.parametrize(
    "kind", [QStyle.PrimitiveElement.PE_IndicatorCheckBox, QStyle.PrimitiveElement.PE_IndicatorRadioButton]
)
def test_indicators_differ_by_shape_not_only_by_colour(
    appearance: Appearance, qapp: QApplication, kind: QStyle.PrimitiveElement
) -> None:
    flag = QStyle.StateFlag
    off = drawn(kind, flag.State_Enabled | flag.State_Off, qapp)
    on = drawn(kind, flag.State_Enabled | flag.State_On, qapp)
    greyed = drawn(kind, flag.State_On, qapp)
    grey = QImage.Format.Format_Grayscale8
    assert off.convertToFormat(grey) != on.convertToFormat(grey)
    assert greyed != on
    assert on.pixelColor(8, 2) == appearance.theme.accent.solid


def test_the_third_state_of_a_check_box_is_a_line(appearance: Appearance, qapp: QApplication) -> None:
    flag, box = QStyle.StateFlag, QStyle.PrimitiveElement.PE_IndicatorCheckBox
    some = drawn(box, flag.State_Enabled | flag.State_NoChange, qapp)
    assert some.pixelColor(8, 7).lightness() > some.pixelColor(8, 3).lightness()
    assert some != drawn(box, flag.State_Enabled | flag.State_On, qapp)


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_check_boxes_grow_with_the_text(
    appearance: Appearance, qtbot: QtBot, kind: type[QCheckBox] | type[QRadioButton]
) -> None:
    box = kind("Tell all 9 people now")
    qtbot.addWidget(box)
    before = box.sizeHint()
    appearance.configure(text_scale=1.5)
    assert box.sizeHint().height() > before.height()
    assert box.sizeHint().width() > before.width() * 1.4


def test_cold_start_is_cheap(capsys: pytest.CaptureFixture[str]) -> None:
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", START], check=True, capture_output=True, text=True).stdout)
        for _ in range(3)
    ]
    best = min(imported + applied for imported, applied, _ in runs)
    with capsys.disabled():
        parts = ", ".join(f"{imported * 1000:.0f}+{applied * 1000:.0f} ms" for imported, applied, _ in runs)
        print(f"\n  look over a bare QApplication (import+apply): {parts}")  # noqa: T201 - the figure is the point
    assert set(runs[0][2]) == {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtSvg", "PySide6.QtWidgets"}
    assert best < 0.25, "the look has become a burden at start"
