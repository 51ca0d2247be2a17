"""report.html: a bundle for reading and printing, post by post. It proves nothing, and says so on every page.

Everything in it was typed by somebody or came from a network, so everything is escaped; it loads nothing and runs
nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from editorial.audit.actions import Action, words
from editorial.audit.bundle import BundleWriter, Tell
from editorial.audit.leaf import Leaf
from editorial.audit.manifest import Write
from editorial.canonical import parse
from editorial.charter.document import Charter, Role
from editorial.clock import unstamp
from editorial.keys.dsse import Envelope
from editorial.signoff.statement import Statement
from editorial.store.models import CharterVersion, Post
from editorial.when import zone_of

_NOISE = frozenset({Action.STEP_STARTED, Action.STEP_ENDED, Action.DELIVERY_LOOKED_UP, Action.DELIVERY_STARTED})
_STEP = 500
_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 11pt/1.45 sans-serif; color: #16242b; max-width: 52em; margin: 2em auto; padding: 0 1em }}
h1 {{ font-size: 18pt }} h2 {{ font-size: 13pt; margin: 2em 0 .4em; break-after: avoid }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .25em .8em .25em 0; border-bottom: 1px solid #c9d3d6 }}
thead {{ display: table-header-group }} tr {{ break-inside: avoid }}
.not {{ border: 2px solid #16242b; padding: .5em 1em; font-weight: bold }}
td:first-child, td:nth-child(2) {{ white-space: nowrap; font-variant-numeric: tabular-nums }}
</style></head><body>
<h1>{title}</h1>
<p class="not">For reading only. This page is not authoritative: what counts is entries.jsonl, checked by verify.py.</p>
"""
_TABLE = (
    "<table><thead><tr><th scope='col'>Entry</th><th scope='col'>Time ({zone})</th><th scope='col'>What happened</th>"
    "<th scope='col'>Who</th></tr></thead><tbody>\n"
)
_ABOUT = text(
    """
    SELECT e.leaf, b.body FROM audit_entry e LEFT JOIN audit_body b ON b.seq = e.seq
    WHERE e.seq < :size
    AND (e.object_id = :post OR e.object_id IN (SELECT id FROM delivery WHERE post_id = :post))
    ORDER BY e.seq
    """
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands above the report. `made_by` is a name; `size` counts the log's entries."""

    organization: str
    origin: str
    size: int
    root: str
    made_at: datetime
    made_by: str
    zone: str


class Report:
    """Writes the report of one bundle, from the same view of the data."""

    def __init__(self, session: Session, writer: BundleWriter, cover: Cover, *, patients: bool) -> None:
        self._session = session
        self._writer = writer
        self._cover = cover
        self._zone = zone_of(cover.zone)
        self._patients = patients

    def write(self, write: Write, tell: Tell) -> None:
        """The whole page, a post at a time. Raises OSError and what `tell` raises."""
        for place, part in enumerate(self._parts()):
            if place % _STEP == 0:
                tell(1, 1)
            write(part.encode("utf-8", "replace"))

    def _parts(self) -> Iterator[str]:
        cover = self._cover
        yield _HEAD.format(title=escape(f"Audit log of {cover.organization}"))
        yield "<table><tbody>"
        yield from (
            f"<tr><th scope='row'>{escape(name)}</th><td>{escape(value)}</td></tr>"
            for name, value in (
                ("Log", cover.origin), ("Entries", f"{cover.size:,}"), ("Root", cover.root),
                ("Made", f"{self._time(cover.made_at)} by {cover.made_by}"),
            )
        )  # fmt: skip
        yield "</tbody></table>\n"
        yield from self._staff()
        posts = select(Post.id, Post.number, Post.title).order_by(Post.number)  # type: ignore[arg-type]
        for post_id, number, title in self._session.exec(posts.execution_options(yield_per=200)):
            yield from self._post(post_id, f"P-{number}", title)
        yield "</body></html>\n"

    def _staff(self) -> Iterator[str]:
        yield "<h2>The staff by the charter</h2>\n<table><thead><tr><th scope='col'>Name</th>"
        yield "<th scope='col'>Roles</th><th scope='col'>Key</th></tr></thead><tbody>\n"
        newest = select(CharterVersion.envelope).order_by(CharterVersion.version.desc())  # type: ignore[attr-defined]
        envelope = self._session.exec(newest).first()
        charter = Charter.from_payload(Envelope.from_json(envelope).payload) if envelope else None
        for member in charter.members if charter else ():
            roles = ", ".join(sorted(role.label for role in member.roles)) + ("" if member.active else " (left)")
            yield f"<tr><td>{escape(member.name)}</td><td>{escape(roles)}</td><td>{escape(member.key_id)}</td></tr>\n"
        yield "</tbody></table>\n"

    def _post(self, post_id: str, number: str, title: str) -> Iterator[str]:
        shown = self._patients or self._writer.patients.may_be_shown(post_id)
        heading = f"{number}, {title}" if shown and title else number
        found = self._session.connection().execute(_ABOUT, {"post": post_id, "size": self._cover.size})
        begun = False
        for stored, body in found:
            leaf = Leaf.decode(stored)
            if leaf.action in _NOISE or not self._writer.keeps(leaf):
                continue
            if not begun:
                begun = True
                yield f"<h2>{escape(heading)}</h2>\n" + _TABLE.format(zone=escape(self._cover.zone))
            yield self._row(leaf, parse(body) if body else {})
        if begun:
            yield "</tbody></table>\n"

    def _row(self, leaf: Leaf, body: Mapping[str, Any]) -> str:
        happened = escape(words(leaf.action, leaf.object["rev"]))
        if leaf.action == Action.SIGNED_OFF and "envelope" in body:
            happened += f"<br>{escape(_signature(Envelope.from_json(body['envelope'])))}"
        who, when = str(body.get("actor", "")), self._time(unstamp(leaf.ts))
        cells = (f"{leaf.seq:,}", escape(when), happened, escape(who))
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"

    def _time(self, at: datetime) -> str:
        return at.astimezone(self._zone).isoformat(" ", "seconds")


def _signature(envelope: Envelope) -> str:
    """Printed name, role, time and meaning, as the person signed them."""
    statement = Statement.from_payload(envelope.payload)
    role, at = Role(statement.signer["role"]).label, statement.signed_at.isoformat(" ", "seconds")
    return f"Signed by {statement.signer['name']}, {role}, {at}: “{statement.meaning}”"
