"""A new computer, walked through with the real program and a real keyring: backup, recovery sheet, passphrases."""

import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from editorial.audit.anchoring import State, look, watch_over
from editorial.audit.clearing import Clearing
from editorial.audit.marks import KEYRING_NAME
from editorial.authorizations.register import Register
from editorial.delivery.stopping import Holds
from editorial.desk import open_desk
from editorial.people.desk_people import People, Signer
from editorial.people.keys import SECRET_NAME, Keys
from editorial.vault.private import PrivateSecretService
from tests.end_to_end.processes import PROGRAM, ROOT, command, done
from tests.fakes.authorizations import COMPLETE, PDF
from tests.fakes.desks import HELEN, JONAS, WEAK
from tests.fakes.offices import office_at

ROSA = replace(COMPLETE, signed_on=date(2026, 3, 2), expires_on=date(2099, 1, 1))


def run(words: str, *arguments: str) -> str:
    ran = subprocess.run([*PROGRAM, *arguments], cwd=ROOT, input=words, capture_output=True, text=True, timeout=90)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_workspace_moves_to_a_new_computer(tmp_path: Path, secret_service: PrivateSecretService) -> None:
    assert secret_service.environment
    with office_at(tmp_path / "old", "http://127.0.0.1:1") as office:
        authorization, _ = Register(office.desk).record(office.helen.actor, "Rosa M.", ROSA, PDF)
        words = " ".join(Keys(office.desk).workspace_secret().words())
        backup = tmp_path / "a.signpost-backup"
        done(command(office.desk.folder, "backup", "create", str(backup)))
        for name in (SECRET_NAME, "charter-pin", KEYRING_NAME):  # the new computer's keyring has none of it
            office.desk.vault.delete(name)
        jonas, helen = office.jonas.person_id, office.helen.person_id
    new = tmp_path / "new"
    said = run(words + "\n", "backup", "restore", str(backup), "--workspace", str(new))
    assert "two officers have to sign" in said
    with closing(open_desk(new, kdf=WEAK)) as desk:
        people = People(desk)
        signed_in = people.sign_in(helen, HELEN)
        assert Register(desk).open_scan(signed_in.actor, authorization) == PDF
        assert [hold.on_everything for hold in Holds(desk).on()] == [True]
        watch_over(desk)
        Clearing(desk).sign(signed_in.actor, [Signer(jonas, JONAS), Signer(helen, HELEN)], "A new computer")
        assert look(desk).state is State.ANCHORED
    verified = run("", "audit", "verify", "--workspace", str(new))
    assert "intact since the checkpoint" in verified
