"""Connecting, renewing and disconnecting accounts. Generation numbers are committed here, tokens never."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.canonical import digest_of
from editorial.changes import Changes
from editorial.counting import Limits
from editorial.delivery.states import DeliveryState, move
from editorial.desk import Desk
from editorial.errors import ChangedMeanwhileError, DeskError, NotAllowedError, NotFoundError
from editorial.gate import PRACTICE
from editorial.ids import new_id
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.secret import Secret
from editorial.store.models import Account, Delivery
from editorial.store.unit import Unit
from editorial.vault import VaultError


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a connect flow learned about an account."""

    network: str
    server: str
    handle: str
    label: str
    settings: Mapping[str, str]
    limits: Limits
    expires_at: datetime | None = None


class AccountChangedError(DeskError):
    """The stored account is not the one that its credential was given for."""

    code = "E-ACCOUNT"


def token_name(account_id: str) -> str:
    """The account's entry in the vault."""
    return f"account/{account_id}"


class Accounts:
    """Commands about accounts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self) -> tuple[Account, ...]:
        """Every account, the disconnected ones too."""
        with self._desk.reading() as session:
            return tuple(session.exec(select(Account).order_by(col(Account.network), col(Account.label))).all())

    def one(self, account_id: str) -> Account:
        """One account. Raises NotFoundError."""
        with self._desk.reading() as session:
            row = session.get(Account, account_id)
        if row is None:
            raise NotFoundError("This account is not here")
        return row

    def may_connect(self, actor: Actor, network: str) -> None:
        """Raises NotAllowedError, before a browser opens, when this person may not connect this network now."""
        actor.must_be_verified()
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor), May.CONNECT)
            if network != PRACTICE and not self._desk.charter(session).two_signers():
                raise NotAllowedError(
                    "Only the practice network can be connected yet",
                    "Real networks need a charter that two people can sign.",
                    "Add a second administrator or a privacy officer first.",
                )

    def connect(self, actor: Actor, new: NewAccount, token: Secret) -> tuple[str, Changes]:
        """Keeps the credential in the keyring and the account in the workspace; returns the account's id.

        The same identity connected before gets its new credential, is published from this computer from now on, and
        deliveries that waited for it wait for their time again. Raises VaultError before anything changes.
        """
        self.may_connect(actor, new.network)
        known = next((row for row in self.all() if _same(row, new)), None)
        account_id = known.id if known else new_id("acct")
        name = token_name(account_id)
        bound = _bind(token, new.network, new.server, new.settings)
        generation = self._desk.vault.stage(name, known.generation if known else 0, bound)
        try:
            changes = self._keep(actor, account_id, new, generation)
        except BaseException:
            if known is None:  # nobody will ever ask for it
                with suppress(VaultError):
                    self._desk.vault.forget(name, generation)
            raise
        self._settle(account_id, generation)
        return account_id, changes

    def _keep(self, actor: Actor, account_id: str, new: NewAccount, generation: int) -> Changes:
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.CONNECT)
            known = next((row for row in unit.session.exec(select(Account)).all() if _same(row, new)), None)
            if known is not None and known.id != account_id:
                raise ChangedMeanwhileError(
                    "Somebody else connected this account just now", "Nothing was changed.", "Look at the list."
                )
            row = known or Account(
                id=account_id, network=new.network, server=new.server, handle=new.handle, label=new.label, desk=""
            )
            row.handle, row.label, row.desk = new.handle, new.label, self._desk.desk_id
            row.settings, row.limits = dict(new.settings), new.limits.to_json()
            row.state, row.problem, row.not_before = "connected", "", None
            row.generation, row.expires_at = generation, new.expires_at
            row.connected_by, row.connected_at = actor.id, unit.now
            unit.session.add(row)
            unit.session.flush()
            body = {"network": new.network, "handle": new.handle, "server": new.server}
            unit.record(Action.ACCOUNT_CONNECTED, "account", account_id, revision=generation, body=body)
            _release(unit, account_id)
        return unit.changes

    def token(self, account: Account) -> Secret:
        """The account's newest credential. Raises VaultError, or NotFoundError when this computer has none.

        A complete newer generation than the committed one is what a crash left behind: it is adopted, with an entry.
        Whoever sends asks here first, so the charter's pin is looked at, too: raises CharterError. Raises
        AccountChangedError where the row names another server, network or profile than the credential is for.
        """
        self._desk.need_pin()
        loaded = self._desk.vault.load(token_name(account.id), account.generation)
        if loaded is None:
            raise NotFoundError(
                "This computer has no access to the account", "Its keyring has no entry.", "Connect the account again."
            )
        if loaded.generation != account.generation:
            self._commit_generation(account.id, loaded.generation, "adopted")
            self._settle(account.id, loaded.generation)
        return _unbind(loaded.value, account)

    def renew(self, account: Account, token: Secret, expires_at: datetime | None = None) -> None:
        """Keeps a rotated credential: written, read back and committed before the old one is deleted.

        Nothing is kept where somebody signed the account in again since `account` was read: theirs is newer.
        """
        if self.one(account.id).generation != account.generation:
            return
        bound = _bind(token, account.network, account.server, account.settings)
        generation = self._desk.vault.stage(token_name(account.id), account.generation, bound)
        self._commit_generation(account.id, generation, "rotated", expires_at)
        self._settle(account.id, generation)

    def _commit_generation(
        self, account_id: str, generation: int, why: str, expires_at: datetime | None = None
    ) -> None:
        with self._desk.writing(self._desk.system()) as unit:
            row = unit.session.get_one(Account, account_id)
            if row.generation > generation:  # another process was faster; numbers never go back
                return
            row.generation, row.expires_at = generation, expires_at or row.expires_at
            unit.session.add(row)
            unit.record(Action.ACCOUNT_RENEWED, "account", account_id, revision=generation, reason=why)

    def _settle(self, account_id: str, generation: int) -> None:
        """Lets go of the credentials before. The new one is committed; what stays behind goes with the next one."""
        with suppress(VaultError):
            self._desk.vault.settle(token_name(account_id), generation)

    def tested(self, actor: Actor, account_id: str, problem: str = "") -> Changes:
        """Notes the result of a test; a problem in words signs the account out.

        Raises ChangedMeanwhileError for an account that was disconnected meanwhile.
        """
        if problem:
            return self.mark_signed_out(actor, account_id, problem)
        with self._desk.writing(actor) as unit:
            row = unit.session.get_one(Account, account_id)
            if row.state == "disconnected":
                raise ChangedMeanwhileError("This account is disconnected", "Nothing was changed.", "Connect it again.")
            row.state, row.problem = "connected", ""
            unit.session.add(row)
            unit.record(Action.ACCOUNT_TESTED, "account", account_id)
        return unit.changes

    def mark_signed_out(self, actor: Actor, account_id: str, problem: str) -> Changes:
        """The network does not accept the credential any more; a person has to connect the account again.

        Nothing changes for an account that somebody disconnected meanwhile.
        """
        with self._desk.writing(actor) as unit:
            row = unit.session.get_one(Account, account_id)
            if row.state != "disconnected":
                row.state, row.problem = "signed_out", problem
                unit.session.add(row)
                body = {"problem": problem}
                unit.record(Action.ACCOUNT_PROBLEM, "account", account_id, reason="signed_out", body=body)
        return unit.changes

    def rest(self, account_id: str, until: datetime) -> None:
        """The network asked not to be called before `until`."""
        with self._desk.writing(self._desk.system()) as unit:
            row = unit.session.get_one(Account, account_id)
            row.not_before = until
            unit.session.add(row)
            unit.record(Action.ACCOUNT_PROBLEM, "account", account_id, reason="rate_limit")

    def disconnect(self, actor: Actor, account_id: str) -> Changes:
        """Forgets the credential. Queued deliveries of the account are stopped by the gate until it is back.

        Raises VaultError before anything changes. Where the keyring fails only afterwards, the account is disconnected
        and the error says what is left; calling again goes on.
        """
        actor.must_be_verified()
        account = self.one(account_id)
        self._desk.vault.check()
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.CONNECT)
            row = unit.session.get_one(Account, account_id)
            row.state, row.problem, row.expires_at = "disconnected", "", None
            unit.session.add(row)
            unit.record(Action.ACCOUNT_DISCONNECTED, "account", account_id)
        try:
            self._desk.vault.forget(token_name(account_id), account.generation)
        except VaultError as error:
            raise DeskError(
                "The account is disconnected, but its access is still in the keyring",
                f"{error.title}.",
                "Disconnect it once more to remove that, too.",
                code=error.code,
            ) from error
        return unit.changes


def _identity(network: str, server: str, settings: Mapping[str, str]) -> str:
    return digest_of({"network": network, "server": server, "settings": dict(settings)})


def _bind(token: Secret, network: str, server: str, settings: Mapping[str, str]) -> Secret:
    """The credential with the digest of where it belongs: a row that was changed cannot send it anywhere else."""
    return Secret(f"{_identity(network, server, settings)} {token.reveal()}")


def _unbind(bound: Secret, account: Account) -> Secret:
    """The credential, if the row still names the place that it was given for."""
    belongs, _, token = bound.reveal().partition(" ")
    if belongs != _identity(account.network, account.server, account.settings):
        raise AccountChangedError(
            "This account's address was changed behind Signpost",
            "Its key was given for another server or profile, so it is not used. Nothing was sent.",
            "Tell the compliance officer, then connect the account again.",
        )
    return Secret(token)


def _same(row: Account, new: NewAccount) -> bool:
    """The same identity: by the network's own id where it gives one, because people rename themselves."""
    if (row.network, row.server) != (new.network, new.server):
        return False
    known, found = row.settings.get("remote_id"), new.settings.get("remote_id")
    return known == found if known and found else row.handle == new.handle


def _release(unit: Unit, account_id: str) -> None:
    """Deliveries that waited for a person to sign the account in wait for their time again."""
    waiting = select(Delivery).where(Delivery.account_id == account_id, Delivery.state == DeliveryState.SIGN_IN)
    for delivery in unit.session.exec(waiting).all():
        delivery.state = move(delivery.state, DeliveryState.WAITING)
        delivery.reason = delivery.advice = ""
        unit.session.add(delivery)
        unit.record(Action.DELIVERY_RELEASED, "delivery", delivery.id, reason="signed_in")
