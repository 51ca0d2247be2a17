"""`signpost doctor`: what IT asks first. Nothing secret is read, let alone printed.

Every line is one fact. A line that cannot be told says so and keeps no other from being told.
"""

import importlib.metadata
import importlib.util
import platform
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import requests

from connectors.http import new_session
from connectors.looking import look
from desktop.commands.disk import disk_of
from desktop.commands.output import Output
from desktop.commands.services import after_reboot, sleeps
from desktop.commands.workspace import desk_at, keyring_for, kind_of
from desktop.practice import practice_data, running_at
from editorial.audit.anchoring import State, gap_words, seen_words
from editorial.audit.anchoring import look as compare
from editorial.audit.gaps import open_gaps
from editorial.clock import Clock, SystemClock, unstamp
from editorial.desk import DATABASE, app_version
from editorial.errors import DeskError
from editorial.store.database import read_only
from editorial.store.schema import CURRENT, version_of
from editorial.vault import Vault, VaultError
from editorial.when import tzdata_version

Fact = tuple[str, str, bool]
_LIBRARIES = ("sqlalchemy", "cryptography", "keyring", "requests", "apscheduler", "pillow")
_REACH = 3.0  # seconds to wait for a server
_SILENT = 30.0  # seconds after which a publisher that says nothing counts as hanging
_LATE = 120.0  # seconds for which a delivery may wait for another of its account, or for a renewal


def run_doctor(folder: Path, output: Output, clock: Clock | None = None) -> int:
    """One line a fact. Exit code 1 when something stands in the way of working at this computer."""
    wrong = False
    with ExitStack() as stack:
        try:
            stack.enter_context(keyring_for(folder, kind_of(folder), output))
        except DeskError as error:
            wrong = _tell(output, ("Keyring", str(error), False))
        for fact in _facts(folder, clock or SystemClock()):
            wrong |= _tell(output, fact)
    return 1 if wrong else 0


def _tell(output: Output, fact: Fact) -> bool:
    name, words, fine = fact
    output.say(f"{'ok ' if fine else '!! '} {name:<18} {words}", fact=name, value=words, fine=fine)
    return not fine


def _facts(folder: Path, clock: Clock) -> Iterator[Fact]:
    yield "Signpost", app_version(), True
    yield "Python", f"{platform.python_version()} on {platform.platform()}", sys.version_info >= (3, 11)
    yield _qt()
    yield "Libraries", ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES), True
    yield "SQLite", sqlite3.sqlite_version, True
    yield _keyring()
    database = folder / DATABASE
    for name, asked in (
        ("Workspace", lambda: _workspace(folder)),
        ("Database", lambda: _database(database)),
        ("Clock", lambda: _clock(database, clock)),
        ("Log's marks", lambda: _marks(folder)),
        ("Zone rules", lambda: (f"tzdata {tzdata_version()}", True)),
        ("Disk encryption", lambda: (disk_of(folder).value, True)),
        ("Practice network", lambda: _practice(folder)),
        ("Publisher", lambda: _publisher(folder, clock)),
        ("Oldest due", lambda: _oldest_due(database, clock)),
        ("Sleep", sleeps),
        ("After a reboot", after_reboot),
    ):
        yield (name, *_looked(asked))
    yield from _reached(database)


def _looked(look: Callable[[], tuple[str, bool]]) -> tuple[str, bool]:
    try:
        return look()
    except DeskError as error:
        return str(error), False
    except (OSError, sqlite3.Error, ValueError) as error:
        return f"cannot be told ({type(error).__name__}: {error})", False


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def _qt() -> Fact:
    """Asked of the installed package: importing Qt would need the libraries that may be what is missing."""
    if importlib.util.find_spec("PySide6") is None:
        return "Qt", "is not installed: the desktop cannot start", False
    return "Qt", f"PySide6 {_version('PySide6-Essentials')}", True


def _keyring() -> Fact:
    vault = Vault("probe")
    try:
        vault.check()
        return "Keyring", vault.backend_name(), True
    except VaultError as error:
        return "Keyring", f"{error} [{error.code}]", False


def _workspace(folder: Path) -> tuple[str, bool]:
    kind = kind_of(folder)
    if not (folder / DATABASE).exists():
        return f"none in {folder}", True
    size = (folder / DATABASE).stat().st_size
    return f"{folder} ({kind or 'not finished, or not readable'}, {size / 1e6:.1f} MB)", kind is not None


