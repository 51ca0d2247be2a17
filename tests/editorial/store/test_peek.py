"""The quick look at a workspace: the same names as the services give, without loading them."""

import subprocess
import sys
from pathlib import Path

from editorial.store.peek import peek
from tests.fakes.desks import staffed

_LIGHT = """
import sys
from pathlib import Path
from editorial.store.peek import peek
assert peek(Path(sys.argv[1])) is not None
heavy = {"sqlalchemy", "sqlmodel", "alembic", "pydantic", "cryptography", "argon2", "keyring"} & set(sys.modules)
sys.exit(f"loaded {heavy}" if heavy else 0)
"""


def test_it_says_what_the_services_say(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff:
        seen = peek(staff.desk.folder / "signpost.db")
        assert seen is not None
        assert (seen.organization, seen.zone, seen.kind) == ("Alder Bay Hospital", "America/New_York", "demo")
        cards = staff.people.cards()
        assert [(each.id, each.name, each.sign_in) for each in seen.people] == [
            (card.id, card.name, card.sign_in) for card in cards
        ]
        assert [set(each.roles) for each in seen.people] == [set(card.roles) for card in cards]


def test_it_loads_nothing_heavy(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff:
        database = staff.desk.folder / "signpost.db"
        done = subprocess.run(
            [sys.executable, "-c", _LIGHT, str(database)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr


def test_no_workspace_is_none(tmp_path: Path) -> None:
    assert peek(tmp_path / "signpost.db") is None
    (tmp_path / "signpost.db").touch()
    assert peek(tmp_path / "signpost.db") is None


def test_somebody_without_a_place_in_the_charter_is_not_listed(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff:
        staff.people.enroll(staff.jonas.actor, "Sana Haddad", "sana", "velvet orchard ninety canals")
        seen = peek(staff.desk.folder / "signpost.db")
        assert seen is not None
        assert "Sana Haddad" not in [each.name for each in seen.people]
