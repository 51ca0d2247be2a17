"""The connector against the real server: every profile, with and without accidents, and the way back from doubt."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.base import Found, Identity, Session, Tokens
from connectors.http import Patience
from connectors.practice.connector import PracticeConnector, profile_of, repeats
from connectors.practice.profiles import Profile
from editorial.content import Prepared
from editorial.delivery.showing import Shown, differences
from editorial.outcomes import Again, Made, Published, Refused, Uncertain
from editorial.secret import Secret
from tests.fakes.desks import HandClock
from tests.fakes.practice import Network, practice_network, publish
from tests.fakes.sendable import Ready, ready
from tests.fakes.wire import Wire, answer

NO_SECOND = {Profile.KEYED, Profile.KEYED_60S, Profile.NO_DUPLICATES}
CONNECTOR = PracticeConnector()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def network(tmp_path: Path, clock: HandClock) -> Iterator[Network]:
    with practice_network(tmp_path, clock) as running:
        yield running


def prepared(sent: Ready, network: Network, key: str = "key-1") -> Ready:
    """The post, prepared now by the network's clock."""
    return replace(sent, prepared=Prepared(key, network.clock.now()))


# --- publishing ---


@pytest.mark.parametrize("profile", Profile)
def test_publishes_with_pictures_and_key(profile: Profile, network: Network) -> None:
    session, sent = network.session("Clinic", profile), ready("Größe 日本 🙂", pictures=2)
    first, second, last = publish(sent, session)
    assert isinstance(first, Made)
    assert isinstance(second, Made)
    assert isinstance(last, Published)
    (post,) = network.posts()
    assert (post["id"], post["url"]) == (last.remote_id, last.permalink)
    assert (post["text"], post["idempotency_key"], post["language"]) == ("Größe 日本 🙂", "key-1", "en")
    found = [(item["sha256"], item["alt"]) for item in post["media"]]
    assert found == [(item.sha256, item.alt) for item in sent.content.media]


def test_what_is_too_long_is_refused_in_the_networks_words(network: Network) -> None:
    (result,) = publish(ready("a" * 501), network.session("Clinic"))
    assert isinstance(result, Refused)
    assert (result.again, result.code) == (Again.NEVER, "text_too_long")
    assert "501 characters; 500 fit" in result.advice
    assert network.posts() == []


# --- accidents ---


@pytest.mark.parametrize("profile", Profile)
def test_a_blind_repeat_after_a_lost_answer_doubles_where_the_profile_says_so(
    profile: Profile, network: Network
) -> None:
    """What `repeats` promises is what the network does; nothing else may be built on."""
    session, sent = network.session("Clinic", profile), ready()
    network.arm("lose_response")
    assert isinstance(publish(sent, session)[-1], Uncertain)
    again = publish(sent, session)[-1]
    assert len(network.posts()) == (1 if profile in NO_SECOND else 2)
    assert isinstance(again, Uncertain if profile is Profile.NO_DUPLICATES else Published)
    harmless = repeats(session.account).harmless_for > timedelta(0)
    assert harmless is (profile in (Profile.KEYED, Profile.KEYED_60S))


def test_a_forgotten_key_doubles(network: Network, clock: HandClock) -> None:
    session = network.session("Clinic", Profile.KEYED_60S)
    publish(ready(), session)
    clock.forward(repeats(session.account).harmless_for)
    publish(ready(), session)
    assert len(network.posts()) == 2


@pytest.mark.parametrize("profile", Profile)
def test_sent_twice_on_the_way(profile: Profile, network: Network) -> None:
    network.arm("twice")
    result = publish(ready(), network.session("Clinic", profile))[-1]
    assert isinstance(result, Uncertain if profile is Profile.NO_DUPLICATES else Published)


def test_a_slow_answer_is_uncertain_in_time(network: Network) -> None:
    network.arm("slow", seconds=30)
    hurried = PracticeConnector(Patience(read=0.2))
    assert isinstance(publish(ready(), network.session("Clinic"), hurried)[-1], Uncertain)
    assert len(network.posts()) == 1


def test_a_cut_upload_is_tried_again_later(network: Network) -> None:
    session = network.session("Clinic")
    network.arm("cut_upload")
    (result,) = publish(ready(pictures=1), session)
    assert isinstance(result, Refused)
    assert result.again is Again.LATER
    assert isinstance(publish(ready(pictures=1), session)[-1], Published)


