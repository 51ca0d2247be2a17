"""What a connector is: data (`Spec`), two functions (`steps`, `run`) and abilities that are protocols of one method.

A connector never sleeps, retries, opens a window, reads a clock or touches the store. It tells what one call came to;
the engine alone decides what follows. Whether an ability is there is asked with `isinstance(connector, Finds)`, so what
the desktop offers and what the code can do cannot disagree.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

from editorial.clock import stamp, unstamp
from editorial.content import AccountContent, Prepared
from editorial.counting import Limits
from editorial.delivery.showing import Shown
from editorial.outcomes import Outcome, Published, Refused, StepResult, Uncertain
from editorial.secret import Secret

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """One identity on one network. `settings` holds what the network said at connect, for example a profile."""

    id: str  # the desk's own; empty while the account is being connected
    network: str
    server: str  # scheme, host and port, without a slash at the end
    handle: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the network says we are: what `AccountInfo` is made of at connect and compared with at a test."""

    remote_id: str  # stays the same when the handle changes
    handle: str
    label: str  # the name that people see on the network
    settings: Mapping[str, str] = field(default_factory=dict)
    limits: Limits | None = None  # what this account's server takes; None: as `Spec.limits` says


@dataclass(frozen=True, slots=True)
class Provider:
    """Where and as whom an OAuth sign-in happens. `client_id` is public, and no secret is part of this program.

    A server at which the program registers anew (`Registers`) may give a `client_secret` that it wants back.
    Where `issuer` is named, the answer in the browser has to carry the same one (RFC 9207). `redirect_path` is
    constant and differs between networks, so that the answer of one can never be taken for another's.
    """

    label: str
    authorize_url: str
    token_url: str
    client_id: str
    scopes: tuple[str, ...]
    revoke_url: str | None = None
    issuer: str | None = None
    redirect_path: str = "/callback"
    client_secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gave. `expires_at` is counted from before the request, so it errs on the early side.

    `client_id` and `client_secret`: as whom the program signed in, where it registered at the account's server for this
    sign-in. They are kept with the tokens because they are as secret and end with them.
    """

    access: Secret
    refresh: Secret | None
    expires_at: datetime | None
    scope: str = ""
    client_id: str = ""
    client_secret: Secret | None = None

    def dumps(self) -> Secret:
        """One value for the vault."""
        return Secret(
            json.dumps(
                {
                    "access": self.access.reveal(),
                    "refresh": self.refresh.reveal() if self.refresh else None,
                    "expires_at": stamp(self.expires_at) if self.expires_at else None,
                    "scope": self.scope,
                    "client_id": self.client_id,
                    "client_secret": self.client_secret.reveal() if self.client_secret else None,
                }
            )
        )

    @classmethod
    def loads(cls, stored: Secret) -> "Tokens":
        """The tokens that `dumps` wrote. Raises ValueError, without the value in it, for anything else."""
        try:
            data = {"client_id": "", "client_secret": None, **json.loads(stored.reveal())}
            return cls(
                Secret(data["access"]),
                Secret(data["refresh"]) if data["refresh"] else None,
                unstamp(data["expires_at"]) if data["expires_at"] else None,
                str(data["scope"]),
                str(data["client_id"]),
                Secret(data["client_secret"]) if data["client_secret"] else None,
            )
        except (ValueError, KeyError, TypeError):
            pass  # raised outside, so that the chain does not hold the document with the tokens
        raise ValueError("the stored sign-in cannot be read")


@dataclass(frozen=True, slots=True)
class Step:
    """One call inside a delivery. A private step may be repeated and shows nothing; a public one is what people see."""

    name: str  # unique inside the delivery, the same on every attempt: "media:0", "post"
    public: bool
    detail: Mapping[str, str] = field(default_factory=dict)


class Sendable(Protocol):
    """Content that the gate let through, and how to read its pictures. Only the gate makes the real one."""

    @property
    def content(self) -> AccountContent:
        """What goes out, exactly."""
        ...

    @property
    def prepared(self) -> Prepared:
        """The delivery's frozen key and time."""
        ...

    def open_media(self, sha256: str) -> BinaryIO:
        """The bytes of one picture, hashed while they are read; at the end a difference raises a DeskError."""
        ...


@dataclass(frozen=True, slots=True)
class Session:
    """One account, signed in. `http` comes from `connectors.http.new_session` and serves one thread at a time."""

    account: AccountInfo
    http: "requests.Session"
    access: Secret


