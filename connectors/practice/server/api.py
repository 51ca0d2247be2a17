"""The JSON side: OAuth endpoints, the posting API, and what outside tools rely on.

Outside tools: `GET /api/posts`, and `GET`, `POST`, `DELETE /api/faults`, without a sign-in and on loopback only.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request

from connectors.practice.server.faults import Fault, Kind, Switchboard, cut
from connectors.practice.server.oauth_provider import Provider
from connectors.practice.server.publishing import NewPost, Publishing, RateLimiter
from connectors.practice.server.settings import ApiError, Settings
from connectors.practice.server.store import Account

_PAGE = 100  # posts that one list answer holds at most


@dataclass(frozen=True, slots=True)
class Network:
    """The parts that the routes use."""

    settings: Settings
    publishing: Publishing
    provider: Provider
    switchboard: Switchboard
    limiter: RateLimiter

    def caller(self, scope: str) -> Account:
        """Who sent this request. Raises ApiError 401."""
        account = self.provider.bearer(request.headers.get("Authorization", ""), scope)
        if account is None:
            raise _signed_out()
        return account


def _signed_out() -> ApiError:
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return ApiError(401, "invalid_token", "The access token is missing, has expired or was revoked.", challenge)


def build(network: Network) -> Blueprint:
    """The routes."""
    routes = Blueprint("api", __name__)
    _oauth_routes(routes, network)
    _account_routes(routes, network)
    _posting_routes(routes, network)
    _open_routes(routes, network)

    @routes.errorhandler(ApiError)
    def refused(error: ApiError) -> tuple[Response, int, dict[str, str]]:
        return jsonify({"error": error.error, "error_description": error.words}), error.status, error.headers

    return routes


def _oauth_routes(routes: Blueprint, network: Network) -> None:
    @routes.get("/.well-known/oauth-authorization-server")
    def metadata() -> Response:
        return jsonify(network.provider.metadata())

    @routes.post("/oauth/token")
    def token() -> Response:
        return _from_oauthlib(network.provider.token(request.url, _form_body(), dict(request.headers)))

    @routes.post("/oauth/revoke")
    def revoke() -> Response:
        return _from_oauthlib(network.provider.revoke(request.url, _form_body(), dict(request.headers)))


def _form_body() -> str:
    return request.get_data(as_text=True)


def _from_oauthlib(answer: tuple[dict[str, str], str, int]) -> Response:
    headers, body, status = answer
    return Response(body, status, headers)


def _account_routes(routes: Blueprint, network: Network) -> None:
    @routes.get("/api/v1/me")
    def me() -> Response:
        account = network.caller("read")
        return jsonify(
            {
                "id": str(account.id), "handle": account.handle, "name": account.name, "profile": account.profile,
                "limits": network.settings.limits.to_json(), "url": f"{network.provider.issuer}/@{account.handle}",
            }
        )  # fmt: skip

    @routes.get("/api/v1/posts")
    def own_posts() -> Response:
        account = network.caller("read")
        before, limit = request.args.get("before", type=int), request.args.get("limit", _PAGE, type=int)
        return jsonify(network.publishing.own_posts(account, before, max(1, min(limit, _PAGE))))

    @routes.get("/api/v1/posts/<int:post_id>")
    def one_post(post_id: int) -> Response:
        return jsonify(network.publishing.own_post(network.caller("read"), post_id))

    @routes.delete("/api/v1/posts/<int:post_id>")
    def remove(post_id: int) -> tuple[str, int]:
        account = network.caller("write")
        fault = network.switchboard.take("removals", account, "")
        network.publishing.remove(account, post_id)
        if fault is not None:
            raise cut(request.environ.get("werkzeug.socket"))
        return "", 204


def _posting_routes(routes: Blueprint, network: Network) -> None:
    @routes.post("/api/v1/media")
    def add_media() -> tuple[Response, int]:
        account = network.caller("write")
        network.limiter.spend(account)
        if network.switchboard.take("media", account, "") is not None:
            request.stream.read((request.content_length or 0) // 2)
            raise cut(request.environ.get("werkzeug.socket"))
        file = request.files.get("file")
        if file is None:
            raise ApiError(422, "no_file", "Send the picture as the part `file` of a form.")
        return jsonify(network.publishing.add_media(account, file.read(), request.form.get("alt", ""))), 201

    @routes.post("/api/v1/posts")
    def publish() -> tuple[Response, int]:
        account = network.caller("write")
        network.limiter.spend(account)
        new = _new_post(request.get_json(silent=True), request.headers.get("Idempotency-Key"))
        fault = network.switchboard.take("posts", account, new.text)
        status, post = _publish(network, account, new, fault)
        return jsonify(post), status


def _publish(network: Network, account: Account, new: NewPost, fault: Fault | None) -> tuple[int, dict[str, Any]]:
    """Publish, with the fault that struck this request, if one did."""
    kind = fault.kind if fault else None
    if kind is Kind.BUSY and fault:
        wait = {"Retry-After": str(max(1, round(fault.seconds)))}
        raise ApiError(429, "too_many_requests", "A fault was armed: asked to wait.", wait)
    if kind is Kind.BROKEN:
        raise ApiError(500, "server_error", "A fault was armed: the server failed and stored nothing.")
    if kind is Kind.EXPIRE_TOKEN:
        network.provider.expire(request.headers["Authorization"])
        raise _signed_out()
    if kind is Kind.TWICE:
        network.publishing.publish(account, new)
    answer = network.publishing.publish(account, new)
    if kind is Kind.LOSE_RESPONSE:
        raise cut(request.environ.get("werkzeug.socket"))
    if kind is Kind.SLOW and fault:
        network.settings.stop.wait(fault.seconds)
    return answer


def _new_post(data: Any, key: str | None) -> NewPost:
    """The request as data. Raises ApiError 422 for another shape."""
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise ApiError(
            422, "bad_request", 'Send an object such as {"text": "Hello", "media_ids": [], "reply_to": null}.'
        )
    media_ids, reply_to = data.get("media_ids") or [], data.get("reply_to")
    try:
        numbers = tuple(int(media_id) for media_id in media_ids)
        parent = None if reply_to is None else int(reply_to)
    except (TypeError, ValueError):
        raise ApiError(422, "bad_request", "media_ids and reply_to hold ids that this network gave.") from None
    return NewPost(data["text"], numbers, parent, (key or "")[:200] or None, str(data.get("language") or "en")[:20])


def _open_routes(routes: Blueprint, network: Network) -> None:
    @routes.get("/api/posts")
    def everything() -> Response:
        return jsonify(network.publishing.everything())

    @routes.get("/api/faults")
    def faults() -> Response:
        kinds = [{"kind": kind, "strikes": kind.target, "what": kind.words} for kind in Kind]
        return jsonify({"kinds": kinds, "armed": network.switchboard.armed()})

    @routes.post("/api/faults")
    def arm() -> tuple[Response, int]:
        if not request.is_json:  # a form that another page posts through somebody's browser never is
            raise ApiError(415, "not_json", "Send JSON with Content-Type: application/json.")
        return jsonify(network.switchboard.arm(request.get_json(silent=True))), 201

    @routes.delete("/api/faults")
    def disarm() -> Response:
        return jsonify({"removed": network.switchboard.clear()})
