"""The line at the bottom: is my typing safe, who publishes, is this practice, and what time it is where we are."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.widgets.layout import columns
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Elided, Panel


class Fact(QWidget):
    """An icon and a few words; hidden while there is nothing to say."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = columns(self, gap=5)
        self._mark = IconMark(icon or "info", "secondary", 14)
        if not icon:
            self._mark.hide()
        self._words = Elided("", "caption", "secondary")
        line.addWidget(self._mark)
        line.addWidget(self._words)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, words: str, icon: str = "", tone: str = "secondary") -> None:
        """Says other words; none hide it."""
        self._words.setText(words)
        self._words.updateGeometry()
        self._words.update()
        if icon:
            self._mark.set_icon(icon, tone)
        self.setVisible(bool(words))


class StatusBar(Panel):
    """Facts at the left, place and clock at the right."""

    def __init__(self, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__("window", parent)
        self._moments = moments
        line = columns(self, margins=(14, 3, 14, 3), gap=16)
        self.saved = Fact("cloud-check")
        self.publisher = Fact("monitor")
        self.practice = Fact("flask-conical")
        for fact in (self.saved, self.publisher, self.practice):
            line.addWidget(fact)
        line.addStretch(1)
        self.place = Fact("globe")
        self.clock = Fact("")
        line.addWidget(self.place)
        line.addWidget(self.clock)
        self.tick()

    def sizeHint(self) -> QSize:
        """26 px high."""
        return QSize(0, look().px(look().tokens.size["statusBar"]))

    def tick(self) -> None:
        """Shows the present minute."""
        now = self._moments.now()
        place = f"{self._moments.place()} · {self._moments.zone_label()}, {self._moments.offset()}"
        if place != self.place.text:
            self.place.say(place)
        clock = f"{self._moments.day(now, year=True)}, {self._moments.time(now)}"
        if clock != self.clock.text:
            self.clock.say(clock)
