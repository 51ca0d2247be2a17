"""A register as picture 13 has it: one revoked while a post is online, two that end soon, one expired, others valid."""

from __future__ import annotations

from datetime import date

from editorial.authorizations.elements import Detail, SignedBy
from editorial.authorizations.register import How, Register
from tests.desktop.screens.composing import connect
from tests.fakes.authorizations import PDF, png, recorded, sign, story, tamper
from tests.fakes.desks import Staff

D = Detail


def busy_register(staff: Staff) -> str:
    """Makes it; returns the id of the revoked one."""
    facebook, instagram = connect(staff, "facebook"), connect(staff, "instagram")
    name_photo = frozenset({D.FULL_NAME, D.PHOTO})
    others = [
        ("Amina D.", frozenset({D.PHOTO}), ("facebook",), date(2027, 3, 9)),
        ("Wen L.", frozenset({D.FULL_NAME, D.DIAGNOSIS}), ("facebook", "linkedin"), date(2027, 10, 15)),
        ("Samuel T.", frozenset({D.FULL_NAME, D.PHOTO, D.VOICE, D.DIAGNOSIS}), ("youtube",), date(2027, 8, 31)),
        ("Ahmed K.", name_photo | {D.DIAGNOSIS}, ("facebook", "instagram", "threads"), date(2027, 12, 31)),
        ("Rosa M.", frozenset({D.FIRST_NAME, D.PHOTO}), ("facebook", "instagram"), date(2027, 11, 30)),
    ]
    for label, details, networks, last in others:
        recorded(staff, label, details=details, networks=networks, expires_on=last, scan=PDF)
    recorded(
        staff, "Elena W.", details=frozenset({D.PHOTO}), networks=("facebook",), expires_on=date(2027, 3, 14),
        signed_by=SignedBy.REPRESENTATIVE, authority="Mother", minor=True, majority_on=date(2033, 5, 4),
        signer_name="Ana Weiss",
    )  # fmt: skip
    recorded(
        staff, "Greta O.", expires_on=date(2027, 3, 31), networks=("facebook",), purposes=("Open day",),
        expires_with="The end of the rehabilitation project",
    )  # fmt: skip
    marek = recorded(
        staff, "Marek S.", details=name_photo, networks=("facebook", "instagram"), scan=png(),
        purposes=("Report on the choir visit", "Call for singers"),
    )  # fmt: skip
    posts = {facebook: "Choir visit: songs on the ward", instagram: "Spring concert: call for singers"}
    for account, title in posts.items():
        post_id = story(staff, [marek], account, title)
        sign(staff, post_id)
        if account == facebook:
            tamper(staff, "UPDATE delivery SET state = 'published', permalink = 'https://facebook.example/1'")
    register = Register(staff.desk)
    register.open_scan(staff.helen.actor, marek)
    note = "He no longer wants to be in our posts."
    register.revoke(staff.helen.actor, marek, How.PHONE, date(2027, 3, 10), note)
    return marek
