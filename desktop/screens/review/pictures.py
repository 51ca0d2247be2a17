"""Pictures of a version: small ones loaded away from the Qt thread, with their alternative text beside them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget
from shiboken6 import isValid

from desktop.context import Context
from desktop.look import look
from desktop.screens.review.texts import DiffText
from desktop.screens.review.words import named
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.marks import IconMark, StatusPill
from desktop.widgets.painting import CENTER, Restyled, begin, box, words
from desktop.widgets.text import Label
from editorial.content import MediaItem
from editorial.errors import DeskError
from editorial.posts.differences import PictureChange

SMALL = (112, 80)
LARGE = (420, 280)
_KEPT = 60


class Picture(Restyled, QWidget):
    """One picture, cropped to its place. It says its alternative text; a picture that cannot be shown says why."""

    def __init__(self, item: MediaItem, size: tuple[int, int], said: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item, self._size = item, size
        self._picture = QPixmap()
        self._problem = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(said)
        self.setToolTip(said)

    def show_picture(self, data: bytes) -> None:
        """Shows the picture, given as PNG."""
        self._picture.loadFromData(data)
        self.update()

    def show_problem(self, title: str) -> None:
        """Says why there is no picture."""
        self._problem = title
        self.setAccessibleDescription(title)
        self.setToolTip(title)
        self.update()

    def sizeHint(self) -> QSize:
        """The place at the text size."""
        return QSize(look().px(self._size[0]), look().px(self._size[1]))

    def minimumSizeHint(self) -> QSize:
        """The same: pictures are not squeezed."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, or an icon in its place."""
        appearance, theme = look(), look().theme
        painter = begin(self)
        if self._picture.isNull():
            box(painter, self.rect(), 6, theme.surface.sunken)
            side = appearance.px(20)
            spot = self.rect().adjusted((self.width() - side) // 2, 0, -(self.width() - side) // 2, 0)
            icon, tone = ("image-off", "danger") if self._problem else ("image", "tertiary")
            appearance.draw_icon(painter, spot, icon, tone)
            if self._problem:
                below = self.rect().adjusted(6, self.height() // 2 + side // 2, -6, -4)
                words(painter, below, self._problem, appearance.font("caption"), theme.tone("danger"), CENTER)
        else:
            path = QPainterPath()
            path.addRoundedRect(QRectF(self.rect()), 6, 6)
            painter.setClipPath(path)
            painter.drawPixmap(self.rect(), self._picture)
            painter.setClipping(False)
        box(painter, self.rect(), 6, None, theme.border.subtle)
        painter.end()


class Pictures(QObject):
    """Fetches small pictures for `Picture` widgets and keeps the last ones."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._known: dict[tuple[str, int, int], bytes] = {}

    def small(self, item: MediaItem, said: str) -> Picture:
        """A picture beside words."""
        return self._fill(Picture(item, SMALL, said))

    def large(self, item: MediaItem, said: str) -> Picture:
        """A picture to look at, whole, in the shape it has."""
        wide, high = LARGE
        share = min(wide / max(1, item.width), high / max(1, item.height))
        size = (max(40, round(item.width * share)), max(40, round(item.height * share)))
        return self._fill(Picture(item, size, said))

    def _fill(self, picture: Picture) -> Picture:
        ratio = picture.devicePixelRatioF()
        size = picture.sizeHint()
        key = (picture.item.sha256, round(size.width() * ratio), round(size.height() * ratio))
        if key in self._known:
            picture.show_picture(self._known[key])
            return picture
        self._context.bridge.work(
            self._context.desk.media.thumbnail,
            *key,
            then=partial(self._came, key, picture),
            failed=partial(self._missing, picture),
            owner=self,
        )
        return picture

    def _came(self, key: tuple[str, int, int], picture: Picture, data: bytes) -> None:
        self._known[key] = data
        while len(self._known) > _KEPT:
            self._known.pop(next(iter(self._known)))
        if isValid(picture):
            picture.show_picture(data)

    def _missing(self, picture: Picture, error: DeskError) -> None:
        if isValid(picture):
            picture.show_problem(error.title)


def said_of(number: int, item: MediaItem) -> str:
    """`Photo 1. A man walks …`, `Photo 2. Decorative`."""
    return f"Photo {number}. {'Decorative' if item.decorative else item.alt or 'No alt text'}"


def described(item: MediaItem) -> QWidget:
    """The alternative text beside a picture."""
    words = "Decorative: screen readers skip it." if item.decorative else f"Alt text: {item.alt}"
    label = Label(words, "small", wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def what_changed(change: PictureChange) -> str:
    """One word for what became of a picture."""
    if change.old is None:
        return "added"
    if change.new is None:
        return "removed"
    if change.old.sha256 != change.new.sha256:
        return "replaced"
    if change.old != change.new:
        return "alt text changed"
    return "moved" if change.moved else "no change"


class ChangedPicture(QWidget):
    """A picture that changed: what was there, what is there now, and its alternative text."""

    def __init__(
        self, change: PictureChange, pictures: Pictures, labels: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = rows(self, margins=(20, 13, 20, 13), gap=6)
        head = columns(gap=8)
        head.addWidget(Label(f"Photo {change.number}", "bodyStrong"))
        whose = f", {named(change.accounts, labels)}" if change.accounts else ""
        head.addWidget(Label(what_changed(change) + whose, "small", "secondary"))
        head.addStretch(1)
        column.addLayout(head)
        place = QWidget()
        flow = FlowLayout(place, gap=12, line_gap=8)
        new_picture = change.new is not None and (change.old is None or change.old.sha256 != change.new.sha256)
        if change.old is not None and (change.new is None or new_picture):
            flow.addWidget(_marked(pictures.small(change.old, said_of(change.number, change.old)), "Old"))
        if change.old is not None and new_picture:
            flow.addWidget(IconMark("arrow-right", "secondary", 16))
        self._beside = rows(gap=12)
        self._beside.addWidget(place)
        if change.new is not None:
            small = pictures.small(change.new, said_of(change.number, change.new))
            flow.addWidget(_marked(small, "New") if new_picture else small)
        if change.new is not None:
            self._beside.addWidget(self._alt(change, change.new), 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The words stand beside the pictures where there is room, else below."""
        super().resizeEvent(event)
        wide = self.width() >= look().px(500)
        self._beside.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    @staticmethod
    def _alt(change: PictureChange, new: MediaItem) -> QWidget:
        if not change.alt or change.old == new:
            return described(new)
        line = QWidget()
        box_ = columns(line, gap=8)
        box_.addWidget(Label("Alt text", "small", "secondary"), 0, Qt.AlignmentFlag.AlignTop)
        box_.addWidget(DiffText(change.alt, "body"), 1)
        return line


def _marked(picture: Picture, word: str) -> Picture:
    group, icon = ("danger", "minus") if word == "Old" else ("success", "plus")
    pill = StatusPill.of(group, icon, word, picture)
    pill.move(look().px(6), look().px(6))
    pill.resize(pill.sizeHint())
    picture.setAccessibleName(f"{word}: {picture.accessibleName()}")
    return picture
