"""The OAuth 2 provider: oauthlib's server side over the store.

Authorization code with PKCE S256 only, for one public native client on loopback; refresh tokens rotate. Codes and
tokens are stored as digests. A rotated refresh token that comes back ends the whole sign-in (RFC 9700, 4.14.2), with
one exception: while nothing of the newer generation has been used, the answer was probably lost on its way, and for
`GRACE` seconds the client may ask again.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from oauthlib.oauth2 import FatalClientError, OAuth2Error, RequestValidator, WebApplicationServer
from oauthlib.oauth2.rfc6749.errors import UnsupportedCodeChallengeMethodError

from connectors.practice.profiles import CLIENT_ID, REDIRECT_PATH, SCOPES
from connectors.practice.server.settings import Settings
from connectors.practice.server.store import Account, Store

CODE_LIFETIME = 60.0  # seconds
REFRESH_LIFETIME = 90 * 24 * 3600.0
GRACE = 120.0


@dataclass(frozen=True, slots=True)
class Client:
    """The one client; oauthlib asks for an object with this attribute."""

    client_id: str = CLIENT_ID


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class _Validator(RequestValidator):
    """oauthlib's questions, answered from the store. The names and arguments are oauthlib's."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__()
        self._store = store
        self._settings = settings

    def _now(self) -> float:
        return self._settings.clock.now().timestamp()

    # --- the client ---

    def validate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        request.client = Client()
        return client_id == CLIENT_ID

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        return False  # a program on a desk cannot keep a client secret

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return self.validate_client_id(client_id, request)

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Any port of the loopback address, one constant path (RFC 8252, 7.3). `localhost` is a name and refused."""
        parts = urlsplit(redirect_uri)
        plain = (parts.scheme, parts.path, parts.query, parts.fragment) == ("http", REDIRECT_PATH, "", "")
        return plain and parts.username is None and parts.hostname in ("127.0.0.1", "::1")

    def get_default_redirect_uri(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> str:
        return ""  # there is none: every port is as good, so the request has to name it

    def validate_response_type(
        self, client_id: str, response_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return response_type == "code"

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return grant_type in ("authorization_code", "refresh_token")

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        return list(SCOPES)

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return set(scopes) <= set(SCOPES)

    # --- codes ---

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        return True

    def save_authorization_code(self, client_id: str, code: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        row = (
            _digest(code["code"]), request.user.id, client_id, request.redirect_uri, " ".join(request.scopes),
            request.code_challenge, secrets.token_hex(16), self._now() + CODE_LIFETIME,
        )  # fmt: skip
        with self._store.write() as db:
            db.execute("INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", row)

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """One try for each code, also a wrong one. A second try ends what the first one gave (RFC 6749, 4.1.2)."""
        with self._store.write() as db:
            row = db.execute("SELECT * FROM codes WHERE digest = ?", (_digest(code),)).fetchone()
            if row is None:
                return False
            if row["used"]:
                db.execute("UPDATE tokens SET revoked = 1 WHERE family = ?", (row["family"],))
                return False
            db.execute("UPDATE codes SET used = 1 WHERE digest = ?", (row["digest"],))
        request.user = self._store.account(id_=row["account_id"])
        request.scopes = row["scope"].split()
        request.family = row["family"]
        return bool(row["client_id"] == client_id and row["expires_at"] > self._now())

    def get_code_challenge(self, code: str, request: Any) -> str:
        with self._store.read() as db:
            row = db.execute("SELECT challenge FROM codes WHERE digest = ?", (_digest(code),)).fetchone()
        return str(row["challenge"])

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        return "S256"

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        with self._store.read() as db:
            row = db.execute("SELECT redirect_uri FROM codes WHERE digest = ?", (_digest(code),)).fetchone()
        return bool(row["redirect_uri"] == redirect_uri)

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Nothing to do: `validate_code` used it up."""

    # --- tokens ---

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        now, scope = self._now(), str(token.get("scope", ""))
        with self._store.write() as db:
            newest = db.execute("SELECT MAX(generation) FROM tokens WHERE family = ?", (request.family,)).fetchone()[0]
            generation = (newest or 0) + 1
            for kind, lifetime in (("access", float(token["expires_in"])), ("refresh", REFRESH_LIFETIME)):
                db.execute(
                    "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
                    (
                        _digest(token[f"{kind}_token"]), kind, request.family, generation, request.user.id, CLIENT_ID,
                        scope, now, now + lifetime,
                    ),
                )  # fmt: skip

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        with self._store.write() as db:
            row = db.execute(
                "SELECT * FROM tokens WHERE digest = ? AND kind = 'refresh'", (_digest(refresh_token),)
            ).fetchone()
            if row is None or row["revoked"] or row["expires_at"] <= self._now():
                return False
            newer = db.execute(
                "SELECT MAX(presented) AS used, MIN(issued_at) AS since, COUNT(*) AS many FROM tokens"
                " WHERE family = ? AND generation > ? AND NOT revoked",
                (row["family"], row["generation"]),
            ).fetchone()
            if newer["many"] and (newer["used"] or self._now() - newer["since"] > GRACE):
                db.execute("UPDATE tokens SET revoked = 1 WHERE family = ?", (row["family"],))
                return False
            db.execute(
                "UPDATE tokens SET revoked = 1 WHERE family = ? AND generation > ?", (row["family"], row["generation"])
            )
            db.execute("UPDATE tokens SET presented = 1 WHERE digest = ?", (row["digest"],))
        request.user = self._store.account(id_=row["account_id"])
        request.family = row["family"]
        request.old_scope = row["scope"]
        return True

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        return str(request.old_scope).split()

    def rotate_refresh_token(self, request: Any) -> bool:
        return True

    def validate_bearer_token(self, token: str | None, scopes: list[str], request: Any) -> bool:
        with self._store.read() as db:
            row = db.execute(
                "SELECT * FROM tokens WHERE digest = ? AND kind = 'access'", (_digest(token or ""),)
            ).fetchone()
        if row is None or row["revoked"] or row["expires_at"] <= self._now():
            return False
        if not row["presented"]:
            with self._store.write() as db:
                db.execute("UPDATE tokens SET presented = 1 WHERE digest = ?", (row["digest"],))
        request.user = self._store.account(id_=row["account_id"])
        return set(scopes) <= set(row["scope"].split())

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """Either kind ends the whole sign-in (RFC 7009, 2.1)."""
        with self._store.write() as db:
            db.execute(
                "UPDATE tokens SET revoked = 1 WHERE family = (SELECT family FROM tokens WHERE digest = ?)",
                (_digest(token),),
            )


