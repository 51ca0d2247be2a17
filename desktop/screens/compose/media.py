"""The pictures of a post: small pictures with what is said about each, and the place where more are added."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from desktop.look import look
from desktop.screens.compose.editor import local_files
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.painting import CENTER, LEFT, Restyled, begin, box, text_width, words
from desktop.widgets.text import Label
from editorial.content import MediaItem

WIDTH, HEIGHT = 112, 72
LINE = 22
SMALL = (58, 44)


class Thumb(Restyled, QAbstractButton):
    """One picture with its state below. Click or Enter writes its alternative text, Del removes it.

    Alt+Left and Alt+Right move it. `asked(command)`: alt, remove, earlier, later.
    """

    asked = Signal(str)

    def __init__(self, item: MediaItem, number: int, missing: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item, self._number, self._missing = item, number, missing
        self._picture = QPixmap()
        self._compact = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", 6)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.clicked.connect(lambda: self.asked.emit("alt"))
        self._name()

    def show_item(self, item: MediaItem, number: int, missing: bool) -> None:
        """Shows the same picture with other words or in another place."""
        self.item, self._number, self._missing = item, number, missing
        self._name()
        self.updateGeometry()
        self.update()

    def show_picture(self, data: bytes) -> None:
        """Shows the small picture, given as PNG."""
        self._picture.loadFromData(data)
        self.update()

    @property
    def state(self) -> tuple[str, str, str]:
        """Icon, tone and words of the line below."""
        if self._missing:
            return "octagon-x", "danger", "Alt text missing"
        if self.item.decorative:
            return "check", "success", "Decorative"
        return "check", "success", "Alt text"

    def _name(self) -> None:
        said = self.item.alt if self.item.alt and not self._missing else self.state[2]
        self.setAccessibleName(f"Photo {self._number}. {said}")
        self.setToolTip(said)

    def set_compact(self, compact: bool) -> None:
        """A smaller picture with its words beside it, or the picture with its line below."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Picture and words."""
        if self._compact:
            beside = text_width(look().font("caption"), self.state[2])
            return QSize(look().px(SMALL[0] + 9 + 13 + 5 + 4) + beside, look().px(SMALL[1]))
        return QSize(look().px(WIDTH), look().px(HEIGHT + LINE))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, remove with Del, move with Alt and arrows."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.asked.emit("remove")
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (
            Qt.Key.Key_Left,
            Qt.Key.Key_Right,
        ):
            self.asked.emit("earlier" if event.key() == Qt.Key.Key_Left else "later")
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint picture and line."""
        appearance, theme = look(), look().theme
        painter = begin(self)
        wide, high = SMALL if self._compact else (WIDTH, HEIGHT)
        area = QRect(0, 0, appearance.px(wide), appearance.px(high))
        if self._picture.isNull():
            box(painter, area, 6, theme.surface.sunken)
            side = appearance.px(20)
            place = QRect(0, 0, side, side)
            place.moveCenter(area.center())
            appearance.draw_icon(painter, place, "image", "tertiary")
        else:
            paint_cover(painter, area, self._picture, 6)
        box(painter, area, 6, None, theme.border.focus if self.underMouse() else theme.border.subtle)
        self._paint_state(painter, area)
        painter.end()

    def _paint_state(self, painter: QPainter, area: QRect) -> None:
        appearance = look()
        icon, tone, text = self.state
        side = appearance.px(13)
        if self._compact:
            line = QRect(area.right() + appearance.px(9), 0, self.width() - area.width(), self.height())
        else:
            line = QRect(0, area.bottom() + appearance.px(5), self.width(), appearance.px(LINE - 5))
        spot = QRect(line.left(), line.top() + (line.height() - side) // 2, side, side)
        appearance.draw_icon(painter, spot, icon, tone)
        line.setLeft(line.left() + side + appearance.px(5))
        words(painter, line, text, appearance.font("caption"), appearance.theme.tone(tone), LEFT)

    def _open_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        for key, text in (
            ("alt", "Alt text…"),
            ("earlier", "Move to the left"),
            ("later", "Move to the right"),
            ("remove", "Remove"),
        ):
            menu.addAction(text).triggered.connect(lambda _=False, key=key: self.asked.emit(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(point))


class AddTile(Restyled, QAbstractButton):
    """The dashed place where pictures are added."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Add")
        self.setAccessibleName("Add pictures")
        self.setToolTip("Add pictures (Ctrl+Shift+M)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", 6)
        self.busy = 0
        self._compact = False

    def set_compact(self, compact: bool) -> None:
        """A small square, or as high as the pictures."""
        self._compact = compact
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """A little narrower than a picture."""
        if self._compact:
            return QSize(look().px(SMALL[1]), look().px(SMALL[1]))
        return QSize(look().px(96), look().px(HEIGHT + LINE))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def set_busy(self, count: int) -> None:
        """Says how many pictures are being added."""
        self.busy = count
        self.setText("Add" if not count else "Adding…")
        self.setAccessibleName("Add pictures" if not count else f"Adding {count} pictures")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dashed box."""
        appearance, theme = look(), look().theme
        painter = begin(self)
        fill = theme.surface.hover if self.underMouse() else None
        tile = self.rect() if self._compact else self.rect().adjusted(0, 0, 0, -appearance.px(LINE))
        box(painter, tile, 6, fill, theme.border.control, 1, Qt.PenStyle.DashLine)
        side = appearance.px(18)
        middle = tile.center()
        icon = QRect(middle.x() - side // 2, middle.y() - (side // 2 if self._compact else side), side, side)
        appearance.draw_icon(painter, icon, "hourglass" if self.busy else "image-plus", "secondary")
        if self._compact:
            painter.end()
            return
        below = QRect(0, middle.y() + appearance.px(3), self.width(), appearance.line("small"))
        words(painter, below, self.text(), appearance.font("small", 500), theme.text.primary, CENTER)
        painter.end()


class MediaStrip(QWidget):
    """All pictures in their order. `asked(command, digest)` as a thumb asks; `asked_add()`, `dropped(list of paths)`,
    `pasted(QImage)`."""

    asked = Signal(str, str)
    asked_add = Signal()
    dropped = Signal(list)
    pasted = Signal(QImage)
    wants_picture = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setAccessibleName("Media")
        column = rows(self, gap=6)
        head = QWidget()
        line = columns(head, gap=8)
        line.addWidget(Label("Media", "small", strong=True))
        self._count = Label("", "small", "secondary")
        line.addWidget(self._count)
        line.addStretch(1)
        self._cleaned_mark = IconMark("map-pin-off", "secondary", 14)
        self._cleaned = Label("Kept without location data", "small", "secondary")
        line.addWidget(self._cleaned_mark)
        line.addWidget(self._cleaned)
        self._head = head
        column.addWidget(head)
        self._tiles = QWidget()
        self._flow = FlowLayout(self._tiles, gap=10, line_gap=8)
        column.addWidget(self._tiles)
        self.add = AddTile()
        self.add.clicked.connect(self.asked_add)
        self._flow.addWidget(self.add)
        self._compact = False
        self.thumbs: list[Thumb] = []

    def show_media(
        self, media: Sequence[MediaItem], missing: frozenset[str], limit: tuple[int, str], editable: bool
    ) -> None:
        """Shows the pictures; `missing` are those without words, `limit` how many the strictest account takes."""
        if [thumb.item.sha256 for thumb in self.thumbs] != [item.sha256 for item in media]:
            self._make(media)
        for number, (thumb, item) in enumerate(zip(self.thumbs, media, strict=True), 1):
            thumb.show_item(item, number, item.sha256 in missing)
        most, label = limit
        self._count.setText(f"{len(media)} of {most} ({label} limit)" if most and media else "")
        self._cleaned.setVisible(bool(media))
        self._cleaned_mark.setVisible(bool(media))
        self.add.setVisible(editable)

    def set_compact(self, compact: bool) -> None:
        """Leaves out the head where there is little room."""
        self._compact = compact
        self._head.setVisible(not compact)
        self.add.set_compact(compact)
        for thumb in self.thumbs:
            thumb.set_compact(compact)

    def thumb(self, sha256: str) -> Thumb | None:
        """The thumb of a picture."""
        return next((thumb for thumb in self.thumbs if thumb.item.sha256 == sha256), None)

    def _make(self, media: Sequence[MediaItem]) -> None:
        known = {thumb.item.sha256: thumb for thumb in self.thumbs}
        focused = next((thumb.item.sha256 for thumb in self.thumbs if thumb.hasFocus()), "")
        while self._flow.count():
            self._flow.takeAt(0)
        self.thumbs = []
        before: QWidget = self
        for number, item in enumerate(media, 1):
            thumb = known.pop(item.sha256, None) or self._new(item, number)
            self.thumbs.append(thumb)
            self._flow.addWidget(thumb)
            QWidget.setTabOrder(before, thumb)
            before = thumb
            if item.sha256 == focused:
                thumb.setFocus(Qt.FocusReason.OtherFocusReason)
        for gone in known.values():
            gone.hide()
            gone.deleteLater()
        self._flow.addWidget(self.add)
        self._flow.invalidate()
        QWidget.setTabOrder(before, self.add)

    def _new(self, item: MediaItem, number: int) -> Thumb:
        thumb = Thumb(item, number, False, self._tiles)
        thumb.set_compact(self._compact)
        thumb.asked.connect(lambda command: self.asked.emit(command, thumb.item.sha256))
        thumb.show()
        self.wants_picture.emit(item.sha256)
        return thumb

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures."""
        if local_files(event.mimeData().urls()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        self.take(local_files(event.mimeData().urls()), event.mimeData().imageData())
        event.acceptProposedAction()

    def take(self, paths: list[Path], image: object) -> None:
        """Offers files, or a picture without a file."""
        if paths:
            self.dropped.emit(paths)
        elif image is not None:
            self.pasted.emit(QImage(image))  # type: ignore[call-overload]  # a QImage or QPixmap in a variant


def paint_cover(painter: QPainter, area: QRect, picture: QPixmap, radius: float) -> None:
    """Draws a picture so that it fills a rounded rectangle, cut around its middle."""
    path = QPainterPath()
    path.addRoundedRect(area.toRectF(), radius, radius)
    painter.save()
    painter.setClipPath(path)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    scale = max(area.width() / picture.width(), area.height() / picture.height())
    wide, high = area.width() / scale, area.height() / scale
    source = QRect(round((picture.width() - wide) / 2), round((picture.height() - high) / 2), round(wide), round(high))
    painter.drawPixmap(area, picture, source)
    painter.restore()
