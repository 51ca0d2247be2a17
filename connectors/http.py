"""The one border to HTTP: every foreign error becomes `Refused` or `Uncertain` here, in words and without a secret.

The table `_MEANING` says which failure means what. The line that matters is between "the request never left" (nothing
happened, try later) and "it left and no whole answer came" (a public step may have happened).
"""

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, ProxyError

from connectors.surroundings import is_block_page, proxy_for, system_trust
from connectors.transport import Deadline, GuardedConnection, GuardedTlsConnection, NeverConnectedError, Upload
from editorial.clock import unstamp
from editorial.outcomes import Again, Refused, Uncertain
from editorial.secret import Secret, redact

USER_AGENT = "Signpost/0.1"
_LONGEST_WAIT = 24 * 3600.0  # seconds; a longer Retry-After is not believed
_NO_PROXIES: Any = dict.fromkeys(("http", "https", "all"))  # None switches one off; the type stubs know only text
_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")
_LONGEST_WORDS = 300  # characters of the network's own words that are passed on


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how much one call may take: seconds, and bytes of the answer.

    `total` ends a call however it drips; `read` is the longest silence, `connect` the longest wait for each address.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0
    answer: int = 1_000_000


UPLOAD = Patience(total=600.0)  # a large picture over a slow line


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with a 2xx status. `data` is the JSON in it, None for an empty one."""

    status: int
    headers: Mapping[str, str]
    data: Any


class Failure(StrEnum):
    """What can go wrong with one call, as far as the consequences differ."""

    INSECURE = "insecure"  # the address would carry the token in clear
    UNREACHABLE = "unreachable"  # no connection: nothing left this computer
    UNTRUSTED = "untrusted"  # the certificate does not fit: nothing left this computer
    LOST = "lost"  # the request left, no whole answer came
    GARBLED = "garbled"  # an answer came that is not one: too large, not JSON, a redirect
    BROKEN = "broken"  # 5xx and 408: the network, or something before it, had a fault
    BLOCKED = "blocked"  # a filter on the way answered in the network's place
    PROXY = "proxy"  # 407: the proxy asks for a sign-in, nothing went further
    BUSY = "busy"  # 429
    SIGNED_OUT = "signed_out"  # 401
    REFUSED = "refused"  # any other 4xx


@dataclass(frozen=True, slots=True)
class _Meaning:
    title: str
    advice: str
    again: Again
    doubtful: bool = False  # for a public step this is Uncertain


_LATER, _NEVER = Again.LATER, Again.NEVER
_MEANING: Mapping[Failure, _Meaning] = {
    Failure.INSECURE: _Meaning(
        "The address of {network} is not encrypted", "Connect the account again with an https address.", _NEVER
    ),
    Failure.UNREACHABLE: _Meaning("{network} cannot be reached", "It is tried again.", _LATER),
    Failure.UNTRUSTED: _Meaning(
        "The connection to {network} is not safe",
        "The certificate does not fit; IT can say whether the hospital's network changes it.",
        _LATER,
    ),
    Failure.LOST: _Meaning("{network} did not answer", "It is tried again.", _LATER, True),
    Failure.GARBLED: _Meaning("{network} gave an answer that cannot be read", "It is tried again.", _LATER, True),
    Failure.BROKEN: _Meaning("{network} has a fault", "It is tried again.", _LATER, True),
    Failure.BLOCKED: _Meaning(
        "Something on the way to {network} blocks it",
        "It looks like a web filter; IT can allow the address. It is tried again.",
        _LATER,
    ),
    Failure.PROXY: _Meaning(
        "The proxy on the way to {network} asks for a sign-in",
        "IT can say how programs pass it. It is tried again.",
        _LATER,
    ),
    Failure.BUSY: _Meaning("{network} asks to wait", "It is tried again then.", _LATER),
    Failure.SIGNED_OUT: _Meaning("{network} signed us out", "Sign the account in again.", Again.SIGN_IN),
    Failure.REFUSED: _Meaning("{network} refused this", "Change the post or the account.", _NEVER),
}
_LOOK_FIRST = "The post may be live. Look at the page before you send again."


@dataclass(frozen=True, slots=True)
class _Failed:
    """A failure with what the network said about it: code, words (cleaned) and the seconds it asked to wait."""

    failure: Failure
    code: str = ""
    words: str = ""
    wait: float | None = None

    def refused(self, network: str, lead: str = "") -> Refused:
        meaning = _MEANING[self.failure]
        advice = f"{network} says: {self.words}" if self.words and meaning.again is Again.NEVER else meaning.advice
        wait = self.wait if meaning.again is Again.LATER else None
        return Refused(meaning.title.format(network=network), lead + advice, self._code, meaning.again, wait)

    def uncertain(self, network: str) -> Uncertain:
        return Uncertain(_MEANING[self.failure].title.format(network=network), _LOOK_FIRST, self._code)

    @property
    def _code(self) -> str:
        return self.code or self.failure.value


class _Adapter(HTTPAdapter):
    """Connections that tell "never connected" from "lost", and that a deadline can end. Nothing is ever repeated."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class _TlsAdapter(_Adapter):
    """With the certificates that the computer trusts, in place of a list of our own."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=system_trust(), **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=system_trust(), **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]
        if verify is True:
            conn.ca_certs = None


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = GuardedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = GuardedTlsConnection


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _PlainPool, "https": _TlsPool}


def new_session() -> requests.Session:
    """A session for one thread, to be closed by whoever made it. Certificates are always checked.

    Every call opens its own connection: a kept one that died unnoticed would look like a lost answer, and somebody
    would have to be asked about a post that never left.
    """
    session = requests.Session()
    session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json", "Connection": "close"})
    session.headers["Accept-Encoding"] = "identity"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # accounts share nothing
    session.mount("https://", _TlsAdapter())
    session.mount("http://", _Adapter())
    return session


def through(url: str) -> Any:
    """The way to an address, as requests takes it: the proxy that the system names for it, or none."""
    proxy = proxy_for(url)
    return _NO_PROXIES if proxy is None else dict.fromkeys(("http", "https"), proxy)


class _Bearer(AuthBase):
    """Always given, also without a token: with no `auth`, requests would put a password from ~/.netrc in its place."""

    def __init__(self, access: Secret | None) -> None:
        self._access = access

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._access is not None:
            request.headers["Authorization"] = f"Bearer {self._access.reveal()}"
        return request


def is_loopback(url: str) -> bool:
    """Whether the address names this computer by number (127.0.0.0/8, ::1). A name is not believed: DNS can lie."""
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `network` is the name that people read. At most one of `body` (JSON), `form` and `upload`."""

    method: str
    url: str
    network: str
    access: Secret | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    upload: Upload | None = None
    patience: Patience | None = None  # None: the usual one for its kind


