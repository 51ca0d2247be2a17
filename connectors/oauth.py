"""Signing an account in, keeping it signed in, signing it out: OAuth 2 for a program on a desk (RFC 8252, RFC 9700).

The person signs in in the system's browser; the code comes back to 127.0.0.1. requests-oauthlib makes the request with
PKCE S256, oauthlib the bodies of the token requests. They are sent by `connectors.http`, like every other request, and
not by the library's own `fetch_token` and `refresh_token`: those log codes and tokens at DEBUG, read answers without
limit, and refuse plain http everywhere unless OAUTHLIB_INSECURE_TRANSPORT opens it for the whole process and every
network. `connectors.http` allows it for loopback alone.
"""

import hmac
import queue
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

import requests
from oauthlib.oauth2 import WebApplicationClient
from requests_oauthlib import OAuth2Session

from connectors.base import Provider, Tokens
from connectors.callback import Callback, Words
from connectors.http import Answer, Call, Failure, Patience, ask, is_loopback, new_session
from editorial.clock import Clock
from editorial.errors import DeskError
from editorial.outcomes import Again, Refused, Uncertain
from editorial.secret import Secret

LIMIT = timedelta(minutes=5)
_PATIENCE = Patience(read=20.0, total=30.0)


class SignInFailure(StrEnum):
    """Why a sign-in came to nothing."""

    DENIED = "denied"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    MISMATCHED = "mismatched"  # the answer belongs to another sign-in, or comes from another network
    NO_BROWSER = "no_browser"
    NOT_GRANTED = "not_granted"  # less was allowed than publishing needs
    FAILED = "failed"  # the network refused or could not be reached


_WORDS: Mapping[SignInFailure, tuple[str, str, str]] = {
    SignInFailure.DENIED: (
        "{label} was told not to allow access",
        "Nothing was connected.",
        "Start again if that was not meant.",
    ),
    SignInFailure.TIMED_OUT: (
        "The sign-in at {label} took too long",
        "Nothing was connected.",
        "Start again and finish in the browser within five minutes.",
    ),
    SignInFailure.CANCELLED: ("The sign-in at {label} was stopped", "Nothing was connected.", ""),
    SignInFailure.MISMATCHED: (
        "The answer does not belong to this sign-in",
        "It came from another window, another program or another network than {label}. Nothing was connected.",
        "Start again. If it happens twice, tell IT.",
    ),
    SignInFailure.NO_BROWSER: (
        "The browser could not be opened",
        "Nothing was connected.",
        "Open a browser once, then start again.",
    ),
    SignInFailure.NOT_GRANTED: (
        "{label} allowed less than publishing needs",
        "Nothing was connected.",
        "Start again and allow everything that is asked for.",
    ),
    SignInFailure.FAILED: ("{label} did not complete the sign-in", "Nothing was connected.", "Start again later."),
}


class SignInError(DeskError):
    """A sign-in that came to nothing; `kind` says why."""

    def __init__(self, kind: SignInFailure, label: str, words: str = "") -> None:
        title, what, advice = (text.format(label=label) for text in _WORDS[kind])
        super().__init__(title, f"{words} {what}".strip(), advice, code=f"E-SIGN-IN-{kind.value.upper()}")
        self.kind = kind


