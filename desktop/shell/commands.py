"""The commands that the shell itself has: for the menus, and for the palette."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from desktop.screens.base import Command
from desktop.shell.keys import HOLD_KEYS
from desktop.shell.palette import Entry

if TYPE_CHECKING:
    from desktop.shell.menus import Menus
    from desktop.shell.nav import Place
    from desktop.shell.window import ShellWindow


def standard_menus(window: ShellWindow, menus: Menus, places: Sequence[Place]) -> None:
    """Fills the menu bar."""
    keys = {place.key: f"Ctrl+{number}" for number, place in enumerate(places, 1)}
    writes = "compose" in keys
    menus.add(
        "&Signpost",
        (
            *([Command("New post", window.new_post, "Ctrl+N"), None] if writes else []),
            Command("Settings…", window.settings_wanted.emit),
            Command("People…", window.people_wanted.emit),
            None,
            Command("Lock", window.lock_wanted.emit, "Ctrl+L"),
            Command("Sign out", window.sign_out_wanted.emit),
            Command("Quit", window.close, "Ctrl+Q"),
        ),
    )
    menus.add_screen_menu("S&creen", lambda: window.current)
    menus.add("&Go", [Command(place.label, partial(window.go, place.key), keys[place.key]) for place in places])
    menus.add(
        "&Publishing",
        (
            Command("Hold all publishing…", window.hold, HOLD_KEYS),
            Command("Lift the hold…", window.lift),
            None,
            Command("Concerns…", partial(_show_concerns, window)),
        ),
    )
    menus.add(
        "&Help",
        (
            Command("Find or run a command…", window.find_anything, "Ctrl+K"),
            Command("Comments that mention you…", window.notices.open),
            Command("Help and keys", window.show_help, "F1"),
            Command("All keys", window.show_help, "Ctrl+/"),
        ),
    )


def _show_concerns(window: ShellWindow) -> None:
    from desktop.concerns import ConcernsDialog

    ConcernsDialog(window.context, window).open_soon()


def palette_entries(window: ShellWindow, menus: Menus) -> list[Entry]:
    """Everything that the palette finds without reading: screens, commands of the screen, commands of the shell."""
    screen = window.current
    here = [
        Entry("Commands", each.text, each.do, "corner-down-right", each.shortcut)
        for each in (screen.commands() if screen is not None else ())
    ]
    return [*(_entry(menu, command) for menu, command in menus.commands), *here]


def _entry(menu: str, command: Command) -> Entry:
    group, icon = ("Go to", "arrow-right") if menu == "Go" else ("Commands", "corner-down-right")
    return Entry(group, command.text, command.do, icon, command.shortcut)
