"""The fault harness: whatever happens to the publisher, nothing is published twice and nothing is lost in silence.

From outside: `signpost drill` writes and signs, the real publisher and the real practice network run as processes of
their own, and the judgement comes from the network's own list, the exported log and the database as a file.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.practice.profiles import Profile
from tests.end_to_end.chaos import Chaos
from tests.end_to_end.processes import Publisher, chances, until
from tests.end_to_end.verdict import Verdict, judge
from tests.end_to_end.warm import POLICY
from tests.end_to_end.world import World

BUSY = ("waiting", "sending", "retrying", "pending", "held")
LOOKED = 20.0  # seconds after a start in which every doubt was looked for twice


@dataclass(frozen=True, slots=True)
class Size:
    """Rounds, and in each so many deliveries of all profiles and so many kills; `special` as `Chaos` takes it."""

    rounds: int
    deliveries: int
    kills: int
    accounts: int = 8
    special: int = 12


SMALL, CI, SOAK, BLIND = Size(1, 200, 15), Size(1, 2_500, 150), Size(4, 2_500, 150), Size(1, 60, 6)


def torment(folder: Path, size: Size, name: str, *, policy: str = "") -> Verdict:
    """The whole story, and the judgement over it."""
    begun = time.monotonic()
    world = World(folder / "workspace", {POLICY: policy} if policy else {})
    try:
        chaos = Chaos(world, chances(name), size.special)
        for number in range(size.rounds):
            seed(world, size, first=number == 0)
            chaos.lose_answers()
            chaos.kill(size.kills)
            if not policy:  # a wrong engine shall meet every fault
                world.network.calm()
            settle(world, policy)
        verdict = judge(world, chaos.armed_twice)
    finally:
        world.close()
    head = f"\n{name}: {chaos.kills} kills in {time.monotonic() - begun:.0f} s"
    lines = [f"  {count:5} {what}" for what, count in sorted(chaos.happened.items())]
    verdict.story = "\n".join([head, *lines])
    return verdict


def seed(world: World, size: Size, *, first: bool) -> None:
    """Deliveries of every profile, of which the last are still being signed while the first fall due."""
    share, rest = divmod(size.deliveries, len(Profile))
    for number, profile in enumerate(Profile):
        count = share + (number < rest)
        world.drill(count, size.accounts, profile, 8.0 + count / 8)
        if first and number == 0:
            world.open()
            world.keep_keyring()


def settle(world: World, policy: str) -> None:
    """A last publisher that is left alone, started by hand, until all is out or before a person."""

    def busy() -> int:
        return sum(world.states()[state] for state in BUSY)

    process = world.publisher() if policy else Publisher(world.folder)
    begun = time.monotonic()
    left = [busy(), begun]

    def settled() -> bool:
        now = busy()
        if now != left[0]:
            left[:] = [now, time.monotonic()]
        assert time.monotonic() - left[1] < 60, f"nothing moves: {world.states()}"
        return now == 0 and time.monotonic() - begun > LOOKED

    until(settled, 1_800, what="settling")
    process.kill()


@pytest.mark.parametrize(
    ("size", "name"),
    [
        pytest.param(SMALL, "small", marks=(pytest.mark.slow, pytest.mark.timeout(900)), id="a-little"),
        pytest.param(
            Size(1, 240, 10, special=1), "special", marks=(pytest.mark.slow, pytest.mark.timeout(900)), id="special"
        ),
        pytest.param(CI, "CI", marks=(pytest.mark.slow, pytest.mark.timeout(3_600)), id="again-and-again"),
        pytest.param(SOAK, "soak", marks=(pytest.mark.soak, pytest.mark.timeout(14_400)), id="long"),
    ],
)
def test_never_twice_and_never_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str], size: Size, name: str) -> None:
    verdict = torment(tmp_path, size, name)
    show(capsys, verdict)
    verdict.check()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_engine_that_repeats_every_doubt_is_caught(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = torment(tmp_path, BLIND, "blind", policy="blind")
    show(capsys, verdict)
    with pytest.raises(AssertionError, match="published twice"):
        verdict.check()


def show(capsys: pytest.CaptureFixture[str], verdict: Verdict) -> None:
    """What was found is for people, and always printed."""
    with capsys.disabled():
        sys.stdout.write(verdict.story + "\n" + verdict.told() + "\n")
