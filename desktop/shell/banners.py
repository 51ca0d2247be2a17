"""Banners under the top bar: at most one, the most pressing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.widgets.banner import Banner, BannerKind
from desktop.widgets.buttons import AppButton
from desktop.widgets.buttons import Kind as ButtonKind
from desktop.widgets.layout import rows

Actions = tuple[tuple[str, ButtonKind, str], ...]


@dataclass(frozen=True)
class Strip:
    """What a banner says and offers. `actions`: a word, the kind of button, and a name for `BannerPlace.acted`."""

    kind: BannerKind
    title: str
    sentence: str = ""
    icon: str = ""
    actions: Actions = ()


class BannerPlace(QWidget):
    """Shows the first of the strips that there are, in the order given; rebuilt only when the words change."""

    def __init__(self, act: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act = act
        self._column = rows(self)
        self._shown: Strip | None = None
        self.banner: Banner | None = None
        self.hide()

    @property
    def shown(self) -> Strip | None:
        """What is said now."""
        return self._shown

    def show_strips(self, *strips: Strip | None) -> None:
        """Shows the first that is not None, or nothing."""
        first = next((strip for strip in strips if strip is not None), None)
        if first == self._shown:
            return
        before, self._shown = self._shown, first
        if first is not None and before is not None and self.banner is not None and _same_frame(first, before):
            self.banner.set_text(first.title, first.sentence)
            return
        if self.banner is not None:
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None
        if first is not None:
            self.banner = self._make(first)
            self._column.addWidget(self.banner)
        self.setVisible(first is not None)

    def button(self, name: str) -> AppButton | None:
        """The button that does `name`, while it is shown."""
        return self.findChild(AppButton, name)

    def _make(self, strip: Strip) -> Banner:
        banner = Banner(strip.kind, strip.title, strip.sentence, icon=strip.icon)
        for words, kind, name in strip.actions:
            button = AppButton(words, kind, size="compact" if strip.kind == "note" else "default")
            button.setObjectName(name)
            button.clicked.connect(lambda _=False, name=name: self._act(name))
            banner.add_action(button)
        return banner


def _same_frame(one: Strip, other: Strip) -> bool:
    return (one.kind, one.icon, one.actions) == (other.kind, other.icon, other.actions)
