"""How Signpost looks: design tokens turned into style, palette, style sheet, fonts, icons and network marks.

`Appearance` is made once, right after the `QApplication`, and is its child: there is no module state. Widgets reach it
with `look()`, which asks the application for it, at paint time and never earlier: so a change of theme, text size or
density needs no wiring. Nothing here knows a widget, a screen or a rule of the desk.
"""

from desktop.look.appearance import Appearance, look
from desktop.look.tokens import Group, Severity, State, Theme, Tokens

__all__ = ["Appearance", "Group", "Severity", "State", "Theme", "Tokens", "look"]
