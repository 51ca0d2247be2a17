"""The register as a table: quoted and guarded, without names unless asked for, and never without an entry."""

import csv
import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.audit.entries import Entry
from editorial.authorizations.elements import Detail, SignedBy
from editorial.authorizations.export import LEFT_OUT, export_register
from editorial.authorizations.register import How, Register
from editorial.errors import DeskError, NotAllowedError
from editorial.people.session import SignedIn
from tests.fakes.authorizations import add_reviewer, recorded, story
from tests.fakes.desks import Staff

FORMULA = '=HYPERLINK("http://x.example","Rosa")'
PRIVATE = ("Rosa", "Meyer", "Karl", "Bruno", "choir", "HYPERLINK", "moved away")


@pytest.fixture
def register(staff: Staff) -> Staff:
    """Two patients, one of whom changed his mind."""
    rosa = recorded(staff, information=FORMULA, details=frozenset({Detail.PHOTO, Detail.AGE}))
    karl = recorded(
        staff, "Karl P.", expires_on=None, expires_with="Karl’s choir project ends", signed_by=SignedBy.REPRESENTATIVE,
        signer_name="Bruno Peters", authority="Father", minor=True, majority_on=date(2031, 5, 1),
    )  # fmt: skip
    story(staff, [rosa], staff.connect_practice())
    Register(staff.desk).revoke(staff.helen.actor, karl, How.LETTER, date(2027, 3, 9), "@The family moved away")
    return staff


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def exports(staff: Staff) -> list[Entry]:
    return [each for each in Auditing(staff.desk).entries() if each.action == Action.REGISTER_EXPORTED]


def test_without_names_the_number_is_the_person(register: Staff, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    assert export_register(register.desk, register.helen.actor, path)[0] == 2
    rosa, karl = table(path)
    assert (rosa["Authorization"], rosa["State"], rosa["Posts"], rosa["Last day"]) == (
        "A-1",
        "valid",
        "P-1",
        "2027-11-30",
    )
    assert rosa["A post may state or show"] == "Age, Photo"
    assert (karl["State"], karl["Ended (UTC)"][:10]) == ("revoked", "2027-03-10")
    assert (karl["Revocation received on"], karl["Revocation came in"]) == ("2027-03-09", "By letter")
    assert (karl["Minor"], karl["Comes of age on"], karl["Ends with an event"]) == ("yes", "2031-05-01", "yes")
    assert rosa["Recorded by"] == "Helen Castellanos"
    assert rosa["Recorded (America/New_York)"] == "2027-03-10 10:42:00-05:00"
    assert list(rosa)[-1] == LEFT_OUT
    text = path.read_text(encoding="utf-8-sig")
    assert [word for word in PRIVATE if word in text] == []


def test_with_names_everything_stands_there_and_nothing_is_a_formula(register: Staff, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    export_register(register.desk, register.helen.actor, path, names=True)
    rosa, karl = table(path)
    assert (rosa["Person"], rosa["Name of who signed"], rosa["Information"]) == ("Rosa M.", "Rosa Meyer", f"'{FORMULA}")
    assert (karl["Event"], karl["Why they may sign"]) == ("Karl’s choir project ends", "Father")
    assert karl["Note on the revocation"] == "'@The family moved away"
    assert LEFT_OUT not in rosa
    *lines, end = path.read_bytes().decode("utf-8-sig").split("\r\n")
    assert (len(lines), end) == (3, "")
    assert all(each.startswith('"') and each.endswith('"') for each in lines), "every cell is quoted"


@pytest.mark.parametrize("names", [False, True])
def test_each_export_is_an_entry_that_names_the_file(register: Staff, tmp_path: Path, names: bool) -> None:
    path = tmp_path / "register.csv"
    export_register(register.desk, register.helen.actor, path, names=names)
    (entry,) = exports(register)
    assert (entry.actor, entry.reason) == ("Helen Castellanos", "names" if names else "numbers")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (entry.body["file"], entry.body["sha256"], entry.body["authorizations"]) == ("register.csv", digest, 2)
    assert entry.words == "Exported the register of authorizations"
    states = [row.standing.state for row in Register(register.desk).rows()]
    assert states == ["revoked", "valid"], "the entry is about no authorization, and ends none"


def test_an_empty_register_is_a_head_alone(staff: Staff, tmp_path: Path) -> None:
    assert export_register(staff.desk, staff.helen.actor, tmp_path / "none.csv")[0] == 0
    assert table(tmp_path / "none.csv") == []


@pytest.mark.parametrize("who", [lambda s: s.jonas, lambda s: s.mira, add_reviewer])
def test_others_export_nothing(register: Staff, tmp_path: Path, who: Callable[[Staff], SignedIn]) -> None:
    with pytest.raises(NotAllowedError, match="does not export the register"):
        export_register(register.desk, who(register).actor, tmp_path / "register.csv")
    assert list(tmp_path.glob("*.csv*")) == []
    assert exports(register) == []


def test_where_no_file_can_be_there_is_none(register: Staff, tmp_path: Path) -> None:
    for path in (tmp_path / "gone" / "register.csv", tmp_path):
        with pytest.raises(DeskError, match="could not be written"):
            export_register(register.desk, register.helen.actor, path)
    assert exports(register) == []
    assert list(tmp_path.glob("*.part")) == []
