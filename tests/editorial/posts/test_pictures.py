"""Each account gets pictures of its own, and exactly these are signed, checked by the gate and sent."""

import threading
from dataclasses import replace

import pytest

from editorial.accounts.register import Accounts, NewAccount
from editorial.content import MediaItem
from editorial.counting import Limits
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.errors import BadInputError, ChangedMeanwhileError
from editorial.gate import StoppedError
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.pictures import Fitted, fit_pictures
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.secret import Secret
from editorial.when import Choice, When
from tests.editorial.media.pictures import encoded, photo
from tests.fakes.desks import HELEN, LIMITS, Staff


def connect(staff: Staff, handle: str, limits: Limits) -> str:
    new = NewAccount("practice", "http://127.0.0.1:1", handle, f"Practice {handle}", {"profile": "keyed"}, limits)
    account, _ = Accounts(staff.desk).connect(staff.jonas.actor, new, Secret(f"token-of-{handle}-0123456789"))
    return account


def picture(staff: Staff, alt: str = "A nurse at a desk answers the telephone") -> MediaItem:
    _, item, _ = Drafting(staff.desk).add_picture(staff.mira.actor, encoded(photo(900, 600), "PNG"), "a.png")
    return replace(item, alt=alt)


def draft(staff: Staff, *accounts: str, alt: str = "A nurse at a desk answers the telephone") -> tuple[str, MediaItem]:
    item = picture(staff, alt)
    body = DraftBody("A", "Text", accounts=accounts, media=(item,), when=When(Choice.SOON))
    return Drafting(staff.desk).open(staff.mira.actor, body)[0], item


def test_the_gate_lets_exactly_the_accounts_own_picture_out(staff: Staff) -> None:
    large, small = connect(staff, "large", LIMITS), connect(staff, "small", replace(LIMITS, longest_side=300))
    post, item = draft(staff, large, small)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    snapshot = Review(staff.desk).subject(post).snapshot
    mine = {content.account_id: content.media for content in snapshot.contents}
    assert mine[large] == (item,)
    (own,) = mine[small]
    assert (own.width, own.height, own.alt) == (300, 200, item.alt)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    delivery = next(row.delivery_id for row in Outbox(staff.desk).rows() if row.account_id == small)
    started = Deliveries(staff.desk).claim(delivery, "media:0", public=False)
    assert started is not None
    with started.cleared.open_media(own.sha256) as stream:
        assert len(stream.read()) == own.size
    with pytest.raises(StoppedError):
        started.cleared.open_media(item.sha256)
    assert Drafting(staff.desk).read(post).body.media == (item,)  # the draft keeps the picture as it was added


def test_sent_again_without_an_edit_the_signatures_stay(staff: Staff) -> None:
    post, _ = draft(staff, connect(staff, "small", replace(LIMITS, longest_side=300)))
    drafting = Drafting(staff.desk)
    drafting.submit(staff.mira.actor, post)
    first = Review(staff.desk).subject(post).snapshot.digests()
    drafting.submit(staff.mira.actor, post)
    assert Review(staff.desk).subject(post).snapshot.digests() == first


def test_what_cannot_be_made_to_fit_is_said_before_anything_changes(staff: Staff) -> None:
    post, _ = draft(staff, connect(staff, "tiny", replace(LIMITS, media_bytes=90)))
    with pytest.raises(BadInputError) as said:
        Drafting(staff.desk).submit(staff.mira.actor, post)
    assert said.value.field == "media"
    assert str(said.value).startswith("Photo 1 does not fit Practice tiny. It cannot be made small enough.")
    working = Drafting(staff.desk).read(post)
    assert (working.state, working.revision) == (PostState.DRAFT, 0)


def test_nothing_is_made_while_other_writers_wait(staff: Staff) -> None:
    """The pictures are ready before the transaction: somebody who holds the database meanwhile is not in the way."""
    post, _ = draft(staff, connect(staff, "small", replace(LIMITS, longest_side=300)))
    body = Drafting(staff.desk).read(post).body
    with staff.desk.writing(staff.desk.system()):
        made: list[Fitted] = []
        thread = threading.Thread(target=lambda: made.append(fit_pictures(staff.desk, body)))
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
    assert len(made[0].items) == 1


def test_pictures_added_in_between_are_not_sent_unmade(staff: Staff) -> None:
    account = connect(staff, "small", LIMITS)
    post, item = draft(staff, account)
    contents = Drafting(staff.desk).read(post).body.contents(post, Drafting(staff.desk).targets())
    with pytest.raises(ChangedMeanwhileError):
        Fitted().put_into(contents)
    assert Fitted({(account, item): item}).put_into(contents) == contents
