"""The rules of the desk under every order of commands, judged by a naive model that shares no code with them.

The model remembers in plain words who wrote, who signed which texts for when and on which authorizations, who holds
which role, what was revoked and what is held.
After each step the gate must open for exactly the deliveries for which the model says so (I1), every change has its
entry and the log verifies (I2), no account has two deliveries (I3), and nobody signed what they wrote (I4).
"""

import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event

from editorial.charter.document import Charter, Role, RouteKind
from editorial.desk import DATABASE
from editorial.people.desk_people import People, Signer
from editorial.people.session import SignedIn
from editorial.vault import Vault
from tests.editorial.rules_machine import RulesMachine
from tests.editorial.rules_model import NOOR
from tests.fakes.authorizations import recorded
from tests.fakes.desks import HELEN, JONAS, HandClock, MemoryKeyring, Staff, add_person, staffed


@dataclass(frozen=True)
class Made:
    """A workspace with a fourth person, two accounts and two authorizations; every run begins with its database."""

    staff: Staff
    people: dict[str, SignedIn]
    register: tuple[str, ...]
    database: bytes

    def begun_again(self) -> Staff:
        """The workspace as it was made, with a clock and a keyring (which pins the charter) of its own.

        The engine stays: it knows how every statement is written, and finding that out takes most of a run.
        """
        desk = self.staff.desk
        desk.engine.dispose()
        for side in ("-wal", "-shm"):
            (desk.folder / (DATABASE + side)).unlink(missing_ok=True)
        (desk.folder / DATABASE).write_bytes(self.database)
        clock, keyring = HandClock(), MemoryKeyring()
        keyring.entries.update(self.staff.keyring.entries)
        desk = replace(desk, vault=Vault("test", keyring), clock=clock, pin=None)
        return replace(self.staff, desk=desk, clock=clock, keyring=keyring, people=People(desk))


def _hasty(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # no run outlives its process


def _short_story(charter: Charter) -> Charter:
    """Stories take one signature here, as routine posts do: chance alone would never give three."""
    stages = charter.route_for(RouteKind.ROUTINE).stages
    routes = (replace(each, stages=stages) if each.kind is RouteKind.STORY else each for each in charter.routes)
    return replace(charter, routes=tuple(routes))


@contextmanager
def template() -> Iterator[Made]:
    with tempfile.TemporaryDirectory() as folder, staffed(Path(folder) / "w", clock=HandClock()) as staff:
        both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
        lead = Role.COMMUNICATIONS_LEAD
        noor = add_person(staff.people, staff.jonas.actor, "Noor Vermeer", "noor", NOOR, lead, both)
        people = {"jonas": staff.jonas, "helen": staff.helen, "mira": staff.mira}
        people["noor"] = staff.people.sign_in(noor, NOOR)
        staff.connect_practice("one")
        staff.connect_practice("two")
        staff.people.amend(staff.jonas.actor, _short_story, both)
        register = (recorded(staff, expires_on=date(2027, 3, 14)), recorded(staff, "Karl P."))
        staff.desk.engine.dispose()
        event.listen(staff.desk.engine, "connect", _hasty)
        yield Made(staff, people, register, (staff.desk.folder / DATABASE).read_bytes())


def run(examples: int, steps: int, capsys: pytest.CaptureFixture[str], share: int = 0) -> None:
    """`share` tells apart the parts of one test where every run begins with the same seed."""
    counted: Counter[str] = Counter()
    with template() as made:

        class Machine(RulesMachine):
            def __init__(self) -> None:
                self.staff, self.people, self.counted = made.begun_again(), made.people, counted
                self.register = made.register
                super().__init__()

        options = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
        machine = seed(share)(Machine) if options.derandomize else Machine
        run_state_machine_as_test(machine, settings=options)
    with capsys.disabled():
        sys.stdout.write(f"\n  {dict(counted)}\n")
    assert counted["opened"] > 0, "the gate never opened: the test showed nothing"
    assert counted["stories"] > 0, "no version rested on an authorization: the test showed nothing of them"


@pytest.mark.timeout(300)
def test_the_rules_hold(capsys: pytest.CaptureFixture[str]) -> None:
    run(25, 15, capsys)


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize("share", range(4))
def test_the_rules_hold_over_and_over(capsys: pytest.CaptureFixture[str], share: int) -> None:
    run(75, 8, capsys, share)


@pytest.mark.soak
@pytest.mark.timeout(6000)
def test_the_rules_hold_for_long(capsys: pytest.CaptureFixture[str]) -> None:
    run(3000, 40, capsys)
