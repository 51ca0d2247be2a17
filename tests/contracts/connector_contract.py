"""The contract of every connector. A network's tests inherit `ConnectorContract` and say how the network speaks.

Everything is tested on the wire: what arrives, and what each kind of answer or accident comes to.
"""

import logging
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.base import AccountInfo, Connector, Finds, Identifies, Reads, Session, Step, Withdraws
from connectors.http import Patience, new_session
from editorial.counting import count
from editorial.errors import DeskError
from editorial.outcomes import Again, Made, Pending, Published, Refused, StepResult, Uncertain
from editorial.secret import Secret
from tests.fakes import wire
from tests.fakes.canary import new_canary
from tests.fakes.sendable import Ready, ready
from tests.fakes.wire import Behave, Request, Wire, answer, raw

QUICK = Patience(connect=5.0, read=0.2, total=0.35)
UNHURRIED = Patience(connect=5.0, read=5.0, total=10.0)
STEPS = ("private", "public")
SLOW: dict[str, Behave] = {
    "silence": wire.silence,
    "dripping head": wire.DRIP_HEAD,
    "dripping body": wire.DRIP_BODY,
    "endless body": wire.ENDLESS,
}
LOST: dict[str, Behave] = {
    "reset": wire.reset,
    "closed": raw(),
    "half a head": raw(b"HTTP/1.1 201 Cre"),
    "half a body": wire.CUT,
    "half a chunked body": wire.CUT_CHUNKED,
    "not HTTP": raw(b"220 mail.example ESMTP\r\n"),
    "huge": wire.HUGE,
    "deep": wire.DEEP,
    "a page": wire.PAGE,
    "not UTF-8": answer(b'{"id": "\xff\xfe'),
    "empty": answer(b""),
    "no id": answer({"unexpected": True}),
    "a list": answer([1, 2]),
    "a number": answer(7),
    "500": answer({"error": "oops"}, 500),
    "502": answer(b"<html>bad gateway</html>", 502),
    "503": answer({}, 503, {"Retry-After": "9"}),
    "504": answer(b"", 504),
    "408": answer(b"", 408),
    "302": answer(b"", 302, {"Location": "/elsewhere"}),
    "303": answer(b"", 303, {"Location": "/elsewhere"}),
}

Open = Callable[[str], Session]


class Driven:
    """How a network speaks, answered by those who inherit, and how the tests drive its connector."""

    # --- how the network speaks ---

    @abstractmethod
    def connector(self, patience: Patience) -> Connector:
        """The connector, with these time-outs."""

    @abstractmethod
    def good(self, request: Request, sent: Ready) -> Behave:
        """How the network answers a request when all is well."""

    @abstractmethod
    def texts(self, requests: Sequence[Request]) -> list[str]:
        """The texts in the public requests among these, in order."""

    @abstractmethod
    def alts(self, requests: Sequence[Request]) -> list[str]:
        """The alternative texts that arrived, in the order of the pictures."""

    @abstractmethod
    def pictures(self, requests: Sequence[Request]) -> list[bytes]:
        """The pictures that arrived, in order."""

    @abstractmethod
    def keys(self, requests: Sequence[Request]) -> list[str]:
        """What makes a repeat harmless on this network, in each public request: a key, a record's name."""

    def account(self, url: str) -> AccountInfo:
        """An account on the fake network."""
        return AccountInfo("account_1", self.connector(QUICK).spec.name, url, "desk")

    def sent(self, pictures: int = 2, text: str = "Flu vaccination starts on Monday. Größe 10, 日本, 🙂") -> Ready:
        """What goes out."""
        return ready(text, pictures=pictures, network=self.connector(QUICK).spec.name)

    # --- how the tests drive it ---

    @pytest.fixture
    def token(self) -> str:
        return new_canary()

    @pytest.fixture
    def session(self, token: str) -> Iterator[Open]:
        with new_session() as http:
            yield lambda url: Session(self.account(url), http, Secret(token))

    def run_all(self, sent: Ready, session: Session) -> list[StepResult]:
        """All steps, as the engine would, until one does not take effect."""
        connector = self.connector(UNHURRIED)
        done: dict[str, str] = {}
        results: list[StepResult] = []
        for step in connector.steps(sent.content):
            result = connector.run(sent, step, session, done)
            results.append(result)
            if not isinstance(result, Made | Published):
                break
            done[step.name] = result.remote_id
        return results

    def run_one(self, which: str, session: Session, patience: Patience) -> StepResult:
        """The first private step, or the public step with the earlier ones done."""
        connector, sent = self.connector(patience), self.sent(1)
        step, done = self.chosen(connector, sent, which)
        return connector.run(sent, step, session, done)

    def hurt(
        self, which: str, accident: Behave, session: Open, patience: Patience = UNHURRIED
    ) -> tuple[StepResult, list[Request]]:
        """What one step comes to when this happens to it, and the requests it made."""
        with Wire(lambda request: accident) as network:
            return self.run_one(which, session(network.url), patience), network.requests

    def chosen(self, connector: Connector, sent: Ready, which: str) -> tuple[Step, dict[str, str]]:
        """The step and the results that it builds on."""
        *private, public = connector.steps(sent.content)
        if which == "public":
            return public, {step.name: "17" for step in private}
        if not private:
            pytest.skip("has no private steps")
        return private[0], {}


