"""Where the parts of Compose stand at each width: three columns, or one with the list over it and tabs at the side."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QSplitter, QStackedWidget, QWidget

from desktop.look import look
from desktop.screens.compose.checks import ChecksPanel
from desktop.screens.compose.chips import ChipsGrid
from desktop.screens.compose.drafts import DraftsPanel
from desktop.screens.compose.foot import Foot
from desktop.screens.compose.head import Head
from desktop.screens.compose.media import MediaStrip
from desktop.screens.compose.preview import PreviewPanel
from desktop.screens.compose.writing import WritingFrame
from desktop.widgets.banner import Banner, EmptyState
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Tabs
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Hairline, Panel

LIST, SIDE, NARROW_SIDE = 236, 408, 324
NARROW = 1064
"""Below this width, at text size 100 %, the list lies over the rest and the side panels become tabs."""

MIDDLE = 1172
"""Below this width the side panel gives way first."""


class Work(Panel):
    """The middle column: head, chips, editor, pictures, foot; or an empty state while no post is open."""

    def __init__(self, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__("panel", parent)
        column = rows(self)
        self.pages = QStackedWidget()
        column.addWidget(self.pages)
        post = QWidget()
        whole = rows(post)
        self._inside = rows(margins=(20, 14, 20, 12), gap=10)
        self.head = Head(person_id)
        self.chips = ChipsGrid()
        self.unconnected = Banner(
            "info",
            "No account is connected yet",
            "You can write now. A post goes out once an account is connected.",
            icon="plug",
            inline=True,
        )
        self.connect_account = AppButton("Connect an account", "plain", size="compact")
        self.unconnected.add_action(self.connect_account)
        self.writing = WritingFrame()
        self.media = MediaStrip()
        for widget in (self.head, self.chips, self.unconnected):
            self._inside.addWidget(widget)
        self._inside.addWidget(self.writing, 1)
        self._inside.addWidget(self.media)
        whole.addLayout(self._inside, 1)
        self.foot = Foot()
        whole.addWidget(self.foot)
        self.pages.addWidget(post)
        self.nothing = EmptyState("square-pen", "No post is open", "Choose one from the list, or begin a new one.")
        self.new = AppButton("New post", "primary", icon="plus", hint="Ctrl N")
        self.nothing.add_action(self.new)
        self.pages.addWidget(self.nothing)
        self.pages.setCurrentWidget(self.nothing)

    def set_compact(self, compact: bool) -> None:
        """Less room around, one row of chips, small pictures."""
        self._inside.set_margins(20, 10 if compact else 14, 20, 8 if compact else 12)
        self.head.set_compact(compact)
        self.chips.set_one_row(compact)
        self.media.set_compact(compact)

    def show_open(self, is_open: bool) -> None:
        """Shows the post, or that none is open."""
        self.pages.setCurrentIndex(0 if is_open else 1)


class Side(Panel):
    """Checks over preview, or one of them behind tabs."""

    def __init__(self, organization: str, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        column = rows(self)
        self.tabs = Tabs([("checks", "Checks"), ("preview", "Preview")], label="Checks or preview")
        self._bar = QWidget()
        line = columns(self._bar, margins=(16, 6, 8, 0))
        line.addWidget(self.tabs)
        line.addStretch(1)
        self._line = Hairline()
        column.addWidget(self._bar)
        column.addWidget(self._line)
        self.checks, self.preview = ChecksPanel(), PreviewPanel(organization)
        self.both = QSplitter(Qt.Orientation.Vertical)
        self.both.setChildrenCollapsible(False)
        self.both.addWidget(self.checks)
        self.both.addWidget(self.preview)
        self.both.setStretchFactor(0, 5)
        self.both.setStretchFactor(1, 4)
        column.addWidget(self.both, 1)
        self.tabs.changed.connect(lambda _: self._apply())
        self._moved = False  # a person moved the border: it stays where it was put
        self.both.splitterMoved.connect(self._on_moved)
        self.checks.grown.connect(self.share_out)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._share_out)
        self._compact = False
        self._apply()

    def set_compact(self, compact: bool) -> None:
        """Tabs, or one over the other."""
        self._compact = compact
        self._apply()

    def share_out(self) -> None:
        """Gives the checks what they need, up to three fifths, and the rest to the preview."""
        self._soon.start()

    def _share_out(self) -> None:
        height = self.both.height()
        if not self._moved and not self._compact and height > 0:
            checks = min(self.checks.wanted_height(), height * 3 // 5)
            if self.both.sizes()[0] != checks:
                self.both.setSizes([checks, height - checks])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share out anew."""
        super().resizeEvent(event)
        self.share_out()

    def _on_moved(self) -> None:
        self._moved = True

    def show_part(self, key: str) -> None:
        """Brings checks or preview into sight."""
        self.tabs.set_current(key)

    def _apply(self) -> None:
        self._bar.setVisible(self._compact)
        self._line.setVisible(self._compact)
        self.checks.show_head(not self._compact)
        self.checks.setVisible(not self._compact or self.tabs.current == "checks")
        self.preview.setVisible(not self._compact or self.tabs.current == "preview")