class LoopbackFlow:
    """One sign-in. `run` blocks until it is over; `cancel` may be called from any other thread.

    `open_browser` is given the address and says whether a browser took it. It runs in the thread of `run`; what it
    raises, `run` raises.
    """

    def __init__(
        self, provider: Provider, open_browser: Callable[[str], bool | None], clock: Clock, *, limit: timedelta = LIMIT
    ) -> None:
        self._provider = provider
        self._open_browser = open_browser
        self._clock = clock
        self._limit = limit
        self._state = secrets.token_urlsafe(32)  # 256 bits
        self._ended: queue.Queue[str | SignInFailure] = queue.Queue()  # a code, or why there is none
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Stop waiting; `run` raises within a moment. After the browser came back, the new tokens are given up."""
        self._cancelled.set()
        self._ended.put(SignInFailure.CANCELLED)

    def run(self) -> Tokens:
        """Open the browser, wait for it, fetch the tokens. Raises SignInError."""
        client = WebApplicationClient(self._provider.client_id)
        with Callback(self._provider.redirect_path, self._receive) as callback:
            code = self._wait(self._authorize_url(client, callback.redirect_uri))
            redirect_uri = callback.redirect_uri
        return self._exchange(client, code, redirect_uri)

    def _authorize_url(self, client: WebApplicationClient, redirect_uri: str) -> str:
        url = self._provider.authorize_url
        # The library refuses to build any http address. For loopback, where http is right, it is shown the https form.
        local = is_loopback(url) and url.startswith("http://")
        shown = "https://" + url.removeprefix("http://") if local else url
        with OAuth2Session(
            client=client, redirect_uri=redirect_uri, scope=list(self._provider.scopes), pkce="S256"
        ) as session:
            built, _ = session.authorization_url(shown, state=self._state)
        return "http://" + built.removeprefix("https://") if local else built

    def _wait(self, url: str) -> str:
        """The code that the browser brought. Raises SignInError."""
        if not self._cancelled.is_set() and self._open_browser(url) is False:
            raise self._error(SignInFailure.NO_BROWSER)
        try:
            end = self._ended.get(timeout=self._limit.total_seconds())
        except queue.Empty:
            raise self._error(SignInFailure.TIMED_OUT) from None
        if isinstance(end, SignInFailure):
            raise self._error(end)
        return end

    def _receive(self, query: Mapping[str, str]) -> Words:
        """Judge the browser's request; called at most once, in a thread of the listener."""
        end = self._judge(query)
        self._ended.put(end)
        if not isinstance(end, SignInFailure):
            return "Back to Signpost", f"Signpost has the answer of {self._provider.label}. You can close this window."
        error = self._error(end)
        return error.title, f"{error.what} You can close this window and go back to Signpost."

    def _judge(self, query: Mapping[str, str]) -> str | SignInFailure:
        mine = hmac.compare_digest(query.get("state", "").encode(), self._state.encode())
        issuer = self._provider.issuer
        if not mine or (issuer is not None and query.get("iss") != issuer):
            return SignInFailure.MISMATCHED
        if "error" in query:
            return SignInFailure.DENIED if query["error"] == "access_denied" else SignInFailure.FAILED
        return query.get("code") or SignInFailure.FAILED

    def _exchange(self, client: WebApplicationClient, code: str, redirect_uri: str) -> Tokens:
        body = client.prepare_request_body(code=code, redirect_uri=redirect_uri, code_verifier=client.code_verifier)
        now = self._clock.now()
        with new_session() as http:
            answer = ask(http, _token_call(self._provider, body))
            if isinstance(answer, Refused):
                said = f" {answer.advice}" if answer.again is Again.NEVER else ""  # the network's own words
                raise self._error(SignInFailure.FAILED, f"{answer.title}.{said}")
            tokens = _tokens(answer.data, now)
            if tokens is None:
                raise self._error(SignInFailure.FAILED)
            if self._provider.client_secret is not None:
                client_id, client_secret = self._provider.client_id, self._provider.client_secret
                tokens = replace(tokens, client_id=client_id, client_secret=client_secret)
            short = bool(tokens.scope) and not set(self._provider.scopes) <= set(tokens.scope.split())
            if short or self._cancelled.is_set():
                revoke(self._provider, tokens, http)
                raise self._error(SignInFailure.NOT_GRANTED if short else SignInFailure.CANCELLED)
        return tokens

    def _error(self, kind: SignInFailure, words: str = "") -> SignInError:
        return SignInError(kind, self._provider.label, words)


