"""Somebody leaves: everything that hangs on them is listed, handed over and ended in one signed step."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.charter.chain import CharterError
from editorial.charter.document import Charter, Deputy, Member, Role, RouteKind
from editorial.delivery.states import DeliveryState
from editorial.errors import BadInputError, NotAllowedError, NotFoundError
from editorial.people.amending import Change, add_deputy, set_route, together
from editorial.people.desk_people import Signer
from editorial.people.leaving import Leaving, Successors
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.store.models import Delivery, Draft, Post
from editorial.tasks import TaskKind, open_task
from tests.fakes.desks import HELEN, JONAS, MIRA, Staff, acknowledge, add_person
from tests.fakes.posts import SOON

SANA, TOM = "velvet orchard ninety canals", "silver kettle eighty ravens"


def signers(staff: Staff) -> list[Signer]:
    return [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]


def amend(staff: Staff, change: Change) -> None:
    staff.people.amend(staff.jonas.actor, change, signers(staff))


def charter_of(staff: Staff) -> Charter:
    with staff.desk.reading() as session:
        return staff.desk.charter(session).charter


def member(staff: Staff, person_id: str) -> Member:
    found = charter_of(staff).member(person_id)
    assert found is not None
    return found


def newcomer(staff: Staff, name: str, passphrase: str, role: Role) -> str:
    first = name.partition(" ")[0].lower()
    return add_person(staff.people, staff.jonas.actor, name, first, passphrase, role, signers(staff))


def post(staff: Staff, title: str = "Flu") -> str:
    account = staff.accounts[0] if staff.accounts else staff.connect_practice()
    body = DraftBody(title=title, text=f"{title} starts on Monday.", accounts=(account,), when=SOON)
    return Drafting(staff.desk).open(staff.mira.actor, body)[0]


def leave(staff: Staff, person_id: str, posts: str = "", places: str = "") -> None:
    Leaving(staff.people, staff.desk).leave(staff.jonas.actor, person_id, Successors(posts, places), signers(staff))


def test_everything_that_hangs_on_somebody_is_listed(staff: Staff) -> None:
    mira, helen = staff.mira.person_id, staff.helen.person_id
    drafted, sent = post(staff, "Draft"), post(staff, "Sent")
    Drafting(staff.desk).submit(staff.mira.actor, sent)
    Review(staff.desk).sign_off(staff.helen.actor, sent, 1, HELEN)
    with staff.desk.writing(staff.desk.system()) as unit:
        open_task(unit, TaskKind.CRISIS_REVIEW, unit.now + timedelta(days=1), post_id=sent)
    crisis = charter_of(staff).route_for(RouteKind.CRISIS)
    named = replace(crisis, stages=(replace(crisis.stages[0], people=(mira,)),))
    deputy = Deputy(helen, mira, staff.clock.now(), staff.clock.now() + timedelta(days=3))
    amend(staff, together(set_route(named), add_deputy(deputy)))
    leaving = Leaving(staff.people, staff.desk)
    of_mira, of_helen, of_jonas = (leaving.hangs_on(each) for each in (mira, helen, staff.jonas.person_id))
    assert [(each.id, each.title, each.state) for each in of_mira.posts] == [
        (drafted, "Draft", PostState.DRAFT), (sent, "Sent", PostState.SCHEDULED),
    ]  # fmt: skip
    assert of_mira.named == (("Crisis", "Crisis sign-off"),)
    assert of_mira.deputyships == of_helen.deputyships == (deputy,)
    assert [each.post_id for each in of_mira.tasks] == [sent]
    assert (of_mira.signed, of_mira.alone, of_mira.last_officer) == ((), (), False)
    assert [each.id for each in of_helen.signed] == [sent]
    assert of_helen.last_officer
    assert ("Patient story", "Privacy") in of_helen.alone
    assert of_jonas.accounts == ("Practice alderbay",)
    with pytest.raises(NotFoundError):
        leaving.hangs_on("person_unknown")


def test_somebody_leaves_and_another_takes_over(staff: Staff) -> None:
    sana = newcomer(staff, "Sana Haddad", SANA, Role.AUTHOR)
    drafted, sent = post(staff, "Draft"), post(staff, "Sent")
    Drafting(staff.desk).submit(staff.mira.actor, sent)
    mira = staff.mira.person_id
    leave(staff, mira, posts=sana)
    assert not member(staff, mira).active
    with pytest.raises(NotAllowedError, match="no longer on the staff"):
        staff.people.sign_in(mira, MIRA)
    with pytest.raises(NotAllowedError):
        Drafting(staff.desk).open(staff.mira.actor)
    with staff.desk.reading() as session:
        assert {session.get_one(Post, each).author_id for each in (drafted, sent)} == {sana}
        assert session.get_one(Draft, drafted).editors == [mira]
    entries = [each for each in Auditing(staff.desk).entries() if each.action == Action.POST_HANDED_OVER]
    assert {each.object_id for each in entries} == {drafted, sent}
    assert Leaving(staff.people, staff.desk).hangs_on(mira).posts == ()


def test_who_wrote_stays_a_contributor_and_who_takes_over_becomes_one(staff: Staff) -> None:
    sana = newcomer(staff, "Sana Haddad", SANA, Role.COMMUNICATIONS_LEAD)
    session = staff.people.sign_in(sana, SANA)
    acknowledge(staff.desk, session)
    sent = post(staff)
    Drafting(staff.desk).submit(staff.mira.actor, sent)
    leave(staff, staff.mira.person_id, posts=sana)
    drafting = Drafting(staff.desk)
    drafting.withdraw(session.actor, sent)
    drafting.submit(session.actor, sent)
    with pytest.raises(NotAllowedError):
        Review(staff.desk).sign_off(session.actor, sent, 2, SANA)
    Review(staff.desk).sign_off(staff.helen.actor, sent, 2, HELEN)


def test_a_signature_of_whoever_left_stops_counting(staff: Staff) -> None:
    newcomer(staff, "Tom Reyes", TOM, Role.PRIVACY_OFFICER)
    sent = post(staff)
    Drafting(staff.desk).submit(staff.mira.actor, sent)
    Review(staff.desk).sign_off(staff.helen.actor, sent, 1, HELEN)
    assert Drafting(staff.desk).read(sent).state is PostState.SCHEDULED
    leave(staff, staff.helen.person_id)
    assert Drafting(staff.desk).read(sent).state is PostState.IN_REVIEW
    with staff.desk.reading() as session:
        (delivery,) = session.exec(select(Delivery)).all()
        assert delivery.state == DeliveryState.CANCELLED
        assert delivery.reason == "Helen Castellanos left, and their signature stopped counting"
    Review(staff.desk).sign_off(staff.jonas.actor, sent, 1, JONAS)
    assert Drafting(staff.desk).read(sent).state is PostState.SCHEDULED


def test_what_is_complete_without_it_or_on_its_way_stays(staff: Staff) -> None:
    newcomer(staff, "Tom Reyes", TOM, Role.PRIVACY_OFFICER)
    under_way = post(staff, "Under way")
    Drafting(staff.desk).submit(staff.mira.actor, under_way)
    Review(staff.desk).sign_off(staff.helen.actor, under_way, 1, HELEN)
    with staff.desk.writing(staff.desk.system()) as unit:
        (row,) = unit.session.exec(select(Delivery)).all()
        row.state = DeliveryState.UNCERTAIN
        unit.session.add(row)
        unit.record(Action.DELIVERY_UNCERTAIN, "delivery", row.id)
    both = post(staff, "Both")
    drafting = Drafting(staff.desk)
    drafting.submit(staff.mira.actor, both)
    Review(staff.desk).sign_off(staff.helen.actor, both, 1, HELEN)
    working = drafting.read(both)
    drafting.save(staff.mira.actor, both, replace(working.body, text="It starts on Tuesday."), working.saves)
    drafting.submit(staff.mira.actor, both)
    Review(staff.desk).sign_off(staff.jonas.actor, both, 2, JONAS)
    leave(staff, staff.helen.person_id, posts="")
    assert Drafting(staff.desk).read(under_way).state is PostState.SCHEDULED
    assert Drafting(staff.desk).read(both).state is PostState.SCHEDULED


@pytest.mark.parametrize("posts", ["", "helen", "mira", "person_unknown", "duty"])
def test_open_posts_need_an_author_who_may_write(staff: Staff, posts: str) -> None:
    people = {"helen": "", "mira": staff.mira.person_id, "duty": ""}
    if posts in ("duty", "helen"):
        people[posts] = newcomer(staff, "Sana Haddad", SANA, Role.DUTY_MANAGER)
    drafted = post(staff)
    before = charter_of(staff)
    with pytest.raises(BadInputError) as caught:
        leave(staff, staff.mira.person_id, posts=people.get(posts, posts))
    assert (caught.value.field, caught.value.title) == ("posts", "1 open post needs an author")
    assert charter_of(staff) == before, "the version is not kept either"
    with staff.desk.reading() as session:
        assert session.get_one(Post, drafted).author_id == staff.mira.person_id
    assert staff.people.sign_in(staff.mira.person_id, MIRA)


def test_it_takes_two_officers_and_two_have_to_remain(staff: Staff) -> None:
    with pytest.raises(CharterError, match="cannot be believed"):
        Leaving(staff.people, staff.desk).leave(
            staff.jonas.actor, staff.mira.person_id, Successors(), signers(staff)[:1]
        )
    with pytest.raises(BadInputError, match="one of two officers"):
        leave(staff, staff.helen.person_id)


def test_one_officer_and_two_others_make_up_for_a_lost_one(staff: Staff) -> None:
    """Helen is gone with her passphrase: nobody could change the charter any more."""
    sana = newcomer(staff, "Sana Haddad", SANA, Role.AUTHOR)
    three = [Signer(staff.jonas.person_id, JONAS), Signer(staff.mira.person_id, MIRA), Signer(sana, SANA)]
    line = replace(member(staff, sana), roles=frozenset({Role.AUTHOR, Role.PRIVACY_OFFICER}))

    def named(charter: Charter) -> Charter:
        return replace(charter, members=tuple(line if each.id == sana else each for each in charter.members))

    for too_few in (three[:1], three[:2], three[1:]):
        with pytest.raises(CharterError):
            staff.people.amend(staff.jonas.actor, named, too_few)
    staff.people.amend(staff.jonas.actor, named, three)
    newest = next(each for each in Auditing(staff.desk).entries() if each.action.startswith("charter"))
    assert newest.action == Action.CHARTER_MENDED
    both = [Signer(staff.jonas.person_id, JONAS), Signer(sana, SANA)]
    Leaving(staff.people, staff.desk).leave(staff.jonas.actor, staff.helen.person_id, Successors(), both)
    assert {each.id for each in charter_of(staff).officers()} == {staff.jonas.person_id, sana}
