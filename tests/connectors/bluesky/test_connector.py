"""The Bluesky connector against a strict server: sessions, posts, looking, removing, and errors by their names."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from connectors.atproto import record_key, tid
from connectors.base import AccountInfo, Finds, Found, Identifies, Reads, Renews, Revokes, SignsIn, Tokens, Withdraws
from connectors.base import Session as Signed
from connectors.bluesky import BlueskyConnector, repeats
from connectors.http import Patience, new_session
from editorial.delivery.showing import differences
from editorial.outcomes import Again, Made, Published, Refused, StepResult, Uncertain
from editorial.secret import Secret
from tests.fakes import wire
from tests.fakes.canary import new_canary
from tests.fakes.pds import DID, HANDLE, PASSWORD, Pds, jwt
from tests.fakes.sendable import Ready, ready
from tests.fakes.wire import Wire, answer

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
CONNECTOR = BlueskyConnector(Patience(connect=5.0, read=5.0, total=10.0))
PUT, CREATE = "repo.putRecord", "server.createSession"
Changed = tuple[Pds, str]


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with new_session() as found:
        yield found


@pytest.fixture
def pds() -> Pds:
    return Pds(handles={"nurse.test": "did:plc:z72i7hdynmk6r22z27h6tvur"})


@pytest.fixture
def server(pds: Pds) -> Iterator[Wire]:
    with Wire(pds.script) as found:
        yield found


@pytest.fixture
def session(pds: Pds, server: Wire, http: requests.Session) -> Signed:
    return Signed(account(server.url), http, Secret(pds.access))


def account(url: str) -> AccountInfo:
    return AccountInfo("account_1", "bluesky", url, HANDLE, {"remote_id": DID})


def send(sent: Ready, session: Signed) -> StepResult:
    done: dict[str, str] = {}
    result: StepResult | None = None
    for step in CONNECTOR.steps(sent.content):
        result = CONNECTOR.run(sent, step, session, done)
        if isinstance(result, Made):
            done[step.name] = result.remote_id
    assert result is not None
    return result


def typed(server: str, handle: str = HANDLE) -> dict[str, str]:
    return {"handle": handle, "server": server}


def test_has_every_ability_of_a_network_without_a_browser() -> None:
    assert all(isinstance(CONNECTOR, each) for each in (Finds, Reads, Withdraws, Identifies, Renews, Revokes, SignsIn))
    assert CONNECTOR.spec.sign_in is None
    assert repeats(account("https://pds.example")).harmless_for > timedelta(days=10_000)


# --- publishing ---


def test_a_post_with_everything(pds: Pds, session: Signed) -> None:
    text = "Größe 🙂 @Nurse.test and @nobody.test: https://alderbay.example/flu #Grippe"
    sent = ready(text, pictures=2, network="bluesky")
    result = send(sent, session)
    name = record_key(sent.prepared)
    permalink = f"https://bsky.app/profile/{DID}/post/{name}"
    assert result == Published(f"at://{DID}/app.bsky.feed.post/{name}", permalink)
    record = pds.records[name]
    assert (record["createdAt"], record["langs"]) == ("2026-01-02T03:04:05.678Z", ["en"])
    cut = {
        text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"]
        for facet in record["facets"]
    }
    facet = "app.bsky.richtext.facet"
    assert cut == {
        "@Nurse.test": [{"$type": f"{facet}#mention", "did": "did:plc:z72i7hdynmk6r22z27h6tvur"}],
        "https://alderbay.example/flu": [{"$type": f"{facet}#link", "uri": "https://alderbay.example/flu"}],
        "#Grippe": [{"$type": f"{facet}#tag", "tag": "Grippe"}],
    }
    assert [each["aspectRatio"] for each in record["embed"]["images"]] == [{"width": 40, "height": 30}] * 2
    shown = CONNECTOR.read(result, session)
    assert shown is not None
    assert not isinstance(shown, Refused)
    assert differences(sent.content, shown) == ()


def test_a_repeat_is_harmless_and_another_delivery_is_another_post(pds: Pds, session: Signed) -> None:
    sent = ready(pictures=1, network="bluesky")
    assert send(sent, session) == send(sent, session)
    assert len(pds.records) == 1
    send(replace(sent, prepared=replace(sent.prepared, key="key-2")), session)
    assert len(pds.records) == 2


def test_the_key_of_a_delivery_never_changes() -> None:
    sent = ready()
    assert record_key(sent.prepared) == "3mbfvv77rkofs"  # written down: a newer Signpost has to find what this one sent
    second = sent.prepared.created_at.replace(microsecond=0)
    assert tid(second, 0) <= record_key(sent.prepared) < tid(second + timedelta(seconds=1), 0)
    assert tid(datetime(1970, 1, 1, tzinfo=UTC), 0) == "2222222222222"
    assert len({record_key(replace(sent.prepared, key=f"key-{number}")) for number in range(500)}) == 500


def test_an_answer_that_got_lost_is_found_by_name(pds: Pds, server: Wire, session: Signed) -> None:
    sent = ready(pictures=1, network="bluesky")
    pds.broken[f"{PUT}"] = wire.reset
    assert isinstance(send(sent, session), Uncertain)
    before = len(server.requests)
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    assert len(server.requests) == before + 1
    (candidate,) = found.candidates
    assert candidate.exact
    pds.broken.clear()
    assert send(sent, session) == candidate.published
    assert len(pds.records) == 1


def test_a_name_that_is_taken_by_other_content_is_never_written_over(pds: Pds, session: Signed) -> None:
    sent = ready("Flu @nurse.test", network="bluesky")
    send(sent, session)
    pds.handles = {}  # the handle leads nowhere now, so that the record would be another
    before = dict(pds.records)
    result = send(sent, session)
    assert isinstance(result, Uncertain)
    assert pds.records == before
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    assert found.candidates[0].exact


def test_what_somebody_posted_by_hand_is_found_in_the_list(pds: Pds, session: Signed) -> None:
    sent = ready(network="bluesky")
    at = sent.prepared.created_at
    record = {"text": sent.content.text, "createdAt": "2026-01-02T03:10:00.000Z", "$type": "app.bsky.feed.post"}
    for number in range(150):
        pds.records[tid(at + timedelta(hours=1, seconds=number), 1)] = record | {"text": "Something else"}
    pds.records[tid(at + timedelta(minutes=6), 1)] = record
    pds.records[tid(at - timedelta(days=1), 1)] = record | {"createdAt": "2026-01-01T03:10:00.000Z"}
    found = CONNECTOR.find(sent.content, sent.prepared, session)
    assert isinstance(found, Found)
    assert [each.exact for each in found.candidates] == [True, False]


def test_taking_down_twice(pds: Pds, session: Signed) -> None:
    published = send(ready(network="bluesky"), session)
    assert isinstance(published, Published)
    assert CONNECTOR.withdraw(published, session) is None
    assert pds.records == {}
    assert CONNECTOR.withdraw(published, session) is None
    assert CONNECTOR.read(published, session) is None


# --- what the server says ---


@pytest.mark.parametrize(
    ("name", "status", "again"),
    [
        ("ExpiredToken", 400, Again.SIGN_IN), ("InvalidToken", 400, Again.SIGN_IN), ("AuthMissing", 401, Again.SIGN_IN),
        ("AccountTakedown", 401, Again.NEVER), ("RepoDeactivated", 400, Again.NEVER),
        ("InvalidRequest", 400, Again.NEVER), ("BlobNotFound", 400, Again.NEVER), ("PayloadTooLarge", 413, Again.NEVER),
        ("RateLimitExceeded", 429, Again.LATER),
    ],
)  # fmt: skip
def test_errors_go_by_their_name(name: str, status: int, again: Again, pds: Pds, session: Signed) -> None:
    pds.broken[PUT] = answer({"error": name, "message": "Record/text must not be longer"}, status)
    result = send(ready(network="bluesky"), session)
    assert isinstance(result, Refused)
    assert (result.code, result.again) == (name, again)
    assert result.advice.startswith("Nothing went out. ") or again is Again.NEVER
    assert name != "InvalidRequest" or "Record/text must not be longer" in result.advice


def test_a_full_account_waits_until_the_server_says(pds: Pds, session: Signed) -> None:
    headers = {"RateLimit-Reset": "1795860300", "Date": "Sat, 28 Nov 2026 09:00:00 GMT"}
    pds.broken[PUT] = answer({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, headers)
    result = send(ready(network="bluesky"), session)
    assert isinstance(result, Refused)
    assert (result.again, result.retry_after) == (Again.LATER, 1795860300 - 1795856400)


def test_other_bytes_than_those_that_were_signed_never_become_a_post(pds: Pds, session: Signed) -> None:
    sent = ready(pictures=1, network="bluesky")
    blob = {"$type": "blob", "ref": {"$link": "bafkreigh2akiscaildc"}, "mimeType": "image/png", "size": 2_000}
    pds.broken["repo.uploadBlob"] = answer({"blob": blob})
    result = CONNECTOR.run(sent, CONNECTOR.steps(sent.content)[0], session, {})
    assert isinstance(result, Refused)


def test_a_mention_waits_where_the_server_cannot_say_who_it_is(pds: Pds, session: Signed) -> None:
    sent = ready("Thanks @nurse.test", network="bluesky")
    pds.broken["identity.resolveHandle"] = answer({"error": "UpstreamFailure"}, 502)
    result = CONNECTOR.run(sent, CONNECTOR.steps(sent.content)[0], session, {})
    assert isinstance(result, Refused)
    assert result.again is Again.LATER


# --- the session ---


def test_signing_in_opens_one_session(pds: Pds, server: Wire, http: requests.Session) -> None:
    signed = CONNECTOR.sign_in(typed(server.url, "\u202a@AlderBay.test\u202c "), Secret(PASSWORD), http, NOW)
    assert not isinstance(signed, Refused)
    assert (signed.server, signed.identity.remote_id, signed.identity.handle) == (server.url, DID, HANDLE)
    assert signed.tokens.access == Secret(pds.access)
    assert signed.tokens.expires_at == NOW + timedelta(hours=2)
    assert len(server.requests) == 1
    identity = CONNECTOR.whoami(Signed(account(server.url), http, signed.tokens.access))
    assert identity == signed.identity


@pytest.mark.parametrize(
    ("handle", "password", "broken", "words"),
    [
        (HANDLE, "wrong-wron-wron-wron", None, "does not know this handle"),
        ("alderbay", PASSWORD, None, "no handle"),
        (HANDLE, PASSWORD, answer({"error": "AuthFactorTokenRequired"}, 401), "own password"),
        (HANDLE, PASSWORD, answer({"error": "AccountTakedown"}, 401), "closed this account"),
        (HANDLE, PASSWORD, answer({"error": "RateLimitExceeded"}, 429), "asks to wait"),
        (HANDLE, PASSWORD, answer({"did": DID}), "cannot be read"),
        (HANDLE, PASSWORD, wire.PAGE, "cannot be read"),
    ],
)
def test_no_session_is_told_in_words(
    handle: str, password: str, broken: Any, words: str, pds: Pds, server: Wire, http: requests.Session
) -> None:
    if broken is not None:
        pds.broken[CREATE] = broken
    result = CONNECTOR.sign_in(typed(server.url, handle), Secret(password), http, NOW)
    assert isinstance(result, Refused)
    assert words in result.title
    assert password not in repr(result)


def test_the_accounts_own_password_is_not_kept(pds: Pds, server: Wire, http: requests.Session) -> None:
    pds.scope = "com.atproto.access"
    result = CONNECTOR.sign_in(typed(server.url), Secret(PASSWORD), http, NOW)
    assert isinstance(result, Refused)
    assert "own password" in result.title
    assert [request.path.rpartition(".")[2] for request in server.requests] == ["createSession", "deleteSession"]


def test_the_password_never_leaves_unencrypted(http: requests.Session) -> None:
    result = CONNECTOR.sign_in(typed("http://pds.example"), Secret(PASSWORD), http, NOW)
    assert isinstance(result, Refused)
    assert "not encrypted" in result.title


def renewed(pds: Pds, server: Wire, http: requests.Session) -> Any:
    tokens = Tokens(Secret(pds.access), Secret(pds.refresh), NOW)
    return CONNECTOR.renew(account(server.url), tokens, http, NOW)


def test_renewing_rotates_both_tokens(pds: Pds, server: Wire, http: requests.Session) -> None:
    old = Tokens(Secret(pds.access), Secret(pds.refresh), NOW)
    fresh = CONNECTOR.renew(account(server.url), old, http, NOW)
    assert isinstance(fresh, Tokens)
    assert fresh.refresh is not None
    assert fresh.refresh != old.refresh
    assert fresh.expires_at == NOW + timedelta(hours=2)
    assert Tokens.loads(fresh.dumps()) == fresh
    again = CONNECTOR.renew(account(server.url), old, http, NOW)
    assert isinstance(again, Refused)
    assert again.again is Again.SIGN_IN
    assert CONNECTOR.revoke(account(server.url), fresh, http) is None
    assert CONNECTOR.revoke(account(server.url), fresh, http) is None  # it is over already


@pytest.mark.parametrize("accident", [wire.reset, wire.CUT, answer({"ok": True}), wire.PAGE])
def test_a_renewal_whose_answer_is_lost_is_in_doubt(
    accident: Any, pds: Pds, server: Wire, http: requests.Session
) -> None:
    pds.broken["server.refreshSession"] = accident
    assert isinstance(renewed(pds, server, http), Uncertain)


@pytest.mark.parametrize(
    ("data", "status", "again"),
    [
        ({"error": "ExpiredToken"}, 400, Again.SIGN_IN), ({"error": "InvalidToken"}, 400, Again.SIGN_IN),
        ({"error": "AccountTakedown"}, 401, Again.NEVER), ({}, 401, Again.LATER), ({}, 503, Again.LATER),
        ({"error": "RateLimitExceeded"}, 429, Again.LATER),
    ],
)  # fmt: skip
def test_only_the_servers_own_word_ends_a_session(
    data: Any, status: int, again: Again, pds: Pds, server: Wire, http: requests.Session
) -> None:
    pds.broken["server.refreshSession"] = answer(data, status)
    result = renewed(pds, server, http)
    assert isinstance(result, Refused)
    assert result.again is again


def test_a_session_of_another_account_is_not_taken(pds: Pds, server: Wire, http: requests.Session) -> None:
    tokens = {"accessJwt": pds.access, "refreshJwt": pds.refresh}
    other = tokens | {"did": "did:plc:z72i7hdynmk6r22z27h6tvur", "handle": "somebody.test"}
    pds.broken["server.refreshSession"] = answer(other)
    result = renewed(pds, server, http)
    assert isinstance(result, Refused)
    assert result.again is Again.NEVER


def test_no_secret_in_words_of_a_session(pds: Pds, server: Wire, http: requests.Session) -> None:
    canary = new_canary()
    echo = {"error": canary, "message": f"{PASSWORD} and {canary} are no good"}
    pds.broken |= {CREATE: answer(echo, 400), "server.refreshSession": answer(echo, 400)}
    tokens = Tokens(Secret(jwt("a", 1)), Secret(canary), NOW)
    shown = repr(CONNECTOR.sign_in(typed(server.url), Secret(PASSWORD), http, NOW))
    shown += repr(CONNECTOR.renew(account(server.url), tokens, http, NOW)) + repr(tokens)
    assert PASSWORD not in shown
    assert canary not in shown
