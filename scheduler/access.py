"""Credentials of accounts: taken from the keyring, renewed ahead of their end and after a refusal. Only the engine
renews, and each account's lane does it for that account alone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import requests

from connectors.base import Connector, Renews, Session, Tokens
from editorial.errors import NotFoundError
from editorial.outcomes import Again, Refused, Uncertain
from editorial.store.models import Account
from scheduler.failpoints import Point
from scheduler.parts import Parts, info_of

_log = logging.getLogger(__name__)

T = TypeVar("T")
_KEPT = 30.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """An account with its credential, for the thread that has the HTTP session open."""

    account: Account
    tokens: Tokens
    connector: Connector
    http: requests.Session

    @property
    def session(self) -> Session:
        """What a connector is called with."""
        return Session(info_of(self.account), self.http, self.tokens.access)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the keyring gave for an account's row, and when on the monotonic clock."""

    row: tuple[object, ...]
    at: float
    tokens: Tokens


class Access:
    """Opens accounts. Every method is called in the account's lane, so no two renew the same account at once."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._unsaved: dict[str, tuple[Account, Tokens]] = {}  # renewed, and the keyring would not take them yet
        self._read: dict[str, _Read] = {}

    def open(self, account: Account, http: requests.Session, *, recent: bool = False) -> Ticket | Refused:
        """The account with a credential that is good for another while; with `recent` as it was read a moment ago.

        `Refused` SIGN_IN: a person has to sign the account in; that is noted with the account. Raises VaultError, and
        the other errors of `Accounts.token`, after which nothing may be sent.
        """
        try:
            if self._save(account):
                account = self._parts.accounts.one(account.id)
            tokens = self._tokens(account, recent=recent)
        except (NotFoundError, ValueError):
            return self._signed_out(account, "This computer's keyring has no usable sign-in for it.")
        ticket = Ticket(account, tokens, self._parts.outside.connector(account.network), http)
        if not self._ends_soon(tokens):
            return ticket
        renewed = self.renew(ticket)
        if isinstance(renewed, Refused) and renewed.again is not Again.SIGN_IN:
            return ticket  # the step then says what is wrong, and is tried again
        return renewed

    def renew(self, ticket: Ticket) -> Ticket | Refused:
        """The account with a fresh credential, kept in the keyring before it is used.

        `Refused` SIGN_IN: revoked, as the network said in so many words; that is noted with the account. LATER: it
        could not be told, and the old credential is as good as it was. Raises VaultError.
        """
        known = self._parts.accounts.one(ticket.account.id)
        if known.generation != ticket.account.generation:  # a person signed it in again meanwhile
            return self._fresh(ticket)
        if not isinstance(ticket.connector, Renews):
            return self._signed_out(known, f"{ticket.connector.spec.label} signed us out.")
        now = self._parts.desk.clock.now()
        answer = ticket.connector.renew(info_of(known), ticket.tokens, ticket.http, now)
        if isinstance(answer, Tokens):
            self._unsaved[known.id] = (known, answer)
            self._parts.reached(Point.RENEW)
            self._save(known)
            return self._fresh(ticket)
        if isinstance(answer, Refused) and answer.again is not Again.LATER:
            return self._signed_out(known, f"{answer.title}. {answer.advice}")
        if isinstance(answer, Uncertain):
            return Refused(answer.title, "Nothing was sent. It is tried again.", answer.code, Again.LATER)
        return answer

    def asked(self, ticket: Ticket, ask: Callable[[Session], T]) -> T | Refused:
        """A question's answer; after "signed out" asked once more with a fresh credential. Raises VaultError."""
        answer = ask(ticket.session)
        if isinstance(answer, Refused) and answer.again is Again.SIGN_IN:
            renewed = self.renew(ticket)
            return renewed if isinstance(renewed, Refused) else ask(renewed.session)
        return answer

    def turned_down(self, ticket: Ticket, refused: Refused) -> None:
        """The network did not take a credential that cannot be better: a person has to sign the account in."""
        known = self._parts.accounts.one(ticket.account.id)
        if known.generation == ticket.account.generation:
            self._signed_out(known, f"{refused.title}.")

    def _fresh(self, ticket: Ticket) -> Ticket:
        """With what the keyring holds now."""
        account = self._parts.accounts.one(ticket.account.id)
        tokens = self._tokens(account)
        return Ticket(account, tokens, ticket.connector, ticket.http)

    def _tokens(self, account: Account, *, recent: bool = False) -> Tokens:
        """The account's credential; if `recent` as the keyring gave it within `_KEPT` seconds for exactly this row.

        In a burst the keyring answers more slowly than the network. Raises as `Accounts.token`, and ValueError.
        """
        row = (account.generation, account.network, account.server, dict(account.settings))
        kept, now = self._read.get(account.id), self._parts.desk.clock.monotonic()
        if not recent or kept is None or kept.row != row or now - kept.at >= _KEPT:
            kept = _Read(row, now, Tokens.loads(self._parts.accounts.token(account)))
            self._read[account.id] = kept
        return kept.tokens

    def _save(self, account: Account) -> bool:
        """Keeps what was renewed, if anything; it is let go of where a person signed the account in again since."""
        if account.id not in self._unsaved:
            return False
        known, tokens = self._unsaved[account.id]
        self._parts.accounts.renew(known, tokens.dumps(), tokens.expires_at)
        del self._unsaved[account.id]
        return True

    def _ends_soon(self, tokens: Tokens) -> bool:
        margin = timedelta(seconds=self._parts.timing.renew_ahead)
        return tokens.expires_at is not None and tokens.expires_at - margin <= self._parts.desk.clock.now()

    def _signed_out(self, account: Account, problem: str) -> Refused:
        _log.warning("Account %s is signed out.", account.id)
        self._read.pop(account.id, None)
        self._parts.accounts.mark_signed_out(self._parts.desk.system(), account.id, problem)
        return Refused("The account is signed out", "Sign it in again in Accounts.", "signed_out", Again.SIGN_IN)