def ask(session: requests.Session, call: Call) -> Answer | Refused:
    """A look-up or a private step: whatever goes wrong, nothing is public. Never a redirect, never a repetition.

    Raises nothing but the DeskError of an upload's file.
    """
    answer = _exchange(session, call)
    return answer if isinstance(answer, Answer) else answer.refused(call.network)


def send(session: requests.Session, call: Call, nothing: str = "Nothing went out. ") -> Answer | Refused | Uncertain:
    """A public step: as `ask`, but where the request left and no whole answer came, it is `Uncertain`.

    `nothing`: what a refusal's advice begins with.
    """
    answer = _exchange(session, call)
    if isinstance(answer, Answer):
        return answer
    if _MEANING[answer.failure].doubtful:
        return answer.uncertain(call.network)
    return answer.refused(call.network, lead=nothing)


def unreadable(network: str) -> Refused:
    """What `ask` says of an answer that lacks what it has to hold."""
    return _Failed(Failure.GARBLED).refused(network)


def unreadable_public(network: str) -> Uncertain:
    """What `send` says of one."""
    return _Failed(Failure.GARBLED).uncertain(network)


def _exchange(session: requests.Session, call: Call) -> "Answer | _Failed":
    waits = call.patience or (UPLOAD if call.upload else Patience())
    local = is_loopback(call.url)
    if not (local or call.url.startswith("https://")):
        return _Failed(Failure.INSECURE)
    if call.access is not None and not _HEADER_SAFE.fullmatch(call.access.reveal()):
        return _Failed(Failure.SIGNED_OUT)  # whatever this is, it is no token any more
    headers = dict(call.headers) | ({"Content-Type": call.upload.content_type} if call.upload else {})
    with Deadline(waits.total, waits.read) as deadline:
        try:
            response = session.request(
                call.method, call.url, params=call.params, json=call.body, data=call.upload or call.form,
                headers=headers, auth=_Bearer(call.access), timeout=(waits.connect, waits.read),
                allow_redirects=False, stream=True, verify=True, proxies=_NO_PROXIES if local else through(call.url),
            )  # fmt: skip
            with response:
                content = _read(response, waits.answer)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            return _Failed(_kind(error))
    return _Failed(Failure.LOST) if deadline.passed else _judge(response, content)