@dataclass(frozen=True, slots=True)
class Repeat:
    """How long the same call with the same key is harmless, counted from the start of the first attempt. Zero: never.

    The network counts from when it stored the post, which is later, so counting from the start is the safe side.
    """

    harmless_for: timedelta
    source: str  # where that is written, or how it was found out


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing a person types to connect an account."""

    name: str
    label: str
    hint: str = ""
    default: str = ""
    secret: bool = False  # shown as dots and never kept as typed; at most one in a form


@dataclass(frozen=True, slots=True)
class Spec:
    """A network as data."""

    name: str  # the key in the database, never renamed
    label: str  # what people read
    limits: Limits
    repeats: Callable[[AccountInfo], Repeat]
    sign_in: Callable[[str], Provider] | None = None  # the server's address -> where to sign in; None: no OAuth
    form: tuple[FormField, ...] = ()
    drops: tuple[str, ...] = ()  # what the network silently leaves out, in words


@runtime_checkable
class Connector(Protocol):
    """One network."""

    @property
    def spec(self) -> Spec:
        """The network as data."""
        ...

    def steps(self, content: AccountContent) -> tuple[Step, ...]:
        """The calls that publish this content, in order; the last one is public. Pure."""
        ...

    def run(self, cleared: Sendable, step: Step, session: Session, done: Mapping[str, str]) -> StepResult:
        """Make one call. `done`: names of earlier steps and their remote ids. `Made` answers private steps only.

        Content is never shortened to fit: what the network refuses comes back as `Refused`. Raises nothing but the
        DeskError of `open_media`, in which case nothing became public.
        """
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post found on the network that may be the one in doubt.

    `exact`: text, pictures and alternative texts are the same and it is no older than the delivery. The engine first
    leaves out what it already knows as another delivery's post.
    """

    published: Published
    text: str
    created_at: datetime | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up showed, newest first. Absence is no proof: an empty answer never means "not sent"."""

    candidates: tuple[Candidate, ...]


@runtime_checkable
class Finds(Protocol):
    """Can look whether a doubtful post went out."""

    def find(self, content: AccountContent, prepared: Prepared, session: Session) -> Found | Refused:
        """Look for the post. `Refused`: this account cannot be looked at, now or ever; the doubt stays as it was."""
        ...


@runtime_checkable
class Reads(Protocol):
    """Can read a published post back."""

    def read(self, published: Published, session: Session) -> Shown | Refused | None:
        """What the network shows of it now. None: it says that there is no such post. `Refused`: it did not tell."""
        ...


@runtime_checkable
class Polls(Protocol):
    """Finishes what the network does in its own time. Required where `run` may answer `Pending`."""

    def poll(self, token: str, session: Session) -> Outcome:
        """Ask once how far the network is."""
        ...


@runtime_checkable
class Withdraws(Protocol):
    """Can take a post down."""

    def withdraw(self, published: Published, session: Session) -> Refused | Uncertain | None:
        """Take it down. None: it is gone, also where it was gone already. Harmless to repeat."""
        ...


@runtime_checkable
class Registers(Protocol):
    """Makes this program known to a server before somebody signs in there; for networks of many servers."""

    def register(self, server: str, http: "requests.Session") -> Provider | Refused:
        """Where and as whom to sign in at this server. Called anew for each sign-in."""
        ...


@runtime_checkable
class Identifies(Protocol):
    """Can tell whose account it is: used at connect, for the test and for learning settings."""

    def whoami(self, session: Session) -> Identity | Refused:
        """Ask the network."""
        ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a sign-in without a browser gave: where the account lives from now on, who it is, and its tokens."""

    server: str
    identity: Identity
    tokens: Tokens


@runtime_checkable
class SignsIn(Protocol):
    """Is connected by what a person types into `Spec.form`, without a browser."""

    def sign_in(
        self, typed: Mapping[str, str], password: Secret, http: "requests.Session", now: datetime
    ) -> SignedIn | Refused:
        """Sign in. `typed`: the fields by name, without the secret one, which is `password`. `now`: before the call."""
        ...


@runtime_checkable
class Renews(Protocol):
    """Can exchange the refresh token. Only the engine process calls this, one account at a time.

    A step that comes back `Refused` with `Again.SIGN_IN` is worth one renewal before a person is asked.
    """

    def renew(self, account: AccountInfo, tokens: Tokens, http: "requests.Session", now: datetime) -> "Renewal":
        """Fresh tokens; `Refused` LATER (nothing changed), SIGN_IN (revoked), NEVER; `Uncertain` (answer lost)."""
        ...


@runtime_checkable
class Revokes(Protocol):
    """Can end the sign-in on the network's side when an account is disconnected."""

    def revoke(self, account: AccountInfo, tokens: Tokens, http: "requests.Session") -> Refused | None:
        """None: the network will not take these tokens any more."""
        ...


Renewal = Tokens | Refused | Uncertain
