"""Which public calls were begun from this computer, kept outside the workspace.

A backup brings an older database back, and what was sent after it was made must not be sent again. Lines hold ids and
times only. A process that is killed loses none of them; a power cut may cost those of the last seconds.
"""

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path

import platformdirs

from editorial.clock import stamp, unstamp
from editorial.delivery.jobs import Started
from editorial.delivery.restored import PublicCall
from editorial.desk import Desk
from editorial.store.database import StorageError, private_folder, unusable


class Ledger:
    """One file for each workspace folder on this computer."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, desk: Desk) -> "Ledger":
        """The file of this person's own for the desk's folder, wherever the folder's backups lie."""
        place = hashlib.sha256(os.fsencode(desk.folder.resolve())).hexdigest()[:16]
        folder = platformdirs.user_state_path("Signpost", appauthor=False) / "sent"
        return cls(folder / f"{desk.workspace.id}-{place}.jsonl")

    def note(self, started: Started, step: str, now: datetime) -> None:
        """Before a public call. Raises StorageError: then the call must not be made."""
        line = {
            "attempt": started.attempt_id,
            "delivery": started.cleared.delivery_id,
            "step": step,
            "at": stamp(now),
            "for": stamp(started.cleared.prepared.created_at),
            "post": started.cleared.content.post_id,
            "account": started.cleared.content.account_id,
        }
        data = (json.dumps(line) + "\n").encode()
        try:
            private_folder(self._path.parent)
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                written = os.write(handle, data)
            finally:
                os.close(handle)
        except OSError as error:
            raise unusable(self._path.parent, error) from error
        if written != len(data):
            raise StorageError("The disk did not take it", "Nothing was sent.", "Free some space.")

    def calls(self) -> tuple[PublicCall, ...]:
        """Every call, oldest first. A line that a full disk cut off is no call: it was not made."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise unusable(self._path.parent, error) from error
        return tuple(found for line in lines if (found := _call_in(line)) is not None)


def _call_in(line: bytes) -> PublicCall | None:
    try:
        data = json.loads(line)
        return PublicCall(
            data["attempt"], data["delivery"], data["step"], unstamp(data["at"]), unstamp(data["for"]),
            data["post"], data["account"],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None
