"""Against mastodon-mock, a server of the API that others wrote (PyPI): the whole way, and what a repeat comes to.

It is looked for beside this Python and on the path. It is laxer than Mastodon: it checks neither PKCE nor the secret.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from connectors.base import AccountInfo, Found, Identity, Provider, Session, Tokens
from connectors.http import new_session
from connectors.mastodon import MastodonConnector, repeats
from connectors.oauth import LoopbackFlow
from editorial.clock import SystemClock
from editorial.content import Prepared
from editorial.delivery.showing import Shown, differences
from editorial.outcomes import Again, Made, Published, Refused, Uncertain
from tests.fakes.sendable import Ready, ready
from tests.fakes.waiting import until

PROGRAM = shutil.which("mastodon_mock", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
TEXT = "Flu vaccination starts on Monday. Größe 10 & more\n\nhttps://alderbay.example/flu #Flu"
CONNECTOR = MastodonConnector()

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(PROGRAM is None, reason="mastodon-mock is not installed (pip install mastodon-mock)"),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert PROGRAM is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["serve", "--in-memory", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    folder = tmp_path_factory.mktemp("mock")
    process = subprocess.Popen([PROGRAM, *options], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), 60.0, "the start of mastodon-mock")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with new_session() as session:
        yield session


def choose_account(url: str) -> bool:
    """A person who chooses the first account of the page and is sent back."""
    query = dict(parse_qsl(urlsplit(url).query))
    form = {name: query[name] for name in ("redirect_uri", "client_id", "scope", "state")} | {"username": "testuser"}
    return requests.post(url.partition("?")[0], form, timeout=20).ok


@pytest.fixture
def tokens(url: str, http: requests.Session) -> Tokens:
    provider = CONNECTOR.register(url, http)
    assert isinstance(provider, Provider)
    return LoopbackFlow(provider, choose_account, SystemClock()).run()


@pytest.fixture
def session(url: str, http: requests.Session, tokens: Tokens) -> Session:
    account = AccountInfo("account_1", "mastodon", url, "")
    me = CONNECTOR.whoami(Session(account, http, tokens.access))
    assert isinstance(me, Identity)
    assert me.handle.startswith("testuser@")
    settings = {**me.settings, "remote_id": me.remote_id}
    return Session(replace(account, handle=me.handle, settings=settings), http, tokens.access)


def sent(key: str, pictures: int = 0, text: str = TEXT) -> Ready:
    prepared = Prepared(key, datetime.now(UTC) - timedelta(seconds=1))
    return replace(ready(text, pictures=pictures, network="mastodon"), prepared=prepared)


def publish(content: Ready, session: Session) -> Published:
    done: dict[str, str] = {}
    for step in CONNECTOR.steps(content.content):
        result = CONNECTOR.run(content, step, session, done)
        if isinstance(result, Published):
            return result
        assert isinstance(result, Made), result
        done[step.name] = result.remote_id
    raise AssertionError("no public step")


def test_what_was_published_is_read_back_found_and_taken_down(session: Session) -> None:
    content = sent("whole-way", pictures=2)
    published = publish(content, session)
    shown = CONNECTOR.read(published, session)
    assert isinstance(shown, Shown)
    assert not differences(content.content, shown)
    found = CONNECTOR.find(content.content, content.prepared, session)
    assert isinstance(found, Found)
    assert [(each.published.remote_id, each.exact) for each in found.candidates] == [(published.remote_id, True)]
    assert CONNECTOR.withdraw(published, session) is None
    assert CONNECTOR.withdraw(published, session) is None
    assert CONNECTOR.read(published, session) is None


def test_a_lost_answer_is_made_good_without_a_second_post(session: Session) -> None:
    content = sent("lost", text="Lost and found")
    fault = {
        "match": {"methods": ["POST"], "path": "/api/v1/statuses"},
        "effect": {"type": "status", "status": 503, "body": {}},
        "count": 1,
    }
    answer = requests.post(f"{session.account.server}/api/v1/_mock/faults", json=fault, timeout=20)
    assert answer.ok, answer.text
    step = CONNECTOR.steps(content.content)[-1]
    assert isinstance(CONNECTOR.run(content, step, session, {}), Uncertain)
    assert repeats(session.account).harmless_for == timedelta(hours=1)
    first = CONNECTOR.run(content, step, session, {})
    assert CONNECTOR.run(content, step, session, {}) == first
    found = CONNECTOR.find(content.content, content.prepared, session)
    assert isinstance(found, Found)
    assert len(found.candidates) == 1


def test_what_is_too_long_is_refused_and_not_shortened(session: Session) -> None:
    content = sent("long", text="a" * 501)
    result = CONNECTOR.run(content, CONNECTOR.steps(content.content)[-1], session, {})
    assert isinstance(result, Refused)
    assert result.again is Again.NEVER


def test_a_sign_in_that_was_ended_is_over(session: Session, tokens: Tokens, http: requests.Session) -> None:
    assert CONNECTOR.revoke(session.account, tokens, http) is None
    result = CONNECTOR.whoami(session)
    assert isinstance(result, Refused)
    assert result.again is Again.SIGN_IN