def _database(database: Path) -> tuple[str, bool]:
    if not database.exists():
        return "none", True
    version = version_of(database)
    with read_only(database) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    fine = version == CURRENT and found == "ok"
    return f"schema {version} (this Signpost: {CURRENT}), {mode}, {'sound' if found == 'ok' else found}", fine


def _clock(database: Path, clock: Clock) -> tuple[str, bool]:
    """A clock behind the newest entry was set back, or the entry was written by one that was ahead."""
    now = clock.now()
    words = f"{now:%Y-%m-%d %H:%M:%S} UTC, local zone {time.tzname[0]}"
    if not database.exists():
        return words, True
    with read_only(database) as connection:
        row = connection.execute("SELECT max(ts) FROM audit_entry").fetchone()
    if row[0] is not None and unstamp(row[0]) > now:
        return f"{words}; it is behind the newest entry of the log ({row[0]})", False
    return words, True


def _marks(folder: Path) -> tuple[str, bool]:
    """Whether the log goes on from what its marks saw; only of a workspace that opening would not change."""
    database = folder / DATABASE
    if not database.exists() or version_of(database) != CURRENT:
        return "not compared", True
    with desk_at(folder) as desk:
        anchor = compare(desk)
        with desk.reading() as session:
            gap = gap_words(open_gaps(session))
    words = f"{seen_words(anchor, anchor.mark.size if anchor.mark else 0)} {gap}".rstrip()
    return words, anchor.state is not State.BROKEN and not gap


def _practice(folder: Path) -> tuple[str, bool]:
    url = running_at(practice_data(folder))
    return (f"answers at {url}" if url else "does not run; the desktop starts it when it is needed"), True


def _publisher(folder: Path, clock: Clock) -> tuple[str, bool]:
    from scheduler.status import is_running, read_status

    if not is_running(folder):
        return "does not run; the desktop starts it", True
    status = read_status(folder)
    if status is None:
        return "runs", True
    ago = (clock.now() - status.beat).total_seconds()
    words = f"runs on {status.computer} (process {status.pid}, {status.state}, last seen at work {ago:.0f} s ago)"
    return f"{words} {status.words}".rstrip(), not status.words and ago <= _SILENT


def _oldest_due(database: Path, clock: Clock) -> tuple[str, bool]:
    """What the publisher should have begun by now: the one sign of a worker that runs and does nothing."""
    if not database.exists():
        return "nothing", True
    with read_only(database) as connection:
        (due,) = connection.execute(
            "SELECT min(due_at) FROM delivery WHERE state IN ('waiting', 'retrying')"
        ).fetchone()
    if due is None or (late := (clock.now() - unstamp(due)).total_seconds()) <= 0:
        return "nothing is late", True
    return f"since {due}, {late:.0f} s ago", late <= _LATE


def _reached(database: Path) -> Iterator[Fact]:
    """Whether the servers of connected accounts answer at all; nothing is signed in and nothing is sent."""
    with new_session() as session:
        for server in _servers(database):
            yield "Reachability", *_answers(session, server)


def _servers(database: Path) -> list[str]:
    """Those of connected accounts beyond the practice network; none where the database cannot be read, told above."""
    try:
        with read_only(database) as connection:
            found = connection.execute(
                "SELECT DISTINCT server FROM account WHERE state <> 'disconnected' AND network <> 'practice'"
                " ORDER BY server"
            ).fetchall()
    except sqlite3.Error:
        return []
    return [server for (server,) in found]


def run_network(folder: Path, output: Output) -> int:
    """One line for each server of a connected account: proxy, certificate, verdict. Exit code 1 where one is wrong."""
    servers, wrong = _servers(folder / DATABASE), False
    if not servers:
        output.say("No account beyond the practice network is connected.", servers=0)
    for way in map(look, servers):
        by = f"through {way.proxy}" if way.proxy else "directly"
        signed = f", certificate by {way.issuer}" if way.issuer else ""
        wrong |= _tell(output, ("Network", f"{way.server} {by}{signed}: {way.verdict}", way.fine))
    return 1 if wrong else 0


def _answers(session: requests.Session, server: str) -> tuple[str, bool]:
    try:
        answer = session.get(server, timeout=(_REACH, _REACH), allow_redirects=False, stream=True)
    except requests.RequestException as error:
        return f"{server} does not answer ({type(error).__name__})", False
    answer.close()
    return f"{server} answers", True
