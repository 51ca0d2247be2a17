"""Secrets that cannot be shown by accident, and logs that hold none by construction.

`Secret` wraps a token or passphrase and remembers its value for `redact`, which masks it wherever a text repeats it.
`install_redaction` runs every log record of the process, and every exception nobody caught, through `redact`.
"""

import base64
import html
import json
import logging
import re
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from hmac import compare_digest
from itertools import chain
from types import TracebackType
from typing import Any, NoReturn
from weakref import WeakValueDictionary

_MASK = "***"
_SHORTEST = 8  # shorter values are not looked for: masking them would tear ordinary words apart
_REMEMBERED = 512  # values that stay known after their last Secret is gone: their text may still be on its way to a log
_SHOWN = f"Secret({_MASK})"

_log = logging.getLogger("signpost")


class _Cell:
    """One value and the ways a text may spell it. All Secrets of the same value share a cell."""

    __slots__ = ("__weakref__", "_literals", "_pattern", "value")

    def __init__(self, value: str) -> None:
        self.value = value
        self._pattern: re.Pattern[str] | None = None
        self._literals: tuple[str, ...] = ()

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the text spells the value."""
        if self._pattern is None:  # made on first use: most secrets live in processes that hardly log
            self._literals = _encoded_forms(self.value)
            self._pattern = re.compile("".join(_percent_spellings(letter) for letter in self.value))
        for hit in self._pattern.finditer(text):
            yield hit.span()
        for literal in self._literals:
            start = text.find(literal)
            while start >= 0:
                yield start, start + len(literal)
                start = text.find(literal, start + 1)


def _percent_spellings(letter: str) -> str:
    """A pattern for one character as it is or percent-encoded, whatever set of characters the encoder left alone."""
    if letter.isascii() and letter.isalnum():
        return letter
    encoded = "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))
    either_case = re.sub("[A-F]", lambda hit: f"[{hit[0]}{hit[0].lower()}]", encoded)
    plus = r"|\+" if letter == " " else ""
    return f"(?:{either_case}|{re.escape(letter)}{plus})"


def _encoded_forms(value: str) -> tuple[str, ...]:
    """The value inside JSON, a Python repr, HTML, hexadecimal and base64."""
    data = value.encode("utf-8", "surrogatepass")
    forms = {data.hex(), data.hex().upper(), html.escape(value)}
    for shown in (json.dumps(value), json.dumps(value, ensure_ascii=False), repr(value), ascii(value)):
        forms |= {shown[1:-1], json.dumps(shown[1:-1], ensure_ascii=False)[1:-1]}  # also JSON inside JSON
    for before in range(3):  # base64 depends on how many bytes stand before the value, as in "Basic user:password"
        coded = base64.b64encode(bytes(before) + data).decode()
        core = coded[(0, 2, 3)[before] : (before + len(data)) * 8 // 6]
        forms |= {core, core.replace("+", "-").replace("/", "_")}
    return tuple(forms - {value})


class _Registry:
    """The values to mask: every one that a living Secret holds, and the last few hundred others."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._living: WeakValueDictionary[str, _Cell] = WeakValueDictionary()
        self._recent: deque[_Cell] = deque(maxlen=_REMEMBERED)

    def cell(self, value: str) -> _Cell:
        if len(value) < _SHORTEST:
            return _Cell(value)
        with self._lock:
            cell = self._living.get(value)
            if cell is None:
                cell = self._living[value] = _Cell(value)
                self._recent.append(cell)
            return cell

    def cells(self) -> list[_Cell]:
        with self._lock:
            return list(self._living.values())


_registry = _Registry()  # the one state that belongs to the whole process: logging does, too


class Secret:
    """A value that only `reveal` gives away. It cannot be printed, formatted, copied, pickled or written as JSON."""

    __slots__ = ("_cell",)
    _cell: _Cell

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError("a secret is made from text")
        object.__setattr__(self, "_cell", _registry.cell(value))

    def reveal(self) -> str:
        """The value itself, for the one place that has to send, seal or store it."""
        return self._cell.value

    def __repr__(self) -> str:
        return _SHOWN

    def __format__(self, spec: str) -> str:
        return _SHOWN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        mine, theirs = (side.reveal().encode("utf-8", "surrogatepass") for side in (self, other))
        return compare_digest(mine, theirs)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is neither copied nor pickled")


# Names whose values are masked. The first kind is a secret under any prefix ("csrf_token"); the second only by itself,
# because "status_code" is none. "token_type" and "tokens" end differently and stay readable.
_ALWAYS = r"[\w.-]{0,40}(?:token|secret|password|passphrase|verifier|jwt|api_?key)"
_NAMES = rf"(?:{_ALWAYS}|code|device_code|user_code|state|assertion|client_assertion)"
_START = r"(?:(?<![A-Za-z0-9_])|(?<=%3F)|(?<=%26)|(?<=%23))"
_PLACES = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # JSON, dict and tuple reprs, also nested in JSON text: "code": "abc", ('code', 'abc'), \"code\": \"abc\"
        rf"""(?P<q>\\*["']){_NAMES}(?P=q)\s*[:,=]\s*[\[(]?\s*b?(?P<v>\\*["'])(?P<secret>.*?)(?:(?<!\\)(?P=v)|\Z)""",
        rf"""(?P<q>\\*["']){_ALWAYS}(?P=q)\s*:\s*(?P<secret>(?!null|none|true|false|["'\\\s])[^\s"',}}\]]+)""",
        rf"""{_START}{_NAMES}=b?(?P<v>["'])(?P<secret>.*?)(?:(?<!\\)(?P=v)|\Z)""",  # token='abc'
        rf"""{_START}{_NAMES}=(?P<secret>[^&\s"'<>#]+)""",  # forms and queries
        rf"""{_START}{_NAMES}%3D(?P<secret>(?:(?!%26|%23)[^&\s"'<>#])+)""",  # a query inside a query
        r"""authorization\\*["']?\s*[:=,]\s*(?:b?\\*["'])?(?:(?:basic|bearer|dpop|token)\s+)?(?P<secret>[^\s"'\\]+)""",
        r"""cookie\\*["']?\s*[:=,]\s*(?:b?\\*["'])?(?P<secret>[^\r\n"'\\]+)""",
        r"\b(?:bearer|dpop)\s+(?P<secret>[\w.~+/=-]+)",
        r"\bbasic\s+(?P<secret>(?=[\w+/-]*(?-i:[A-Z0-9=]))[\w+/-]{8,}={0,2})",
    )
)
_ROUNDS = 20