class Overlay(Panel):
    """The list of posts over the work area in a narrow window. Esc, a choice and a click elsewhere close it."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("app", parent)
        self._column = columns(self)
        self._column.addWidget(Hairline(vertical=True))
        self.hide()

    def take(self, widget: QWidget) -> None:
        """Holds the list."""
        self._column.insertWidget(0, widget, 1)
        widget.show()

    def showEvent(self, event: QShowEvent) -> None:
        """Listen for clicks elsewhere."""
        super().showEvent(event)
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one while widgets live

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop listening."""
        super().hideEvent(event)
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go out of the way of a click elsewhere in the window."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            elsewhere = watched.window() is self.window() and not (watched is self or self.isAncestorOf(watched))
            if elsewhere and watched is not self.window():
                self.close_up()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
            return
        super().keyPressEvent(event)

    def close_up(self) -> None:
        """Goes out of the way."""
        if self.isVisible():
            self.hide()
            self.closed.emit()


class Layout(QObject):
    """Puts list, work and side into a content widget and follows its width."""

    def __init__(self, content: QWidget, person_id: str, drafts: DraftsPanel, organization: str) -> None:
        super().__init__(content)
        self._content, self.drafts = content, drafts
        self.work, self.side = Work(person_id), Side(organization)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setMinimumSize(1, 1)  # the width decides the arrangement, not the other way round
        columns(content).addWidget(self.splitter)
        for widget in (drafts, self.work, self.side):
            self.splitter.addWidget(widget)
        self.work.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for place, stretch in enumerate((0, 1, 0)):
            self.splitter.setStretchFactor(place, stretch)
        self.side.hide()  # until a post is open
        self.overlay = Overlay(content)
        self.overlay.closed.connect(self._focus_back)
        self.posts = self.work.head.posts
        self.posts.clicked.connect(self.toggle_list)
        self.compact: bool | None = None
        self._size = (0, 0)
        content.installEventFilter(self)
        look().changed.connect(self._fit)
        drafts.opened.connect(lambda _: self.overlay.close_up())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the width of the content."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def toggle_list(self) -> None:
        """Opens the list over the rest, or closes it."""
        if self.overlay.isVisible():
            self.overlay.close_up()
            return
        self._place_overlay()
        self.overlay.show()
        self.overlay.raise_()
        self.drafts.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _fit(self) -> None:
        scale = look().text_scale
        width = self._content.width() / scale
        compact = width < NARROW
        if compact != self.compact:
            self._change(compact)
        size = (self._content.width(), round(100 * scale))
        if size != self._size:
            self._size = size
            self._share_out(width)
        self._place_overlay()

    def _change(self, compact: bool) -> None:
        self.compact = compact
        self.overlay.hide()
        if compact:
            self.overlay.take(self.drafts)
        else:
            self.splitter.insertWidget(0, self.drafts)
            self.splitter.setStretchFactor(0, 0)
            self.drafts.show()
        self.posts.setVisible(compact)
        self.work.set_compact(compact)
        self.side.set_compact(compact)

    def _share_out(self, width: float) -> None:
        """The widths that the design gives each column; a person may move the borders afterwards."""
        list_width = 0 if self.compact else LIST
        side = SIDE if width >= MIDDLE else NARROW_SIDE
        self.drafts.setMinimumWidth(look().px(180))
        self.side.setMinimumWidth(look().px(280))
        work = max(300, round(width) - list_width - side)
        sizes = [list_width, work, side] if not self.compact else [work, side]
        self.splitter.setSizes([look().px(part) for part in sizes])

    def _place_overlay(self) -> None:
        if self.compact:
            self.overlay.setGeometry(0, 0, look().px(LIST + 24), self._content.height())

    def _focus_back(self) -> None:
        self.posts.setFocus(Qt.FocusReason.OtherFocusReason)
