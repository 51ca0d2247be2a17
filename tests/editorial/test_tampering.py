"""Nothing that somebody changes in the database by hand lets a post out: the gate refuses, and says what is wrong."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlmodel import select

from editorial.charter.document import Charter, Member, Role
from editorial.delivery.holds import Reason
from editorial.delivery.stopping import Holds
from editorial.desk import DATABASE, Desk, open_desk
from editorial.errors import DeskError
from editorial.gate import clear_to_send
from editorial.keys.signing import SigningKey
from editorial.people.desk_people import Signer, with_member
from editorial.people.keys import Keys
from editorial.store.models import Delivery, Revision
from editorial.store.schema import copy_database
from editorial.vault import Vault
from tests.editorial import tampering as t
from tests.editorial.tampering import STRANGER, Change, Target
from tests.fakes.desks import HELEN, JONAS, WEAK, Staff, staffed
from tests.fakes.posts import deliveries_of, signed_post


@dataclass(frozen=True)
class Base:
    """A workspace to attack, closed; `keyring` is what its computer knows."""

    folder: Path
    staff: Staff
    target: Target


def _target(staff: Staff) -> Target:
    account, other = staff.connect_practice("page"), staff.connect_practice("other")
    post = signed_post(staff.desk, staff.mira, staff.helen, "Flu vaccination starts on Monday.", [account], pictures=1)
    second = signed_post(staff.desk, staff.mira, staff.helen, "Parking level 2 is closed.", [account])
    with staff.desk.reading() as session:
        revisions = {row.post_id: row.id for row in session.exec(select(Revision))}
    with Keys(staff.desk).unsealed(staff.jonas.actor, JONAS) as key:
        own = type(key).from_seed(key.reveal_seed())
    return Target(
        post, revisions[post], deliveries_of(staff.desk, post)[account], account, second, revisions[second], other,
        staff.helen.person_id, staff.jonas.person_id, staff.mira.person_id, own,
    )  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    folder = tmp_path_factory.mktemp("base") / "workspace"
    with staffed(folder) as staff:
        target = _target(staff)
        staff.desk.load_pin()
        staff.desk.store_pin()
        staff.desk.engine.dispose()
        yield Base(folder, staff, target)


@dataclass(frozen=True)
class Case:
    """One way to tamper, and what the refusal has to say."""

    name: str
    change: Change
    says: str


def _invented(charter: Charter, target: Target) -> Charter:
    """A colleague who exists only on paper: a privacy officer with the attacker's key."""
    ghost = Member(
        "person_ghost", "Ghost", "ghost", STRANGER.public, STRANGER.key_id, frozenset({Role.PRIVACY_OFFICER})
    )
    return replace(charter, members=(*charter.members, ghost))


def _jonas(target: Target) -> SigningKey:
    return target.jonas_key


def _stranger(_: Target) -> SigningKey:
    return STRANGER


