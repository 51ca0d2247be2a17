"""The gate (I1): with everything right it opens; with any one thing wrong, or any several, it stops."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import NoResultFound
from sqlmodel import select

from editorial.charter.chain import verify_chain
from editorial.charter.document import Charter, Role
from editorial.content import Prepared
from editorial.delivery.states import DeliveryState
from editorial.errors import DeskError
from editorial.gate import Cleared, StoppedError
from editorial.ids import new_id
from editorial.keys.dsse import Envelope
from editorial.people.desk_people import Signer, with_member
from editorial.people.keys import Keys
from editorial.posts.records import snapshot_in
from editorial.signoff.statement import Statement, sign_statement
from editorial.store.models import Attempt, CharterVersion, Delivery, SignOff
from editorial.when import Choice, When
from tests.editorial.delivery.scenes import (
    ALONE,
    WRONG,
    Scene,
    account_of_another_network,
    after_the_window,
    before_the_window,
    newer_version,
    other,
    scene,
)
from tests.fakes.desks import HELEN, JONAS, Staff, staffed
from tests.fakes.posts import scheduled, signed_post

S = DeliveryState


@pytest.fixture(scope="module")
def ready(lasting: Staff) -> tuple[Staff, str]:
    """A workspace and a delivery that may be sent."""
    return lasting, scheduled(lasting, pictures=1)[1]


def test_with_everything_right_it_opens(ready: tuple[Staff, str]) -> None:
    staff, delivery_id = ready
    with scene(staff, delivery_id) as found:
        cleared = found.clear()
        snapshot = snapshot_in(found.revision)
        assert cleared.content.digest() == found.delivery.digest
        assert cleared.content == snapshot.content_for(found.delivery.account_id)
        assert cleared.prepared == Prepared(found.delivery.key, found.delivery.created_for)
        assert cleared.delivery_id == delivery_id


@pytest.mark.parametrize("wrong", ALONE, ids=lambda wrong: wrong.__name__)
def test_any_one_wrong_thing_stops(ready: tuple[Staff, str], wrong: Callable[[Scene], None]) -> None:
    with scene(*ready) as found:
        wrong(found)
        with pytest.raises(StoppedError) as stopped:
            found.clear()
    assert stopped.value.title
    assert (stopped.value.hold is not None) == wrong.__name__.startswith("hold_")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wrong=st.sets(st.sampled_from(WRONG), min_size=2, max_size=5))
def test_any_several_wrong_things_stop(ready: tuple[Staff, str], wrong: set[Callable[[Scene], None]]) -> None:
    with scene(*ready) as found:
        for each in sorted(wrong, key=lambda sabotage: sabotage.__name__):
            try:
                each(found)
            except (AssertionError, ValueError, LookupError, TypeError, AttributeError, NoResultFound):
                continue  # another one left nothing to sabotage
        with pytest.raises(StoppedError):
            found.clear()


def test_before_the_signed_window(staff: Staff) -> None:
    _, delivery_id = scheduled(staff)
    with scene(staff, delivery_id) as found:
        found.rewrite(lambda snapshot: snapshot)
        before_the_window(found)
        found.clear()  # "as soon as approved" has an end and no beginning
        after_the_window(found)
        with pytest.raises(StoppedError, match="not signed"):
            found.clear()


@pytest.mark.parametrize(("seconds", "opens"), [(-1, False), (0, True), (14 * 86_400, True), (14 * 86_400 + 1, False)])
def test_the_window_of_a_set_time(staff: Staff, seconds: int, opens: bool) -> None:
    wall = (staff.clock.now() + timedelta(hours=2)).replace(tzinfo=None)
    _, delivery_id = scheduled(staff, when=When(Choice.SET, wall, "UTC"))
    with scene(staff, delivery_id) as found:
        found.now = found.delivery.due_at + timedelta(seconds=seconds)
        if opens:
            found.clear()
        else:
            with pytest.raises(StoppedError, match="not signed"):
                found.clear()


@pytest.mark.parametrize("state", [S.CANCELLED, S.REFUSED, S.MISSED, S.STOPPED])
def test_another_round_that_never_became_public_does_not_stop(ready: tuple[Staff, str], state: DeliveryState) -> None:
    with scene(*ready) as found:
        row = other(found, state)
        for public, outcome in ((False, "made"), (False, ""), (True, "refused")):
            found.save(
                Attempt(
                    id=new_id("try"),
                    delivery_id=row.id,
                    number=1,
                    step="a",
                    public=public,
                    request_digest="",
                    started_at=found.now,
                    outcome=outcome,
                )
            )
        assert found.clear().delivery_id == found.delivery.id


def test_a_newer_version_with_the_same_content_for_the_account_does_not_stop(ready: tuple[Staff, str]) -> None:
    with scene(*ready) as found:
        newer_version(found, lambda snapshot: snapshot)
        assert found.clear().delivery_id == found.delivery.id


def test_a_signature_of_the_author_counts_for_nothing(ready: tuple[Staff, str]) -> None:
    """Mira has no role that signs; Jonas has one, but wrote this post."""
    staff, _ = ready
    account = staff.connect_practice("own-post")
    post_id = signed_post(staff.desk, staff.jonas, staff.helen, "Jonas wrote this.", [account])
    with staff.desk.reading() as session:
        delivery_id = session.exec(select(Delivery.id).where(Delivery.post_id == post_id)).one()
    with scene(staff, delivery_id) as found:
        row = found.signature
        statement = statement_in(row)
        jonas = found.charter.member(staff.jonas.person_id)
        assert jonas is not None
        signer = {
            "id": jonas.id,
            "name": jonas.name,
            "role": str(Role.COMMUNICATIONS_LEAD),
            "key_id": jonas.key_id,
            "deputy_for": "",
        }
        with Keys(staff.desk).unsealed(staff.jonas.actor, JONAS) as key:
            row.envelope = sign_statement(replace(statement, signer=signer), key).to_json()
        found.save(row)
        with pytest.raises(StoppedError, match="not signed"):
            found.clear()


def statement_in(row: SignOff) -> Statement:
    return Statement.from_payload(Envelope.from_json(row.envelope).payload)


def test_whoever_loses_the_role_takes_the_signature_along(staff: Staff) -> None:
    _, delivery_id = scheduled(staff)
    member = next(card for card in staff.people.cards() if card.name == "Helen Castellanos")
    with staff.desk.reading() as session:
        helen = staff.desk.charter(session).member(member.id)
    assert helen is not None
    signers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    staff.people.amend(staff.jonas.actor, with_member(helen, {Role.ADMINISTRATOR}), signers)
    with scene(staff, delivery_id) as found, pytest.raises(StoppedError, match="not signed"):
        found.clear()


def test_a_charter_that_asks_for_other_checks(staff: Staff) -> None:
    _, delivery_id = scheduled(staff)
    signers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    for rules, opens in ((staff.desk.rules.digest(), True), ("sha256:" + "3" * 64, False)):
        staff.people.amend(staff.jonas.actor, partial(with_minimum, rules), signers)
        with scene(staff, delivery_id) as found:
            if opens:
                found.clear()
            else:
                with pytest.raises(StoppedError, match="older than the charter"):
                    found.clear()


def with_minimum(rules: str, charter: Charter) -> Charter:
    return replace(charter, minimum_rules=rules)


def test_before_two_can_sign_only_the_practice_network_is_used(
    ready: tuple[Staff, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with staffed(tmp_path_factory.mktemp("alone") / "workspace") as another, another.desk.reading() as session:
        first = session.exec(select(CharterVersion).where(CharterVersion.version == 0)).one()
        alone = verify_chain([Envelope.from_json(first.envelope)], None)
    with scene(*ready) as found:
        found.charter = alone
        account_of_another_network(found)
        with pytest.raises(StoppedError, match="practice network"):
            found.clear()


# --- pictures ---


def test_only_the_signed_pictures_and_only_their_bytes(ready: tuple[Staff, str]) -> None:
    staff, delivery_id = ready
    with scene(staff, delivery_id) as found:
        cleared = found.clear()
        (item,) = cleared.content.media
        path = staff.desk.media.path(item.sha256)
        good = path.read_bytes()
        with cleared.open_media(item.sha256) as stream:
            assert stream.read() == good
        with pytest.raises(StoppedError, match="not signed"):
            cleared.open_media("0" * 64)
        path.chmod(0o600)
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        try:
            with pytest.raises(DeskError, match="changed"), cleared.open_media(item.sha256) as stream:
                stream.read()
        finally:
            path.write_bytes(good)


def test_nobody_else_makes_a_cleared(ready: tuple[Staff, str]) -> None:
    staff, delivery_id = ready
    with scene(staff, delivery_id) as found:
        cleared = found.clear()
        for key in (None, object(), "key", Cleared):
            with pytest.raises(TypeError, match="only the gate"):
                type(cleared)(key, delivery_id, cleared.content, cleared.prepared, staff.desk.media)