def _only_s256(request: Any) -> dict[str, Any]:
    if request.code_challenge_method != "S256":
        raise UnsupportedCodeChallengeMethodError(request=request)
    return {}


@dataclass(frozen=True, slots=True)
class Ask:
    """A good authorization request that waits for the person."""

    redirect_uri: str
    state: str


class Provider:
    """The endpoints as plain functions: (headers, body, status) as oauthlib gives them."""

    def __init__(self, store: Store, settings: Settings, issuer: str) -> None:
        self._store = store
        self._settings = settings
        self.issuer = issuer
        self._lock = threading.Lock()  # a token request reads, decides and writes: one at a time
        self._server = WebApplicationServer(
            _Validator(store, settings),
            token_generator=lambda request: secrets.token_urlsafe(32),
            token_expires_in=settings.token_lifetime,
        )
        grant: Any = self._server.auth_grant  # the type stubs do not know its hooks
        grant.custom_validators.post_auth.append(_only_s256)

    def check(self, uri: str) -> Ask | str:
        """Look at an authorization request: ask the person, or send the browser to this address with the error.

        Raises oauthlib's FatalClientError where the browser must not be sent anywhere.
        """
        try:
            _, asked = self._server.validate_authorization_request(uri)
        except FatalClientError:
            raise
        except ValueError:  # characters that no address has
            raise FatalClientError from None
        except OAuth2Error as error:
            return self._with_issuer(error.in_uri(error.redirect_uri or ""))
        return Ask(asked["redirect_uri"], asked["state"] or "")

    def allow(self, uri: str, account: Account) -> str:
        """The person agreed: where the browser goes, with a code."""
        headers, _, _ = self._server.create_authorization_response(uri, "POST", credentials={"user": account})
        return self._with_issuer(headers["Location"])

    def deny(self, ask: Ask) -> str:
        """The person refused: where the browser goes."""
        query = {"error": "access_denied", "error_description": "The person did not allow access."}
        return self._with_issuer(f"{ask.redirect_uri}?{urlencode(query | ({'state': ask.state} if ask.state else {}))}")

    def _with_issuer(self, location: str) -> str:
        return f"{location}&{urlencode({'iss': self.issuer})}"  # RFC 9207

    def token(self, uri: str, body: str, headers: dict[str, str]) -> tuple[dict[str, str], str, int]:
        """The token endpoint."""
        with self._lock:
            answer: tuple[dict[str, str], str, int] = self._server.create_token_response(uri, "POST", body, headers)
        return answer

    def revoke(self, uri: str, body: str, headers: dict[str, str]) -> tuple[dict[str, str], str, int]:
        """The revocation endpoint."""
        answer: tuple[dict[str, str], str, int] = self._server.create_revocation_response(uri, "POST", body, headers)
        return answer

    def bearer(self, authorization: str, scope: str) -> Account | None:
        """Whose access token this is, or None where it is no good any more."""
        headers = {"Authorization": authorization} if authorization else {}
        valid, request = self._server.verify_request(self.issuer, "POST", None, headers, [scope])
        return request.user if valid else None

    def expire(self, authorization: str) -> None:
        """Let this access token expire now."""
        with self._store.write() as db:
            digest = _digest(authorization.partition(" ")[2])
            db.execute("UPDATE tokens SET expires_at = 0 WHERE digest = ?", (digest,))

    def metadata(self) -> dict[str, Any]:
        """RFC 8414."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/oauth/authorize",
            "token_endpoint": f"{self.issuer}/oauth/token",
            "revocation_endpoint": f"{self.issuer}/oauth/revoke",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": list(SCOPES),
            "authorization_response_iss_parameter_supported": True,
        }
