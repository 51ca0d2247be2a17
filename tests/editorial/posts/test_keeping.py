"""Warnings kept with a reason: it is frozen with the version, signers see it, and it ends when its text changes."""

from dataclasses import replace

import pytest

from editorial.checks import Finding, Severity
from editorial.content import MediaItem
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.reading import Reading
from editorial.posts.review import Review
from tests.fakes.desks import HELEN, Staff
from tests.fakes.rules import PRAISE, Says, add_rules

TEXT = "Our best ward is open.\nCome and see us."
WHY = "Ranked best in the county by the state, 2026."


@pytest.fixture
def drafting(staff: Staff) -> Drafting:
    add_rules(staff.desk, PRAISE)
    return Drafting(staff.desk)


def draft(staff: Staff, drafting: Drafting, text: str = TEXT) -> tuple[str, DraftBody]:
    body = DraftBody("Ward", text, accounts=(staff.connect_practice(),))
    return drafting.open(staff.mira.actor, body)[0], body


def the_one(drafting: Drafting, post: str, body: DraftBody) -> Finding:
    (finding,) = drafting.check(post, body)
    return finding


def test_a_reason_is_kept_with_the_draft_and_frozen_with_the_version(staff: Staff, drafting: Drafting) -> None:
    post, body = draft(staff, drafting)
    kept = body.with_kept(the_one(drafting, post, body), f"  {WHY} ")
    drafting.save(staff.mira.actor, post, kept, 1)
    stored = drafting.read(post).body
    assert stored.kept_because(the_one(drafting, post, stored)) == WHY
    drafting.submit(staff.mira.actor, post)
    snapshot = Review(staff.desk).subject(post).snapshot
    assert [each["settled"] for each in snapshot.findings] == [WHY]
    assert replace(snapshot, findings=()).digest() != snapshot.digest()
    (seen,) = Reading(staff.desk).page(staff.helen.actor, post).findings
    assert (seen.title, seen.kept) == ("“best” promises much", WHY)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    (statement,) = Review(staff.desk).subject(post).stages[0].given
    assert [dict(each) for each in statement.findings] == [{"rule": PRAISE.rule, "how": f"kept by the author: {WHY}"}]


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        (TEXT, True),
        (TEXT + " Bring a friend.", True),
        ("News.\n" + TEXT, True),
        (TEXT.replace("ward", "clinic"), False),
        (TEXT.replace("Our", "The"), False),
        (TEXT.replace("best", "painless"), False),
    ],
)
def test_it_ends_when_the_lines_that_it_is_about_change(
    staff: Staff, drafting: Drafting, text: str, stays: bool
) -> None:
    post, body = draft(staff, drafting)
    kept = body.with_kept(the_one(drafting, post, body), WHY)
    changed = kept.with_text(None, text)
    assert bool(changed.kept_because(the_one(drafting, post, changed))) is stays
    drafting.save(staff.mira.actor, post, changed, 1)
    drafting.submit(staff.mira.actor, post)
    assert Review(staff.desk).subject(post).snapshot.findings[0]["settled"] == (WHY if stays else "")


def test_two_findings_in_one_line_are_kept_each_by_itself(staff: Staff, drafting: Drafting) -> None:
    post, body = draft(staff, drafting, "The best ward, the best nurses.")
    first, second = drafting.check(post, body)
    kept = body.with_kept(second, WHY)
    assert (kept.kept_because(first), kept.kept_because(second)) == ("", WHY)
    assert kept.with_kept(second, " ") == body


@pytest.mark.parametrize("severity", [Severity.BLOCK, Severity.REVIEW, Severity.SUGGESTION])
def test_only_warnings_are_kept(staff: Staff, severity: Severity) -> None:
    add_rules(staff.desk, Says(("best",), severity, "words.other", "“{}”"))
    drafting = Drafting(staff.desk)
    post, body = draft(staff, drafting)
    finding = the_one(drafting, post, body)
    assert body.with_kept(finding, WHY).kept_because(finding) == ""
    assert not finding.may_keep


def test_the_cause_of_a_finding_about_a_picture_is_its_alternative_text(staff: Staff, drafting: Drafting) -> None:
    post, body = draft(staff, drafting, "Hello")
    picture = MediaItem("0" * 64, "image/png", 10, 10, 10)
    (bare,) = drafting.check(post, replace(body, media=(picture,)))
    (again,) = drafting.check(post, replace(body, media=(picture,), text="Hello again"))
    (other,) = drafting.check(post, replace(body, media=(replace(picture, alt="photo"),)))
    assert bare.cause == again.cause
    assert bare.cause != other.cause
