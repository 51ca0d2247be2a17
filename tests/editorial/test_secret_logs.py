"""After `install_redaction` no handler gets a secret, and no uncaught exception shows one."""

import io
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from editorial import secret as module
from editorial.secret import RedactingFilter, Secret, install_redaction, redacted_traceback
from tests.fakes.canary import new_canary

UNKNOWN = "Zq7xUnregistered9"  # no Secret holds it: only its place gives it away


@pytest.fixture(autouse=True, scope="module")
def own_registry() -> Iterator[None]:
    """Values made up here may be ordinary words; the texts of other tests must not lose them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_registry", module._Registry())
        yield


@pytest.fixture
def redaction() -> Iterator[io.StringIO]:
    """Redaction as a program installs it, with a handler of the usual kind. Everything is put back afterwards."""
    root = logging.getLogger()
    names = [None, *module._QUIET, *logging.root.manager.loggerDict]
    loggers = [logging.getLogger(name) for name in names]
    places: list[logging.Filterer] = [*loggers, *root.handlers]
    if logging.lastResort:
        places.append(logging.lastResort)
    filters = [(place, list(place.filters)) for place in places]
    levels = [(logger, logger.level) for logger in loggers]
    before = logging.getLogRecordFactory()
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    install_redaction()
    yield out
    root.removeHandler(handler)
    logging.setLogRecordFactory(before)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    for place, kept in filters:
        place.filters[:] = kept
    for logger, level in levels:
        logger.setLevel(level)


log = logging.getLogger("elsewhere.in.a.library")


class Keep(logging.Handler):
    """A handler with a way of its own of looking at records."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def kept(redaction: io.StringIO) -> Iterator[list[logging.LogRecord]]:
    """The records that a handler added after the installation, and without a filter, gets."""
    handler = Keep()
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield handler.records
    log.removeHandler(handler)
    log.setLevel(logging.NOTSET)


def fail(text: str) -> None:
    try:
        raise ValueError(f"inner {text}")
    except ValueError as error:
        error.add_note(f"note {text}")
        raise RuntimeError(f"outer {text}") from error