@pytest.mark.parametrize(
    ("kind", "kept", "again"),
    [("429", 0, Again.LATER), ("expire_token", 0, Again.SIGN_IN)],
)
def test_faults_that_surely_stored_nothing(kind: str, kept: int, again: Again, network: Network) -> None:
    network.arm(kind, seconds=3)
    result = publish(ready(), network.session("Clinic"))[-1]
    assert isinstance(result, Refused)
    assert (result.again, len(network.posts())) == (again, kept)
    assert result.retry_after == (3.0 if kind == "429" else None)


def test_500_is_uncertain_although_nothing_was_stored(network: Network) -> None:
    network.arm("500")
    assert isinstance(publish(ready(), network.session("Clinic"))[-1], Uncertain)
    assert network.posts() == []


def test_an_expired_token_is_renewed(network: Network) -> None:
    tokens = network.tokens("Clinic")
    session = Session(network.account("Clinic"), network.http, tokens.access)
    network.arm("expire_token")
    publish(ready(), session)
    newer = CONNECTOR.renew(session.account, tokens, network.http, network.clock.now())
    assert isinstance(newer, Tokens)
    assert isinstance(publish(ready(), replace(session, access=newer.access))[-1], Published)


def test_a_picture_that_arrived_as_another_is_not_used(session_on_wire: Session) -> None:
    with Wire(lambda request: answer({"id": "5", "sha256": "0" * 64}, 201)) as wire:
        session = replace(session_on_wire, account=replace(session_on_wire.account, server=wire.url))
        (result,) = publish(ready(pictures=1), session)
    assert isinstance(result, Refused)
    assert result.again is Again.LATER


# --- looking for a doubtful post ---


@pytest.mark.parametrize("profile", [Profile.KEYED, Profile.KEYED_60S, Profile.LIST, Profile.NO_DUPLICATES])
def test_a_lost_post_is_found(profile: Profile, network: Network) -> None:
    session, sent = network.session("Clinic", profile), prepared(ready(pictures=1), network)
    network.arm("lose_response")
    assert isinstance(publish(sent, session)[-1], Uncertain)
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    (candidate,) = found.candidates
    assert candidate.exact
    assert candidate.published.remote_id == network.posts()[0]["id"]
    assert candidate.published.permalink == network.posts()[0]["url"]


def test_a_late_list_shows_nothing_at_first(network: Network, clock: HandClock) -> None:
    session, sent = network.session("Clinic", Profile.LATE_LIST), prepared(ready(), network)
    publish(sent, session)
    assert CONNECTOR.find(sent.content, sent.prepared, session) == Found(())
    clock.forward(timedelta(seconds=30))
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    assert [candidate.exact for candidate in found.candidates] == [True]


def test_a_blind_account_cannot_be_looked_at(network: Network) -> None:
    session, sent = network.session("Clinic", Profile.BLIND), ready()
    publish(sent, session)
    result = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(result, Refused)
    assert (result.again, result.code) == (Again.NEVER, "not_offered")
    assert "Look at its page" in result.advice


def test_an_account_that_is_signed_out_cannot_be_looked_at_now(network: Network) -> None:
    session = replace(network.session("Clinic"), access=Secret("expired-long-ago"))
    result = CONNECTOR.find(ready().content, ready().prepared, session)
    assert isinstance(result, Refused)
    assert result.again is Again.SIGN_IN


def test_posts_that_only_resemble_are_evidence_and_not_exact(network: Network, clock: HandClock) -> None:
    session = network.session("Clinic", Profile.LIST)
    publish(ready(pictures=1), session)  # older than the delivery in doubt
    clock.forward(timedelta(seconds=1))
    sent = prepared(ready(pictures=1), network)
    publish(ready(), session)  # the same text without its picture
    other_alt = replace(sent.content.media[0], alt="Another description")
    publish(replace(sent, content=replace(sent.content, media=(other_alt,))), session)
    publish(ready("Another text"), session)
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    assert [candidate.exact for candidate in found.candidates] == [False, False, False]
    publish(sent, session)
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    assert [candidate.exact for candidate in found.candidates] == [True, False, False, False]


def test_the_times_compare_to_the_millisecond(network: Network, clock: HandClock) -> None:
    """The network writes milliseconds; microseconds on our side must not make a post look older than its delivery."""
    clock.forward(timedelta(microseconds=1_999))
    session, sent = network.session("Clinic"), prepared(ready(), network)
    publish(sent, session)
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    assert [candidate.exact for candidate in found.candidates] == [True]


def test_looks_through_all_pages_back_to_the_delivery(network: Network, clock: HandClock) -> None:
    session = network.session("Clinic", Profile.LIST)
    sent = prepared(ready("The one"), network)
    publish(sent, session)
    for number in range(105):
        assert network.api("POST", "/api/v1/posts", session, json={"text": f"Post {number}"}).status_code == 201
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    assert len(found.candidates) == 1