def _masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with every span masked; spans that touch or overlap share one mask."""
    pieces: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        if start > end or not pieces:
            pieces += [text[end:start], _MASK]
        end = max(end, stop)
    return "".join(pieces) + text[end:]


def _at_places(text: str) -> Iterator[tuple[int, int]]:
    for place in _PLACES:
        for hit in place.finditer(text):
            if hit["secret"] not in ("", _MASK):
                yield hit.span("secret")


def redact(text: str) -> str:
    """The text without the values that a Secret holds, and without what stands in token fields and headers."""
    cells = _registry.cells()
    rounds = 0
    before = None
    while text != before:  # a mask may join its neighbours to another value or place
        before, rounds = text, rounds + 1
        spans = [cell.spans(text) for cell in cells]
        # both at once: a value may hold a quote that ends its field too early, or be the word that names a field
        if rounds <= _ROUNDS:  # values alone make the text shorter each time, so that there is an end
            spans.append(_at_places(text))
        text = _masked(text, chain(*spans))
    return text


def redacted_traceback(error: BaseException) -> str:
    """The traceback as Python prints it, with causes and notes, without secrets."""
    return redact("".join(traceback.format_exception(error)))


_QUIET = ("requests_oauthlib", "oauthlib", "urllib3", "requests")  # they write headers, bodies and URLs at DEBUG
_STANDARD = frozenset(vars(logging.makeLogRecord({})))


def _too_talkative(record: logging.LogRecord) -> bool:
    name, level = record.name or "", record.levelno or 0  # logging.makeLogRecord starts with None for both
    return level < logging.WARNING and name.partition(".")[0] in _QUIET


def _merged(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # the logging module would print the arguments, unmasked, to stderr
        return f"{record.msg!r} with {record.args!r} cannot be formatted: {type(error).__name__}"


def _clean(record: logging.LogRecord) -> None:
    """Masks everything that a handler may write. Message and arguments are merged: a secret may span the two."""
    if _too_talkative(record):
        record.msg, record.args = "(left out: this library writes secrets at this level)", ()
        record.exc_info = record.exc_text = record.stack_info = None
        return
    record.msg, record.args = redact(_merged(record)), ()
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text = redacted_traceback(record.exc_info[1])
    record.exc_info = None  # a handler finds the text in exc_text; the exception itself would lead to the values
    record.exc_text = redact(record.exc_text) if record.exc_text else None
    record.stack_info = redact(record.stack_info) if record.stack_info else None
    for name in vars(record).keys() - _STANDARD:
        if isinstance(value := getattr(record, name), str):
            setattr(record, name, redact(value))


class RedactingFilter(logging.Filter):
    """Lets records through without their secrets, for handlers that get records from elsewhere.

    Records of libraries that write secrets below WARNING are stopped. Extra fields are masked where they are text.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Masks the record in place. False where it has to be dropped."""
        if _too_talkative(record):
            return False
        _clean(record)
        return True


class _CleanRecords:
    """Makes the process's log records: no handler, present or future, ever holds one with a secret."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, *args: Any, **named: Any) -> logging.LogRecord:
        record = self._make(*args, **named)
        _clean(record)
        return record


def _on_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        _log.warning("Stopped from the keyboard.")
    else:
        _log.critical("Stopped by an unknown error.\n%s", redacted_traceback(error))


def _on_thread_exception(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        name = args.thread.name if args.thread else "unknown"
        _log.critical("Thread %s stopped by an unknown error.\n%s", name, redacted_traceback(args.exc_value))


def _on_unraisable(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        _log.error("%s\n%s", args.err_msg or "Error while cleaning up.", redacted_traceback(args.exc_value))


def install_redaction() -> None:
    """Masks secrets in all logs of this process from here on. Call it again after adding handlers: it is harmless.

    The record factory covers every logger and handler; the filters cover records and extra fields that come past it.
    Libraries that log tokens stay at WARNING even if somebody sets their level. Exceptions that nobody caught go,
    masked, to the log alone.
    """
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _CleanRecords):
        logging.setLogRecordFactory(_CleanRecords(factory))
    root = logging.getLogger()
    places: list[logging.Filterer] = [root, *root.handlers]
    if logging.lastResort is not None:
        places.append(logging.lastResort)
    for name in [*logging.root.manager.loggerDict, *_QUIET]:
        if name.partition(".")[0] in _QUIET:
            places.append(logging.getLogger(name))
            logging.getLogger(name).setLevel(logging.WARNING)
    for place in places:
        if not any(isinstance(known, RedactingFilter) for known in place.filters):
            place.addFilter(RedactingFilter())
    sys.excepthook, threading.excepthook, sys.unraisablehook = _on_exception, _on_thread_exception, _on_unraisable
