"""Whether the disk under a folder is encrypted, as far as the system tells without being asked for a password."""

import os
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path

_SYS = Path("/sys/dev/block")
_DEEPEST = 16  # layers of block devices


class Encrypted(Enum):
    """What is known, as people read it."""

    YES = "the workspace lies on an encrypted disk"
    NO = "the workspace lies on a disk that is not encrypted"
    UNKNOWN = "the system does not tell; ask IT"


def disk_of(folder: Path, system: str = sys.platform) -> Encrypted:
    """Whether the disk that holds `folder`, or the nearest folder above that exists, is encrypted."""
    there = next((each for each in (folder, *folder.parents) if each.is_dir()), Path("/"))
    if system == "linux":
        return layers(there.stat().st_dev)
    if system == "darwin":
        return vault_status(_said(["fdesetup", "status"]))
    return Encrypted.UNKNOWN  # Windows tells administrators only


def layers(device: int, tree: Path = _SYS) -> Encrypted:
    """Linux: follows the block device down to the disk; an encrypted layer names itself."""
    start = tree / f"{os.major(device)}:{os.minor(device)}"
    if not start.exists():  # a network share, memory, or a file system over several devices
        return Encrypted.UNKNOWN
    return Encrypted.YES if _has_crypt(start.resolve(), _DEEPEST) else Encrypted.NO


def _has_crypt(device: Path, depth: int) -> bool:
    try:
        if (device / "dm" / "uuid").read_text(encoding="ascii").startswith("CRYPT-"):
            return True
    except (OSError, UnicodeDecodeError):
        pass  # no layer of the device mapper, or not for us to read
    below = device / "slaves"
    return depth > 0 and below.is_dir() and any(_has_crypt(each.resolve(), depth - 1) for each in below.iterdir())


def vault_status(said: str) -> Encrypted:
    """macOS: what `fdesetup status` says."""
    if re.search(r"FileVault is On", said):
        return Encrypted.YES
    return Encrypted.NO if re.search(r"FileVault is Off", said) else Encrypted.UNKNOWN


def _said(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
