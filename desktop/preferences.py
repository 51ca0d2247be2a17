"""How this person likes the window: theme, text size, density. A small file of their own, not the workspace's."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, cast

MODES = ("system", "light", "dark")
SCALES = (1.0, 1.1, 1.25, 1.5)


@dataclass(frozen=True)
class Preferences:
    """What the Settings dialog changes."""

    mode: Literal["system", "light", "dark"] = "system"
    text_scale: float = 1.0
    roomy: bool = False


def preferences_path() -> Path:
    """The file, in the folder where the system keeps settings of programs."""
    import platformdirs

    return Path(platformdirs.user_config_path("Signpost", appauthor=False)) / "appearance.json"


def load_preferences(path: Path) -> Preferences:
    """What the file says; the defaults for what it does not say, or says wrongly."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(data, dict):
        return Preferences()
    mode, scale, roomy = data.get("mode"), data.get("text_scale"), data.get("roomy")
    return Preferences(
        cast(Literal["system", "light", "dark"], mode) if mode in MODES else "system",
        float(scale) if isinstance(scale, int | float) and 1.0 <= scale <= 1.5 else 1.0,
        roomy is True,
    )


def first_surface(dark: bool) -> str:
    """The colour of the window before the appearance is made, from the same tokens."""
    import resources

    tokens = json.loads((Path(resources.__path__[0]) / "tokens.json").read_text(encoding="utf-8"))
    return str(tokens["color"]["dark" if dark else "light"]["surface"]["panel"])


def save_preferences(path: Path, preferences: Preferences) -> None:
    """Keeps them. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(asdict(preferences), indent=1), encoding="utf-8")
    os.replace(part, path)
