"""The daily backup, in a thread of its own: it may take minutes, and no post waits for it."""

import logging
import threading
from datetime import datetime

from editorial.backup.daily import EVERY, back_up_when_due, note_failure
from editorial.desk import Desk
from editorial.drills import Reached
from editorial.errors import DeskError
from editorial.store.database import StorageError
from scheduler.notices import notify

_log = logging.getLogger(__name__)


class BackingUp:
    """`look` from time to time. The end of the process ends a backup too: the next start makes it anew."""

    def __init__(self, desk: Desk, reached: Reached) -> None:
        self._desk, self._reached = desk, reached
        self._busy = threading.Lock()
        self._failed_at: datetime | None = None

    def look(self) -> None:
        """Begins a backup where one is due and none is being made. Returns at once."""
        if self._busy.acquire(blocking=False):
            threading.Thread(target=self._run, name="backup", daemon=True).start()

    def _run(self) -> None:
        try:
            made = back_up_when_due(self._desk, reached=self._reached)
            if made is not None:
                self._failed_at = None
                _log.info("A backup was made: %s.", made.path.name)
        except DeskError as error:
            self._failed(error)
        except Exception:  # publishing goes on, whatever becomes of a backup
            _log.exception("A backup failed.")
        finally:
            self._busy.release()

    def _failed(self, error: DeskError) -> None:
        """Told once a day, in the log and to whoever sits here."""
        _log.warning("%s", error)
        now = self._desk.clock.now()
        if self._failed_at is not None and now - self._failed_at < EVERY:
            return
        self._failed_at = now
        notify("A backup failed", str(error))
        try:
            note_failure(self._desk, error)
        except StorageError:
            _log.warning("The failure could not be written down.")
