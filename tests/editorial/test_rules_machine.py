"""The rules of the desk under every order of commands, judged by a naive model that shares no code with them.

The model remembers in plain words who wrote, who signed which texts for when, who holds which role and what is held.
After each step the gate must open for exactly the deliveries for which the model says so (I1), every change has its
entry and the log verifies (I2), no account has two deliveries (I3), and nobody signed what they wrote (I4).
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from editorial.charter.document import Role
from editorial.desk import DATABASE, open_desk
from editorial.people.desk_people import People, Signer
from editorial.people.session import SignedIn
from editorial.store.schema import copy_database
from editorial.vault import Vault
from tests.editorial.rules_machine import NOOR, RulesMachine
from tests.fakes.desks import HELEN, JONAS, WEAK, HandClock, MemoryKeyring, Staff, add_person, staffed


@contextmanager
def template() -> Iterator[tuple[Staff, dict[str, SignedIn]]]:
    """A workspace with a fourth person and two accounts: every run begins with a copy of it."""
    with tempfile.TemporaryDirectory() as folder, staffed(Path(folder) / "w", clock=HandClock()) as staff:
        both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
        lead = Role.COMMUNICATIONS_LEAD
        noor = add_person(staff.people, staff.jonas.actor, "Noor Vermeer", "noor", NOOR, lead, both)
        people = {"jonas": staff.jonas, "helen": staff.helen, "mira": staff.mira}
        people["noor"] = staff.people.sign_in(noor, NOOR)
        staff.connect_practice("one")
        staff.connect_practice("two")
        staff.desk.engine.dispose()
        yield staff, people


def run(examples: int, steps: int, capsys: pytest.CaptureFixture[str]) -> None:
    counted: Counter[str] = Counter()
    with template() as (made, everybody):

        class Machine(RulesMachine):
            def __init__(self) -> None:
                self._folder = tempfile.TemporaryDirectory()
                folder = Path(self._folder.name)
                copy_database(made.desk.folder / DATABASE, folder / DATABASE)
                clock, keyring = HandClock(), MemoryKeyring()
                keyring.entries.update(made.keyring.entries)  # its own: it pins the charter
                desk = open_desk(folder, vault=Vault("test", keyring), clock=clock, kdf=WEAK)
                self.staff = replace(made, desk=desk, clock=clock, people=People(desk))
                self.people, self.counted = everybody, counted
                super().__init__()

            def teardown(self) -> None:
                super().teardown()
                self.staff.desk.close()
                self._folder.cleanup()

        options = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
        run_state_machine_as_test(Machine, settings=options)
    with capsys.disabled():
        sys.stdout.write(f"\n  {dict(counted)}\n")
    assert counted["opened"] > 0, "the gate never opened: the test showed nothing"


def test_the_rules_hold(capsys: pytest.CaptureFixture[str]) -> None:
    run(15, 20, capsys)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_rules_hold_over_and_over(capsys: pytest.CaptureFixture[str]) -> None:
    run(300, 8, capsys)


@pytest.mark.soak
@pytest.mark.timeout(6000)
def test_the_rules_hold_for_long(capsys: pytest.CaptureFixture[str]) -> None:
    run(3000, 40, capsys)
