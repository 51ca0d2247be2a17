"""Tokens, passphrases and the workspace's secret go down every path; afterwards only the keyring has them."""

import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from connectors.base import Tokens
from connectors.practice.headless import approve, deny
from connectors.practice.process import PracticeProcess
from desktop.bridge import Bridge
from desktop.connecting import Connecting, end_access, try_access
from editorial.accounts.register import Accounts
from editorial.charter.document import Role
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.desk import Desk
from editorial.errors import DeskError, NotFoundError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.people.desk_people import People, Signer
from editorial.people.session import SignedIn
from editorial.people.setup import NewWorkspace, create_workspace, recover
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.secret import Secret, install_redaction
from editorial.vault.private import PrivateSecretService
from editorial.when import Choice, When
from tests.end_to_end.processes import Network, Publisher, command, done, until
from tests.fakes.canary import find_canary, new_canary
from tests.fakes.desks import acknowledge, add_person

pytestmark = pytest.mark.slow  # minutes in all; the default tier has to stay short

KEPT_BY_THE_KEYRING = "demo-keyring"
"""Never made here: in a demo or tour workspace it is the keyring, with its password beside it."""


@dataclass
class Trial:
    """A real workspace, the secrets that went through it, and what they might have left behind."""

    desk: Desk
    url: str
    secret: WorkspaceSecret
    jonas: SignedIn
    helen: SignedIn
    passphrases: dict[str, str]
    evidence: Path
    environ: Mapping[str, str]
    known: set[str] = field(default_factory=set)
    account: str = ""

    def note(self, name: str, text: str) -> None:
        """Keeps something that a person or a log might have seen."""
        path = self.evidence / f"{len(list(self.evidence.iterdir())):03}-{name}.txt"
        path.write_text(text, encoding="utf-8")

    def show(self, name: str, *things: Any) -> None:
        """Keeps how things look to whoever prints them."""
        self.note(name, "\n".join(f"{thing!r} {thing!s} {thing}" for thing in things))

    def fails(self, name: str, act: Callable[[], object], kind: type[Exception] = DeskError) -> None:
        """Runs what has to fail, and keeps the error in every form."""
        with pytest.raises(kind) as caught:
            act()
        self.note(name, "".join(traceback.format_exception(caught.value)) + f"{caught.value!r} {vars(caught.value)}")

    def tokens(self) -> Tokens:
        """What the keyring holds for the account now; from here on it is looked for."""
        found = Tokens.loads(Accounts(self.desk).token(Accounts(self.desk).one(self.account)))
        assert found.refresh is not None
        self.known |= {found.access.reveal(), found.refresh.reveal()}
        return found

    def connect(self, open_browser: Callable[[str], None]) -> str:
        """The browser sign-in."""
        account, _ = Connecting(self.desk, "practice", self.url, open_browser).run(self.jonas.actor)
        return account

    def run(self, *arguments: str) -> str:
        """A command; what it printed is kept."""
        finished = command(self.desk.folder, *arguments, environ=self.environ)
        self.note(arguments[0], (finished.stdout + finished.stderr).decode())
        return done(finished)

    def deliver(self, text: str, state: DeliveryState) -> None:
        """Writes, signs and has the publisher's process send one post, until it stands so."""
        drafting = Drafting(self.desk)
        body = DraftBody(text, text, accounts=(self.account,), when=When(Choice.SOON))
        post, _ = drafting.open(self.jonas.actor, body)
        drafting.submit(self.jonas.actor, post)
        Review(self.desk).sign_off(self.helen.actor, post, 1, self.passphrases["helen"])

        def there() -> bool:
            return any(row.state is state for row in Outbox(self.desk).rows() if row.post_id == post)

        until(there, 30, what=f"“{text}” being {state}")


