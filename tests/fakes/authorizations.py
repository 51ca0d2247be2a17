"""Signed authorizations of invented patients, and posts that rest on them."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any

from editorial.authorizations.elements import Detail, Elements, SignedBy
from editorial.authorizations.register import Register
from editorial.charter.document import Role
from editorial.desk import DATABASE
from editorial.people.desk_people import Signer
from editorial.people.session import SignedIn
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.when import Choice, When
from tests.editorial.media.pictures import encoded, photo
from tests.fakes.desks import HELEN, JONAS, Staff, add_person

SANA = "velvet orchard ninety canals"

COMPLETE = Elements(
    information="First name, photograph and the story of the choir visit",
    details=frozenset({Detail.FIRST_NAME, Detail.PHOTO}),
    discloser="Alder Bay Hospital, Communications",
    networks=("practice",),
    purposes=("Report on the choir visit",),
    expires_on=date(2027, 11, 30),
    signed_on=date(2027, 3, 1),
    signed_by=SignedBy.PATIENT,
    signer_name="Rosa Meyer",
    tells_revocation=True,
    tells_conditions=True,
    tells_redisclosure=True,
    plain_language=True,
    copy_given=True,
)
"""A patient's own, valid until 30 November 2027 in the desks of the tests, where it is 10 March."""

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def png() -> bytes:
    """A small scan."""
    return encoded(photo(7), "PNG")


def recorded(staff: Staff, label: str = "Rosa M.", *, scan: bytes | None = None, **changes: Any) -> str:
    """An authorization that Helen recorded; returns its id."""
    key, _ = Register(staff.desk).record(staff.helen.actor, label, replace(COMPLETE, **changes), scan)
    return key


def tamper(staff: Staff, statement: str, *values: str) -> None:
    """What somebody does who can write to the database's file, past every service."""
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)
        connection.commit()


def story(
    staff: Staff, ids: list[str], account: str, text: str = "Rosa sang with the choir.", *, pictures: int = 0,
    when: When | None = None,
) -> str:  # fmt: skip
    """A post that rests on authorizations, sent to review by Mira; returns its id."""
    add_reviewer(staff)
    drafting, media = Drafting(staff.desk), []
    for number in range(pictures):
        _, item, _ = drafting.add_picture(staff.mira.actor, encoded(photo(40 + number), "PNG"), f"{number}.png")
        media.append(replace(item, alt=f"Rosa sings, picture {number} of the choir visit"))
    body = DraftBody(
        title=text[:40], text=text, accounts=(account,), media=tuple(media), when=when or When(Choice.SOON),
        authorizations=tuple(ids),
    )  # fmt: skip
    post_id, _ = drafting.open(staff.mira.actor, body)
    drafting.submit(staff.mira.actor, post_id)
    return post_id


def add_reviewer(staff: Staff) -> SignedIn:
    """Sana, a clinical reviewer: without one no story can be sent to review."""
    known = [card.id for card in staff.people.cards() if card.name == "Sana Haddad"]
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    person = known[0] if known else add_person(
        staff.people, staff.jonas.actor, "Sana Haddad", "sana", SANA, Role.CLINICAL_REVIEWER, officers
    )  # fmt: skip
    return staff.people.sign_in(person, SANA)


def sign(staff: Staff, post_id: str) -> None:
    """Signs every stage that waits, each by whoever of the staff may."""
    review, sana = Review(staff.desk), add_reviewer(staff)
    for _ in range(3):
        for person, passphrase in ((staff.helen, HELEN), (sana, SANA), (staff.jonas, JONAS)):
            subject = review.subject(post_id)
            if subject.state is PostState.IN_REVIEW and not review.why_not(person.actor, post_id):
                review.sign_off(person.actor, post_id, subject.snapshot.number, passphrase)
    assert review.subject(post_id).state is not PostState.IN_REVIEW
