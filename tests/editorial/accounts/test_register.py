"""Accounts: the credential is in the keyring and nowhere else, and no crash loses it or brings an older one back."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from keyring.errors import KeyringError

from editorial.accounts.register import Accounts, NewAccount, token_name
from editorial.audit.auditing import Auditing, Format
from editorial.charter.chain import CharterError
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.desk import Desk, open_desk
from editorial.errors import ChangedMeanwhileError, DeskError, NotAllowedError, NotFoundError
from editorial.outcomes import Again, Refused
from editorial.people.desk_people import People, Signer, with_member
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.secret import Secret
from editorial.store.models import Account
from editorial.vault import Vault, VaultError
from tests.fakes.canary import find_canary, new_canary
from tests.fakes.desks import HELEN, JONAS, LIMITS, WEAK, HandClock, MemoryKeyring, Staff
from tests.fakes.posts import scheduled

ENDS = datetime(2027, 3, 10, 16, 42, tzinfo=UTC)


def new(handle: str = "alderbay", network: str = "practice", **settings: str) -> NewAccount:
    return NewAccount(network, "http://127.0.0.1:1", handle, f"Practice {handle}", settings, LIMITS, ENDS)


def connect(staff: Staff, token: str, account: NewAccount | None = None) -> Account:
    key, _ = Accounts(staff.desk).connect(staff.jonas.actor, account or new(), Secret(token))
    return Accounts(staff.desk).one(key)


def reopened(staff: Staff, keyring: MemoryKeyring) -> Desk:
    return open_desk(staff.desk.folder, vault=Vault("test", keyring), clock=staff.clock, kdf=WEAK)


def tokens_in(keyring: MemoryKeyring) -> str:
    return json.dumps({service: value for (service, _), value in keyring.entries.items() if "account/" in service})


def test_a_credential_is_found_in_the_keyring_and_nowhere_else(staff: Staff, tmp_path: Path) -> None:
    canary, rotated = new_canary("token"), new_canary("rotated")
    account = connect(staff, canary)
    accounts = Accounts(staff.desk)
    assert accounts.token(account).reveal() == canary
    accounts.renew(account, Secret(rotated), ENDS)
    account = accounts.one(account.id)
    accounts.tested(staff.jonas.actor, account.id, "The network does not know us.")
    auditing = Auditing(staff.desk)
    auditing.export(staff.helen.actor, Format.JSONL, tmp_path / "log.jsonl")
    auditing.export(staff.helen.actor, Format.CSV, tmp_path / "log.csv")
    shown = repr([account, accounts.all(), accounts.token(account), auditing.entries()])
    for needle in (canary, rotated):
        assert needle not in shown
        assert find_canary([tmp_path], needle) == []
    kept = Accounts(staff.desk).token(account)
    assert kept.reveal() == rotated
    (tmp_path / "proof").write_text(kept.reveal())
    assert find_canary([tmp_path], rotated) == [tmp_path / "proof"], "the search itself works"


def test_connecting_again_replaces_the_credential(staff: Staff) -> None:
    first = connect(staff, "first-token-0123456789")
    again = connect(staff, "second-token-0123456789")
    assert (again.id, again.generation) == (first.id, first.generation + 1)
    assert Accounts(staff.desk).token(again).reveal() == "second-token-0123456789"
    assert "first-token" not in tokens_in(staff.keyring)


def test_people_rename_themselves_and_stay_who_they_are(staff: Staff) -> None:
    first = connect(staff, "first-token-0123456789", new("alderbay", remote_id="42"))
    renamed = connect(staff, "second-token-0123456789", new("alderbay-hospital", remote_id="42"))
    other = connect(staff, "third-token-01234567890", new("alderbay", remote_id="43"))
    assert (renamed.id, renamed.handle) == (first.id, "alderbay-hospital")
    assert other.id != first.id


# ---- crashes between keyring and database ----------------------------------------------------------------------------


class Crash(BaseException):
    """The process ends here."""


class DiesAfter(MemoryKeyring):
    """Dies at the n-th write from now on."""

    def __init__(self, entries: dict[tuple[str, str], str], left: int) -> None:
        super().__init__()
        self.entries = entries
        self.left = left

    def set_password(self, service: str, username: str, password: str) -> None:
        if "account/" in service:
            if self.left == 0:
                raise Crash
            self.left -= 1
        super().set_password(service, username, password)


@pytest.mark.parametrize("writes", range(4))
def test_a_crash_while_a_rotated_credential_is_written_loses_neither(staff: Staff, writes: int) -> None:
    account = connect(staff, "first-token-0123456789")
    desk = reopened(staff, DiesAfter(staff.keyring.entries, writes))
    whole = True
    try:
        Accounts(desk).renew(account, Secret("second-token-0123456789" + "x" * 1500))
    except Crash:
        whole = False
    desk.close()
    accounts = Accounts(staff.desk)
    found = accounts.token(accounts.one(account.id)).reveal()
    assert found[:12] == ("second-token" if whole else "first-token-")
    assert accounts.token(accounts.one(account.id)).reveal() == found


def test_a_credential_whose_commit_never_came_is_adopted_with_an_entry(staff: Staff) -> None:
    account = connect(staff, "first-token-0123456789")
    accounts = Accounts(staff.desk)
    bound = staff.desk.vault.load(token_name(account.id), account.generation)
    assert bound is not None
    where, _, _ = bound.value.reveal().partition(" ")
    staff.desk.vault.stage(token_name(account.id), account.generation, Secret(f"{where} second-token-0123456789"))
    assert accounts.token(account).reveal() == "second-token-0123456789"  # the crash fell before the commit
    assert accounts.one(account.id).generation == account.generation + 1
    assert Auditing(staff.desk).entries(limit=1)[0].reason == "adopted"
    assert "first-token" not in tokens_in(staff.keyring)


def test_a_database_that_refuses_a_new_account_leaves_no_credential(staff: Staff) -> None:
    fresh = staff.people.sign_in(staff.mira.person_id, "amber window forty sparrows")

    class LeavesMeanwhile(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            super().set_password(service, username, password)
            if "account/" in service:
                leave(staff)

    keyring = LeavesMeanwhile()
    keyring.entries = staff.keyring.entries
    with closing(reopened(staff, keyring)) as desk, pytest.raises(NotAllowedError):
        Accounts(desk).connect(fresh.actor, new("late"), Secret("late-token-0123456789"))
    assert tokens_in(staff.keyring) == "{}"
    assert Accounts(staff.desk).all() == ()


def leave(staff: Staff) -> None:
    """Mira leaves the staff; only once."""
    with staff.desk.reading() as session:
        mira = staff.desk.charter(session).member(staff.mira.person_id)
    assert mira is not None
    if mira.active:
        officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
        staff.people.amend(staff.jonas.actor, with_member(replace(mira, active=False), mira.roles), officers)


def test_a_person_who_signed_in_again_wins_over_a_rotation(staff: Staff) -> None:
    account = connect(staff, "first-token-0123456789")
    connect(staff, "second-token-0123456789")
    accounts = Accounts(staff.desk)
    accounts.renew(account, Secret("rotated-from-the-first-one"))
    assert accounts.token(accounts.one(account.id)).reveal() == "second-token-0123456789"


def test_without_a_keyring_nothing_is_connected(staff: Staff) -> None:
    desk, _ = staff.without_keyring()
    with closing(desk), pytest.raises(VaultError):
        Accounts(desk).connect(staff.jonas.actor, new(), Secret("first-token-0123456789"))
    assert Accounts(staff.desk).all() == ()


def test_whoever_sends_looks_at_the_pin_first(staff: Staff) -> None:
    account = connect(staff, "first-token-0123456789")
    staff.desk.vault.put("charter-pin", Secret("7 sha256:" + "0" * 64))
    with closing(reopened(staff, staff.keyring)) as desk:
        Accounts(desk).token(account)
        with desk.reading() as session, pytest.raises(CharterError, match="rolled back"):
            desk.charter(session)


# ---- the rest of an account's life -----------------------------------------------------------------------------------


def test_disconnecting_forgets_the_credential(staff: Staff) -> None:
    account = connect(staff, "first-token-0123456789")
    accounts = Accounts(staff.desk)
    accounts.disconnect(staff.jonas.actor, account.id)
    gone = accounts.one(account.id)
    assert (gone.state, gone.expires_at) == ("disconnected", None)
    assert tokens_in(staff.keyring) == "{}"
    with pytest.raises(NotFoundError, match="no access"):
        accounts.token(gone)
    with pytest.raises(ChangedMeanwhileError):
        accounts.tested(staff.jonas.actor, account.id)
    accounts.mark_signed_out(staff.desk.system(), account.id, "It signed us out.")
    assert accounts.one(account.id).state == "disconnected"
    back = connect(staff, "second-token-0123456789")
    assert (back.id, back.state, accounts.token(back).reveal()) == (account.id, "connected", "second-token-0123456789")


def test_a_locked_keyring_disconnects_nothing(staff: Staff) -> None:
    account = connect(staff, "first-token-0123456789")
    desk, _ = staff.without_keyring()
    with closing(desk), pytest.raises(VaultError):
        Accounts(desk).disconnect(staff.jonas.actor, account.id)
    assert Accounts(staff.desk).one(account.id).state == "connected"


class KeepsEverything(MemoryKeyring):
    def delete_password(self, service: str, username: str) -> None:
        raise KeyringError("not now")


def test_what_a_failing_keyring_keeps_is_told_and_removed_by_the_next_try(staff: Staff) -> None:
    account = connect(staff, "first-token-0123456789")
    stubborn = KeepsEverything()
    stubborn.entries = staff.keyring.entries
    with closing(reopened(staff, stubborn)) as desk, pytest.raises(DeskError, match="still in the keyring") as caught:
        Accounts(desk).disconnect(staff.jonas.actor, account.id)
    assert caught.value.code.startswith("E-VAULT")
    assert Accounts(staff.desk).one(account.id).state == "disconnected"
    Accounts(staff.desk).disconnect(staff.jonas.actor, account.id)
    assert tokens_in(staff.keyring) == "{}"


def test_tests_and_problems_are_noted(staff: Staff) -> None:
    account = connect(staff, "first-token-0123456789")
    accounts = Accounts(staff.desk)
    accounts.tested(staff.jonas.actor, account.id, "The network does not know us.")
    assert (accounts.one(account.id).state, accounts.one(account.id).problem) == (
        "signed_out",
        "The network does not know us.",
    )
    accounts.tested(staff.jonas.actor, account.id)
    assert accounts.one(account.id).state == "connected"
    accounts.rest(account.id, ENDS)
    assert accounts.one(account.id).not_before == ENDS
    assert connect(staff, "second-token-0123456789").not_before is None
    with pytest.raises(NotFoundError):
        accounts.one("acct_unknown")


def test_deliveries_that_waited_for_a_sign_in_wait_for_their_time_again(staff: Staff) -> None:
    account = connect(staff, "first-token-0123456789")
    _, delivery = scheduled(staff, account=account.id)
    deliveries = Deliveries(staff.desk)
    started = deliveries.claim(delivery, "post", public=True)
    assert started is not None
    deliveries.finish(started.attempt_id, Refused("Signed out", "Sign in.", again=Again.SIGN_IN), chance=0.0)
    assert Outbox(staff.desk).rows()[0].state is DeliveryState.SIGN_IN
    staff.clock.forward(timedelta(minutes=1))
    connect(staff, "second-token-0123456789")
    (row,) = Outbox(staff.desk).rows()
    assert (row.state, row.reason) == (DeliveryState.WAITING, "")


def test_roles_and_the_first_days_limit_to_the_practice_network(staff: Staff, tmp_path: Path) -> None:
    with pytest.raises(NotAllowedError):
        Accounts(staff.desk).may_connect(staff.helen.actor, "practice")
    account = connect(staff, "first-token-0123456789")
    with pytest.raises(NotAllowedError):
        Accounts(staff.desk).disconnect(staff.helen.actor, account.id)
    Accounts(staff.desk).may_connect(staff.jonas.actor, "mastodon")
    first = NewWorkspace("Alder Bay", "UTC", "Jonas Lindqvist", "jonas", JONAS, kind="demo")
    desk, _ = create_workspace(
        tmp_path / "alone", first, vault=Vault("x", MemoryKeyring()), clock=HandClock(), kdf=WEAK
    )
    with closing(desk):
        people = People(desk)
        jonas = people.sign_in(people.cards()[0].id, JONAS)
        Accounts(desk).may_connect(jonas.actor, "practice")
        with pytest.raises(NotAllowedError, match="Only the practice network"):
            Accounts(desk).connect(jonas.actor, new(network="mastodon"), Secret("first-token-0123456789"))