CASES = (
    # what the version says
    Case("text", t.version(t.content(text="Come at once."), fits="none"), "cannot be read"),
    Case("text, version's digest", t.version(t.content(text="Come."), fits="version"), "not what was scheduled"),
    Case("text, both digests", t.version(t.content(text="Come."), fits="delivery"), "signed other content"),
    Case("one byte of the text", t.version(t.content(text="Flu vaccination starts on Sunday."), fits="delivery"),
         "signed other content"),
    Case("alt text", t.version(t.picture(alt="A patient in bed"), fits="delivery"), "signed other content"),
    Case("decorative, no alt text", t.version(t.picture(decorative=True), fits="delivery"), "signed other content"),
    Case("picture", t.version(t.picture(sha256="0" * 64), fits="delivery"), "signed other content"),
    Case("picture's size", t.version(t.picture(width=1), fits="delivery"), "signed other content"),
    Case("picture removed", t.version(t.content(media=[]), fits="delivery"), "signed other content"),
    Case("language", t.version(t.content(language="de"), fits="delivery"), "signed other content"),
    Case("network", t.version(t.content(network="mastodon"), fits="delivery"), "another network"),
    Case("post inside the content", t.version(t.content(post="post_x"), fits="delivery"), "not what was scheduled"),
    Case("title", t.version(t.top(title="Something else"), fits="version"), "stored otherwise"),
    Case("contributors", t.version(t.top(contributors=[]), fits="version"), "stored otherwise"),
    Case("route to an easier one", t.version(t.top(route="Correction"), fits="version"), "route that is not its own"),
    Case("crisis claimed", t.version(t.top(crisis="Storm", route="Crisis"), fits="version"), "stored otherwise"),
    Case("correction claimed", t.version(t.top(corrects="post_x", route="Correction"), fits="version"),
         "stored otherwise"),
    Case("an unknown route", t.version(t.top(route="Mine"), fits="version"), "No route is called Mine"),
    Case("rule set", t.version(t.top(rules="sha256:" + "3" * 64), fits="version"), "stored otherwise"),
    Case("window", t.version(t.top(window={"not_before": None, "not_after": "2037-01-01T00:00:00.000Z"}),
                             fits="version"), "stored otherwise"),
    Case("time", t.version(t.top(due="2027-03-11T09:00:00.000Z"), fits="version"), "stored otherwise"),
    Case("authorization added", t.version(t.top(authorizations=["auth_1@sha256:" + "0" * 64]), fits="version"),
         "route that is not its own"),
    Case("number", t.version(t.top(number=9), fits="version"), "belongs to another post"),
    Case("a field too many", t.version(t.top(extra=1), fits="version"), "cannot be read"),
    # to whom and when
    Case("another account", t.to_another_account, "signed other content"),
    Case("delivery's account", t.sql("UPDATE delivery SET account_id = :other_account WHERE id = :delivery"),
         "not what was scheduled"),
    Case("delivery's post", t.sql("UPDATE delivery SET post_id = :other_post, round = 9 WHERE id = :delivery"),
         "belongs to another post"),
    Case("delivery's version", t.sql("UPDATE delivery SET revision_id = :other_revision WHERE id = :delivery"),
         "belongs to another post"),
    Case("account's network", t.sql("UPDATE account SET network = 'mastodon' WHERE id = :account"), "another network"),
    Case("post taken back", t.sql("UPDATE post SET state = 'draft' WHERE id = :post"), "no longer scheduled"),
    Case("version counted back", t.sql("UPDATE post SET revision = 0 WHERE id = :post"), "newest version"),
    # who signed
    Case("one bit of the signature", t.envelope(t.flipped), "not given with the key"),
    Case("signature removed", t.sql("DELETE FROM sign_off WHERE post_id = :post"), "A signature is missing"),
    Case("signature of another post", t.moved, "signed other content"),
    Case("printed name", t.statement(t.signer(name="Jonas Lindqvist")), "printed name"),
    Case("signer's id", t.statement(t.signer(id="person_x")), "did not hold this key"),
    Case("signer's role", t.statement(t.signer(role="communications_lead")), "did not hold the role"),
    Case("meaning", t.statement(lambda data: data.update(meaning="I looked at it.")), "this meaning"),
    Case("signing time", t.statement(lambda data: data.update(signed_at="2027-03-09T09:00:00.000Z")),
         "not given with the key"),
    Case("signed window", t.statement(lambda data: data.update(not_after="2037-01-01T00:00:00.000Z")),
         "not given with the key"),
    Case("signed content", t.statement(lambda data: data["accounts"][0].update(digest="sha256:" + "1" * 64)),
         "not given with the key"),
    Case("stage", t.statement(lambda data: data.update(stage="Crisis sign-off")), "this meaning"),
    Case("a stranger's signature", t.statement(t.signer(key_id=STRANGER.key_id), signed_by=STRANGER),
         "did not hold this key"),
    Case("no signature but an empty envelope", t.sql("UPDATE sign_off SET envelope = '{}' WHERE post_id = :post"),
         "A signature cannot be read"),
    # who may sign
    Case("a role in the charter", t.charter(t.member(Role.AUTHOR, roles=["author", "privacy_officer"])),
         "cannot be believed"),
    Case("a name in the charter", t.charter(t.member(Role.PRIVACY_OFFICER, name="Somebody Else")),
         "cannot be believed"),
    Case("a key in the charter",
         t.charter(t.member(Role.PRIVACY_OFFICER, public_key=STRANGER.public, key_id=STRANGER.key_id)),
         "cannot be believed"),
    Case("a route in the charter", t.charter(lambda data: data["routes"][0]["stages"][0].update(roles=["author"])),
         "cannot be believed"),
    Case("the crisis rule in the charter", t.charter(lambda data: data.update(crisis_passes_hold=True)),
         "cannot be believed"),
    Case("an invented colleague, signed by one administrator", t.next_charter(_invented, _jonas),
         "1 of the 2 signatures"),
    Case("an invented colleague who signs as well", t.next_charter(_invented, _jonas, _stranger),
         "1 of the 2 signatures"),
    Case("the newest charter gone",
         t.sql("DELETE FROM charter_version WHERE version = (SELECT max(version) FROM charter_version)"),
         "rolled back"),
    Case("the charter gone", t.sql("DELETE FROM charter_version"), "no charter"),
)  # fmt: skip


