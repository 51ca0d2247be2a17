"""The theme as a `QPalette`, for everything Qt draws by itself."""

from __future__ import annotations

from PySide6.QtGui import QPalette

from desktop.look.tokens import Theme


def make_palette(theme: Theme) -> QPalette:
    """Return the palette of a theme with its disabled group."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.surface.window,
        role.WindowText: theme.text.primary,
        role.Base: theme.surface.panel,
        role.AlternateBase: theme.surface.sunken,
        role.Text: theme.text.primary,
        role.PlaceholderText: theme.text.tertiary,
        role.Button: theme.surface.panel,
        role.ButtonText: theme.text.primary,
        role.BrightText: theme.accent.on,
        role.Highlight: theme.accent.solid,
        role.HighlightedText: theme.accent.on,
        role.Accent: theme.accent.solid,
        role.Link: theme.text.link,
        role.LinkVisited: theme.text.link,
        role.ToolTipBase: theme.surface.tooltip,
        role.ToolTipText: theme.text.on_tooltip,
        role.Light: theme.surface.raised,
        role.Midlight: theme.border.subtle,
        role.Mid: theme.border.default,
        role.Dark: theme.border.control,
        role.Shadow: theme.border.control,
    }
    palette = QPalette()
    for name, colour in colours.items():
        palette.setColor(name, colour)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, theme.text.disabled)
    return palette