class TestLogs:
    def test_messages_and_arguments(self, redaction: io.StringIO, kept: list[logging.LogRecord]) -> None:
        secret = Secret(new_canary())
        log.warning("sent %s", secret.reveal())
        log.warning("Bearer %s", UNKNOWN)  # a name in the message, its value in the arguments
        log.warning({"token": UNKNOWN})
        log.warning("%(code)s", {"code": secret.reveal()})
        assert len(kept) == 4
        for record in kept:
            assert secret.reveal() not in str(vars(record))
            assert UNKNOWN not in str(vars(record))
        assert secret.reveal() not in redaction.getvalue()
        assert "WARNING elsewhere.in.a.library sent ***\n" in redaction.getvalue()

    def test_exceptions_and_stacks(self, redaction: io.StringIO, kept: list[logging.LogRecord]) -> None:
        secret = Secret(new_canary())
        try:
            fail(secret.reveal())
        except RuntimeError:
            log.exception("failed", stack_info=True)
        (record,) = kept
        assert record.exc_info is None
        text = redaction.getvalue()
        for part in ("RuntimeError: outer ***", "ValueError: inner ***", "note ***", "Stack (most recent call last)"):
            assert part in text
        assert secret.reveal() not in text + str(vars(record))

    def test_messages_that_cannot_be_formatted(
        self, redaction: io.StringIO, kept: list[logging.LogRecord], capsys: pytest.CaptureFixture[str]
    ) -> None:
        secret = Secret(new_canary())
        log.warning("two %s %s", secret.reveal())
        assert "cannot be formatted: TypeError" in redaction.getvalue()
        assert secret.reveal() not in redaction.getvalue() + "".join(capsys.readouterr())

    def test_exc_info_without_an_exception(self, redaction: io.StringIO, kept: list[logging.LogRecord]) -> None:
        log.warning("nothing wrong", exc_info=True)
        assert redaction.getvalue().endswith("nothing wrong\n")

    def test_extra_fields_at_filtered_handlers(self, redaction: io.StringIO) -> None:
        secret = Secret(new_canary())
        handler = Keep()
        handler.addFilter(RedactingFilter())
        log.addHandler(handler)
        try:
            log.warning("x", extra={"url": f"https://desk/?key={secret.reveal()}", "tries": 3})
        finally:
            log.removeHandler(handler)
        (record,) = handler.records
        assert secret.reveal() not in str(vars(record))
        assert vars(record)["tries"] == 3

    def test_records_from_elsewhere_at_installed_handlers(self, redaction: io.StringIO) -> None:
        secret = Secret(new_canary())
        record = logging.makeLogRecord({"name": "x", "msg": "sent %s", "args": (secret.reveal(),), "levelno": 30})
        logging.getLogger().handle(record)
        assert "sent ***" in redaction.getvalue()

    @pytest.mark.parametrize("name", ["requests_oauthlib.oauth2_session", "urllib3.connectionpool", "oauthlib", "new"])
    def test_talkative_libraries_stay_quiet(
        self, redaction: io.StringIO, kept: list[logging.LogRecord], name: str
    ) -> None:
        name = f"requests_oauthlib.made_{new_canary('x')[:8]}" if name == "new" else name
        install_redaction()
        logger = logging.getLogger(name)
        handler = Keep()
        logger.addHandler(handler)
        before = logger.level
        logger.setLevel(logging.DEBUG)  # somebody insists
        try:
            logger.debug("Headers %s", {"X-Odd": UNKNOWN}, stack_info=True)
            logger.warning("Retrying after a broken connection")
        finally:
            logger.removeHandler(handler)
            logger.setLevel(before)
        texts = [record.getMessage() for record in handler.records]
        assert texts[-1] == "Retrying after a broken connection"
        assert UNKNOWN not in redaction.getvalue() + str([vars(record) for record in handler.records])

    def test_installing_again_changes_nothing(self, redaction: io.StringIO) -> None:
        factory = logging.getLogRecordFactory()
        filters = list(logging.getLogger().filters)
        install_redaction()
        assert logging.getLogRecordFactory() is factory
        assert logging.getLogger().filters == filters

    def test_without_a_last_resort(self, redaction: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(logging, "lastResort", None)
        install_redaction()
        assert logging.getLogger().filters


class TestUncaught:
    def test_traceback(self) -> None:
        secret = Secret(new_canary())
        with pytest.raises(RuntimeError) as caught:
            fail(secret.reveal())
        shown = redacted_traceback(caught.value)
        assert secret.reveal() not in shown
        assert "RuntimeError: outer ***" in shown
        assert "in fail" in shown

    def test_hooks(self, redaction: io.StringIO, expect_log: Callable[[str], None]) -> None:
        secret = Secret(new_canary())
        for announced in (
            "Stopped by an unknown error",
            "Thread worker stopped",
            "while cleaning up",
            "Thread unknown",
        ):
            expect_log(announced)
        with pytest.raises(RuntimeError) as caught:
            fail(secret.reveal())
        error = caught.value
        sys.excepthook(RuntimeError, error, None)
        thread = threading.Thread(name="worker", target=fail, args=(secret.reveal(),))
        thread.start()
        thread.join()
        threading.excepthook(threading.ExceptHookArgs((RuntimeError, error, None, None)))
        threading.excepthook(threading.ExceptHookArgs((SystemExit, SystemExit(), None, None)))
        threading.excepthook(threading.ExceptHookArgs((RuntimeError, None, None, None)))
        for value in (error, None):
            details = SimpleNamespace(
                exc_type=RuntimeError, exc_value=value, exc_traceback=None, err_msg=None, object=1
            )
            sys.unraisablehook(details)
        text = redaction.getvalue()
        assert text.count("RuntimeError: outer ***") == 4
        assert secret.reveal() not in text

    def test_keyboard(self, redaction: io.StringIO, expect_log: Callable[[str], None]) -> None:
        expect_log("Stopped from the keyboard.")
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt("token=" + UNKNOWN), None)
        assert redaction.getvalue() == "WARNING signpost Stopped from the keyboard.\n"

    def test_a_program_that_dies(self) -> None:
        code = (
            "import sys\nfrom editorial.secret import Secret, install_redaction\n"
            "install_redaction()\nvalue = Secret(sys.stdin.read()).reveal()\nraise ValueError('token was ' + value)"
        )
        canary = new_canary()
        done = subprocess.run([sys.executable, "-c", code], input=canary, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "ValueError: token was ***" in done.stderr
        assert canary not in done.stdout + done.stderr
