"""What Mastodon's answers come to, beyond the contract: processing, limits, looking, reading back, signing in."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors import base
from connectors.base import Identity, Provider, Session, Tokens
from connectors.http import Patience, new_session
from connectors.mastodon import MastodonConnector, repeats
from connectors.oauth import LoopbackFlow
from editorial.clock import SystemClock
from editorial.delivery.showing import Shown, ShownPicture, differences
from editorial.outcomes import Again, Made, Published, Refused, Uncertain
from editorial.secret import Secret
from tests.connectors.mastodon.server import (
    FIELDS,
    INSTANCE,
    ME,
    OWN,
    STATUSES,
    account,
    behaves,
    comes_back,
    status,
)
from tests.fakes.canary import new_canary
from tests.fakes.sendable import Ready, ready
from tests.fakes.wire import Behave, Request, Wire, answer

CONNECTOR = MastodonConnector(Patience(connect=5.0, read=5.0, total=10.0))
LATER = "2026-01-02T03:04:06.000Z"  # a second after `ready` was prepared
BEFORE = "2026-01-02T03:04:05.000Z"
NOT_FOUND = answer({"error": "Record not found"}, 404)

Open = Callable[[str], Session]


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with new_session() as session:
        yield session


@pytest.fixture
def session(http: requests.Session) -> Open:
    return lambda url: Session(account(url), http, Secret(new_canary()))


def script(answers: dict[str, Behave]) -> Callable[[Request], Behave]:
    """These answers by path without its query; for anything else as the strict server does."""
    return lambda request: answers.get(request.path.partition("?")[0]) or behaves(request)


def sent(text: str = "Flu vaccination starts on Monday.", pictures: int = 0) -> Ready:
    return ready(text, pictures=pictures, network="mastodon")


# --- publishing ---


def test_says_what_the_accounts_own_defaults_would_decide_otherwise(session: Open) -> None:
    with Wire(behaves) as network:
        content = replace(sent(), content=replace(sent().content, language="de"))
        published = CONNECTOR.run(content, CONNECTOR.steps(content.content)[-1], session(network.url), {})
    assert published == Published("17", "https://social.example/@desk/17")
    assert network.requests[0].json() == {
        "status": "Flu vaccination starts on Monday.", "language": "de", "visibility": "public", "sensitive": False
    }  # fmt: skip


def test_all_pictures_go_up_before_the_first_is_waited_for() -> None:
    names = [step.name for step in CONNECTOR.steps(sent(pictures=2).content)]
    assert names == ["media:0", "media:1", "ready:0", "ready:1", "post"]


@pytest.mark.parametrize(
    ("given", "again"),
    [
        (answer({"id": "7", "url": None}, 206), Again.LATER),
        (answer({"id": "8", "url": "https://social.example/8.png"}), Again.LATER),  # another picture than was asked for
        (answer({"error": "Es ging etwas schief"}, 422), Again.NEVER),
        (NOT_FOUND, Again.NEVER),
    ],
)
def test_what_is_not_ready_is_not_attached(given: Behave, again: Again, session: Open) -> None:
    content = sent(pictures=1)
    ready_step = CONNECTOR.steps(content.content)[1]
    with Wire(lambda request: given) as network:
        result = CONNECTOR.run(content, ready_step, session(network.url), {"media:0": "7"})
    assert isinstance(result, Refused)
    assert result.again is again
    assert [request.method for request in network.requests] == ["GET"]


def test_a_picture_in_processing_is_asked_about_again(session: Open) -> None:
    content = sent(pictures=1)
    step, done = CONNECTOR.steps(content.content)[1], {"media:0": "7"}
    answers = [answer({"id": "7"}, 206), answer({"id": "7"}, 200)]
    with Wire(lambda request: answers.pop(0)) as network:
        first = CONNECTOR.run(content, step, session(network.url), done)
        second = CONNECTOR.run(content, step, session(network.url), done)
    assert isinstance(first, Refused)
    assert first.again is Again.LATER
    assert first.retry_after is None  # it would be noted as a limit of the whole account
    assert second == Made("7")


def test_the_strict_server_is_strict(session: Open, http: requests.Session) -> None:
    with Wire(behaves) as network:
        assert http.post(network.url + STATUSES, json={"status": "x", "text": "x"}, timeout=5).status_code == 422


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Reset": "2026-11-28T01:05:00.000000Z", "Date": "Sat, 28 Nov 2026 01:00:00 GMT"}, 300.0),
        ({"X-RateLimit-Reset": "2026-11-28T01:05:00Z", "Date": "Sat, 28 Nov 2026 01:00:00 GMT", "Retry-After": "9"}, 9),
        ({"X-RateLimit-Reset": "2026-11-28T00:59:00Z", "Date": "Sat, 28 Nov 2026 01:00:00 GMT"}, 0.0),
        ({"X-RateLimit-Reset": "2026-11-28T01:05:00", "Date": "Sat, 28 Nov 2026 01:00:00 GMT"}, None),
        ({"X-RateLimit-Reset": "soon", "Date": "Sat, 28 Nov 2026 01:00:00 GMT"}, None),
        ({"X-RateLimit-Reset": "2026-11-28T01:05:00Z"}, None),
    ],
)
def test_a_busy_server_says_until_when(headers: dict[str, str], seconds: float | None, session: Open) -> None:
    with Wire(lambda request: answer({"error": "Too many requests"}, 429, headers)) as network:
        result = CONNECTOR.run(sent(), CONNECTOR.steps(sent().content)[-1], session(network.url), {})
    assert isinstance(result, Refused)
    assert (result.again, result.retry_after) == (Again.LATER, seconds)


def test_a_window_that_is_not_used_up_is_no_reason_to_wait(session: Open) -> None:
    headers = {"X-RateLimit-Reset": "2026-11-28T01:05:00Z", "Date": "Sat, 28 Nov 2026 01:00:00 GMT"}
    with Wire(lambda request: answer({}, 503, headers)) as network:
        result = CONNECTOR.whoami(session(network.url))
    assert isinstance(result, Refused)
    assert result.retry_after is None


@pytest.mark.parametrize(
    ("version", "hours"),
    [
        ("4.3.1", 1), ("4.6.0-beta.1", 1), ("4.3.0+glitch", 1), ("3.5.19", 1),
        ("4.2.1 (compatible; Akkoma 3.15.2)", 0), ("2.7.2 (compatible; Pleroma 2.6)", 0),
        ("0.20.0-rc1+git-57cb4fe", 0), ("4.0.0(compatible;Takahe)", 0), ("", 0),
    ],
)  # fmt: skip
def test_only_mastodon_itself_is_trusted_with_a_repeat(version: str, hours: int) -> None:
    assert repeats(account("https://social.example", version)).harmless_for == timedelta(hours=hours)


# --- who and how much ---


def test_an_account_takes_what_its_server_says(session: Open) -> None:
    with Wire(behaves) as network:
        me = CONNECTOR.whoami(session(network.url))
    assert isinstance(me, Identity)
    assert (me.remote_id, me.handle, me.label) == ("42", "desk@social.example", "Alder Bay Hospital")
    assert me.settings == {"version": "4.3.1"}
    assert me.limits is not None
    assert (me.limits.text, me.limits.rule, me.limits.media, me.limits.alt) == (1_000, "mastodon", 6, 10_000)
    assert (me.limits.media_bytes, me.limits.longest_side) == (16_777_216, 5_760)
    assert me.limits.mimes == ("image/jpeg", "image/png")


def test_an_older_server_is_asked_the_older_way(session: Open) -> None:
    older: dict[str, Any] = {"uri": "social.example", "version": "3.5.19", "configuration": {"statuses": {}}}
    with Wire(script({"/api/v2/instance": NOT_FOUND, "/api/v1/instance": answer(older)})) as network:
        me = CONNECTOR.whoami(session(network.url))
    assert isinstance(me, Identity)
    assert me.limits == CONNECTOR.spec.limits


def test_links_count_in_full_where_the_server_counts_them_its_own_way(session: Open) -> None:
    other = json.loads(json.dumps(INSTANCE))
    other["configuration"]["statuses"]["characters_reserved_per_url"] = 0
    with Wire(script({"/api/v2/instance": answer(other)})) as network:
        me = CONNECTOR.whoami(session(network.url))
    assert isinstance(me, Identity)
    assert me.limits is not None
    assert me.limits.rule == "graphemes"


@pytest.mark.parametrize("said", [{}, {"version": "4.3.1"}, {"configuration": {"statuses": {}}}, [], "4.3.1"])
def test_limits_are_never_guessed(said: Any, session: Open) -> None:
    with Wire(script({"/api/v2/instance": answer(said)})) as network:
        assert isinstance(CONNECTOR.whoami(session(network.url)), Refused)


@pytest.mark.parametrize("wrong", [True, -1, "500", None, 1.5, [500]])
def test_a_limit_of_another_kind_is_not_taken(wrong: Any, session: Open) -> None:
    other = json.loads(json.dumps(INSTANCE))
    other["configuration"]["statuses"]["max_characters"] = wrong
    with Wire(script({"/api/v2/instance": answer(other)})) as network:
        me = CONNECTOR.whoami(session(network.url))
    assert isinstance(me, Identity)
    assert me.limits is not None
    assert me.limits.text == 500


# --- looking and reading ---

TEXT = "Größe 10 & <b>\n\nMore: https://alderbay.example/a/very/long/path/to/the/clinic #Flu\nBye"
HTML = (
    '<p>Größe 10 &amp; &lt;b&gt;</p><p>More: <a href="https://alderbay.example/a/very/long/path/to/the/clinic">'
    '<span class="invisible">https://</span><span class="ellipsis">alderbay.example/a/very/long/pa</span>'
    '<span class="invisible">th/to/the/clinic</span></a> '
    '<a href="https://social.example/tags/Flu" class="mention hashtag">#<span>Flu</span></a><br />Bye</p>'
)


def test_what_people_see_is_the_text_that_was_signed(session: Open) -> None:
    pictures = [{"id": "1", "description": "A nurse"}, {"id": "2", "description": None}]
    seen = status("17", HTML, media_attachments=pictures)
    with Wire(script({f"{STATUSES}/17": answer(seen)})) as network:
        shown = CONNECTOR.read(Published("17"), session(network.url))
    assert isinstance(shown, Shown)
    assert shown.pictures == (ShownPicture("A nurse"), ShownPicture(""))
    assert not differences(sent(TEXT).content, replace(shown, pictures=()))


def test_a_warning_that_nobody_signed_is_a_difference(session: Open) -> None:
    with Wire(script({f"{STATUSES}/17": answer(status("17", "<p>Hello</p>", spoiler_text="Politics"))})) as network:
        shown = CONNECTOR.read(Published("17"), session(network.url))
    assert isinstance(shown, Shown)
    assert [each.what for each in differences(sent("Hello").content, shown)] == ["text"]


def test_a_mention_is_read_as_it_was_written(session: Open) -> None:
    link = '<p>With <a href="https://other.example/@clinic" class="u-url mention">@<span>clinic</span></a></p>'
    seen = status("17", link, mentions=[{"id": "5", "username": "clinic", "acct": "clinic@other.example"}])
    written = {"id": "17", "text": "With @clinic@other.example", "spoiler_text": ""}
    answers = {f"{STATUSES}/17": answer(seen), f"{STATUSES}/17/source": answer(written)}
    with Wire(script(answers)) as network:
        shown = CONNECTOR.read(Published("17"), session(network.url))
        assert isinstance(shown, Shown)
        assert shown.text == "With @clinic@other.example"
        answers[f"{STATUSES}/17/source"] = NOT_FOUND
        shown = CONNECTOR.read(Published("17"), session(network.url))
        assert isinstance(shown, Shown)
        assert shown.text == "With @clinic"
        answers[f"{STATUSES}/17/source"] = answer({}, 500)
        assert isinstance(CONNECTOR.read(Published("17"), session(network.url)), Refused)


@pytest.mark.parametrize(
    ("me", "gone"),
    [
        (answer({"id": "42"}), True),
        (answer({"id": "43"}), False),
        (NOT_FOUND, False),
        (answer(b"<html>Not here</html>", 404), False),
        (answer({}, 500), False),
    ],
)
@pytest.mark.parametrize("code", [404, 410])
def test_gone_is_believed_where_the_server_still_knows_the_account(
    code: int, me: Behave, gone: bool, session: Open
) -> None:
    answers = {f"{STATUSES}/17": answer({"error": "Record not found"}, code), ME: me}
    with Wire(script(answers)) as network:
        read = CONNECTOR.read(Published("17"), session(network.url))
        withdrawn = CONNECTOR.withdraw(Published("17"), session(network.url))
    assert (read is None, withdrawn is None) == (gone, gone)
    assert gone or (isinstance(read, Refused) and isinstance(withdrawn, Refused))


def test_taking_down_takes_the_pictures_along(session: Open) -> None:
    with Wire(lambda request: answer(status("17", ""))) as network:
        assert CONNECTOR.withdraw(Published("17"), session(network.url)) is None
        assert isinstance(CONNECTOR.withdraw(Published("18"), session(network.url)), Uncertain)
    assert network.requests[0].method == "DELETE"
    assert network.requests[0].path == f"{STATUSES}/17?delete_media=true"


def test_looking_finds_the_same_text_and_tells_which_is_exact(session: Open) -> None:
    alt = {"id": "1", "description": sent(pictures=1).content.media[0].alt}
    posts = [
        status("5", HTML, created_at=LATER, media_attachments=[alt]),
        status("4", HTML, created_at=LATER),  # without its picture
        status("3", "<p>Something else</p>", created_at=LATER),
        status("2", HTML, created_at=BEFORE, media_attachments=[alt]),  # older than the delivery
    ]
    content = sent(TEXT, pictures=1)
    with Wire(script({OWN: answer(posts)})) as network:
        found = CONNECTOR.find(content.content, content.prepared, session(network.url))
    assert isinstance(found, base.Found)
    assert [(each.published.remote_id, each.exact) for each in found.candidates] == [
        ("5", True), ("4", False), ("2", False)
    ]  # fmt: skip
    assert len(network.requests) == 1


def test_looking_turns_pages_back_to_the_delivery(session: Open) -> None:
    pages = [[status(str(number), "<p>x</p>", created_at=LATER)] for number in (9, 8)] + [[]]
    with Wire(lambda request: answer(pages.pop(0))) as network:
        found = CONNECTOR.find(sent().content, sent().prepared, session(network.url))
    assert found == base.Found(())
    queries = [request.path.partition("?")[2] for request in network.requests]
    assert queries == [f"limit=40&exclude_reblogs=true{more}" for more in ("", "&max_id=9", "&max_id=8")]


def test_a_server_that_turns_no_pages_is_not_asked_for_ever(session: Open) -> None:
    text = sent().content.text
    with Wire(lambda request: answer([status("9", f"<p>{text}</p>", created_at=LATER)])) as network:
        found = CONNECTOR.find(sent().content, sent().prepared, session(network.url))
    assert isinstance(found, base.Found)
    assert len(found.candidates) == 1
    assert len(network.requests) == 2


# --- signing in ---


def test_a_sign_in_lasts_until_somebody_ends_it() -> None:
    for ability in (base.Registers, base.Identifies, base.Revokes, base.Finds, base.Reads, base.Withdraws):
        assert isinstance(CONNECTOR, ability)
    assert not isinstance(CONNECTOR, base.Renews | base.Polls)


def test_signs_in_with_the_client_that_the_server_registered(http: requests.Session) -> None:
    with Wire(behaves) as network:
        provider = CONNECTOR.register(network.url, http)
        assert isinstance(provider, Provider)
        tokens = LoopbackFlow(provider, comes_back, SystemClock()).run()
        assert CONNECTOR.revoke(account(network.url), tokens, http) is None
    register, token, revoke = network.requests
    assert register.json()["redirect_uris"] == "http://127.0.0.1/mastodon"
    assert register.json()["scopes"] == "read:accounts read:statuses write:statuses write:media"
    assert "authorization" not in register.headers
    for request in (token, revoke):
        assert b"client_id=client-1&" in request.body + b"&"
        assert b"client_secret=client-secret-1" in request.body
    assert b"code_verifier=" in token.body
    assert (tokens.expires_at, tokens.refresh) == (None, None)


def test_the_client_secret_is_kept_with_the_tokens_and_shows_itself_nowhere(http: requests.Session) -> None:
    with Wire(behaves) as network:
        provider = CONNECTOR.register(network.url, http)
        assert isinstance(provider, Provider)
        tokens = LoopbackFlow(provider, comes_back, SystemClock()).run()
    kept = Tokens.loads(tokens.dumps())
    assert kept == tokens
    assert kept.client_secret is not None
    assert kept.client_secret.reveal() == "client-secret-1"
    assert "client-secret-1" not in repr(provider) + repr(tokens) + repr(tokens.dumps())


@pytest.mark.parametrize(
    "given", [NOT_FOUND, answer(b"<html>Welcome</html>"), answer({}), answer([]), answer({"client_id": "1"})]
)
def test_an_address_without_mastodon_is_told(given: Behave, http: requests.Session) -> None:
    with Wire(lambda request: given) as network:
        refused = CONNECTOR.register(network.url, http)
    assert isinstance(refused, Refused)
    assert refused.title == "No Mastodon server answers at this address"


def test_a_server_with_a_fault_is_not_taken_for_none(http: requests.Session) -> None:
    with Wire(lambda request: answer({}, 503)) as network:
        refused = CONNECTOR.register(network.url, http)
    assert isinstance(refused, Refused)
    assert refused.title == "Mastodon has a fault"


# --- the official description ---


@pytest.mark.skipif("SIGNPOST_MASTODON_SPEC" not in os.environ, reason="SIGNPOST_MASTODON_SPEC names no OpenAPI file")
def test_the_strict_server_takes_what_the_official_description_names() -> None:
    spec = json.loads(Path(os.environ["SIGNPOST_MASTODON_SPEC"]).read_text(encoding="utf-8"))
    for (method, path), fields in FIELDS.items():
        body = spec["paths"][path][method.lower()]["requestBody"]["content"].values()
        assert fields == set().union(*(_fields(spec, kind["schema"]) for kind in body)), path


def _fields(spec: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _fields(spec, spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    parts = [part for kind in ("oneOf", "allOf", "anyOf") for part in schema.get(kind, [])]
    return set(schema.get("properties", {})).union(*(_fields(spec, part) for part in parts))
