"""How commands speak: sentences for people, or JSON Lines with --json. The one place that writes to the terminal."""

import json
import os
import sys
from typing import Any, TextIO

from editorial.errors import DeskError
from editorial.secret import redact


class Output:
    """Standard output for results, standard error for what went wrong. Both are redacted.

    With `as_json` every line is one JSON object, on both.
    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._steps = 0

    def step(self, title: str, proof: str) -> None:
        """One step that is done, and what proves it."""
        self._steps += 1
        text = f"{self._steps:>2}. {title}\n      {proof}"
        self._write(sys.stdout, text, {"step": self._steps, "title": title, "proof": proof})

    def say(self, text: str, **facts: Any) -> None:
        """A sentence; with --json the facts, and the sentence as `text`."""
        self._write(sys.stdout, text, {**facts, "text": text})

    def fail(self, error: DeskError) -> None:
        """A known situation, on standard error."""
        told = {"error": error.code, "title": error.title, "what": error.what, "advice": error.advice}
        self._write(sys.stderr, f"{error} [{error.code}]", told)

    def complain(self, code: str, text: str) -> None:
        """One sentence about what went wrong, on standard error."""
        self._write(sys.stderr, text, {"error": code, "title": text, "what": "", "advice": ""})

    def _write(self, stream: TextIO, text: str, facts: dict[str, Any]) -> None:
        line = redact(json.dumps(facts) if self.as_json else text) + "\n"
        encoding = stream.encoding or "ascii"
        stream.write(line.encode(encoding, "backslashreplace").decode(encoding))  # a terminal may know few characters
        stream.flush()


def silence_broken_pipe() -> None:
    """Whoever read our output is gone; Python would complain about that once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