class ConnectorContract(Driven):
    """Inherit, answer the abstract questions, and the tests come along."""

    # --- what goes out ---

    def test_is_a_connector(self) -> None:
        connector = self.connector(QUICK)
        assert isinstance(connector, Connector)
        assert connector.spec.name
        assert connector.spec.label

    def test_steps_end_with_the_only_public_one_and_are_always_the_same(self) -> None:
        sent = self.sent()
        steps = self.connector(QUICK).steps(sent.content)
        assert [step.public for step in steps] == [False] * (len(steps) - 1) + [True]
        assert len({step.name for step in steps}) == len(steps)
        assert steps == self.connector(QUICK).steps(sent.content)

    def test_publishes(self, session: Open) -> None:
        sent = self.sent()
        with Wire(lambda request: self.good(request, sent)) as network:
            results = self.run_all(sent, session(network.url))
        assert all(isinstance(result, Made) for result in results[:-1])
        assert isinstance(results[-1], Published | Pending)
        assert self.texts(network.requests) == [sent.content.text]
        assert self.alts(network.requests) == [item.alt for item in sent.content.media]
        assert self.pictures(network.requests) == [sent.pictures[item.sha256] for item in sent.content.media]

    def test_the_token_goes_in_the_header_and_nowhere_else(
        self, session: Open, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        netrc = tmp_path / "netrc"  # requests would let a password from here replace the token
        netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="ascii")
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("http_proxy", "https_proxy", "all_proxy"):  # asked for loopback, it would answer with an error
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        sent = self.sent()
        with Wire(lambda request: self.good(request, sent)) as network:
            self.run_all(sent, session(network.url))
        assert self.texts(network.requests)
        for request in network.requests:
            assert request.headers["authorization"] == f"Bearer {token}"
            assert token not in request.path
            assert token.encode() not in request.body

    def test_the_key_is_the_same_on_every_attempt(self, session: Open) -> None:
        sent = self.sent()
        with Wire(lambda request: self.good(request, sent)) as network:
            self.run_all(sent, session(network.url))
            self.run_all(sent, session(network.url))
            self.run_all(replace(sent, prepared=replace(sent.prepared, key="key-2")), session(network.url))
        first, second, other = self.keys(network.requests)
        assert first == second != other

    def test_what_fits_exactly_goes_out_whole(self, session: Open) -> None:
        limits = self.connector(QUICK).spec.limits
        sent = self.sent(limits.media, ("a" if limits.rule == "bytes" else "ä") * limits.text)
        assert count(sent.content.text, limits.rule) == limits.text
        with Wire(lambda request: self.good(request, sent)) as network:
            self.run_all(sent, session(network.url))
        assert self.texts(network.requests) == [sent.content.text]
        assert len(self.pictures(network.requests)) == limits.media

    def test_what_does_not_fit_is_never_shortened(self, session: Open) -> None:
        limits = self.connector(QUICK).spec.limits
        sent = self.sent(limits.media + 1, "a" * (limits.text + 50))
        with Wire(lambda request: self.good(request, sent)) as network:
            self.run_all(sent, session(network.url))
        assert self.texts(network.requests) in ([], [sent.content.text])
        assert not self.texts(network.requests) or len(self.pictures(network.requests)) == limits.media + 1

    def test_a_changed_picture_stops_before_the_public_step(self, session: Open) -> None:
        sent = self.sent(1)
        item = sent.content.media[0]
        good = sent.pictures[item.sha256]
        for damaged in (b"\x00" * item.size, good[:-1], good + b"!"):
            changed = replace(sent, pictures={item.sha256: damaged})
            with Wire(lambda request: self.good(request, sent)) as network:
                with pytest.raises(DeskError, match="picture"):
                    self.run_all(changed, session(network.url))
                assert self.texts(network.requests) == []

    # --- what comes back ---

    @pytest.mark.parametrize("which", STEPS)
    def test_nobody_there(self, which: str, session: Open) -> None:
        with wire.closed_port() as url:
            result = self.run_one(which, session(url), UNHURRIED)
        assert isinstance(result, Refused)
        assert result.again is Again.LATER

    @pytest.mark.parametrize("which", STEPS)
    @pytest.mark.parametrize("accident", [*LOST, *SLOW])
    def test_no_whole_answer(self, which: str, accident: str, session: Open) -> None:
        patience = QUICK if accident in SLOW else UNHURRIED
        result, requests = self.hurt(which, {**LOST, **SLOW}[accident], session, patience)
        if which == "public":
            assert isinstance(result, Uncertain)
            assert "may be live" in result.advice
        else:
            assert isinstance(result, Refused)
            assert result.again is Again.LATER
        assert len(requests) == 1  # nothing was repeated and no redirect followed

    @pytest.mark.parametrize("which", STEPS)
    @pytest.mark.parametrize(
        ("status", "again"), [(401, Again.SIGN_IN), (400, Again.NEVER), (403, Again.NEVER), (422, Again.NEVER)]
    )
    def test_refused(self, which: str, status: int, again: Again, session: Open) -> None:
        words = {"error": "some_code", "error_description": "Too  loud.\u202e\x07"}
        result, _ = self.hurt(which, answer(words, status), session)
        assert isinstance(result, Refused)
        assert (result.again, result.code) == (again, "some_code")
        assert again is Again.SIGN_IN or "Too loud." in result.advice
        assert (result.title + result.advice).isprintable()

    @pytest.mark.parametrize("which", STEPS)
    def test_busy(self, which: str, session: Open) -> None:
        result, _ = self.hurt(which, answer({}, 429, {"Retry-After": "7"}), session)
        assert isinstance(result, Refused)
        assert (result.again, result.retry_after) == (Again.LATER, 7.0)

    # --- abilities ---

    @pytest.mark.parametrize("accident", LOST)
    def test_a_look_up_that_fails_gives_no_verdict(self, accident: str, session: Open) -> None:
        connector, sent = self.connector(UNHURRIED), self.sent(0)
        with Wire(lambda request: LOST[accident]) as network:
            if isinstance(connector, Finds):
                assert isinstance(connector.find(sent.content, sent.prepared, session(network.url)), Refused)
            if isinstance(connector, Identifies):
                assert isinstance(connector.whoami(session(network.url)), Refused)
            if isinstance(connector, Reads):
                assert isinstance(connector.read(Published("17"), session(network.url)), Refused)

    @pytest.mark.parametrize("accident", LOST)
    def test_a_removal_without_a_whole_answer_is_never_done(self, accident: str, session: Open) -> None:
        connector = self.connector(UNHURRIED)
        if not isinstance(connector, Withdraws):
            pytest.skip("cannot withdraw")
        with Wire(lambda request: LOST[accident]) as network:
            assert isinstance(connector.withdraw(Published("17"), session(network.url)), Uncertain)
            assert len(network.requests) == 1

    def test_withdrawing(self, session: Open) -> None:
        connector, published = self.connector(UNHURRIED), Published("17")
        if not isinstance(connector, Withdraws):
            pytest.skip("cannot withdraw")
        with Wire(lambda request: answer(b"", 204)) as network:
            assert connector.withdraw(published, session(network.url)) is None
        with Wire(lambda request: wire.reset) as network:
            assert isinstance(connector.withdraw(published, session(network.url)), Uncertain)
        with Wire(lambda request: answer({}, 403)) as network:
            assert isinstance(connector.withdraw(published, session(network.url)), Refused)

    # --- secrets ---

    @pytest.mark.parametrize("which", STEPS)
    def test_no_token_in_words_or_logs(
        self, which: str, session: Open, token: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        echo = {"error": token, "error_description": f"The token {token} is not good."}
        accidents = [answer(echo, status) for status in (400, 401, 403, 422, 429, 500)]
        shown = [repr(self.hurt(which, accident, session)[0]) for accident in (*accidents, wire.reset, wire.CUT)]
        with wire.closed_port() as url:
            shown += [repr(self.run_one(which, session(url), UNHURRIED)), repr(session(url))]
        logged = [record.getMessage() + repr(record.args) + str(record.exc_info) for record in caplog.records]
        assert len(shown) == 10
        assert not [line for line in shown + logged if token in line]
