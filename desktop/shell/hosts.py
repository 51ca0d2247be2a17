"""What lives longer than one sign-in, for the windows of those who sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.bridge import Bridge
from desktop.context import Services
from desktop.look import Appearance
from desktop.moments import Moments
from desktop.practice import PracticeHost
from desktop.shell.holding import Holding
from editorial.errors import DeskError


@dataclass(frozen=True)
class Hosts:
    """Passed to a window, never made by it."""

    services: Services
    bridge: Bridge
    appearance: Appearance
    moments: Moments
    practice: PracticeHost
    holding: Holding
    restart_publisher: Callable[[], object]
    keyring: Callable[[], DeskError | None]
