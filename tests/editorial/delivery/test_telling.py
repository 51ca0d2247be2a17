"""Everybody is told of a hold and of its end, until they say that they saw it."""

from datetime import timedelta

from editorial.actors import Actor
from editorial.delivery.holds import Reason, Scope
from editorial.delivery.stopping import Holds
from editorial.delivery.telling import NEWEST, Telling
from tests.editorial.delivery.test_stopping import both
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled


def numbers(staff: Staff, actor: Actor) -> list[tuple[int, bool]]:
    return [(each.number, each.lifted) for each in Telling(staff.desk).unseen(actor)]


def test_all_but_who_did_it_are_told_until_they_saw_it(staff: Staff) -> None:
    telling, mira, helen = Telling(staff.desk), staff.mira.actor, staff.helen.actor
    number, _ = Holds(staff.desk).hold(mira, Reason.INCIDENT, tell=True)
    assert numbers(staff, mira) == []
    (notice,) = telling.unseen(helen)
    assert (notice.number, notice.lifted, notice.about, notice.who) == (number, False, "", ("Mira Okafor",))
    assert (notice.reason, notice.at) == ("incident", staff.clock.now())
    assert telling.reach(number) == (2, 0)
    telling.seen(helen, number)
    assert not telling.seen(helen, number).kinds, "saying so again is no news"
    assert numbers(staff, helen) == []
    assert numbers(staff, staff.jonas.actor) == [(number, False)]
    assert telling.reach(number) == (2, 1)


def test_nobody_is_told_unless_it_was_wished(staff: Staff) -> None:
    number, _ = Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)
    assert numbers(staff, staff.helen.actor) == []
    assert Telling(staff.desk).reach(number) is None
    assert Telling(staff.desk).reach(10_000) is None


def test_the_end_is_told_in_the_place_of_the_beginning(staff: Staff) -> None:
    holds = Holds(staff.desk)
    number, _ = holds.hold(staff.desk.operator(), Reason.OTHER, tell=True)
    assert Telling(staff.desk).unseen(staff.mira.actor)[0].who == ()
    holds.lift(staff.jonas.actor, number, both(staff), {}, tell=True)
    (notice,) = Telling(staff.desk).unseen(staff.mira.actor)
    assert (notice.lifted, notice.who) == (True, ("Jonas Lindqvist", "Helen Castellanos"))
    assert numbers(staff, staff.helen.actor) == [], "she agreed to it"


def test_taking_back_a_hold_is_told_like_the_hold(staff: Staff) -> None:
    holds = Holds(staff.desk)
    for tell in (True, False):
        number, _ = holds.hold(staff.mira.actor, Reason.OTHER, tell=tell)
        holds.undo(staff.mira.actor, number)
    assert [lifted for _, lifted in numbers(staff, staff.helen.actor)] == [True]


def test_a_hold_of_one_post_or_account_names_it(staff: Staff) -> None:
    account = staff.connect_practice()
    post, _ = scheduled(staff, "Parking level 2", account=account)
    for scope, target in ((Scope.POST, post), (Scope.ACCOUNT, account)):
        Holds(staff.desk).hold(staff.mira.actor, Reason.OTHER, scope=scope, target=target, tell=True)
    told = Telling(staff.desk).unseen(staff.helen.actor)
    assert [each.about for each in told] == ["“Parking level 2”", "Practice alderbay"]


def test_what_is_long_past_is_no_news(staff: Staff) -> None:
    first, _ = Holds(staff.desk).hold(staff.mira.actor, Reason.OTHER, tell=True)
    for _ in range(NEWEST):
        staff.clock.forward(timedelta(minutes=1))
        Holds(staff.desk).hold(staff.mira.actor, Reason.OTHER)
    assert first not in [number for number, _ in numbers(staff, staff.helen.actor)]
