"""A crisis post during a hold on everything: it goes on where two officers signed that, and only then."""

from dataclasses import replace

import pytest

from editorial.delivery.holds import Reason
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.outcomes import Published
from editorial.people.desk_people import Signer
from editorial.store.models import Delivery
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.posts import deliveries_of, signed_post
from tests.fakes.scripted import Scripted, parts, script
from tests.scheduler.conftest import Bench, Build

S = DeliveryState


def sent(bench: Bench, delivery: str) -> str:
    bench.sender.send(delivery)
    with bench.staff.desk.reading() as session:
        return session.get_one(Delivery, delivery).state


@pytest.mark.parametrize("allowed", [True, False])
def test_a_crisis_post_goes_on_during_a_hold_where_the_charter_says_so(bench: Build, allowed: bool) -> None:
    network = Scripted(parts("media:0", "post"), script(post=[Published("p-1")]))
    desk = bench(network)
    staff = desk.staff
    if allowed:
        both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
        staff.people.amend(staff.jonas.actor, lambda charter: replace(charter, crisis_passes_hold=True), both)
    account = desk.account()
    post = signed_post(staff.desk, staff.mira, staff.helen, "Closed after a fire.", [account], crisis="A fire")
    delivery = deliveries_of(staff.desk, post)[account]
    ordinary = desk.due("Two", desk.account("other"))
    Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)
    assert sent(desk, delivery) == (S.PUBLISHED if allowed else S.WAITING)
    assert sent(desk, ordinary) == S.WAITING
    assert len(network.calls) == (2 if allowed else 0)
