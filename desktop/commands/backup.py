"""`signpost backup create` and `signpost backup restore`."""

import os
import sys
from functools import partial
from pathlib import Path

from desktop.commands.output import Output
from desktop.commands.workspace import PRACTISING, desk_at, keyring_for, kind_of
from desktop.start import WINDOW_LOCK
from editorial.backup.making import make_backup
from editorial.backup.restoring import Restored, line_of, restore_backup, secret_for
from editorial.desk import KEYRING_LOCK
from editorial.drills import nowhere
from editorial.errors import DeskError, NotFoundError
from editorial.store.database import private_folder
from editorial.vault import Vault
from scheduler.failpoints import VARIABLE, failpoint

DONE, TAKEN = 0, 5
_IN_USE = "Signpost works in this workspace. Close its window and end the publisher, then restore again."


def run_create(folder: Path, path: Path, output: Output) -> int:
    """Makes a backup in a folder or under a name, and reads it back before it takes that name."""
    kind = kind_of(folder)
    wanted = os.environ.get(VARIABLE, "") if kind in PRACTISING else ""
    with keyring_for(folder, kind, output), desk_at(folder) as desk:
        made = make_backup(desk, path, desk.operator(), reached=failpoint(wanted) if wanted else nowhere)
    words = f"The backup is in {made.path}: {made.bytes / 1e6:,.1f} MB, read back and whole, {made.entries:,} entries."
    if made.missing:
        words += f" {len(made.missing):,} pictures were missing from the workspace already."
    output.say(
        words, file=str(made.path), bytes=made.bytes, entries=made.entries, missing=list(made.missing)
    )  # fmt: skip
    return DONE


def run_restore(folder: Path, path: Path, output: Output) -> int:
    """Brings a backup back into the workspace's folder. 5: somebody works in it.

    Where this computer's keyring does not have the workspace's secret, the words of the recovery sheet are read from
    standard input.
    """
    from filelock import Timeout

    from scheduler.status import lock_of

    line = line_of(path)
    private_folder(folder)
    try:
        _refuse_window(folder)
        with lock_of(folder), keyring_for(folder, line.kind, output):
            vault = Vault(line.workspace, lock=folder / KEYRING_LOCK)
            try:
                secret = secret_for(line, vault)
            except NotFoundError:
                secret = secret_for(line, vault, _words(output))
            restored = restore_backup(path, folder, secret, vault, free=partial(_refuse_window, folder))
    except (Timeout, _WindowError):
        output.complain("E-TAKEN", _IN_USE)
        return TAKEN
    _tell(restored, folder, output)
    return DONE


def _tell(restored: Restored, folder: Path, output: Output) -> None:
    words = [f"The workspace is back in {folder}, with {restored.entries:,} entries of its log."]
    if restored.aside is not None:
        words.append(f"What was there is in {restored.aside}.")
    words.append(
        f"All publishing is on hold, {restored.doubtful:,} deliveries are in doubt, and two officers have to sign for "
        "the gap in the log. Open Signpost: the red banner leads there."
    )
    aside = str(restored.aside) if restored.aside is not None else ""
    output.say(" ".join(words), entries=restored.entries, doubtful=restored.doubtful, aside=aside)


def _words(output: Output) -> str:
    if sys.stdin.isatty() and not output.as_json:
        output.say("This computer does not have the workspace's secret. Type the 24 words of the recovery sheet:")
    words = sys.stdin.readline()
    if not words.strip():
        raise DeskError(
            "The words of the recovery sheet are missing",
            "This computer does not have the workspace's secret. Nothing was changed.",
            "Type the 24 words in one line.",
        )
    return words


class _WindowError(DeskError):
    """A window has the workspace."""


def _refuse_window(folder: Path) -> None:
    """Raises _WindowError while a window has the workspace: its lock names the process."""
    try:
        pid = int((folder / WINDOW_LOCK).read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        pid = 0
    if pid and _lives(pid):
        raise _WindowError("The workspace is in use", _IN_USE)


def _lives(pid: int) -> bool:
    if os.name != "posix":
        return True  # a stale lock is taken away by the next start of the window
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
