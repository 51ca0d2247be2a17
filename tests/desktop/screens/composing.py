"""A person at the Compose screen: the screen in a window with the keys that the shell gives it, and what one does."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from desktop.screens.compose import ComposeScreen
from desktop.screens.compose.editor import PostEditor
from editorial.accounts.register import Accounts, NewAccount
from editorial.content import MediaItem
from editorial.counting import Limits
from editorial.people.session import SignedIn
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Working
from editorial.secret import Secret
from editorial.when import When
from tests.editorial.media.pictures import encoded, photo
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier
ZONE = "America/New_York"


def connect(staff: Staff, network: str, most: int = 500, rule: str = "characters", media: int = 4) -> str:
    """An account on a network with such limits; returns its id."""
    limits = Limits(text=most, rule=rule, media=media, alt=200)
    label = {"x": "X", "bluesky": "Bluesky"}.get(network, network.capitalize())
    new = NewAccount(network, f"https://{network}.example", "alderbay", label, {"profile": "keyed"}, limits)
    account_id, _ = Accounts(staff.desk).connect(staff.jonas.actor, new, Secret(f"token-of-{network}-0123456789"))
    return account_id


class Composing:
    """The screen, shown. `person` is whoever signed in on the bench."""

    def __init__(self, desk: Bench, width: int = 1252, height: int = 796) -> None:
        self.desk, self.staff = desk, desk.staff
        self.drafting = desk.context.drafting
        self.screen = ComposeScreen(desk.context)
        self.window = QMainWindow()
        self.window.setCentralWidget(self.screen)
        desk.qtbot.addWidget(self.window)
        self.window.resize(width, height)

    def show(self, post_id: str = "") -> Composing:
        """Shows the window, and a post if one is named."""
        with self.desk.qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.desk.settle()
        if post_id:
            self.screen.show_item(post_id)
            self.desk.settle()
        return self

    # ---- what is there -----------------------------------------------------------------------------------------------

    @property
    def editor(self) -> PostEditor:
        return self.screen.middle.writing.editor

    def chosen(self) -> list[str]:
        """The accounts chosen, as typed."""
        return list(self.screen.bench.post.body.accounts)

    @property
    def post_id(self) -> str:
        return self.screen.bench.post.id

    def stored(self, post_id: str = "") -> Working:
        """The draft as it is on the disk."""
        return self.drafting.read(post_id or self.post_id)

    def draft(
        self,
        title: str = "Open day",
        text: str = "Come and see us.",
        *accounts: str,
        by: SignedIn | None = None,
        when: When | None = None,
        media: tuple[MediaItem, ...] = (),
    ) -> str:
        """A draft on the disk; returns its id."""
        body = DraftBody(title, text, accounts=accounts, when=when or When(zone=ZONE), media=media)
        return self.drafting.open((by or self.staff.mira).actor, body)[0]

    def picture(self, width: int = 60, alt: str = "") -> MediaItem:
        """A picture in the workspace."""
        _, item, _ = self.drafting.add_picture(self.staff.mira.actor, encoded(photo(width), "PNG"), f"{width}.png")
        return replace(item, alt=alt)

    # ---- what one does -----------------------------------------------------------------------------------------------

    def type(self, text: str, into: QWidget | None = None) -> None:
        """Types into a widget that has the focus, or into the text."""
        target = into or self.editor
        target.setFocus()
        QTest.keyClicks(target, text)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Presses a key where the focus is."""
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifiers)

    def click(self, widget: QWidget) -> None:
        """Clicks into the middle of a widget."""
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def saved(self) -> None:
        """Has everything saved and every answer shown."""
        self.screen.bench.autosave.flush()
        self.desk.settle()

    def checked(self) -> None:
        """Has the checks run on what is typed now."""
        self.screen.bench.check()
        self.desk.settle()
