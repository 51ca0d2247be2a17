"""The practice network's server inside the test process, with a clock that moves by hand, and its answers over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from connectors.base import AccountInfo, Session, Tokens
from connectors.oauth import LoopbackFlow
from connectors.practice.connector import PracticeConnector, provider
from connectors.practice.headless import approve
from connectors.practice.profiles import Profile
from connectors.practice.server.serving import Server
from connectors.practice.server.settings import Settings
from editorial.clock import Clock, SystemClock
from editorial.outcomes import Made, Published, StepResult
from tests.fakes.sendable import Ready


@dataclass
class Network:
    """A practice network that runs at `url`."""

    url: str
    http: requests.Session
    clock: Clock

    def tokens(self, name: str, profile: Profile = Profile.KEYED) -> Tokens:
        """Sign in by OAuth, as a person with a browser would."""
        return LoopbackFlow(provider(self.url), lambda url: approve(url, name, profile), self.clock).run()

    def account(self, name: str, profile: Profile = Profile.KEYED) -> AccountInfo:
        """The account as the desk keeps it."""
        return AccountInfo(f"account_{name}", "practice", self.url, name, {"profile": profile})

    def session(self, name: str, profile: Profile = Profile.KEYED) -> Session:
        """An account, signed in."""
        return Session(self.account(name, profile), self.http, self.tokens(name, profile).access)

    def api(self, method: str, path: str, session: Session | None = None, **parts: Any) -> requests.Response:
        """A request of our own making."""
        headers = {"Authorization": f"Bearer {session.access.reveal()}"} if session else {}
        headers |= parts.pop("headers", {})
        return self.http.request(method, self.url + path, headers=headers, timeout=20, allow_redirects=False, **parts)

    def posts(self) -> list[dict[str, Any]]:
        """All stored posts."""
        posts: list[dict[str, Any]] = self.api("GET", "/api/posts").json()
        return posts

    def arm(self, kind: str, count: int = 1, **parts: Any) -> None:
        """Arm a fault."""
        assert self.api("POST", "/api/faults", json={"kind": kind, "count": count, **parts}).status_code == 201


@contextmanager
def practice_network(folder: Path, clock: Clock | None = None, port: int = 0, **settings: Any) -> Iterator[Network]:
    """A server in a thread, over a folder."""
    time = clock or SystemClock()
    server = Server(Settings(folder, time, **settings), port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with requests.Session() as http:
            yield Network(server.url, http, time)
    finally:
        server.stop()
        thread.join(10)
        assert not thread.is_alive()


def publish(sent: Ready, session: Session, connector: PracticeConnector | None = None) -> list[StepResult]:
    """All steps, as the engine would, until one does not take effect."""
    chosen = connector or PracticeConnector()
    done: dict[str, str] = {}
    results: list[StepResult] = []
    for step in chosen.steps(sent.content):
        result = chosen.run(sent, step, session, done)
        results.append(result)
        if not isinstance(result, Made | Published):
            break
        done[step.name] = result.remote_id
    return results
