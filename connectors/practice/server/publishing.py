"""What publishing does on the practice network: pictures, posts, and what each profile makes of a repetition."""

import hashlib
import os
import sqlite3
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from connectors.practice.profiles import Profile
from connectors.practice.server.settings import ApiError, Settings
from connectors.practice.server.store import Account, Store
from editorial.clock import stamp

_WINDOW = 60.0  # seconds of the rate limit
_MAGIC = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_SELECT = "SELECT posts.*, accounts.handle FROM posts JOIN accounts ON accounts.id = posts.account_id"


@dataclass(frozen=True, slots=True)
class NewPost:
    """One request to publish. `key` is the Idempotency-Key header."""

    text: str
    media_ids: tuple[int, ...] = ()
    reply_to: int | None = None
    key: str | None = None
    language: str = "en"


class RateLimiter:
    """So many publishing calls per account and minute."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._calls: dict[int, deque[float]] = {}

    def spend(self, account: Account) -> None:
        """Count one call. Raises ApiError 429, with Retry-After in whole seconds, where none is left."""
        now = self._settings.clock.monotonic()
        with self._lock:
            calls = self._calls.setdefault(account.id, deque())
            while calls and calls[0] <= now - _WINDOW:
                calls.popleft()
            if len(calls) < self._settings.rate:
                calls.append(now)
                return
            wait = int(calls[0] + _WINDOW - now) + 1
        words = f"More than {self._settings.rate} calls in a minute. Try again in {wait} seconds."
        raise ApiError(429, "too_many_requests", words, {"Retry-After": str(wait)})


class Publishing:
    """Stores pictures and posts, lists and removes them."""

    def __init__(self, store: Store, settings: Settings, url: str) -> None:
        self._store = store
        self._settings = settings
        self._url = url

    def add_media(self, account: Account, data: bytes, alt: str) -> dict[str, Any]:
        """Keep a picture. Raises ApiError 413 or 422 in words."""
        limits = self._settings.limits
        if len(data) > limits.media_bytes:
            raise ApiError(413, "too_large", f"A picture takes {limits.media_bytes:,} bytes at most.")
        if len(alt) > limits.alt:
            raise ApiError(422, "alt_too_long", f"An alternative text takes {limits.alt:,} characters at most.")
        mime = _mime(data)
        if mime is None:
            raise ApiError(422, "not_a_picture", "This is no JPEG, PNG, GIF or WebP picture.")
        digest = hashlib.sha256(data).hexdigest()
        path = self._store.media_folder / digest
        temporary = path.with_name(f"{digest}.{os.urandom(4).hex()}")
        with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
        temporary.replace(path)
        row = (account.id, mime, len(data), digest, alt, stamp(self._settings.clock.now()))
        with self._store.write() as db:
            made = db.execute(
                "INSERT INTO media (account_id, mime, size, sha256, alt, created_at) VALUES (?, ?, ?, ?, ?, ?)", row
            ).lastrowid
        return {"id": str(made), "mime": mime, "size": len(data), "sha256": digest, "alt": alt}

    def publish(self, account: Account, new: NewPost) -> tuple[int, dict[str, Any]]:
        """Store a post, or find that it is there: (201, the post) or (200, the post of the same key)."""
        with self._store.write() as db:
            known = self._known(db, account, new)
            if known is not None:
                return 200, self._shown(db, known)
            self._check(db, account, new)
            now = self._settings.clock.now()
            row = (account.id, new.text, new.language, new.reply_to, new.key, stamp(now), now.timestamp())
            post_id = db.execute(
                "INSERT INTO posts (account_id, text, language, reply_to, idempotency_key, created_at, stored_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            ).lastrowid
            links = [(post_id, position, media_id) for position, media_id in enumerate(new.media_ids)]
            db.executemany("INSERT INTO post_media VALUES (?, ?, ?)", links)
            made = db.execute(f"{_SELECT} WHERE posts.id = ?", (post_id,)).fetchone()
            return 201, self._shown(db, made)

    def _known(self, db: sqlite3.Connection, account: Account, new: NewPost) -> sqlite3.Row | None:
        if not account.profile.remembers_keys or new.key is None:
            return None
        row: sqlite3.Row | None = db.execute(
            f"{_SELECT} WHERE account_id = ? AND idempotency_key = ? ORDER BY posts.id DESC LIMIT 1",
            (account.id, new.key),
        ).fetchone()
        age = self._settings.clock.now().timestamp() - row["stored_at"] if row else 0.0
        forgotten = account.profile is Profile.KEYED_60S and age >= self._settings.forget_after
        return None if forgotten else row

    def _check(self, db: sqlite3.Connection, account: Account, new: NewPost) -> None:
        limits = self._settings.limits
        if not new.text.strip():
            raise ApiError(422, "no_text", "A post needs a text.")
        if len(new.text) > limits.text:
            words = f"The text has {len(new.text)} characters; {limits.text} fit."
            raise ApiError(422, "text_too_long", words)
        if len(new.media_ids) > limits.media:
            raise ApiError(422, "too_many_pictures", f"A post takes {limits.media} pictures at most.")
        for media_id in new.media_ids:
            if not db.execute("SELECT 1 FROM media WHERE id = ? AND account_id = ?", (media_id, account.id)).fetchone():
                raise ApiError(422, "no_such_picture", f"This account has no picture {media_id}.")
        if new.reply_to is not None and not db.execute("SELECT 1 FROM posts WHERE id = ?", (new.reply_to,)).fetchone():
            raise ApiError(422, "no_such_post", f"There is no post {new.reply_to} to reply to.")
        if account.profile is Profile.NO_DUPLICATES:
            texts = db.execute("SELECT text FROM posts WHERE account_id = ?", (account.id,))
            if " ".join(new.text.split()) in (" ".join(row["text"].split()) for row in texts):
                raise ApiError(409, "duplicate_text", "This account has already said exactly that.")

    def own_posts(self, account: Account, before: int | None, limit: int) -> list[dict[str, Any]]:
        """What the account sees of itself, newest first. Raises ApiError 404 for a blind account."""
        newest = self._newest_seen(account)
        with self._store.read() as db:
            rows = db.execute(
                f"{_SELECT} WHERE account_id = ? AND (?2 IS NULL OR posts.id < ?2) AND stored_at <= ?"
                " ORDER BY posts.id DESC LIMIT ?",
                (account.id, before, newest, limit),
            ).fetchall()
            return [self._shown(db, row) for row in rows]

    def own_post(self, account: Account, post_id: int) -> dict[str, Any]:
        """One post as the account sees it. Raises ApiError 404 where it has none such, and for a blind account."""
        newest = self._newest_seen(account)
        with self._store.read() as db:
            row = db.execute(
                f"{_SELECT} WHERE posts.id = ? AND account_id = ? AND stored_at <= ?", (post_id, account.id, newest)
            ).fetchone()
            if row is None:
                raise _no_such(post_id)
            return self._shown(db, row)

    def _newest_seen(self, account: Account) -> float:
        """Until when posts were stored that the account can see by now. Raises ApiError 404 for a blind account."""
        if account.profile is Profile.BLIND:
            raise ApiError(404, "not_offered", "This network does not list an account's own posts.")
        late = self._settings.late_list if account.profile is Profile.LATE_LIST else 0.0
        return self._settings.clock.now().timestamp() - late

    def remove(self, account: Account, post_id: int) -> None:
        """Take a post down, with its place in the timeline. Raises ApiError 404 where the account has no such post."""
        with self._store.write() as db:
            gone = db.execute("DELETE FROM posts WHERE id = ? AND account_id = ?", (post_id, account.id)).rowcount
        if not gone:
            raise _no_such(post_id)

    def everything(self) -> list[dict[str, Any]]:
        """All stored posts, oldest first, with the keys they came with."""
        with self._store.read() as db:
            rows = db.execute(f"{_SELECT} ORDER BY posts.id").fetchall()
            return [{**self._shown(db, row), "idempotency_key": row["idempotency_key"]} for row in rows]

    def picture(self, media_id: int) -> tuple[str, bytes]:
        """Type and bytes. Raises ApiError 404."""
        with self._store.read() as db:
            row = db.execute("SELECT mime, sha256 FROM media WHERE id = ?", (media_id,)).fetchone()
        if row is None:
            raise ApiError(404, "no_such_picture", "There is no such picture.")
        return row["mime"], (self._store.media_folder / row["sha256"]).read_bytes()

    def _shown(self, db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
        media = db.execute(
            "SELECT media.* FROM media JOIN post_media ON media.id = media_id WHERE post_id = ? ORDER BY position",
            (row["id"],),
        )
        return {
            "id": str(row["id"]),
            "account": row["handle"],
            "text": row["text"],
            "language": row["language"],
            "reply_to": None if row["reply_to"] is None else str(row["reply_to"]),
            "media": [
                {
                    "id": str(item["id"]), "mime": item["mime"], "size": item["size"], "sha256": item["sha256"],
                    "alt": item["alt"], "url": f"{self._url}/media/{item['id']}",
                }
                for item in media
            ],
            "created_at": row["created_at"],
            "url": f"{self._url}/@{row['handle']}#post-{row['id']}",
        }  # fmt: skip


def _no_such(post_id: int) -> ApiError:
    return ApiError(404, "no_such_post", f"This account has no post {post_id}.")


def _mime(data: bytes) -> str | None:
    """The picture's type by its first bytes; what the sender claims is not asked."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for magic, mime in _MAGIC.items() if data.startswith(magic)), None)
