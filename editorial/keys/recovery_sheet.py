"""The recovery sheet: the workspace secret on paper, as plain text and as a page that a browser prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

_COLUMNS = 4
_TITLE = "Signpost recovery sheet"
_USE = (
    "On a new computer, restore the workspace's backup, choose “Use recovery sheet” and type these words in order.",
    "Everybody then signs in with their own passphrase.",
)
_KEEP = (
    "Print it and keep it in a safe, in a closed envelope. Keep it apart from the backups.",
    "Whoever has this sheet and a backup can try to guess passphrases. If it is lost or seen, tell an administrator.",
    "It brings back no forgotten passphrase: two others sign a new key for that person.",
    "Do not photograph it, mail it or keep it as a file.",
)
_STYLE = (
    "body{font:12pt/1.45 sans-serif;max-width:44em;margin:2em auto;color:#000;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:1.5em 0}"
    "td{border:1px solid #000;padding:.5em .6em;font:13pt monospace}"
    "dt{font-weight:bold;float:left;width:8em}dd{margin:0 0 .2em 8em}"
)


@dataclass(frozen=True, slots=True, repr=False)
class RecoverySheet:
    """A sheet in both forms. Both hold the secret: they go to a printer or where a person says, never into a log."""

    text: str
    html: str


def recovery_sheet(organization: str, workspace_id: str, words: Sequence[str], made_at: datetime) -> RecoverySheet:
    """The sheet for one workspace. `words` come from `WorkspaceSecret.words`; `made_at` is printed in UTC."""
    facts = (
        ("Organization", organization),
        ("Workspace", workspace_id),
        ("Made", f"{made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"),
    )
    numbered = [f"{place}. {word}" for place, word in enumerate(words, 1)]
    rows = [numbered[start : start + _COLUMNS] for start in range(0, len(numbered), _COLUMNS)]
    return RecoverySheet(_text(facts, rows), _html(facts, rows))


def _text(facts: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> str:
    lines = [_TITLE, "=" * len(_TITLE), ""]
    lines += [f"{name + ':':<14}{value}" for name, value in facts]
    lines += ["", *("".join(f"{cell:<16}" for cell in row).rstrip() for row in rows), ""]
    lines += ["How to use it", *(f"- {line}" for line in _USE), ""]
    lines += ["How to keep it", *(f"- {line}" for line in _KEEP), ""]
    return "\n".join(lines)


def _html(facts: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> str:
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    table = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    use = "".join(f"<li>{line}</li>" for line in _USE)
    keep = "".join(f"<li>{line}</li>" for line in _KEEP)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{_TITLE}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{_TITLE}</h1><dl>{listed}</dl>\n<table>{table}</table>\n"
        f"<h2>How to use it</h2><ul>{use}</ul>\n<h2>How to keep it</h2><ul>{keep}</ul></body></html>\n"
    )
