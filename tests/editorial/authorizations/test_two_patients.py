"""Two patients in one post: each picture needs the authorizations that name it, and one that none names needs all."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from editorial.authorizations.elements import Detail, Elements
from editorial.authorizations.register import How, Register
from editorial.authorizations.standing import Standing, State, not_covered
from editorial.content import MediaItem
from editorial.errors import BadInputError
from editorial.gate import StoppedError, _authorized
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.reading import Reading
from editorial.posts.records import snapshot_in
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.store.models import Delivery, Revision
from editorial.when import Choice, When
from tests.editorial.authorizations.test_standing import BARE, NETWORKS, ONE, OTHER, PHOTO, content
from tests.editorial.media.pictures import encoded, photo
from tests.fakes.authorizations import COMPLETE, add_reviewer, recorded, sign
from tests.fakes.desks import Staff

THIRD = "3" * 64
papers = st.builds(
    lambda details, networks, media: replace(COMPLETE, details=details, networks=networks, media=media),
    st.sampled_from([PHOTO, BARE]),
    st.sampled_from(NETWORKS),
    st.lists(st.sampled_from([ONE, OTHER, THIRD]), unique=True, max_size=2).map(tuple),
)


@given(
    st.lists(papers, min_size=1, max_size=3),
    st.lists(st.sampled_from([ONE, OTHER, THIRD]), unique=True, max_size=3),
    st.sampled_from(["practice", "mastodon"]),
)
def test_each_picture_needs_those_that_name_it_or_else_all(
    papers: list[Elements], shown: list[str], network: str
) -> None:
    """Against a naive reading of decision 18."""
    what = content(network, tuple(shown))
    linked = {picture for paper in papers for picture in paper.media}
    allowed = not any(not_covered(Standing(State.VALID, 1, each), what, linked) for each in papers)
    wanted = all(network in paper.networks for paper in papers) and all(
        picture in linked or all(Detail.PHOTO in paper.details and not paper.media for paper in papers)
        for picture in shown
    )
    assert allowed == wanted
    fewer = not any(not_covered(Standing(State.VALID, 1, each), what) for each in papers)
    assert allowed or not fewer, "what each allows alone, they allow together"


def test_two_patients_in_one_post_each_with_their_picture(staff: Staff) -> None:
    drafting = Drafting(staff.desk)
    account, items = staff.connect_practice(), []
    for number in range(3):
        _, item, _ = drafting.add_picture(staff.mira.actor, encoded(photo(90 + number), "PNG"), f"{number}.png")
        items.append(replace(item, alt=f"A person sings with the choir, picture {number}"))
    rosa = recorded(staff, details=BARE, media=(items[0].sha256, items[1].sha256))
    karl = recorded(staff, "Karl P.", signer_name="Karl Peters", details=BARE, media=(items[1].sha256,))
    add_reviewer(staff)

    def send(media: list[MediaItem], *ids: str) -> str:
        when = When(Choice.SOON)
        body = DraftBody("Choir", "They sang.", accounts=(account,), media=tuple(media), when=when, authorizations=ids)
        post, _ = drafting.open(staff.mira.actor, body)
        drafting.submit(staff.mira.actor, post)
        return post

    with pytest.raises(BadInputError, match="A-1 names other pictures than this post has"):
        send(items, rosa, karl)
    with pytest.raises(BadInputError, match="A-2 names other pictures than this post has"):
        send(items[:1], karl)
    post = send(items[:2], rosa, karl)
    sign(staff, post)
    assert Review(staff.desk).subject(post).state is PostState.SCHEDULED
    assert not any(each.problem for each in Reading(staff.desk).page(staff.helen.actor, post).authorizations)
    with staff.desk.reading() as session:
        (row,) = session.exec(select(Delivery)).all()
        snapshot = snapshot_in(session.exec(select(Revision).where(Revision.id == row.revision_id)).one())
        _authorized(session, snapshot, snapshot.contents[0], staff.clock.now())
    Register(staff.desk).revoke(staff.helen.actor, karl, How.LETTER, date(2027, 3, 10))
    with staff.desk.reading() as session, pytest.raises(StoppedError) as caught:
        _authorized(session, snapshot, snapshot.contents[0], staff.clock.now())
    assert caught.value.what == "Authorization A-2 was revoked.", "one who shows in the post no longer wants to"