def test_does_not_read_further_back_than_the_delivery(session_on_wire: Session) -> None:
    post = {"text": "x", "url": "u", "media": []}
    times = {"/api/v1/posts": "2026-01-01T00:00:02Z", "/api/v1/posts?before=9": "2025-12-31T23:59:59Z"}
    with Wire(lambda request: answer([{**post, "id": "9", "created_at": times[request.path]}])) as wire:
        session = replace(session_on_wire, account=replace(session_on_wire.account, server=wire.url))
        frozen = Prepared("k", datetime(2026, 1, 1, tzinfo=UTC))
        found = CONNECTOR.find(ready("x").content, frozen, session)
    assert isinstance(found, Found)
    assert [candidate.exact for candidate in found.candidates] == [True, False]
    assert len(wire.requests) == 2


@pytest.fixture
def session_on_wire(shared_network: Network) -> Session:
    return Session(shared_network.account("wire"), shared_network.http, Secret("a-token-on-the-wire"))


@pytest.mark.parametrize("change", [{"created_at": "yesterday"}, {"media": [{}]}, {"media": None}])
def test_a_list_with_something_unreadable_is_no_answer(change: dict[str, object], session_on_wire: Session) -> None:
    post = {"id": "1", "text": "x", "url": "u", "media": [], "created_at": "2026-01-01T00:00:00Z", **change}
    with Wire(lambda request: answer([post])) as wire:
        session = replace(session_on_wire, account=replace(session_on_wire.account, server=wire.url))
        assert isinstance(CONNECTOR.find(ready("x").content, ready().prepared, session), Refused)


# --- the other abilities ---


def test_takes_down_once_and_again(network: Network) -> None:
    session = network.session("Clinic")
    made = publish(ready(), session)[-1]
    assert isinstance(made, Published)
    assert CONNECTOR.withdraw(made, session) is None
    assert network.posts() == []
    assert CONNECTOR.withdraw(made, session) is None


@pytest.mark.parametrize("profile", [each for each in Profile if each is not Profile.BLIND])
def test_reads_back_what_is_there(network: Network, clock: HandClock, profile: Profile) -> None:
    session, sent = network.session("Clinic", profile), ready(pictures=2)
    made = publish(sent, session)[-1]
    assert isinstance(made, Published)
    if profile is Profile.LATE_LIST:
        assert CONNECTOR.read(made, session) is None
        clock.forward(timedelta(minutes=1))
    shown = CONNECTOR.read(made, session)
    assert isinstance(shown, Shown)
    assert differences(sent.content, shown) == ()
    assert [each.alt for each in shown.pictures] == [each.alt for each in sent.content.media]
    CONNECTOR.withdraw(made, session)
    assert CONNECTOR.read(made, session) is None


def test_a_blind_account_cannot_be_read_and_another_one_sees_nothing(network: Network) -> None:
    session = network.session("Clinic", Profile.BLIND)
    made = publish(ready(), session)[-1]
    assert isinstance(made, Published)
    answer = CONNECTOR.read(made, session)
    assert isinstance(answer, Refused)
    assert answer.again is Again.NEVER
    assert CONNECTOR.read(made, network.session("Other")) is None


def test_knows_whose_account_it_is(network: Network) -> None:
    session = network.session("St. Mary’s", Profile.LATE_LIST)
    who = CONNECTOR.whoami(session)
    assert who == Identity("1", "st-mary-s", "St. Mary’s", {"profile": "keyless+late-list"})


def test_revokes(network: Network) -> None:
    tokens = network.tokens("Clinic")
    account = network.account("Clinic")
    assert CONNECTOR.revoke(account, tokens, network.http) is None
    assert isinstance(CONNECTOR.whoami(Session(account, network.http, tokens.access)), Refused)
    renewed = CONNECTOR.renew(account, tokens, network.http, network.clock.now())
    assert isinstance(renewed, Refused)
    assert renewed.again is Again.SIGN_IN


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [({"profile": "keyed"}, 86_400), ({"profile": "keyed-60s"}, 60), ({"profile": "keyless+list"}, 0), ({}, 0),
     ({"profile": "from the future"}, 0)],
)  # fmt: skip
def test_a_repeat_is_harmless_only_where_that_is_known(
    settings: dict[str, str], seconds: int, network: Network
) -> None:
    account = replace(network.account("Clinic"), settings=settings)
    assert repeats(account).harmless_for == timedelta(seconds=seconds)
    assert repeats(account).source
    assert (profile_of(account) is None) is (settings.get("profile") not in set(Profile))


def test_every_profile_has_words() -> None:
    assert len({profile.words for profile in Profile}) == len(Profile) == 6
