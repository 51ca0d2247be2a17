"""The policy is signed in by two officers; whoever sends posts to review has acknowledged the one in force."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.canonical import digest
from editorial.charter.chain import CharterError
from editorial.charter.document import Role
from editorial.desk import DATABASE
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError
from editorial.people.desk_people import People, Signer, with_member
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.policy import LONGEST, Policies, PolicyNotAcknowledgedError, policy_of, template
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.states import PostState
from editorial.vault import Vault
from tests.fakes.desks import HELEN, JONAS, WEAK, HandClock, MemoryKeyring, Staff, add_person

SANA = "velvet orchard ninety canals"
NEW = "# Our policy\n\nSay nothing about patients."


def signers(staff: Staff) -> list[Signer]:
    return [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]


def draft(staff: Staff) -> str:
    body = DraftBody(title="Flu", text="Flu vaccination starts on Monday.", accounts=(staff.connect_practice(),))
    return Drafting(staff.desk).open(staff.mira.actor, body)[0]


def test_a_new_workspace_begins_with_the_template(tmp_path: Path) -> None:
    new = NewWorkspace("Alder Bay Hospital", "UTC", "Jonas Lindqvist", "jonas", JONAS, kind="demo")
    desk, _ = create_workspace(tmp_path / "w", new, vault=Vault("test", MemoryKeyring()), clock=HandClock(), kdf=WEAK)
    with closing(desk):
        policies = Policies(desk)
        assert policies.in_force() == template()
        person = People(desk).cards()[0].id
        assert not policies.acknowledged(person)


@pytest.mark.parametrize(
    "point",
    [
        "room or bed number", "code name", "authorization", "background", "whiteboards", "wristbands", "release",
        "no physician-patient relationship", "no medical advice", "main message", "active verbs", "how large it is",
        "in which role", "These views are my own", "to be friends", "terms hold", "speak to them first",
        "report a concern", "press",
    ],
)  # fmt: skip
def test_the_template_covers_what_others_learned(point: str) -> None:
    assert point in template().text


def test_nobody_submits_before_they_acknowledged_and_nothing_is_lost(staff: Staff) -> None:
    sana = add_person(staff.people, staff.jonas.actor, "Sana Haddad", "sana", SANA, Role.AUTHOR, signers(staff))
    actor = staff.people.sign_in(sana, SANA).actor
    drafting, policies = Drafting(staff.desk), Policies(staff.desk)
    body = DraftBody(title="Flu", text="Flu vaccination starts on Monday.", accounts=(staff.connect_practice(),))
    post, _ = drafting.open(actor, body)
    with pytest.raises(PolicyNotAcknowledgedError) as caught:
        drafting.submit(actor, post)
    assert caught.value.policy == template().digest
    assert drafting.read(post).body.text == body.text
    assert (drafting.read(post).state, drafting.read(post).revision) == (PostState.DRAFT, 0)
    policies.acknowledge(actor, caught.value.policy)
    assert policies.acknowledged(sana)
    drafting.submit(actor, post)
    assert drafting.read(post).state is PostState.IN_REVIEW


def test_what_must_be_fixed_is_told_before_the_policy_is_shown(staff: Staff) -> None:
    Policies(staff.desk).adopt(staff.jonas.actor, NEW, signers(staff))
    drafting = Drafting(staff.desk)
    post, _ = drafting.open(staff.mira.actor, DraftBody(text="Without a title"))
    with pytest.raises(BadInputError, match="no title"):
        drafting.submit(staff.mira.actor, post)


def test_a_new_policy_is_read_again_by_everybody(staff: Staff) -> None:
    policies, drafting, post = Policies(staff.desk), Drafting(staff.desk), draft(staff)
    assert policies.acknowledged(staff.mira.person_id)
    policies.adopt(staff.jonas.actor, f"\n{NEW}\r\n\r\n", signers(staff))
    assert policies.in_force() == policy_of(NEW)
    for person in (staff.jonas, staff.helen, staff.mira):
        assert not policies.acknowledged(person.person_id)
    with pytest.raises(PolicyNotAcknowledgedError):
        drafting.submit(staff.mira.actor, post)
    with pytest.raises(ChangedMeanwhileError):
        policies.acknowledge(staff.mira.actor, template().digest)
    policies.acknowledge(staff.mira.actor, policy_of(NEW).digest)
    drafting.submit(staff.mira.actor, post)


def test_back_to_an_earlier_text_its_acknowledgements_count_again(staff: Staff) -> None:
    policies = Policies(staff.desk)
    policies.adopt(staff.jonas.actor, NEW, signers(staff))
    policies.adopt(staff.jonas.actor, template().text, signers(staff))
    assert policies.acknowledged(staff.mira.person_id)
    assert policies.in_force() == template()


def test_once_is_enough_and_leaves_one_entry(staff: Staff) -> None:
    policies = Policies(staff.desk)
    policies.adopt(staff.jonas.actor, NEW, signers(staff))
    named = policy_of(NEW).digest
    assert policies.acknowledge(staff.mira.actor, named)
    assert not policies.acknowledge(staff.mira.actor, named)
    entries = [each for each in Auditing(staff.desk).entries() if each.action == Action.POLICY_ACKNOWLEDGED]
    assert [each.actor_id for each in entries].count(staff.mira.person_id) == 2, "the template, and the new one"


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda p, s: p.adopt(s.mira.actor, NEW, signers(s)), NotAllowedError),
        (lambda p, s: p.adopt(s.jonas.actor, NEW, signers(s)[:1]), CharterError),
        (lambda p, s: p.adopt(s.jonas.actor, " \n ", signers(s)), BadInputError),
        (lambda p, s: p.adopt(s.jonas.actor, "x" * (LONGEST + 1), signers(s)), BadInputError),
        (lambda p, s: p.adopt(s.jonas.actor, template().text, signers(s)), BadInputError),
    ],
)
def test_what_is_refused_changes_nothing(
    staff: Staff, act: Callable[[Policies, Staff], object], error: type[DeskError]
) -> None:
    policies, before = Policies(staff.desk), Auditing(staff.desk).size()
    with pytest.raises(error):
        act(policies, staff)
    assert policies.in_force() == template()
    assert Auditing(staff.desk).size() == before


def test_a_text_that_was_changed_in_the_database_is_not_shown(staff: Staff) -> None:
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        connection.execute("UPDATE charter_text SET text = 'Post what you like.'")
        connection.commit()
    with pytest.raises(DeskError, match="changed or is missing"):
        Policies(staff.desk).in_force()


def test_where_the_charter_names_none_nobody_is_asked(staff: Staff) -> None:
    staff.people.amend(staff.jonas.actor, lambda charter: replace(charter, policy=None), signers(staff))
    assert Policies(staff.desk).in_force() is None
    assert Policies(staff.desk).acknowledged("person_unknown")
    Drafting(staff.desk).submit(staff.mira.actor, draft(staff))


def test_who_left_acknowledges_nothing(staff: Staff) -> None:
    with staff.desk.reading() as session:
        mira = staff.desk.charter(session).member(staff.mira.person_id)
    assert mira is not None
    staff.people.amend(staff.jonas.actor, with_member(replace(mira, active=False), mira.roles), signers(staff))
    with pytest.raises(NotAllowedError):
        Policies(staff.desk).acknowledge(staff.mira.actor, template().digest)


def test_line_ends_and_blanks_around_make_no_other_policy() -> None:
    assert policy_of("  A\r\nB \n").digest == policy_of("A\nB").digest == digest(b"A\nB")
