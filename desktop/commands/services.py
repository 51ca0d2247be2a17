"""The publisher as a service of the system: the files that start it when somebody signs in, for this computer.

Supported is a signed-in session: the keyring opens with it. A publisher that was started before waits for the keyring.
"""

import subprocess
import sys
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

from desktop.commands.publish import program_folder, publisher_arguments

UNIT = "signpost-publisher"


class System(StrEnum):
    """Who starts it."""

    SYSTEMD = "systemd"
    WINDOWS = "windows"


def service_file(system: System, workspace: Path) -> str:
    """The file for this program and this workspace, as text to be saved where its first lines say."""
    program, *arguments = publisher_arguments(workspace)
    folder = str(program_folder() or Path(program).parent)
    if system is System.SYSTEMD:
        found = {"COMMAND": " ".join(map(_quoted, (program, *arguments))), "FOLDER": folder.replace("%", "%%")}
        return _filled(f"{UNIT}.service", found)
    words = subprocess.list2cmdline(arguments)
    return _filled(f"{UNIT}.xml", {"PROGRAM": escape(program), "ARGUMENTS": escape(words), "FOLDER": escape(folder)})


def _filled(name: str, values: dict[str, str]) -> str:
    text = files("resources").joinpath("services", name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _quoted(word: str) -> str:
    """As systemd reads it: quotes keep blanks, and % and $ would be replaced (systemd.service(5))."""
    for special, plain in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(special, plain)
    return f'"{word}"'


def sleeps() -> tuple[str, bool]:
    """Whether this computer may fall asleep by itself, as far as the system tells."""
    if sys.platform != "linux":
        return "the system does not tell; set it to stay awake in its energy settings", True
    state = _said("systemctl", "is-enabled", "sleep.target", "suspend.target")
    if not state:
        return "the system does not tell; set it to stay awake", True
    if all(line == "masked" for line in state.splitlines()):
        return "never", True
    return "possible; on the computer that publishes: sudo systemctl mask sleep.target suspend.target", True


def after_reboot() -> tuple[str, bool]:
    """Whether the publisher starts when somebody signs in, or with the desktop alone."""
    if sys.platform == "win32":
        known = bool(_said("schtasks", "/query", "/tn", r"Signpost\Publisher"))
    else:
        known = _said("systemctl", "--user", "is-enabled", f"{UNIT}.service") == "enabled"
    return ("the publisher starts when you sign in" if known else "the publisher starts with the desktop"), True


def _said(*command: str) -> str:
    """What a command of the system prints, whatever its exit code; empty where there is none or it takes too long."""
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.strip()
