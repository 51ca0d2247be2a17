"""Routes come, change and go; none goes while a post waits on it or a kind of posts would have none."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from editorial.audit.auditing import Auditing
from editorial.charter.chain import CharterError
from editorial.charter.defaults import default_routes
from editorial.charter.document import Charter, Role, Route, RouteKind, Stage
from editorial.errors import BadInputError, DeskError, NotAllowedError, NotFoundError
from editorial.people.amending import MEANING, put_route, remove_route, route_of, stage_of
from editorial.people.desk_people import Signer
from editorial.people.routes import Routes, waiting_in
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.reading import Reading
from editorial.posts.review import Review
from tests.editorial.charter.drawn import charters
from tests.editorial.charter.staff import ADMIN, LEAD, PRIVACY, first, member
from tests.fakes.desks import HELEN, JONAS, Staff
from tests.fakes.posts import scheduled

STAGE = Stage("Sign-off", frozenset({Role.PRIVACY_OFFICER}), 1, "I agree.", beside=True)
OTHER = replace(STAGE, name="Second look", roles=frozenset({Role.COMMUNICATIONS_LEAD}))
SPORTS = route_of("Sports", RouteKind.ROUTINE, [STAGE])
STAFF = first(member(1, ADMIN, LEAD), member(2, PRIVACY), routes=default_routes())


def signers(staff: Staff) -> tuple[Signer, Signer]:
    return Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)


def in_review(staff: Staff) -> str:
    body = DraftBody(title="Flu", text="Flu vaccination starts on Monday.", accounts=(staff.connect_practice(),))
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    return post


def charter_of(staff: Staff) -> Charter:
    with staff.desk.reading() as session:
        return staff.desk.charter(session).charter


# ---- the pure changes ------------------------------------------------------------------------------------------------


def test_a_route_is_made_of_what_was_typed() -> None:
    made = route_of("  Sports ", RouteKind.ROUTINE, [STAGE, OTHER])
    assert made == Route("Sports", (replace(STAGE, beside=False), OTHER))


def test_a_stage_is_made_of_what_was_typed() -> None:
    assert stage_of(STAGE, " Second  look ", "I looked\n again. ") == replace(
        STAGE, name="Second  look", meaning="I looked again."
    )
    for name, meaning, field in (
        (" ", "I agree.", "name"), ("Look", " \n", "meaning"), ("Look", "I\u202e agree.", "meaning"),
        ("Look", "I" * (MEANING + 1), "meaning"),
    ):  # fmt: skip
        with pytest.raises(BadInputError) as caught:
            stage_of(STAGE, name, meaning)
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("name", "stages", "field"),
    [(" ", [STAGE], "name"), ("A\u202eB", [STAGE], "name"), ("Sports", [], "stages"), ("X", [STAGE, STAGE], "stages")],
)
def test_what_can_be_no_route_is_told_at_its_field(name: str, stages: list[Stage], field: str) -> None:
    with pytest.raises(BadInputError) as caught:
        route_of(name, RouteKind.ROUTINE, stages)
    assert caught.value.field == field


def test_posts_of_its_kind_take_a_new_route_where_it_comes_first() -> None:
    taken, beside = put_route(SPORTS)(STAFF), put_route(SPORTS, first=False)(STAFF)
    assert taken.route_for(RouteKind.ROUTINE) == SPORTS
    assert beside.route_for(RouteKind.ROUTINE).name == "Standard"
    assert {each.name for each in beside.routes} == {each.name for each in STAFF.routes} | {"Sports"}
    again = put_route(SPORTS, instead_of="Sports", first=False)(taken)
    assert again.route_for(RouteKind.ROUTINE).name == "Standard"


def test_a_route_gets_another_name_in_its_place() -> None:
    named = replace(STAFF.route("Clinical claim"), name="Health claim")
    after = put_route(named, instead_of="Clinical claim")(STAFF)
    assert [each.name for each in after.routes] == [
        "Standard", "Patient story", "Crisis", "Correction", "Health claim"
    ]  # fmt: skip
    assert after.route_for(RouteKind.CLINICAL).stages == named.stages, "short of people before as after"


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (put_route(replace(SPORTS, name="standard")), "There is a route standard already"),
        (put_route(replace(SPORTS, name="Crisis"), instead_of="Standard"), "There is a route Crisis already"),
        (put_route(replace(SPORTS, kind=RouteKind.STORY), instead_of="Standard"), "Routine posts would have no route"),
        (put_route(route_of("X", RouteKind.STORY, [replace(STAGE, count=2)])), "Too few people are left"),
        (remove_route("Standard"), "Routine posts would have no route"),
        (remove_route("Crisis"), "Crisis posts would have no route"),
    ],
)
def test_what_would_leave_posts_without_a_way_is_refused(change: Callable[[Charter], Charter], title: str) -> None:
    with pytest.raises(BadInputError, match=title):
        change(STAFF)


@pytest.mark.parametrize("change", [put_route(SPORTS, instead_of="Sport"), remove_route("Sports")])
def test_a_route_that_is_not_there_is_not_changed(change: Callable[[Charter], Charter]) -> None:
    with pytest.raises(NotFoundError):
        change(STAFF)


@given(charters(), st.data())
def test_whatever_is_done_every_kind_keeps_a_route_and_names_stay_apart(charter: Charter, data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(charter.routes))
    route = replace(old, name=data.draw(st.sampled_from(["New", old.name])), kind=data.draw(st.sampled_from(RouteKind)))
    first_of_all = data.draw(st.booleans())
    change = data.draw(
        st.sampled_from([put_route(route, instead_of=old.name, first=first_of_all), remove_route(old.name)])
    )
    assume(all(each.name.casefold() != "new" for each in charter.routes))
    try:
        after = change(charter)
    except BadInputError:
        return
    assert {each.kind for each in charter.routes} <= {each.kind for each in after.routes}
    others = {each.name: each for each in charter.routes if each.name != old.name}
    assert others.items() <= {each.name: each for each in after.routes}.items()


# ---- while posts wait ------------------------------------------------------------------------------------------------


def test_two_officers_add_rename_and_remove_a_route(staff: Staff) -> None:
    routes = Routes(staff.desk)
    routes.put(staff.jonas.actor, SPORTS, signers(staff), first=False)
    routes.put(staff.helen.actor, replace(SPORTS, name="Team sports"), signers(staff), instead_of="Sports", first=False)
    assert charter_of(staff).route("Team sports").stages == SPORTS.stages
    routes.remove(staff.jonas.actor, "Team sports", signers(staff))
    assert [each.name for each in charter_of(staff).routes] == [each.name for each in default_routes()]


def renamed(staff: Staff) -> object:
    route = replace(charter_of(staff).route("Standard"), name="Usual")
    return Routes(staff.desk).put(staff.jonas.actor, route, signers(staff), instead_of="Standard")


def removed(staff: Staff) -> object:
    return Routes(staff.desk).remove(staff.jonas.actor, "Standard", signers(staff))


def of_another_kind(staff: Staff) -> object:
    route = replace(charter_of(staff).route("Standard"), kind=RouteKind.STORY)
    return Routes(staff.desk).put(staff.jonas.actor, route, signers(staff), instead_of="Standard")


@pytest.mark.parametrize("act", [renamed, removed, of_another_kind])
@pytest.mark.parametrize("wait", [in_review, scheduled])
def test_none_goes_while_a_post_waits_on_it(
    staff: Staff, act: Callable[[Staff], object], wait: Callable[[Staff], object]
) -> None:
    wait(staff)
    Routes(staff.desk).put(staff.jonas.actor, SPORTS, signers(staff), first=False)
    before, size = charter_of(staff), Auditing(staff.desk).size()
    with pytest.raises(BadInputError, match="A post waits on the route Standard") as caught:
        act(staff)
    assert caught.value.what.startswith("P-1: without it nobody could sign or send it.")
    assert charter_of(staff) == before
    assert Auditing(staff.desk).size() == size


def test_stages_may_change_while_a_post_waits(staff: Staff) -> None:
    in_review(staff)
    route = replace(charter_of(staff).route("Standard"), stages=(replace(STAGE, beside=False),))
    Routes(staff.desk).put(staff.jonas.actor, route, signers(staff), instead_of="Standard")
    assert charter_of(staff).route("Standard") == route


def test_a_post_that_was_sent_to_review_while_they_signed_keeps_its_route(staff: Staff) -> None:
    Routes(staff.desk).put(staff.jonas.actor, SPORTS, signers(staff), first=False)

    def slow() -> Iterator[Signer]:
        in_review(staff)
        yield from signers(staff)

    with pytest.raises(BadInputError, match="A post waits on the route Standard"):
        Routes(staff.desk).remove(staff.jonas.actor, "Standard", slow())
    assert charter_of(staff).route("Standard")


def test_a_post_that_was_taken_back_waits_no_longer(staff: Staff) -> None:
    post = in_review(staff)
    with staff.desk.reading() as session:
        assert [(each.name, each.route) for each in waiting_in(session)] == [("P-1", "Standard")]
    Drafting(staff.desk).withdraw(staff.mira.actor, post)
    with staff.desk.reading() as session:
        assert waiting_in(session) == ()
    Routes(staff.desk).put(staff.jonas.actor, SPORTS, signers(staff))
    removed(staff)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    assert Review(staff.desk).subject(post).snapshot.route == "Sports"


def test_a_finished_post_is_read_by_the_route_that_it_took(staff: Staff) -> None:
    post = in_review(staff)
    Drafting(staff.desk).withdraw(staff.mira.actor, post)
    Routes(staff.desk).put(staff.jonas.actor, SPORTS, signers(staff))
    removed(staff)
    page = Reading(staff.desk).page(staff.helen.actor, post)
    assert [each.stage.name for each in page.subject.stages] == ["Sign-off"]
    reason = Review(staff.desk).why_not(staff.helen.actor, post)
    assert reason == "The route Standard is gone from the charter. The author sends the post to review again."


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda s: Routes(s.desk).put(s.mira.actor, SPORTS, signers(s)), NotAllowedError),
        (lambda s: Routes(s.desk).put(s.jonas.actor, SPORTS, signers(s)[:1]), CharterError),
        (lambda s: Routes(s.desk).put(s.jonas.actor, SPORTS, (signers(s)[1],) * 2), CharterError),
        (lambda s: Routes(s.desk).remove(s.jonas.actor, "Standard", signers(s)), BadInputError),
        (lambda s: Routes(s.desk).put(s.jonas.actor, SPORTS, signers(s), instead_of="Gone"), NotFoundError),
    ],
)
def test_what_is_refused_changes_nothing(staff: Staff, act: Callable[[Staff], object], error: type[DeskError]) -> None:
    before, size = charter_of(staff), Auditing(staff.desk).size()
    with pytest.raises(error):
        act(staff)
    assert charter_of(staff) == before
    assert Auditing(staff.desk).size() == size
