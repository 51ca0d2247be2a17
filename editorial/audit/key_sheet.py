"""The key sheet: what somebody outside needs to verify the log, on paper. It holds nothing secret.

That copy, not the database, is what the log is checked against: whoever starts a log anew with another key is found
out by comparing the sheet.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from editorial.audit.anchoring import LIMITS
from editorial.audit.bundle import checker_digest
from editorial.audit.log import head_of
from editorial.desk import Desk

TITLE = "Signpost key sheet"
_USE = (
    "Keep this sheet outside the communications team: the compliance officer is the best place.",
    "Compare it with the keys that an exported log names. Another key or another log name is a reason to ask.",
    "Print a new one when the charter changes its desks. The old one stays true for what was signed before.",
)
_STYLE = (
    "body{font:12pt/1.45 sans-serif;max-width:44em;margin:2em auto;color:#000;background:#fff}"
    "dt{font-weight:bold;margin:.8em 0 .1em}dd{margin:0;font:11pt monospace;overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True)
class KeySheet:
    """What stands on it. `root`: the digest of charter version 0, from which everybody's keys follow."""

    organization: str
    origin: str
    vkeys: tuple[str, ...]
    root: str
    charter: str
    officers: tuple[str, ...]
    checkpoint: str
    made_at: datetime

    def facts(self) -> list[tuple[str, str]]:
        """Every line of the sheet."""
        return [
            ("Organization", self.organization),
            ("Name of the log", self.origin),
            *(("Key of a desk (vkey)", vkey) for vkey in self.vkeys),
            ("Root of trust: charter version 0", self.root),
            ("Charter in force", self.charter),
            *(("Officer and key", officer) for officer in self.officers),
            ("SHA-256 of verify.py, the checker in evidence bundles", checker_digest()),
            ("The log when this was made", self.checkpoint),
            ("Made", f"{self.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"),
        ]

    def text(self) -> str:
        """The sheet as plain text."""
        lines = [TITLE, "=" * len(TITLE), ""]
        for name, value in self.facts():
            lines += [f"{name}:", f"  {value}"]
        return "\n".join([*lines, "", *(f"- {line}" for line in (*_USE, LIMITS)), ""])

    def html(self) -> str:
        """The sheet as a page that a browser prints."""
        facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in self.facts())
        use = "".join(f"<li>{line}</li>" for line in (*_USE, LIMITS))
        return (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
            f"<style>{_STYLE}</style></head>\n<body><h1>{TITLE}</h1><dl>{facts}</dl><ul>{use}</ul></body></html>\n"
        )


def key_sheet(desk: Desk) -> KeySheet:
    """The sheet as things stand. Raises CharterError."""
    with desk.reading() as session:
        verified = desk.charter(session)
        head = head_of(session)
    charter = verified.charter
    return KeySheet(
        organization=desk.workspace.organization,
        origin=desk.workspace.origin,
        vkeys=tuple(each.vkey for each in charter.desks),
        root=verified.root(),
        charter=f"version {charter.version}, {verified.digest()}",
        officers=tuple(f"{member.name}: {member.key_id}" for member in charter.officers()),
        checkpoint=f"{head.size:,} entries, root {head.root.hex()}",
        made_at=desk.clock.now(),
    )