@pytest.fixture
def trial(tmp_path: Path, secret_service: PrivateSecretService, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    """A real workspace on a real keyring, everything at DEBUG, temporary files where they can be looked at."""
    assert secret_service.environment
    places = {name: tmp_path / name for name in ("evidence", "talk", "temporary")}
    for place in places.values():
        place.mkdir()
    talkative = str(Path(__file__).with_name("talkative"))
    environ = {
        "PYTHONPATH": os.pathsep.join(filter(None, [talkative, os.environ.get("PYTHONPATH", "")])),
        "SIGNPOST_TALK": str(places["talk"]),
        "TMPDIR": str(places["temporary"]),
        "SIGNPOST_TRACE": "1",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    phrases = {name: new_canary(f"{name} amber window forty") for name in ("jonas", "helen")}
    new = NewWorkspace("Alder Bay Hospital", "America/New_York", "Jonas Lindqvist", "jonas", phrases["jonas"],
                       roles=frozenset({Role.ADMINISTRATOR, Role.COMMUNICATIONS_LEAD}), kind="real")  # fmt: skip
    with logging_to(places["talk"] / "here.log"), PracticeProcess(tmp_path / "practice") as network:
        desk, secret = create_workspace(tmp_path / "desk", new)
        with closing(desk):
            people = People(desk)
            jonas = people.sign_in(people.cards()[0].id, phrases["jonas"])
            boss = Signer(jonas.person_id, phrases["jonas"])
            helen = add_person(
                people, jonas.actor, "Helen", "helen", phrases["helen"], Role.PRIVACY_OFFICER, [boss]
            )  # fmt: skip
            desk.store_pin()
            acknowledge(desk, jonas)
            signed_in = people.sign_in(helen, phrases["helen"])
            yield Trial(desk, network.url, secret, jonas, signed_in, phrases, places["evidence"], environ)


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """This process's root logger at DEBUG into a file, as somebody might set it who looks for a fault."""
    root, handler = logging.getLogger(), logging.FileHandler(path, encoding="utf-8")
    before, factory = root.level, logging.getLogRecordFactory()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    install_redaction()
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        logging.setLogRecordFactory(factory)
        handler.close()


def words_of(secret: WorkspaceSecret) -> list[str]:
    """Four of the recovery sheet's words from its start, middle and end, however they are joined."""
    words = secret.words()
    return [between.join(words[at : at + 4]) for at in (0, 10, 20) for between in (" ", ", ", "\n", '", "')]


def walk_through(trial: Trial) -> None:
    """Connect, test, publish with every fault, renew, sign out, disconnect; errors and representations on the way."""
    people, network = People(trial.desk), Network(trial.url)
    trial.fails("denied", lambda: trial.connect(deny))
    trial.account = trial.connect(lambda url: approve(url, "alderbay", "keyed"))
    first = trial.tokens()
    assert first.refresh is not None
    trial.show("tokens", first, first.dumps(), first.access, trial.secret, trial.jonas, Accounts(trial.desk).all())
    trial.show("signer", Signer(trial.jonas.person_id, trial.passphrases["jonas"]))
    assert try_access(trial.desk, trial.jonas.actor, trial.account)[0] == ""
    process = Publisher(trial.desk.folder)
    try:
        for kind, parts in (("lose_response", {}), ("429", {"seconds": 1}), ("500", {}), ("expire_token", {})):
            network.arm(kind, 1, **parts)
            trial.deliver(f"Post with {kind}", DeliveryState.PUBLISHED)
        renewed = trial.tokens()
        assert renewed.access != first.access, "the access token was not renewed"
        wrong = Tokens(Secret(new_canary("access")), Secret(new_canary("refresh")), first.expires_at)
        Accounts(trial.desk).renew(Accounts(trial.desk).one(trial.account), wrong.dumps())
        assert trial.tokens().access == wrong.access
        trial.deliver("Post with a sign-in that ended", DeliveryState.SIGN_IN)
    finally:
        process.kill() if process.ended else process.stop()
    trial.note("publisher", process.said.decode())
    trial.show("test", try_access(trial.desk, trial.jonas.actor, trial.account)[0])
    trial.connect(lambda url: approve(url, "alderbay", "keyed"))
    trial.tokens()
    end_access(trial.desk, trial.jonas.actor, trial.account)
    trial.fails("after disconnecting", trial.tokens, NotFoundError)
    trial.fails("wrong passphrase", lambda: people.sign_in(trial.jonas.person_id, trial.passphrases["helen"]))
    words = list(trial.secret.words())
    trial.fails("wrong words", lambda: recover(trial.desk, " ".join(words[:-1])))
    trial.fails("strange word", lambda: recover(trial.desk, " ".join([*words[:-1], new_canary("word")])))


def test_secrets_are_in_the_keyring_alone(trial: Trial, keyring_service: PrivateSecretService, tmp_path: Path,
                                          capfd: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    walk_through(trial)
    for form in ("jsonl", "csv"):
        trial.run("audit", "export", "--format", form, "--out", str(trial.evidence / f"log.{form}"))
    trial.run(
        "audit", "export", "--format", "bundle", "--with-patients", "--out", str(trial.evidence / "with patients")
    )
    trial.run("audit", "verify")
    trial.run("doctor")
    trial.run("hold", "--reason", "canary")
    printed = capfd.readouterr()
    trial.note("printed", printed.out + printed.err)
    needles = {*trial.known, *trial.passphrases.values(), *words_of(trial.secret), trial.secret.to_secret().reveal()}
    assert len(trial.known) >= 6, "fewer tokens than sign-ins, renewals and canaries went through"
    assert_watched(tmp_path, trial)
    keyring = keyring_service._folder
    assert not (trial.desk.folder / KEPT_BY_THE_KEYRING).exists()
    for needle in needles:
        assert find_canary([tmp_path, keyring], needle) == []


def assert_watched(tmp_path: Path, trial: Trial) -> None:
    """The search looks where secrets would be: every process wrote its log, and what is written is found."""
    logs = list((tmp_path / "talk").iterdir())
    said = "".join(log.read_text(encoding="utf-8") for log in logs)
    assert "DEBUG filelock" in said, "the processes were not made to talk"
    assert len(logs) >= 6, "here, publisher, exports, verify, doctor and hold"
    code = "import logging; logging.getLogger('requests_oauthlib.oauth2_session').debug('the probe %s', 'talks')"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    assert "the probe talks" in "".join(log.read_text(encoding="utf-8") for log in (tmp_path / "talk").iterdir())
    probe = new_canary("probe")
    (trial.evidence / "probe.txt").write_text(f"token={probe}", encoding="utf-8")
    assert find_canary([tmp_path], probe) == [trial.evidence / "probe.txt"]


def test_crash_reports_hold_no_secret(qtbot: QtBot, expect_log: Callable[[str], None]) -> None:
    """A bug whose message, cause and notes carry a token: the report that a person may send on has none of it."""
    expect_log("a bug of ours")
    canary = new_canary("token")
    kept = Secret(canary)
    bridge, reports = Bridge(), list[str]()
    bridge.broke.connect(reports.append)

    def bug() -> None:
        try:
            raise ValueError(f"Authorization: Bearer {canary}")
        except ValueError as cause:
            error = RuntimeError(f"refused {canary}", {"access_token": canary})
            error.add_note(f"the answer was {canary!r}")
            raise error from cause

    bridge.run(bug)
    bridge.run_slow(bug)
    qtbot.waitUntil(lambda: len(reports) == 2, timeout=10_000)
    assert bridge.close()
    for report in reports:
        assert "RuntimeError" in report
        assert "***" in report
        assert canary not in report
    assert kept.reveal() == canary