def opened(base: Base, folder: Path) -> Desk:
    """A copy of the workspace on the same computer: what its keyring pins is known."""
    desk = open_desk(folder, vault=Vault("test", base.staff.keyring), clock=base.staff.clock, kdf=WEAK)
    desk.load_pin()
    return desk


def verdict(base: Base, folder: Path, change: Change | None) -> str:
    """What the gate says about the delivery after the change; empty where it lets it out."""
    folder.mkdir(mode=0o700)
    copy_database(base.folder / DATABASE, folder / DATABASE)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        if change is not None:
            change(connection, base.target)
        connection.execute("UPDATE delivery SET state = 'sending' WHERE id = ?", (base.target.delivery,))
        connection.commit()
    desk = opened(base, folder)
    try:
        with desk.reading() as session:
            row = session.get_one(Delivery, base.target.delivery)
            charter = desk.charter(session)
            clear_to_send(session, row, charter=charter, now=desk.clock.now(), media=desk.media)
    except DeskError as error:
        return f"{error.title} {error.what}"
    finally:
        desk.close()
    return ""


def test_untouched_it_opens(base: Base, tmp_path: Path) -> None:
    assert verdict(base, tmp_path / "copy", None) == ""


def test_no_tampering_gets_past_the_gate(base: Base, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {case.name: verdict(base, tmp_path / str(number), case.change) for number, case in enumerate(CASES)}
    with capsys.disabled():
        sys.stdout.write(f"\n{len(CASES)} ways to tamper, and what the gate says:\n")
        for name, says in told.items():
            sys.stdout.write(f"  {name:<52} {says or 'NOTHING'}\n")
    assert len(told) == len(CASES) >= 40
    assert {case.name: told[case.name] for case in CASES if case.says not in told[case.name]} == {}


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    with staffed(tmp_path / "own") as found:
        yield found


def test_a_database_from_before_a_key_was_revoked_is_refused(staff: Staff, tmp_path: Path) -> None:
    """The whole file is put back to a day on which everything in it was true."""
    target = _target(staff)
    staff.desk.store_pin()
    before = tmp_path / "before"
    before.mkdir()
    staff.desk.engine.dispose()
    copy_database(staff.desk.folder / DATABASE, before / DATABASE)
    sana = staff.people.enroll(staff.jonas.actor, "Sana Haddad", "sana", "velvet orchard ninety canals")
    both = [Signer(target.jonas, JONAS), Signer(target.helen, HELEN)]
    staff.people.amend(staff.jonas.actor, with_member(sana, {Role.PRIVACY_OFFICER}), both)
    with staff.desk.reading() as session:
        helen = staff.desk.charter(session).member(target.helen)
    assert helen is not None
    staff.people.amend(staff.jonas.actor, with_member(replace(helen, active=False), helen.roles), both)
    assert "is not signed" in verdict(Base(staff.desk.folder, staff, target), tmp_path / "now", None)
    assert "rolled back" in verdict(Base(before, staff, target), tmp_path / "then", None)


HOLD = (
    "DELETE FROM audit_entry WHERE action = 'hold.set'",
    "DELETE FROM audit_entry WHERE seq >= (SELECT seq FROM audit_entry WHERE action = 'hold.set')",
    "UPDATE audit_entry SET action = 'post.commented' WHERE action = 'hold.set'",
    "UPDATE audit_entry SET leaf = CAST(replace(leaf, 'hold.set', 'hold.xxx') AS BLOB) WHERE action = 'hold.set'",
    "UPDATE audit_entry SET leaf = CAST(replace(leaf, 'hold.all', 'hold.post') AS BLOB) WHERE action = 'hold.set'",
    "INSERT INTO audit_entry SELECT seq + 1, CAST(replace(replace(leaf, 'hold.set', 'hold.lifted'), '\"rev\":\"\"',"
    " '\"rev\":\"' || seq || '\"') AS BLOB), leaf_hash, ts, 'hold.lifted', object_type, object_id, actor_id"
    " FROM audit_entry WHERE action = 'hold.set'",
    "UPDATE audit_head SET size = size - 1",
)


@pytest.mark.parametrize("statement", HOLD)
def test_no_change_by_hand_ends_a_hold(staff: Staff, tmp_path: Path, statement: str) -> None:
    target = _target(staff)
    Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)
    staff.desk.store_pin()
    staff.desk.engine.dispose()
    found = verdict(Base(staff.desk.folder, staff, target), tmp_path / "copy", t.sql(statement))
    assert found.startswith("Publishing is on hold")
