"""What Compose reads: posts in the order of work, and one of them opened."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from editorial.accounts.register import Accounts
from editorial.errors import NotFoundError
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.listing import Listing
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.when import Choice, When
from tests.editorial.media.pictures import encoded, photo
from tests.fakes.desks import HELEN, staffed

ZONE = "America/New_York"


def at(text: str) -> When:
    return When(Choice.SET, datetime.fromisoformat(text), ZONE)


def test_posts_stand_by_time_and_say_what_is_open(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff:
        account = staff.connect_practice()
        drafting = Drafting(staff.desk)
        _, picture, _ = drafting.add_picture(staff.mira.actor, encoded(photo(), "PNG"), "a.png")
        later = DraftBody("Later", "x" * 600, accounts=(account,), media=(picture,), when=at("2027-04-01T09:00"))
        soon = DraftBody("Soon", "Text", accounts=(account,), when=at("2027-03-12T09:00"))
        for body in (DraftBody("Undated"), later, soon):
            drafting.open(staff.mira.actor, body)
        gone, _ = drafting.open(staff.mira.actor, DraftBody("Gone"))
        drafting.discard(staff.mira.actor, gone)
        rows = Listing(staff.desk).shelf().rows
    assert [(row.title, row.must_fix, row.networks) for row in rows] == [
        ("Soon", 0, ("practice",)), ("Later", 2, ("practice",)), ("Undated", 0, ()),
    ]  # fmt: skip
    assert rows[0].due is not None
    assert rows[0].due.isoformat() == "2027-03-12T14:00:00+00:00"
    assert rows[0].author == "Mira Okafor"


def test_rows_say_who_is_waited_for(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff:
        account = staff.connect_practice()
        drafting, review = Drafting(staff.desk), Review(staff.desk)
        post, _ = drafting.open(staff.mira.actor, DraftBody("Open day", "Text", accounts=(account,)))
        drafting.submit(staff.mira.actor, post)
        listing = Listing(staff.desk)
        assert listing.shelf().rows[0].stage == "Sign-off"
        review.request_changes(staff.helen.actor, post, 1, "Shorter.", staff.tomorrow)
        row = listing.shelf().rows[0]
        assert (row.state, row.asked_by, row.asked) == (PostState.CHANGES_REQUESTED, "Helen Castellanos", 1)
        opened = listing.opened(post)
        assert [(each.name, each.text) for each in opened.asked] == [("Helen Castellanos", "Shorter.")]
        drafting.submit(staff.mira.actor, post)
        assert listing.opened(post).asked == ()
        review.sign_off(staff.helen.actor, post, 2, HELEN)
        assert listing.shelf().rows[0].state is PostState.APPROVED


def test_an_opened_post_names_its_accounts_also_those_that_are_gone(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff:
        here, gone = staff.connect_practice("here"), staff.connect_practice("gone")
        post, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody("A", "Text", accounts=(here, gone)))
        Accounts(staff.desk).disconnect(staff.jonas.actor, gone)
        opened = Listing(staff.desk).opened(post)
        places = {place.target.id: place for place in opened.places}
        assert places[here].problem == ""
        assert places[here].limits.text == 500
        assert places[gone].problem
        assert (opened.author, opened.path.name, opened.path.signatures, opened.final) == (
            "Mira Okafor",
            "Standard",
            1,
            False,
        )
        other, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody("B"))
        assert {place.target.id for place in Listing(staff.desk).opened(other).places} == {here}


def test_who_saved_last_is_known(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff:
        drafting, listing = Drafting(staff.desk), Listing(staff.desk)
        post, _ = drafting.open(staff.mira.actor, DraftBody("A"))
        assert listing.last_saved(post).name == "Mira Okafor"
        drafting.save(staff.jonas.actor, post, replace(DraftBody("A"), text="More"), 1)
        assert listing.last_saved(post).name == "Jonas Lindqvist"


def test_a_post_that_is_not_here_is_said(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff, pytest.raises(NotFoundError):
        Listing(staff.desk).opened("post_none")
