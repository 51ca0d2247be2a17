"""Whether an authorization allows content now: by the clock, the log, the network, the pictures; and at the gate."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.authorizations.elements import Detail
from editorial.authorizations.register import How, Register
from editorial.authorizations.standing import why_not_now
from editorial.canonical import digest_of
from editorial.content import AccountContent, MediaItem
from editorial.errors import BadInputError
from editorial.gate import StoppedError, _authorized
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.history import Part
from editorial.posts.reading import Reading
from editorial.posts.records import snapshot_in
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.store.models import Authorization, Delivery
from editorial.when import Choice, When
from tests.editorial.delivery.scenes import scene
from tests.fakes.authorizations import recorded, sign, story, tamper
from tests.fakes.desks import HELEN, Staff, staffed
from tests.fakes.posts import deliveries_of

LAST = datetime(2027, 12, 1, 5, tzinfo=UTC)
"""The end of 30 November in New York."""

ONE, OTHER = "1" * 64, "2" * 64


def content(network: str = "practice", pictures: tuple[str, ...] = ()) -> AccountContent:
    media = tuple(MediaItem(each, "image/png", 9, 3, 3, alt="Rosa sings") for each in pictures)
    return AccountContent("post_1", "acct_1", network, "Rosa sang.", media)


def why(
    staff: Staff, key: str, what: AccountContent | None = None, at: datetime | None = None, *, digest: str = ""
) -> str:
    with staff.desk.reading() as session:
        row = session.get(Authorization, key)
        named = f"{key}@{digest or (row.digest if row else '')}"
        return why_not_now(session, named, what or content(), at or staff.clock.now())


def test_a_valid_one_allows_what_it_names(staff: Staff) -> None:
    assert why(staff, recorded(staff)) == ""


def test_one_that_is_not_there_or_another_than_was_linked(staff: Staff) -> None:
    assert "not in the register" in why(staff, "auth_unknown")
    assert "not the one that was linked" in why(staff, recorded(staff), digest="sha256:" + "0" * 64)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [(LAST - timedelta(milliseconds=1), True), (LAST, False), (LAST + timedelta(days=400), False)],
)
def test_it_ends_with_its_last_day(staff: Staff, moment: datetime, allowed: bool) -> None:
    key = recorded(staff)
    assert why(staff, key, at=moment) == ("" if allowed else "Authorization A-1 has expired.")


def test_the_clock_alone_ends_it(staff: Staff) -> None:
    key = recorded(staff, expires_on=date(2027, 3, 10))
    assert why(staff, key) == ""
    staff.clock.forward(timedelta(hours=14))
    assert "expired" in why(staff, key)


def test_an_event_that_has_happened_ends_it(staff: Staff) -> None:
    key = recorded(staff, expires_on=None, expires_with="The choir project ends")
    assert why(staff, key, at=LAST + timedelta(days=4000)) == ""
    Register(staff.desk).note_event(staff.helen.actor, key)
    assert "its event has happened" in why(staff, key)


NETWORKS = [("practice",), ("practice", "mastodon"), ("mastodon",)]
PHOTO, BARE = frozenset({Detail.FIRST_NAME, Detail.PHOTO}), frozenset({Detail.FIRST_NAME, Detail.VIDEO})


@pytest.mark.parametrize("networks", NETWORKS, ids="+".join)
@pytest.mark.parametrize("network", ["practice", "mastodon", "bluesky"])
def test_only_the_networks_that_it_names(staff: Staff, networks: tuple[str, ...], network: str) -> None:
    words = why(staff, recorded(staff, networks=networks), content(network))
    assert (words == "") == (network in networks)
    assert words in ("", "Authorization A-1 does not name this network.")


PICTURES: list[tuple[frozenset[Detail], tuple[str, ...], tuple[str, ...], bool]] = [
    (PHOTO, (), (), True),
    (PHOTO, (), (ONE,), True),
    (PHOTO, (), (ONE, OTHER), True),
    (PHOTO, (ONE,), (ONE,), True),
    (PHOTO, (ONE,), (ONE, OTHER), False),
    (PHOTO, (ONE,), (OTHER,), False),
    (BARE, (), (), True),
    (BARE, (), (ONE,), False),
    (BARE, (ONE,), (ONE,), True),
    (BARE, (ONE,), (OTHER,), False),
]


@pytest.mark.parametrize(("details", "named", "shown", "allowed"), PICTURES)
def test_only_the_pictures_that_it_covers(
    staff: Staff, details: frozenset[Detail], named: tuple[str, ...], shown: tuple[str, ...], allowed: bool
) -> None:
    key = recorded(staff, details=details, media=named)
    assert (why(staff, key, content(pictures=shown)) == "") == allowed


@pytest.mark.parametrize("before", ["one", "one, revoked", "two"])
def test_a_signature_counts_for_the_authorizations_that_it_names_alone(staff: Staff, before: str) -> None:
    """An author who links another authorization under approved words has everybody sign again."""
    one, other = recorded(staff), recorded(staff, "Karl P.", signer_name="Karl Peters")
    post = story(staff, [one, other] if before == "two" else [one], staff.connect_practice())
    sign(staff, post)
    if before == "one, revoked":
        Register(staff.desk).revoke(staff.helen.actor, one, How.LETTER, date(2027, 3, 10))
    drafting, review = Drafting(staff.desk), Review(staff.desk)
    for number, ids in ((2, (other,)), (3, (one,) if before == "one" else (other,))):
        working = drafting.read(post)
        drafting.save(staff.mira.actor, post, replace(working.body, authorizations=ids), working.saves)
        drafting.submit(staff.mira.actor, post)
        subject = review.subject(post)
        assert (subject.state, subject.snapshot.number) == (PostState.IN_REVIEW, number)
        assert not any(stage.given for stage in subject.stages), "a signature for other authorizations counts"
    ended = [entry for entry in Auditing(staff.desk).entries() if entry.action == Action.SIGN_OFFS_ENDED]
    assert [(entry.revision, entry.body["accounts"]) for entry in ended] == [("2", list(subject.snapshot.digests()))]
    page = Reading(staff.desk).page(staff.helen.actor, post)
    assert {why.part for why in page.returned.values()} == {Part.AUTHORIZATIONS}
    sign(staff, post)
    assert review.subject(post).state is PostState.SCHEDULED


def test_a_signature_counts_for_the_reason_that_it_saw_alone(staff: Staff) -> None:
    """An author who gives another reason for the short route, under approved words, has it signed again."""
    drafting, review = Drafting(staff.desk), Review(staff.desk)
    when = When(Choice.SET, (staff.clock.now() + timedelta(hours=2)).replace(tzinfo=None, microsecond=0), "UTC")
    body = DraftBody("Water", "Boil the water.", accounts=(staff.connect_practice(),), when=when)
    post, _ = drafting.open(staff.mira.actor, replace(body, crisis="The water main burst"))
    drafting.submit(staff.mira.actor, post)
    review.sign_off(staff.helen.actor, post, 1, HELEN)
    assert review.subject(post).state is PostState.SCHEDULED
    working = drafting.read(post)
    drafting.save(staff.mira.actor, post, replace(working.body, crisis="Nothing happened"), working.saves)
    drafting.submit(staff.mira.actor, post)
    (ended,) = [entry for entry in Auditing(staff.desk).entries() if entry.action == Action.SIGN_OFFS_ENDED]
    assert (ended.revision, ended.body["accounts"]) == ("2", list(review.subject(post).snapshot.digests()))
    subject = review.subject(post)
    assert (subject.state, subject.snapshot.number) == (PostState.IN_REVIEW, 2)
    assert not any(stage.given for stage in subject.stages)


# ---- the database is no authority ------------------------------------------------------------------------------------

FLIPS = [
    "UPDATE authorization SET revoked_at = NULL, event_at = NULL, expires_at = NULL",
    "UPDATE audit_entry SET action = 'post.commented' WHERE action LIKE 'authorization.%'",
    "UPDATE audit_entry SET object_id = 'auth_other' WHERE action LIKE 'authorization.%'",
    "UPDATE audit_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), 'authorization.revoked', 'authorization.revokeD')"
    " AS BLOB) WHERE action = 'authorization.revoked'",
]


@pytest.mark.parametrize("statement", FLIPS)
@pytest.mark.parametrize("again", [False, True], ids=["same process", "new process"])
def test_no_change_of_rows_brings_a_revoked_one_back(staff: Staff, statement: str, again: bool) -> None:
    key = recorded(staff)
    Register(staff.desk).revoke(staff.helen.actor, key, How.LETTER, date(2027, 3, 9))
    assert "revoked" in why(staff, key)
    tamper(staff, statement)
    if again:
        staff.desk.engine.dispose()
    assert why(staff, key)


def test_a_later_day_typed_into_the_row_is_seen(staff: Staff) -> None:
    key = recorded(staff)
    tamper(staff, "UPDATE authorization SET elements = replace(elements, '2027-11-30', '2037-11-30')")
    assert "not what was recorded" in why(staff, key)


def test_one_that_lacks_an_element_allows_nothing(staff: Staff) -> None:
    """A row that no service wrote, with a digest that fits."""
    key = recorded(staff)
    with staff.desk.reading() as session:
        elements = session.get_one(Authorization, key).elements | {"tells_revocation": False}
    text = "UPDATE authorization SET digest = ?, elements = replace(elements, 'tells_revocation\":true', ?)"
    tamper(staff, text, digest_of(elements), 'tells_revocation":false')
    assert "not complete" in why(staff, key)


@pytest.mark.slow  # measures time: not beside other tests
def test_asking_takes_less_than_a_millisecond(staff: Staff) -> None:
    key, drafting = recorded(staff), Drafting(staff.desk)
    for _ in range(60):
        drafting.open(staff.mira.actor)
    with staff.desk.reading() as session:
        named = f"{key}@{session.get_one(Authorization, key).digest}"
        why_not_now(session, named, content(), staff.clock.now())
        best = min(_seconds(lambda: why_not_now(session, named, content(), staff.clock.now())) for _ in range(40))
    assert best < 0.001


def _seconds(what: Any) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


# ---- at the gate -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    with staffed(tmp_path_factory.mktemp("lasting") / "workspace") as found:
        yield found


@pytest.fixture(scope="module")
def told(lasting: Staff) -> tuple[str, str]:
    """A signed story with two pictures: (authorization, delivery)."""
    key, account = recorded(lasting), lasting.connect_practice()
    post_id = story(lasting, [key], account, pictures=2)
    sign(lasting, post_id)
    return key, deliveries_of(lasting.desk, post_id)[account]


def test_the_gate_opens_for_what_is_authorized(lasting: Staff, told: tuple[str, str]) -> None:
    with scene(lasting, told[1]) as found:
        assert found.clear().delivery_id == told[1]


@pytest.mark.parametrize(
    ("networks", "media", "details", "opens"),
    [
        (("practice",), (), PHOTO, True),
        (("practice",), (), BARE, False),
        (("practice",), (ONE,), PHOTO, False),
        (("mastodon",), (), PHOTO, False),
    ],
)
def test_the_gate_by_network_and_picture(
    lasting: Staff, told: tuple[str, str], networks: tuple[str, ...], media: tuple[str, ...],
    details: frozenset[Detail], opens: bool,
) -> None:  # fmt: skip
    key = recorded(lasting, "Ahmed K.", networks=networks, media=media, details=details)
    with scene(lasting, told[1]) as found:
        named = f"{key}@{found.session.get_one(Authorization, key).digest}"
        snapshot = snapshot_in(found.revision)
        linked = replace(snapshot, authorizations=(*snapshot.authorizations, named))
        if opens:
            _authorized(found.session, linked, linked.contents[0], found.now)
        else:
            with pytest.raises(StoppedError, match="does not allow"):
                _authorized(found.session, linked, linked.contents[0], found.now)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(later=st.timedeltas(timedelta(0), timedelta(days=600)))
def test_the_gate_never_opens_after_the_last_day(lasting: Staff, told: tuple[str, str], later: timedelta) -> None:
    with scene(lasting, told[1]) as found:
        found.now += later
        if found.now >= LAST:
            with pytest.raises(StoppedError):
                found.clear()


@pytest.mark.parametrize("end", ["revoke", "event", "expire"])
def test_an_end_between_schedule_and_publishing_stops_the_gate(staff: Staff, end: str) -> None:
    """Even where nobody acted on it yet: the delivery was claimed in the same moment."""
    key, account = recorded(staff, expires_with="The project ends"), staff.connect_practice()
    post_id = story(staff, [key], account)
    sign(staff, post_id)
    delivery = deliveries_of(staff.desk, post_id)[account]
    with staff.desk.writing(staff.desk.system()) as unit:
        row = unit.session.get_one(Delivery, delivery)
        row.state = "sending"
        unit.session.add(row)
        unit.record("delivery.started", "delivery", delivery)  # type: ignore[arg-type]
    if end == "expire":
        tamper(staff, "UPDATE delivery SET latest_at = '2030-01-01T00:00:00.000Z'")
        staff.clock.forward(timedelta(days=266))
    elif end == "event":
        Register(staff.desk).note_event(staff.helen.actor, key)
    else:
        Register(staff.desk).revoke(staff.helen.actor, key, How.LETTER, date(2027, 3, 9))
    tamper(staff, "UPDATE authorization SET revoked_at = NULL, event_at = NULL")
    with scene(staff, delivery) as found, pytest.raises(StoppedError):
        found.clear()
    if end != "expire":  # where the signed window is over too, that is said first
        with scene(staff, delivery) as found, pytest.raises(StoppedError, match="authorization"):
            found.clear()


# ---- sending to review -----------------------------------------------------------------------------------------------


def refused(staff: Staff, key: str, **more: Any) -> str:
    account = staff.accounts[0] if staff.accounts else staff.connect_practice()
    with pytest.raises(BadInputError) as raised:
        story(staff, [key], account, **more)
    assert raised.value.field == "authorizations"
    return str(raised.value)


def test_what_the_gate_would_stop_is_not_sent_to_review(staff: Staff) -> None:
    assert "not in the register" in refused(staff, "auth_unknown")
    assert "does not name this network" in refused(staff, recorded(staff, networks=("mastodon",)))
    assert "does not cover pictures" in refused(staff, recorded(staff, details=BARE), pictures=1)
    key = recorded(staff)
    Register(staff.desk).revoke(staff.helen.actor, key, How.LETTER, date(2027, 3, 9))
    assert "was revoked" in refused(staff, key)
    key = recorded(staff)
    staff.clock.forward(timedelta(days=300))
    assert "has expired" in refused(staff, key)


def test_a_post_that_rests_on_one_goes_to_the_privacy_officer(staff: Staff) -> None:
    post_id = story(staff, [recorded(staff)], staff.connect_practice())
    sign(staff, post_id)
    with staff.desk.reading() as session:
        rows = session.exec(select(Delivery).where(Delivery.post_id == post_id)).all()
    assert [row.state for row in rows] == ["waiting"]
    assert Drafting(staff.desk).read(post_id).state is PostState.SCHEDULED
