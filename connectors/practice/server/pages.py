"""What a browser sees: the page that asks whether Signpost may post, the timeline, the pictures."""

import hmac
import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from oauthlib.oauth2 import FatalClientError
from werkzeug.wrappers import Response as AnyResponse

from connectors.practice.profiles import NEW_ACCOUNT, Profile
from connectors.practice.server.api import Network
from connectors.practice.server.oauth_provider import Ask
from connectors.practice.server.settings import ApiError
from connectors.practice.server.store import Account, Store
from editorial.clock import unstamp

_THREADS = 200  # on one page, the newest


def build(network: Network, store: Store) -> Blueprint:
    """The routes."""
    routes = Blueprint("pages", __name__)
    _authorize_routes(routes, network, store, secrets.token_bytes(32))
    _timeline_routes(routes, network, store)

    @routes.errorhandler(ApiError)
    def refused(error: ApiError) -> tuple[str, int]:
        return message("This did not work", error.words), error.status

    @routes.errorhandler(FatalClientError)
    def not_a_client(error: FatalClientError) -> tuple[str, int]:
        words = "The program that sent you here is not known to the practice network. Nothing was allowed."
        return message("This sign-in cannot go on", words), 400

    return routes


def message(title: str, words: str) -> str:
    """A page that only says something."""
    return render_template("message.html", title=title, words=words)


def _authorize_routes(routes: Blueprint, network: Network, store: Store, key: bytes) -> None:
    def ticket() -> str:
        """Shows that the form came from our own page for this very request."""
        return hmac.digest(key, request.query_string, "sha256").hex()

    def form(problem: str = "") -> str:
        accounts = store.accounts()
        return render_template(
            "authorize.html", title="Sign in to the practice network", accounts=accounts, profiles=list(Profile),
            ticket=ticket(), new=NEW_ACCOUNT, problem=problem, name=request.form.get("name", ""),
        )  # fmt: skip

    @routes.get("/oauth/authorize")
    def ask() -> str | AnyResponse:
        checked = network.provider.check(_asked())
        return form() if isinstance(checked, Ask) else redirect(checked, 303)

    @routes.post("/oauth/authorize")
    def answer() -> AnyResponse | tuple[str, int]:
        checked = network.provider.check(_asked())
        if not isinstance(checked, Ask):
            return redirect(checked, 303)
        if not hmac.compare_digest(request.form.get("ticket", "").encode(), ticket().encode()):
            raise ApiError(403, "bad_ticket", "This page was open too long. Start the sign-in again from Signpost.")
        if request.form.get("decision") != "allow":
            return redirect(network.provider.deny(checked), 303)
        try:
            account = _chosen(store)
        except ValueError as error:
            return form(str(error)), 422
        return redirect(network.provider.allow(_asked(), account), 303)


def _asked() -> str:
    """The request's address as it was sent. `request.url` is made readable, and oauthlib takes readable for wrong."""
    return f"{request.base_url}?{request.query_string.decode('latin-1')}"


def _chosen(store: Store) -> Account:
    """The account that the form names. Raises ValueError, in words."""
    choice, name = request.form.get("account", NEW_ACCOUNT), request.form.get("name", "")
    if choice != NEW_ACCOUNT:
        if name.strip():
            raise ValueError(f"Choose @{choice} without a new name, or “Another account” with the name you typed.")
        account = store.account(handle=choice)
        if account is None:
            raise ValueError("This account is not there any more. Choose another one.")
        return account
    profile = request.form.get("profile", "")
    if profile not in set(Profile):
        raise ValueError("Choose how the network treats repeated posts.")
    return store.open_account(name, Profile(profile))


def _timeline_routes(routes: Blueprint, network: Network, store: Store) -> None:
    def page(account: Account | None) -> str:
        posts = network.publishing.everything()
        if account is not None:
            posts = [post for post in posts if post["account"] == account.handle]
        threads = _threads(posts)
        names = {known.handle: known.name for known in store.accounts()}
        return render_template(
            "timeline.html", title=f"@{account.handle}" if account else "Timeline", account=account,
            threads=threads[:_THREADS], older=max(0, len(threads) - _THREADS), names=names, accounts=store.accounts(),
        )  # fmt: skip

    @routes.get("/")
    def timeline() -> str:
        return page(None)

    @routes.get("/@<handle>")
    def of_account(handle: str) -> str:
        account = store.account(handle=handle)
        if account is None:
            raise ApiError(404, "no_such_account", f"There is no account @{handle} on the practice network.")
        return page(account)

    @routes.get("/media/<int:media_id>")
    def picture(media_id: int) -> Response:
        mime, data = network.publishing.picture(media_id)
        return Response(data, mimetype=mime, headers={"Cache-Control": "private, max-age=86400"})


def _threads(posts: list[dict[str, Any]]) -> list[list[tuple[int, dict[str, Any]]]]:
    """Posts as threads, the newest thread first; inside a thread each post with its depth, a reply below its parent."""
    known = {post["id"] for post in posts}
    below: dict[str | None, list[dict[str, Any]]] = {}
    for post in posts:
        parent = post["reply_to"] if post["reply_to"] in known else None
        below.setdefault(parent, []).append({**post, "when": _when(unstamp(post["created_at"]))})
    threads = []
    for root in reversed(below.get(None, [])):
        thread, waiting = [], [(0, root)]
        while waiting:
            depth, post = waiting.pop()
            thread.append((depth, post))
            waiting += [(depth + 1, reply) for reply in reversed(below.get(post["id"], []))]
        threads.append(thread)
    return threads


def _when(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M:%S} UTC"
