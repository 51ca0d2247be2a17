"""The way to approval of a draft as it is typed: the route, who could sign, and when nobody is left."""

from dataclasses import replace

from editorial.charter.document import Charter, RouteKind
from editorial.people.desk_people import Signer
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.listing import Listing
from editorial.posts.path import Path
from tests.fakes.desks import HELEN, JONAS, Staff


def path(staff: Staff, post: str, body: DraftBody) -> Path:
    return Listing(staff.desk).path(staff.mira.actor, post, body, Drafting(staff.desk).check(post, body))


def test_it_follows_what_the_draft_says(staff: Staff) -> None:
    body = DraftBody("A", "Text", accounts=(staff.connect_practice(),))
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    standard = path(staff, post, body)
    assert (standard.kind, standard.name, standard.signatures, standard.problem) == (
        RouteKind.ROUTINE, "Standard", 1, "",
    )  # fmt: skip
    assert standard.steps[0].signers == ("Jonas Lindqvist", "Helen Castellanos")
    assert Listing(staff.desk).opened(post).path == standard
    crisis = path(staff, post, replace(body, crisis="Fire"))
    assert (crisis.kind, crisis.name, crisis.crisis_kept_out) == (RouteKind.CRISIS, "Crisis", False)
    story = path(staff, post, replace(body, crisis="Fire", authorizations=("auth_1",)))
    assert (story.kind, story.crisis_kept_out) == (RouteKind.STORY, True)
    assert path(staff, post, replace(body, corrects="post_1")).kind is RouteKind.CORRECTION


def test_it_warns_before_anything_is_sent_when_nobody_is_left(staff: Staff) -> None:
    body = DraftBody("A", "Text")
    drafting = Drafting(staff.desk)
    post, _ = drafting.open(staff.mira.actor, body)
    assert (
        path(staff, post, replace(body, authorizations=("auth_1",))).problem == "Nobody is left for “Clinical review”"
    )
    drafting.save(staff.jonas.actor, post, replace(body, text="Text by Jonas"), 1)
    drafting.save(staff.helen.actor, post, replace(body, text="Text by Helen"), 2)
    written = replace(body, text="Text by Helen")
    assert path(staff, post, written).problem == "Nobody is left for “Sign-off”"


def test_whoever_types_counts_before_it_is_saved(staff: Staff) -> None:
    body = DraftBody("A", "Text")
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    listing = Listing(staff.desk)
    assert len(listing.path(staff.helen.actor, post, body, ()).steps[0].signers) == 2
    typed = replace(body, text="More")
    assert listing.path(staff.helen.actor, post, typed, ()).steps[0].signers == ("Jonas Lindqvist",)


def test_a_charter_without_such_a_route_is_said(staff: Staff) -> None:
    def change(charter: Charter) -> Charter:
        return replace(charter, routes=tuple(each for each in charter.routes if each.kind is not RouteKind.CRISIS))

    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    staff.people.amend(staff.jonas.actor, change, both)
    body = DraftBody("A", "Text", crisis="Fire")
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    found = path(staff, post, body)
    assert found.steps == ()
    assert found.problem.startswith("No route for crisis posts")
