"""The texts of a post as chips: the shared one, then one for each account, and the way to connect another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from desktop.look import look
from desktop.screens.compose.post import SHARED, OpenPost
from desktop.widgets.buttons import AppButton
from desktop.widgets.chips import ChipState, NetworkChip
from editorial.posts.listing import Place

GAP, LINE_GAP = 6, 4
WIDE = 800
ADD = "+"
_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}


class ChipsGrid(QWidget):
    """One tab stop; arrows move, Enter or a click edits that text, Space chooses the account or leaves it out.

    `picked(account id)` with an empty id for the shared text, `toggled(account id)`, `shared_again(account id)`,
    `asked_network()` for connecting another account.
    """

    picked = Signal(str)
    toggled = Signal(str)
    shared_again = Signal(str)
    asked_network = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Texts and networks")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._chips: dict[str, NetworkChip] = {}
        self._one_row = False
        self._editable = True
        self.add = AppButton("Add network", "ghost", icon="plus", parent=self)
        self.add.clicked.connect(self.asked_network)
        self.more = AppButton("", "plain", trailing="chevron-down", parent=self)
        self.more.clicked.connect(self._open_more)
        self.more.hide()
        self._hidden: list[str] = []
        self._shown: tuple[object, ...] = ()

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_post(self, post: OpenPost, editable: bool) -> None:
        """Shows the texts of a post and how long each is."""
        self._editable = editable
        places = post.places
        if list(self._chips) != [SHARED, *places]:
            self._make(places)
        chosen = set(post.body.accounts)
        shown = (post.active, editable, *(self._state(post, place, key in chosen) for key, place in places.items()))
        if shown == self._shown:
            return
        self._shown = shown
        for key, state in zip(places, shown[2:], strict=True):
            if isinstance(state, ChipState) and state != self._chips[key].state:
                self._chips[key].show_state(state)
        for key, chip in self._chips.items():
            chip.setChecked(key == post.active)
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == post.active else Qt.FocusPolicy.ClickFocus)
        self.add.setVisible(editable)
        self._arrange()

    def chip(self, account_id: str) -> NetworkChip:
        """The chip of an account, or of the shared text."""
        return self._chips[account_id]

    def set_one_row(self, one_row: bool) -> None:
        """One row with problems first and a menu for the rest, or the grid."""
        if one_row != self._one_row:
            self._one_row = one_row
            self._arrange()

    @property
    def focus_chip(self) -> QWidget:
        """The chip that takes the focus."""
        return next((chip for chip in self._chips.values() if chip.isChecked()), self)

    @staticmethod
    def _state(post: OpenPost, place: Place, chosen: bool) -> ChipState:
        key = place.target.id
        if not chosen:
            return ChipState(own=post.has_own(key), off_reason="not chosen")
        if place.problem:
            return ChipState(own=post.has_own(key), off_reason=place.problem, off_icon="unplug")
        return ChipState(post.has_own(key), post.used(key, place.limits), place.limits.text)

    def _make(self, places: Mapping[str, Place]) -> None:
        for old in self._chips.values():
            old.hide()
            old.deleteLater()
        self._shown = ()
        self._chips = {SHARED: NetworkChip("Shared text", parent=self)}
        for key, place in places.items():
            self._chips[key] = NetworkChip(place.target.label, place.target.network, parent=self)
        before: QWidget | None = None
        for key, chip in self._chips.items():
            chip.clicked.connect(lambda _=False, key=key: self.picked.emit(key))
            chip.installEventFilter(self)
            if key:
                chip.target_toggled.connect(lambda key=key: self._toggle(key))
                chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                chip.customContextMenuRequested.connect(lambda point, key=key: self._open_menu(key, point))
            if before is not None:
                QWidget.setTabOrder(before, chip)
            before = chip
            chip.show()
        if before is not None:
            QWidget.setTabOrder(before, self.more)
            QWidget.setTabOrder(self.more, self.add)

    def _toggle(self, key: str) -> None:
        if self._editable:
            self.toggled.emit(key)

    # ---- keys and menus ----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move between the chips."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            seen = [chip for chip in self._chips.values() if chip.isVisible()]
            if step and isinstance(watched, NetworkChip) and watched in seen and not event.modifiers():
                seen[(seen.index(watched) + step) % len(seen)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _open_menu(self, key: str, point: QPoint) -> None:
        chip = self._chips[key]
        menu = QMenu(self)
        menu.addAction("Edit this text").triggered.connect(lambda: self.picked.emit(key))
        if self._editable:
            off = chip.state.off_reason == "not chosen"
            label = chip.text() or chip.accessibleName().split(",")[0]
            menu.addAction(f"Post to {label}" if off else f"Leave {label} out").triggered.connect(
                lambda: self.toggled.emit(key)
            )
            if chip.state.own:
                menu.addAction("Use shared text").triggered.connect(lambda: self.shared_again.emit(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(chip.mapToGlobal(point))

    def _open_more(self) -> None:
        menu = QMenu(self)
        for key in self._hidden:
            text = self._chips[key].accessibleName()
            menu.addAction(text).triggered.connect(lambda _=False, key=key: self.picked.emit(key))
        if self._editable:
            menu.addSeparator()
            menu.addAction("Add network").triggered.connect(self.asked_network)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    # ---- where they stand --------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the chips for the new width."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Two chips wide."""
        return QSize(look().px(300), look().px(34))

    def _arrange(self) -> None:
        if not self._chips or self.width() < 1:
            return
        if self._one_row:
            self._in_one_row()
        else:
            self._in_grid()

    def _in_grid(self) -> None:
        for chip in self._chips.values():
            chip.show()
        self.more.hide()
        shown: list[QAbstractButton] = [*self._chips.values()]
        if self._editable:
            shown.append(self.add)
        gap, line_gap = look().px(GAP), look().px(LINE_GAP)
        wide = self.width() >= look().px(WIDE)
        least = look().px(118)
        across = max(1, min(6 if wide else 4, (self.width() + gap) // (least + gap)))
        cell = (self.width() - gap * (across - 1)) / across
        height = shown[0].sizeHint().height()
        for index, button in enumerate(shown):
            row, place = divmod(index, across)
            left = round(place * (cell + gap))
            right = round(place * (cell + gap) + cell)
            button.setGeometry(left, row * (height + line_gap), right - left, height)
        lines = -(-len(shown) // across)
        self._set_height(lines * height + (lines - 1) * line_gap)

    def _in_one_row(self) -> None:
        self.add.hide()
        order = self._problems_first()
        gap = look().px(GAP)
        self._hidden = []
        height = self._chips[SHARED].sizeHint().height()
        self.more.setText(self._more_words(len(order)))
        room = self.width() - self.more.sizeHint().width() - gap
        left = 0
        for key in order:
            chip = self._chips[key]
            width = chip.sizeHint().width() + look().px(4)
            last = key == order[-1] and not self._hidden
            if self._hidden or left + width > (self.width() if last and not self._editable else room):
                self._hidden.append(key)
                chip.hide()
                continue
            chip.setGeometry(QRect(left, 0, width, height))
            chip.show()
            left += width + gap
        self.more.setText(self._more_words(len(self._hidden)))
        self.more.setVisible(bool(self._hidden) or self._editable)
        self.more.setGeometry(left, 0, min(self.more.sizeHint().width(), max(0, self.width() - left)), height)
        self._set_height(height)

    def _more_words(self, count: int) -> str:
        return f"{count} more" if count else "Add network"

    def _problems_first(self) -> Sequence[str]:
        """The shared text, the edited one, then those that are over, near, and the rest, each in their own order."""
        rank = {"over": 0, "near": 1, "counted": 2, "calm": 2}

        def place(key: str) -> int:
            chip = self._chips[key]
            if key == SHARED:
                return -2
            if chip.isChecked():
                return -1
            return 3 if chip.state.off_reason else rank[chip.state.level]

        return sorted(self._chips, key=place)

    def _set_height(self, height: int) -> None:
        if self.height() != height or self.minimumHeight() != height:
            self.setFixedHeight(height)