def refresh(provider: Provider, tokens: Tokens, http: requests.Session, now: datetime) -> Tokens | Refused | Uncertain:
    """Exchange the refresh token. `now`: wall time from before the call.

    `Refused` LATER: nothing changed, the old tokens are as good as before. `Refused` SIGN_IN: the network said that
    the sign-in is over, in so many words; no fault of a network or server is ever taken for that.

    `Uncertain`: the request left and the answer was lost. Where refresh tokens rotate, the old one may be used up. Keep
    it and try it once more, soon: a careful network takes it again as long as nothing of the newer generation has been
    used, and answers `invalid_grant` otherwise, which then is the truth. Whoever keeps tokens writes a new generation
    before letting go of the old one, so that a crash after the answer loses nothing.
    """
    if tokens.refresh is None:
        return _sign_in_again(provider)
    body = WebApplicationClient(provider.client_id).prepare_refresh_body(
        refresh_token=tokens.refresh.reveal(), client_id=provider.client_id
    )
    answer = ask(http, _token_call(provider, body))
    if isinstance(answer, Answer):
        return _tokens(answer.data, now, before=tokens) or _lost(provider, Failure.GARBLED)
    if answer.code in (Failure.LOST, Failure.GARBLED):
        return _lost(provider, Failure(answer.code))
    if answer.code == "invalid_grant":
        return _sign_in_again(provider)
    if answer.again is Again.SIGN_IN:  # 401 here is about the program, not about the person
        return Refused(f"{provider.label} does not accept this program", "Tell IT.", answer.code, Again.NEVER)
    return answer


def revoke(provider: Provider, tokens: Tokens, http: requests.Session) -> Refused | None:
    """End the sign-in at the network (RFC 7009). None: these tokens are no good any more."""
    if provider.revoke_url is None:
        return Refused(
            f"{provider.label} does not let a program end its own sign-in",
            "End it in the network's settings, under connected apps.",
            "no_revocation",
        )
    token, kind = (tokens.refresh, "refresh_token") if tokens.refresh else (tokens.access, "access_token")
    form = {"token": token.reveal(), "token_type_hint": kind, "client_id": provider.client_id, **_secret(provider)}
    answer = ask(http, Call("POST", provider.revoke_url, provider.label, form=form))
    return answer if isinstance(answer, Refused) else None


def _secret(provider: Provider) -> dict[str, str]:
    """The client secret as a field of a form, where the server gave one."""
    return {"client_secret": provider.client_secret.reveal()} if provider.client_secret else {}


def _token_call(provider: Provider, body: str) -> Call:
    form = dict(parse_qsl(body)) | _secret(provider)
    return Call("POST", provider.token_url, provider.label, form=form, patience=_PATIENCE)


def _tokens(data: Any, now: datetime, before: Tokens | None = None) -> Tokens | None:
    """The tokens in an answer, or None where it is none. What the answer does not repeat stays as it was."""
    found = data if isinstance(data, dict) else {}
    access, refresh_token, lifetime = (found.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if (
        not isinstance(access, str)
        or not re.fullmatch(r"[\x21-\x7e]+", access)
        or str(found.get("token_type")).lower() != "bearer"
    ):
        return None
    known = isinstance(lifetime, int | float) and not isinstance(lifetime, bool) and 0 < lifetime < 10 * 365 * 86_400
    kept = before.refresh if before else None  # a refresh token is never replaced by nothing
    return Tokens(
        access=Secret(access),
        refresh=Secret(refresh_token) if isinstance(refresh_token, str) and refresh_token else kept,
        expires_at=now + timedelta(seconds=float(lifetime)) if known and lifetime else None,
        scope=str(found.get("scope") or (before.scope if before else "")),
    )


def _sign_in_again(provider: Provider) -> Refused:
    return Refused(f"{provider.label} signed us out", "Sign the account in again.", "invalid_grant", Again.SIGN_IN)


def _lost(provider: Provider, failure: Failure) -> Uncertain:
    return Uncertain(
        f"The sign-in at {provider.label} could not be renewed for certain",
        "The answer was lost. It is tried once more; if that is refused, sign the account in again.",
        failure.value,
    )
