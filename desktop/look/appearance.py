"""The look of the running application: one object, made at start, that knows theme, fonts, icons and sizes."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from desktop.look.fonts import Fonts, load_fonts
from desktop.look.icons import IconSource, LucideEngine
from desktop.look.networks import NetworkMarks, draw_mark
from desktop.look.palette import make_palette
from desktop.look.sheet import make_sheet
from desktop.look.style import SignpostStyle
from desktop.look.tokens import Theme, Tokens, load_tokens

Mode = Literal["system", "light", "dark"]
PROPERTY = "signpostAppearance"
MIN_SCALE, MAX_SCALE = 1.0, 1.5


class Appearance(QObject):
    """Applies style, palette, sheet and fonts to the application and answers every widget's questions about them.

    `changed` is emitted after theme, text size or density changed and everything was applied. Painted widgets get a
    style change event as well and need not connect.
    """

    changed = Signal()

    def __init__(
        self, application: QApplication, *, mode: Mode = "system", text_scale: float = 1.0, roomy: bool = False
    ) -> None:
        super().__init__(application)
        self._application = application
        self.tokens: Tokens = load_tokens()
        load_fonts()
        self._mode: Mode = mode
        self._scale = min(MAX_SCALE, max(MIN_SCALE, text_scale))
        self.roomy = roomy
        self._fonts = Fonts(self.tokens, self._scale)
        self._icons = IconSource(self.tokens.icons)
        self._marks = NetworkMarks(self._icons, self._fonts.font("body"))
        self.theme: Theme = self._choose()
        application.setProperty(PROPERTY, self)
        application.setStyle(SignpostStyle(self))
        application.setWindowIcon(self.app_icon())
        self._follow_system()
        self._apply()

    @property
    def mode(self) -> Mode:
        """What is chosen: system, light or dark."""
        return self._mode

    @property
    def text_scale(self) -> float:
        """The text size, 1.0 to 1.5, on top of the system's scaling."""
        return self._scale

    @property
    def motion_ms(self) -> int:
        """How long a movement takes; 0 when the system asks for reduced motion."""
        hints = self._application.styleHints()
        if hasattr(hints, "accessibility"):
            accessibility = hints.accessibility()
            if hasattr(accessibility, "motionPreference") and accessibility.motionPreference().value != 0:
                return 0
        return self.tokens.motion_ms

    def configure(
        self, *, mode: Mode | None = None, text_scale: float | None = None, roomy: bool | None = None
    ) -> None:
        """Change what is given, apply it at once and emit `changed`."""
        if mode is not None:
            self._mode = mode
            self._tell_system()
        if text_scale is not None:
            self._scale = min(MAX_SCALE, max(MIN_SCALE, text_scale))
            self._fonts = Fonts(self.tokens, self._scale)
        if roomy is not None:
            self.roomy = roomy
        self._refresh()

    def px(self, value: float) -> int:
        """Return a length of the design at the text size, in whole device-independent pixels."""
        return round(value * self._scale)

    def control(self, size: Literal["compact", "default", "large"] = "default") -> int:
        """Return the height of a control; the roomy density adds 8."""
        return self.px(int(self.tokens.size["control"][size]) + (8 if self.roomy else 0))

    def row(self, kind: Literal["menu", "table", "list", "queue"]) -> int:
        """Return the height of a row; the roomy density adds 8."""
        return self.px(int(self.tokens.size["row"][kind]) + (8 if self.roomy else 0))

    def font(self, role: str, weight: int = 0, figures: bool = False) -> QFont:
        """Return the font of a type role at the text size; `figures` gives equal-width digits."""
        return self._fonts.font(role, weight, figures)

    def line(self, role: str) -> int:
        """Return the line height of a type role at the text size."""
        return self._fonts.line(role)

    def icon(self, name: str, tone: str = "secondary") -> QIcon:
        """Return a Lucide icon that follows theme and state; `tone` as in `Theme.tone`."""
        return QIcon(LucideEngine(self._icons, name, tone, self._tint))

    def icon_pixmap(self, name: str, size: int, colour: QColor | str, ratio: float) -> QPixmap:
        """Return an icon of `size` px (already scaled) in a colour or tone for a device pixel ratio."""
        ink = self.theme.tone(colour) if isinstance(colour, str) else colour
        return self._icons.pixmap(name, size, ratio, ink)

    def draw_icon(self, painter: QPainter, rect: QRect | QRectF, name: str, colour: QColor | str) -> None:
        """Draw an icon as a square in the middle of `rect`, in a colour or tone."""
        box = rect if isinstance(rect, QRect) else rect.toRect()
        size = min(box.width(), box.height())
        device = painter.device()
        pixmap = self.icon_pixmap(name, size, colour, device.devicePixelRatioF() if device else 1.0)
        painter.drawPixmap(box.left() + (box.width() - size) // 2, box.top() + (box.height() - size) // 2, pixmap)

    def draw_network(self, painter: QPainter, rect: QRect, name: str, off: bool = False) -> None:
        """Draw the mark of a network into a square."""
        device = painter.device()
        ratio = device.devicePixelRatioF() if device else 1.0
        painter.drawPixmap(rect.topLeft(), self._marks.pixmap(name, rect.width(), ratio, self.theme, off))

    def mark(self, name: Literal["signpost", "organization"], size: int, ratio: float = 1.0) -> QPixmap:
        """Return one of our own marks in a square of `size` px (already scaled)."""
        return draw_mark(name, size, ratio)

    def app_icon(self) -> QIcon:
        """Return the icon of windows, in the sizes that systems ask for."""
        icon = QIcon()
        for size in (16, 32, 64, 128):
            icon.addPixmap(draw_mark("signpost", size, 1.0))
        return icon

    def network_name(self, name: str) -> str:
        """Return the word for a network, as people read it."""
        if name == "practice":
            return "Practice network"
        return self.tokens.network_names.get(name, name)

    def _tint(self, tone: str, mode: QIcon.Mode) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return self.theme.text.disabled
        if mode == QIcon.Mode.Selected:
            return self.theme.accent.text
        if mode == QIcon.Mode.Active and tone in ("secondary", "tertiary"):
            return self.theme.text.primary
        return self.theme.tone(tone)

    def _choose(self) -> Theme:
        hints = self._application.styleHints()
        dark = self._mode == "dark"
        if self._mode == "system" and hasattr(hints, "colorScheme"):
            dark = hints.colorScheme() == Qt.ColorScheme.Dark
        theme = self.tokens.dark if dark else self.tokens.light
        if hasattr(hints, "accessibility"):
            accessibility = hints.accessibility()
            if accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast:
                theme = theme.high_contrast()
        return theme

    def _follow_system(self) -> None:
        hints = self._application.styleHints()
        if hasattr(hints, "colorSchemeChanged"):
            hints.colorSchemeChanged.connect(self._refresh)
        if hasattr(hints, "accessibility"):
            accessibility = hints.accessibility()
            accessibility.contrastPreferenceChanged.connect(self._refresh)
        self._tell_system()

    def _tell_system(self) -> None:
        """Ask for window frames and native dialogs in the chosen scheme."""
        schemes = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        hints = self._application.styleHints()
        if hasattr(hints, "setColorScheme"):
            hints.setColorScheme(schemes[self._mode])

    def _refresh(self) -> None:
        """Apply what is chosen now, and tell, unless it is what is applied already."""
        theme = self._choose()
        wanted = (theme, self._scale, self.roomy)
        if wanted == self._applied:
            return
        self.theme = theme
        self._icons.clear()
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        self._applied = (self.theme, self._scale, self.roomy)
        palette: QPalette = make_palette(self.theme)
        self._application.setPalette(palette)
        self._application.setFont(self._fonts.font("body"))
        sheet = make_sheet(self.tokens, self.theme, self._scale, self.control())
        if sheet != self._application.styleSheet():
            self._application.setStyleSheet(sheet)


def look() -> Appearance:
    """Return the appearance of the running application. Raises `RuntimeError` before one was made."""
    application = QApplication.instance()
    appearance = application.property(PROPERTY) if application is not None else None
    if not isinstance(appearance, Appearance):
        raise RuntimeError("Make an Appearance for the application before its widgets")
    return appearance