def _read(response: requests.Response, most: int) -> bytes | None:
    """The body, or None where it is longer than `most` bytes. Raises as requests does when it is cut."""
    parts = bytearray()
    for part in response.iter_content(16_384):
        parts += part
        if len(parts) > most:
            return None
    return bytes(parts)


def _kind(error: Exception) -> Failure:
    """Which failure an exception is. Only what surely happened before the request left counts as not sent."""
    inner: object = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    if isinstance(reason, ProxyError):
        reason = reason.original_error
        if isinstance(reason, NeverConnectedError) and reason.by_proxy:
            return Failure.PROXY
        return Failure.UNTRUSTED if _is_certificate(reason) else Failure.UNREACHABLE
    if _is_certificate(reason):
        return Failure.UNTRUSTED
    before = (requests.ConnectTimeout, requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader)
    if isinstance(error, before) or isinstance(reason, ConnectTimeoutError):
        return Failure.UNREACHABLE
    return Failure.LOST


def _is_certificate(reason: object) -> bool:
    return isinstance(reason, NeverConnectedError) and reason.untrusted


def _judge(response: requests.Response, content: bytes | None) -> "Answer | _Failed":
    """An answer arrived whole, or was too long (None)."""
    status = response.status_code
    if status == 407:
        return _Failed(Failure.PROXY)
    if is_block_page(response.headers, status, content):
        return _Failed(Failure.BLOCKED)
    data, readable = _parse(content)
    if 200 <= status < 300:
        return Answer(status, response.headers, data) if readable else _Failed(Failure.GARBLED)
    code, words = _own_words(data, status)
    failure = _failure(status)
    return _Failed(failure, code, words, _wait(response.headers, failure))


def _failure(status: int) -> Failure:
    if status == 429:
        return Failure.BUSY
    if status == 401:
        return Failure.SIGNED_OUT
    if status == 408 or status >= 500:
        return Failure.BROKEN
    return Failure.REFUSED if status >= 400 else Failure.GARBLED


def _parse(content: bytes | None) -> tuple[Any, bool]:
    if content is None:
        return None, False
    if not content.strip():
        return None, True
    try:
        return json.loads(content), True
    except (ValueError, RecursionError):  # the second: a megabyte of opening brackets
        return None, False


def _own_words(data: Any, status: int) -> tuple[str, str]:
    """The network's code and its words, made harmless: one line, no control characters, no secret, not too long."""
    found = data if isinstance(data, dict) else {}
    inner = found.get("error")
    if isinstance(inner, dict):
        found = found | inner
    code = found.get("error")
    keys = ("error_description", "message", "detail", "error")
    words = next((found[key] for key in keys if isinstance(found.get(key), str)), "")
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    short = line if len(line) <= _LONGEST_WORDS else line[: _LONGEST_WORDS - 1] + "…"
    known = isinstance(code, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,60}", code)
    return redact(code) if isinstance(code, str) and known else f"HTTP {status}", redact(short)


def _wait(headers: Mapping[str, str], failure: Failure) -> float | None:
    """Seconds of Retry-After, or until the moment that a network which is busy says and no more: X-RateLimit-Reset
    (RFC 3339) or RateLimit-Reset (Unix seconds).

    A moment is measured from the answer's own Date; no clock of ours is read.
    """
    value = headers.get("Retry-After", "").strip()
    reset = (headers.get("RateLimit-Reset") or headers.get("X-RateLimit-Reset") or "").strip()
    try:
        if re.fullmatch(r"[0-9]{1,9}", value):
            seconds = float(value)
        elif failure is Failure.BUSY and not value and re.fullmatch(r"[0-9]{9,11}", reset):
            seconds = float(reset) - parsedate_to_datetime(headers["Date"]).timestamp()
        else:
            until = unstamp(reset) if failure is Failure.BUSY and not value else parsedate_to_datetime(value)
            seconds = (until - parsedate_to_datetime(headers["Date"])).total_seconds()
    except (ValueError, TypeError, KeyError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)
