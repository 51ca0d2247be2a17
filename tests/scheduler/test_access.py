"""Credentials: renewed ahead of their end, kept before they are used, never lost, never a person's work for nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from connectors.base import Tokens
from connectors.registry import open_session
from editorial.delivery.jobs import jobs_of
from editorial.outcomes import Again, Published, Refused, Uncertain
from editorial.secret import Secret
from editorial.vault import VaultError
from scheduler.access import Ticket
from tests.fakes.scripted import Renewing, Scripted, script, tokens
from tests.scheduler.conftest import Bench, BreakableKeyring, Build

LATER = Refused("Down", "Wait.", "down", Again.LATER)
REVOKED = Refused("Signed out", "Sign in.", "invalid_grant", Again.SIGN_IN)


def opened(bench: Bench, account_id: str) -> Ticket | Refused:
    with open_session() as http:
        return bench.access.open(bench.parts.accounts.one(account_id), http)


def name(found: Ticket | Refused) -> str:
    assert isinstance(found, Ticket)
    return found.tokens.access.reveal().split("-")[1]


def ends_in(bench: Bench, seconds: float) -> Tokens:
    return tokens("one", bench.staff.clock.now() + timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "renews"), [(3_600, False), (61, False), (60, True), (1, True), (-100, True)])
def test_renewed_a_minute_ahead_of_its_end(bench: Build, seconds: float, renews: bool) -> None:
    network = Renewing(renewals=[tokens("two")])
    desk = bench(network)
    account = desk.account(credential=ends_in(desk, seconds))
    assert name(opened(desk, account)) == ("two" if renews else "one")
    assert network.renewed == (["one"] if renews else [])


def test_the_new_end_is_kept_with_the_account(bench: Build) -> None:
    desk = bench(Renewing())
    end = desk.staff.clock.now() + timedelta(hours=1)
    assert isinstance(desk.network, Renewing)
    desk.network.renewals = [tokens("two", end)]
    account = desk.account(credential=ends_in(desk, 0))
    opened(desk, account)
    found = desk.parts.accounts.one(account)
    assert (found.generation, found.expires_at) == (2, end)
    assert name(opened(desk, account)) == "two"
    assert len(desk.network.renewed) == 1


@pytest.mark.parametrize("answer", [LATER, Uncertain("Lost", "")], ids=["down", "lost"])
def test_what_cannot_be_renewed_now_is_used_as_it_is(bench: Build, answer: Refused | Uncertain) -> None:
    desk = bench(Renewing(renewals=[answer, tokens("two")]))
    account = desk.account(credential=ends_in(desk, 10))
    assert name(opened(desk, account)) == "one"
    assert desk.parts.accounts.one(account).state == "connected"
    assert name(opened(desk, account)) == "two", "the old one is tried once more"


def test_revoked_is_told_once_with_the_account(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("is signed out")
    desk = bench(Renewing(renewals=[REVOKED]))
    account = desk.account(credential=ends_in(desk, 0))
    found = opened(desk, account)
    assert isinstance(found, Refused)
    assert found.again is Again.SIGN_IN
    row = desk.parts.accounts.one(account)
    assert row.state == "signed_out"
    assert row.problem == "Signed out. Sign in."


def test_a_network_that_does_not_take_this_program(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("is signed out")
    desk = bench(Renewing(renewals=[Refused("It does not accept this program", "Tell IT.", "client", Again.NEVER)]))
    account = desk.account(credential=ends_in(desk, 0))
    assert isinstance(opened(desk, account), Refused)
    assert desk.parts.accounts.one(account).problem == "It does not accept this program. Tell IT."


def test_a_sign_in_by_a_person_meanwhile_counts_more_than_a_refusal(bench: Build) -> None:
    network = Renewing(renewals=[REVOKED])
    desk = bench(network)
    account = desk.account()
    old = opened(desk, account)
    assert isinstance(old, Ticket)
    desk.account(credential=tokens("new"))
    assert name(desk.access.renew(old)) == "new"
    desk.access.turned_down(old, REVOKED)
    assert network.renewed == []
    assert desk.parts.accounts.one(account).state == "connected"


def test_the_new_credential_survives_a_keyring_that_closed(bench: Build, keyring: BreakableKeyring) -> None:
    network = Renewing(renewals=[tokens("two"), REVOKED])
    desk = bench(network)
    account = desk.account(credential=ends_in(desk, 0))
    keyring.writing = PermissionError("closed")
    for _ in range(2):
        with pytest.raises(VaultError):
            opened(desk, account)
    keyring.writing = None
    assert name(opened(desk, account)) == "two"
    assert network.renewed == ["one"]
    assert desk.parts.accounts.one(account).generation == 2


def test_a_computer_without_the_entry(
    bench: Build, keyring: BreakableKeyring, expect_log: Callable[[str], None]
) -> None:
    expect_log("is signed out")
    desk = bench(Scripted())
    account = desk.account()
    for key in [key for key in keyring.entries if account in key[0]]:
        del keyring.entries[key]
    assert isinstance(opened(desk, account), Refused)
    assert "keyring" in desk.parts.accounts.one(account).problem


def test_what_a_crash_left_complete_is_taken_over(bench: Build) -> None:
    """The keyring has the next generation; the crash came before its number was committed."""
    desk = bench(Renewing())
    account = desk.account()
    row = desk.parts.accounts.one(account)
    vault = desk.staff.desk.vault
    current = vault.load(f"account/{account}", row.generation)
    assert current is not None
    belongs = current.value.reveal().partition(" ")[0]  # an entry begins with the digest of the account it is for
    vault.stage(f"account/{account}", row.generation, Secret(f"{belongs} {tokens('two').dumps().reveal()}"))
    assert name(opened(desk, account)) == "two"
    assert desk.parts.accounts.one(account).generation == 2


def test_a_question_is_asked_again_after_a_renewal(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("is signed out")
    desk = bench(Renewing(renewals=[tokens("two"), REVOKED]))
    account = desk.account()
    ticket = opened(desk, account)
    assert isinstance(ticket, Ticket)
    used: list[str] = []

    def question(good: str) -> Callable[[object], str | Refused]:
        def ask(session: object) -> str | Refused:
            used.append(session.access.reveal().split("-")[1])  # type: ignore[attr-defined]
            return "answer" if used[-1] == good else REVOKED

        return ask

    assert desk.access.asked(ticket, question("one")) == "answer"
    assert desk.access.asked(ticket, question("two")) == "answer"
    assert used == ["one", "one", "two"]
    second = opened(desk, account)
    assert isinstance(second, Ticket)
    last = desk.access.asked(second, question("nobody"))
    assert isinstance(last, Refused)
    assert used == ["one", "one", "two", "two"]


def test_in_a_burst_the_keyring_is_asked_once(bench: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = bench(Scripted())
    account = desk.account()
    keyring, asked = desk.staff.keyring, list[str]()
    read = type(keyring).get_password

    def reading(self: BreakableKeyring, service: str, username: str) -> str | None:
        asked.append(username)
        return read(self, service, username)

    def send() -> int:
        """How often the keyring was asked for it."""
        asked.clear()
        with open_session() as http:
            found = desk.access.open(desk.parts.accounts.one(account), http, recent=True)
        assert name(found) == "one"
        return len(asked)

    monkeypatch.setattr(type(keyring), "get_password", reading)
    assert send() > 0
    assert send() == 0
    desk.passes(31)
    assert send() > 0
    desk.account(credential=tokens("one"))  # signed in again: another generation
    assert send() > 0


def test_an_account_signed_in_anew_while_its_post_waited_in_the_lane(bench: Build) -> None:
    network = Scripted(answers=script(post=[Published("p-1")]))
    desk = bench(network)
    delivery = desk.due()
    with desk.staff.desk.reading() as session:
        read = jobs_of(session, [delivery], desk.staff.clock.now())[delivery]
    desk.account(credential=tokens("two"))
    desk.sender.send(delivery, read=read)
    assert network.calls == [], "it was read with the credential before"
    desk.sender.send(delivery)
    assert network.calls == [("post", "two")]
