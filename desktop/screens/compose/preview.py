"""How a post will look on a network: its structure, not its logo. Read-only; follows the text that is edited."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.look import look
from desktop.screens.compose.media import paint_cover
from desktop.screens.compose.post import OpenPost
from desktop.widgets.buttons import IconButton
from desktop.widgets.layout import Box, ScrollArea, columns, rows
from desktop.widgets.marks import IconMark, NetworkMark, OrganizationMark
from desktop.widgets.painting import Restyled, begin, box
from desktop.widgets.text import Label, Panel
from editorial.content import MediaItem
from editorial.counting import overflow_start
from editorial.posts.listing import Place

CARD = 360
PICTURES = 230
"""The height of the pictures, in px at text size 100 %."""


class Card(Restyled, QFrame):
    """The ground of the preview, in the scheme of the app or the other one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dark: bool | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def is_dark(self) -> bool:
        """Whether the dark colours are shown."""
        return look().theme.dark if self.dark is None else self.dark

    @property
    def colours(self) -> tuple[QColor, QColor, QColor, QColor]:
        """Ground, edge, ink and quiet ink."""
        tokens = look().tokens
        theme = tokens.dark if self.is_dark else tokens.light
        return theme.surface.panel, theme.border.default, theme.text.primary, theme.text.secondary

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = begin(self)
        ground, edge, _, _ = self.colours
        box(painter, self.rect(), 10, ground, edge)
        painter.end()


