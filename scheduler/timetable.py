"""When the engine looks up: at due moments, after waits and at intervals, on APScheduler's in-memory timetable.

APScheduler waits by the wall clock. So everything here remembers by which clock it was meant, and `realign` plans it
anew after a jump. Jobs are short: they wake somebody or put work into a lane.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from editorial.clock import Clock

_log = logging.getLogger(__name__)

Job = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Entry:
    """`moment`: meant by the wall clock; `ticks`: by the monotonic one; `period`: seconds, for what comes back."""

    job: Job
    moment: datetime | None = None
    ticks: float = 0.0
    period: float | None = None


class _Scheduler(BackgroundScheduler):  # type: ignore[misc]  # the library has no types
    def remove_job(self, job_id: str, jobstore: str | None = None) -> None:
        """Harmless where it is gone: the scheduler itself removes what ran, also while it is being shut down."""
        with contextlib.suppress(JobLookupError):
            super().remove_job(job_id, jobstore)


class Timetable:
    """Named jobs; a name given again replaces what it stood for. Any thread may call any method."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._guard = threading.RLock()
        self._entries: dict[str, _Entry] = {}
        self._scheduler = _Scheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2)},
            # Late is still due: without None a job that comes a second late would be dropped without a word.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 100},
        )

    def start(self) -> None:
        """Begins to run jobs."""
        self._scheduler.start()

    def stop(self) -> None:
        """Runs nothing any more; a job that runs goes on. Harmless before `start`."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def at(self, name: str, moment: datetime, job: Job) -> None:
        """Once, when the wall clock shows `moment`."""
        with self._guard:
            known = self._entries.get(name)
            if known is None or (known.moment, known.job) != (moment, job):
                self._plan(name, _Entry(job, moment=moment))

    def after(self, name: str, seconds: float, job: Job) -> None:
        """Once, when so many seconds have passed, whatever the wall clock does meanwhile."""
        self._plan(name, _Entry(job, ticks=self._clock.monotonic() + seconds))

    def every(self, name: str, seconds: float, job: Job) -> None:
        """Again and again, first after `seconds`."""
        self._plan(name, _Entry(job, ticks=self._clock.monotonic() + seconds, period=seconds))

    def drop(self, name: str) -> None:
        """Forgets a job; harmless where there is none."""
        with self._guard:
            self._entries.pop(name, None)
            self._scheduler.remove_job(name)

    def realign(self) -> None:
        """Plans everything anew: the wall clock jumped."""
        with self._guard:
            for name, entry in self._entries.items():
                self._plan(name, entry)

    def planned(self) -> dict[str, datetime]:
        """The names with the wall time at which each is next, as planned now."""
        with self._guard:
            return {name: self._moment(entry) for name, entry in self._entries.items()}

    def _plan(self, name: str, entry: _Entry) -> None:
        with self._guard:
            self._entries[name] = entry
            self._scheduler.add_job(
                self._run, "date", (name, entry), run_date=self._moment(entry), id=name, replace_existing=True
            )

    def _moment(self, entry: _Entry) -> datetime:
        if entry.moment is not None:
            return entry.moment
        return self._clock.now() + timedelta(seconds=max(0.0, entry.ticks - self._clock.monotonic()))

    def _run(self, name: str, entry: _Entry) -> None:
        with self._guard:
            if self._entries.get(name) is not entry:
                return  # replaced or dropped in the same moment
            if entry.period is None:
                del self._entries[name]
        try:
            entry.job()
        except Exception:  # the timetable outlives every job
            _log.exception("The timetable's job %s failed.", name)
        with self._guard:
            if entry.period is not None and self._entries.get(name) is entry:
                self.every(name, entry.period, entry.job)
