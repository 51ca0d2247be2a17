"""The screens: where each is found, and who sees it."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module

from desktop.context import Context
from desktop.screens.base import Screen
from desktop.shell.nav import Place
from editorial.charter.document import Role
from editorial.people.permissions import May, may

PLACES = (
    Place("compose", "square-pen", "Compose"),
    Place("review", "list-checks", "Review"),
    Place("outbox", "send", "Outbox"),
    Place("library", "images", "Library", gap=True),
    Place("accounts", "plug", "Accounts", gap=True),
    Place("audit", "shield-check", "Audit"),
)

_NEEDS: dict[str, frozenset[May]] = {
    "compose": frozenset({May.WRITE}),
    "review": frozenset({May.WRITE, May.SIGN_OFF}),
    "library": frozenset({May.WRITE, May.AUTHORIZE, May.OPEN_SCAN}),
    "accounts": frozenset({May.CONNECT}),
    "audit": frozenset({May.READ_LOG}),
}


def places_for(roles: Collection[Role]) -> tuple[Place, ...]:
    """The screens that these roles see; the others are not there at all."""
    return tuple(place for place in PLACES if sees(roles, place.key))


def sees(roles: Collection[Role], key: str) -> bool:
    """Whether these roles see the screen of that key."""
    return key not in _NEEDS or any(may(roles, what) for what in _NEEDS[key])


def make_screen(key: str, context: Context) -> Screen:
    """The screen of a place, imported when it is first needed."""
    made = import_module(f"desktop.screens.{key}").SCREEN(context)
    if not isinstance(made, Screen):
        raise TypeError(f"desktop.screens.{key}.SCREEN is no Screen")
    return made


def preload() -> None:
    """Imports all screens ahead of time, away from the Qt thread, so that going to one makes nobody wait."""
    for place in PLACES:
        import_module(f"desktop.screens.{place.key}")