class Mosaic(Restyled, QWidget):
    """Up to four pictures as networks lay them out: one, two side by side, one large with two small, or four."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[QPixmap] = []
        self._count = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pictures(self, pictures: Sequence[QPixmap], alts: Sequence[str]) -> None:
        """Shows pictures; those that are still being read are empty places."""
        self._pictures = list(pictures[:4])
        self.setAccessibleName("Pictures: " + "; ".join(alt or "no alt text" for alt in alts))
        self.setToolTip("\n".join(alt for alt in alts if alt))
        self.setVisible(bool(pictures))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the card."""
        return QSize(look().px(CARD), look().px(PICTURES))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pictures."""
        painter = begin(self)
        for area, picture in zip(self._places(), self._pictures, strict=True):
            if picture.isNull():
                painter.fillRect(area, look().theme.surface.sunken)
            else:
                paint_cover(painter, area, picture, 0)
        painter.end()

    def _places(self) -> list[QRect]:
        count, gap = len(self._pictures), look().px(2)
        wide, high = self.width(), self.height()
        half, low = (wide - gap) // 2, (high - gap) // 2
        if count == 1:
            return [self.rect()]
        if count == 2:
            return [QRect(0, 0, half, high), QRect(half + gap, 0, wide - half - gap, high)]
        if count == 3:
            big = (wide - gap) * 2 // 3
            right = wide - big - gap
            top, below = QRect(big + gap, 0, right, low), QRect(big + gap, low + gap, right, high - low - gap)
            return [QRect(0, 0, big, high), top, below]
        return [QRect(left, top, half, low) for top in (0, low + gap) for left in (0, half + gap)][:count]


class PreviewPanel(Panel):
    """The preview. `stepped(-1 or 1)` asks for the text before or after, `wants_picture(digest)` for a picture."""

    stepped = Signal(int)
    wants_picture = Signal(str)

    def __init__(self, organization: str, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._organization = organization
        self._pictures: dict[str, QPixmap] = {}
        self._media: tuple[MediaItem, ...] = ()
        self._said: tuple[str, str, Place | None] = ("", "", None)
        column = rows(self)
        column.addLayout(self._make_head())
        self.card = Card()
        self._fill_card()
        inside = QWidget()
        holder = rows(inside, margins=(16, 2, 16, 16))
        holder.addWidget(self.card)
        holder.addStretch(1)
        column.addWidget(ScrollArea(inside), 1)

    def _make_head(self) -> Box:
        line = columns(margins=(16, 6, 8, 6), gap=2)
        self.title = Label("Preview", "heading")
        line.addWidget(self.title)
        line.addStretch(1)
        self.before = IconButton("chevron-left", "Preview of the text before", shortcut="Ctrl+Shift+Tab")
        self.after = IconButton("chevron-right", "Preview of the next text", shortcut="Ctrl+Tab")
        self.before.clicked.connect(lambda: self.stepped.emit(-1))
        self.after.clicked.connect(lambda: self.stepped.emit(1))
        self._mark = NetworkMark("practice", 18)
        self.name = Label("", "body")
        pair = columns(gap=6)
        pair.addWidget(self._mark)
        pair.addWidget(self.name)
        line.addWidget(self.before)
        line.addLayout(pair)
        line.addWidget(self.after)
        line.addSpacing(look().px(18))
        self.scheme = IconButton("moon", "Show the preview in the other colours")
        self.scheme.clicked.connect(self._swap)
        line.addWidget(self.scheme)
        return line

    def _fill_card(self) -> None:
        column = rows(self.card, margins=(1, 1, 1, 1))
        line = columns(margins=(14, 12, 14, 8), gap=10)
        line.addWidget(OrganizationMark(36), 0, Qt.AlignmentFlag.AlignTop)
        names = rows(gap=0)
        self._who = Label("", "body", strong=True, wrap=True, rich=True)
        self._when = Label("", "small", "secondary", wrap=True, rich=True)
        names.addWidget(self._who)
        names.addWidget(self._when)
        line.addLayout(names, 1)
        column.addLayout(line)
        words = rows(margins=(14, 0, 14, 12))
        self.text = Label("", "body", wrap=True, rich=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        words.addWidget(self.text)
        column.addLayout(words)
        self._mosaic = Mosaic()
        column.addWidget(self._mosaic)
        self._more = Label("", "caption", "secondary")
        self._more.setContentsMargins(14, 6, 14, 0)
        column.addWidget(self._more)
        foot = columns(margins=(14, 9, 14, 10), gap=0)
        self._actions: list[tuple[IconMark, Label, str]] = []
        for icon, word in (("thumbs-up", "Like"), ("message-circle", "Comment"), ("share-2", "Share")):
            mark, label = IconMark(icon, "secondary", 15), Label("", "small", rich=True)
            foot.addStretch(1)
            foot.addWidget(mark)
            foot.addSpacing(look().px(6))
            foot.addWidget(label)
            foot.addStretch(1)
            self._actions.append((mark, label, word))
        column.addLayout(foot)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_post(self, post: OpenPost, when: str) -> None:
        """Shows the active text, or, for the shared one, the first account that uses it."""
        place = post.place or _first_sharing(post)
        text = post.text_of(place.target.id) if place else post.body.text
        self._mark.setVisible(place is not None)
        self.name.setText(place.target.label if place else "Shared text")
        if place is not None:
            self._mark.set_network(place.target.network)
        handle = f"@{place.handle.lstrip('@')} · " if place and place.handle else ""
        self._said = (f"{handle}{when}", text, place)
        self._media = post.body.media
        self._show_words()
        for item in self._media:
            if item.sha256 not in self._pictures:
                self._pictures[item.sha256] = QPixmap()
                self.wants_picture.emit(item.sha256)
        self._show_media()
        self.card.setAccessibleName(f"Preview for {self.name.text()}")

    def show_picture(self, sha256: str, data: bytes) -> None:
        """A picture that was asked for."""
        picture = QPixmap()
        picture.loadFromData(data)
        self._pictures[sha256] = picture
        self._show_media()

    def _show_media(self) -> None:
        shown = [self._pictures.get(item.sha256, QPixmap()) for item in self._media]
        self._mosaic.show_pictures(shown, [item.alt for item in self._media])
        count = len(self._media)
        self._more.setText(f"{count - 4} more" if count > 4 else "")
        self._more.setVisible(count > 4)

    def _show_words(self) -> None:
        """Name, time and text in the card's own colours."""
        when, text, place = self._said
        self.scheme.set_icon("sun" if self.card.is_dark else "moon")
        _, _, ink, quiet = self.card.colours
        self._who.setText(_ink(self._organization, ink))
        self._when.setText(_ink(when, quiet))
        for _, label, word in self._actions:
            label.setText(_ink(word, quiet))
        start = overflow_start(text, place.limits) if place else None
        within, over = (text, "") if start is None else (text[:start], text[start:])
        self.text.setText(_ink(within, ink) + _struck(over) if text.strip() else _ink("Nothing is written yet.", quiet))
        self.text.setAccessibleName(text)

    def _swap(self) -> None:
        self.card.dark = not self.card.is_dark
        self.card.update()
        self._show_words()


def _first_sharing(post: OpenPost) -> Place | None:
    """The account that the shared text is previewed for: the first chosen one that uses it."""
    chosen = [place for key, place in post.places.items() if key in post.body.accounts]
    return next((place for place in chosen if not post.has_own(place.target.id)), None)


def _ink(text: str, colour: QColor) -> str:
    return f"<span style='color:{colour.name()}'>{_html(text)}</span>"


def _struck(text: str) -> str:
    if not text:
        return ""
    red = look().theme.group("danger")
    style = f"color:{red.text.name()};background:{red.bg.name()};text-decoration:line-through"
    return f"<span style='{style}'>{_html(text)}</span>"


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>").replace("  ", "&nbsp; ")
