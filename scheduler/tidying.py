"""What is past its time and needs no person's decision, in a thread of its own: it looks at everything stored."""

import logging
import threading

from editorial.desk import Desk
from editorial.drills import Reached
from editorial.errors import DeskError
from editorial.retention.erasing import Erasing, sweep

_log = logging.getLogger(__name__)


class Tidying:
    """`look` once a day. Whatever an earlier process did not finish is finished first."""

    def __init__(self, desk: Desk, reached: Reached) -> None:
        self._desk, self._reached = desk, reached
        self._busy = threading.Lock()

    def look(self, *, erase: bool) -> None:
        """Erases drafts and unused pictures past their time, or only finishes what was begun. Returns at once."""
        if self._busy.acquire(blocking=False):
            threading.Thread(target=self._run, args=(erase,), name="tidying", daemon=True).start()

    def _run(self, erase: bool) -> None:
        try:
            sweep(self._desk, reached=self._reached)
            if erase:
                done = Erasing(self._desk, reached=self._reached).erase_unattended()
                if done.counts:
                    _log.info("%d things past their time were erased.", done.counts.total())
        except DeskError as error:
            _log.warning("%s", error)
        except Exception:  # publishing goes on, whatever becomes of this
            _log.exception("Erasing what is past its time failed.")
        finally:
            self._busy.release()
