"""Compose: the list of posts, the editor with its networks, pictures, checks and time, and sending to review.

The screen shows what the services say. Counting, checks, times and states are decided in `editorial`.
"""

from desktop.screens.compose.screen import ComposeScreen

SCREEN = ComposeScreen
"""What the shell shows under the key "compose"."""

__all__ = ["SCREEN", "ComposeScreen"]
