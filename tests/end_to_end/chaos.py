"""Everything that can go wrong with a publisher, one misfortune after the other, by number and by chance."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from scheduler.engine import Condition
from scheduler.failpoints import VARIABLE, Point
from scheduler.status import read_status
from tests.end_to_end.processes import until
from tests.end_to_end.verdict import text_of
from tests.end_to_end.warm import CLOCK
from tests.end_to_end.world import GONE, TAKEN, Run, World

FAULTS = ("lose_response", "twice", "429", "500", "expire_token", "slow", "cut_upload")
_NEEDS = {Point.REPEAT: "lose_response", Point.ADOPT: "lose_response", Point.RENEW: "expire_token"}
"""The fault without which a point is hardly ever reached."""
_WORK, _REACH = 6.0, 4.0  # seconds to wait for work; for a failpoint to be reached, twice that where it comes seldom


_HANDLES = "SELECT a.handle FROM delivery d JOIN account a ON a.id = d.account_id WHERE d.state = 'waiting'"
_OF_EACH_PROFILE = "SELECT min(handle), json_extract(settings, '$.profile') AS profile FROM account GROUP BY profile"


class Chaos:
    """Kills publishers. `happened` counts what came about; `armed_twice` are texts as `verdict.judge` takes them."""

    def __init__(self, world: World, random: Random, special: int) -> None:
        """`special`: every so many-th kill follows a special misfortune."""
        self._world = world
        self._random = random
        self._special = special
        self._clock = world.folder.parent / "clock.txt"
        self._clock.write_text("0", encoding="utf-8")
        self.happened: Counter[str] = Counter()
        self.armed_twice: list[str] = []
        self._points = list(Point)
        self._specials: list[Callable[[], Run]] = [
            self._frozen, self._clock_ahead, self._disk_full, self._restored, self._clock_back, self._network_killed,
        ]  # fmt: skip

    @property
    def kills(self) -> int:
        """How many publishers were killed."""
        return sum(count for what, count in self.happened.items() if what.startswith("killed"))

    def lose_answers(self) -> None:
        """Of every profile one account loses its next answers: each has its doubts, whatever chance brings."""
        for handle, _ in self._world.ask(_OF_EACH_PROFILE):
            self._world.network.arm("lose_response", 2, match=handle)
            self.happened["armed lose_response"] += 1

    def kill(self, times: int) -> None:
        """So many kills, spread over all misfortunes."""
        for number in range(times):
            if self._random.random() < 0.4:
                self._arm()
            if number % self._special == self._special - 1:
                special = self._specials.pop(0)
                self._specials.append(special)
                self._end(special(), f"killed after: {special.__name__.strip('_').replace('_', ' ')}")
            elif number % 2:
                self._at_random()
            else:
                self._at_a_point()

    def _end(self, run: Run, what: str) -> None:
        assert run.kill() in GONE, self._world.said()
        self.happened[what] += 1

    def _at_random(self) -> None:
        run = self._world.publisher()
        if self._random.random() < 0.8:
            self._world.wait_for_work(_WORK)
        time.sleep(self._random.uniform(0.0, 0.6))
        self._end(run, "killed at random" if self._world.states()["sending"] else "killed at random, no call under way")

    def _at_a_point(self) -> None:
        point = self._points.pop(0)
        self._points.append(point)
        rare = point in (Point.REPEAT, Point.ADOPT, Point.RENEW, Point.RECOVER)
        count = 1 if rare else self._random.randint(1, 12)
        if point in _NEEDS:
            self._world.network.arm(_NEEDS[point])
        run = self._world.publisher(**{VARIABLE: f"{point}:{count}"})
        end = time.monotonic() + (2 * _REACH if rare else _REACH)
        while not run.ended() and time.monotonic() < end:
            time.sleep(0.02)
        self._end(run, f"killed at {point}" if run.code is not None else f"killed, {point} did not come")

    # --- faults ---

    def _arm(self) -> None:
        kind = self._random.choice(FAULTS)
        if kind == "twice":
            waiting = self._world.ask(
                "SELECT p.title FROM delivery d JOIN post p ON p.id = d.post_id WHERE d.state = 'waiting'"
            )
            if not waiting:
                return
            text = text_of(self._random.choice(waiting)[0])
            if text not in self.armed_twice:
                self.armed_twice.append(text)
                self._world.network.arm(kind, match=text)
        else:
            waiting = self._world.ask(_HANDLES)
            match = self._random.choice(waiting)[0] if waiting else None
            count, seconds = self._random.randint(1, 3), 0.4 if kind == "slow" else 1
            self._world.network.arm(kind, count, match=match, seconds=seconds)
        self.happened[f"armed {kind}"] += 1

    # --- special misfortunes: each gives the publisher that is to be killed ---

    def _working(self, **environ: str) -> Run:
        run = self._world.publisher(**environ)
        until(lambda: _runs(self._world, run) or run.ended(), 60, what="a publisher's start")
        self._world.wait_for_work(_WORK)
        return run

    def _frozen(self) -> Run:
        """One is frozen in the middle of its work; a second one must not take over."""
        first = self._working()
        first.signal(signal.SIGSTOP)
        before = self._calls()
        second = self._world.publisher()
        assert second.wait(20) == TAKEN, self._world.said()
        assert self._calls() == before, "two publishers at once"
        if self._random.random() < 0.5:
            first.signal(signal.SIGCONT)
            self._world.wait_for_work(_WORK)
        return first

    def _calls(self) -> int:
        return int(self._world.ask("SELECT count(*) FROM attempt")[0][0])

    def _clock_ahead(self) -> Run:
        return self._clock_jumps(3600)

    def _clock_back(self) -> Run:
        return self._clock_jumps(-3600)

    def _clock_jumps(self, seconds: int) -> Run:
        """While the clock is wrong nothing is begun; when it is right again it goes on."""
        run = self._working(**{CLOCK: str(self._clock)})
        self._set_clock(seconds)
        try:
            time.sleep(1.0)
            before = self._calls()
            time.sleep(1.0)
            assert self._calls() - before <= 1, "something was begun by a wrong clock"
        finally:
            self._set_clock(0)
        self._world.wait_for_work(_WORK)
        return run

    def _set_clock(self, seconds: int) -> None:
        temporary = self._clock.with_suffix(".new")
        temporary.write_text(str(seconds), encoding="utf-8")
        os.replace(temporary, self._clock)

    def _disk_full(self) -> Run:
        run = self._working()
        if not run.ended():
            run.fill_the_disk(self._world.database_size() + 8_192)
            time.sleep(self._random.uniform(0.5, 1.5))
            if self._random.random() < 0.7:
                run.empty_the_disk()
                self._world.wait_for_work(_WORK)
        return run

    def _restored(self) -> Run:
        """A copy is made at work, more is published, and then the copy takes the database's place."""
        copy = self._world.folder.parent / "copy.db"
        run = self._working()
        self._world.back_up(copy)
        self._world.wait_for_work(_WORK)
        self._end(run, "killed before an older database was restored")
        self._world.restore(copy)
        return self._working()

    def _network_killed(self) -> Run:
        run = self._working()
        self._world.restart_network()
        self._world.wait_for_work(_WORK)
        return run


def _runs(world: World, run: Run) -> bool:
    """Whether this publisher's engine is at work: from then on it notices what happens to the clock."""
    status = read_status(world.folder)
    return status is not None and (status.pid, status.state) == (run.pid, Condition.RUNNING)
