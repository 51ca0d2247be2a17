"""The process that keeps a private Secret Service: a D-Bus session, gnome-keyring on it, and its users.

Run by path with the folder as argument, standard library only. It leaves its starter's session at once, serves every
process that connects to its socket, and ends with the last of them: the kernel closes the connection of a process that
was killed. It answers on standard output with one word: "ready", "busy" (another keeper has the folder) or "failed" and
why.

The bus knows no services to start and has no display: nothing on it can ever open a prompt.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import re
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

SERVICE = "service.json"
PASSWORD = "password"  # noqa: S105  # a file's name
_RUN = "signpost-keyring-"
_START = 10.0  # seconds for each program to say that it runs
_FIRST_USER = 15.0  # seconds for the starter to connect
_STOP = 5.0  # seconds for each program to end by itself
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><keep_umask/><listen>unix:path={run}/bus</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
"""


class StartError(Exception):
    """A program did not start; the message says which."""


def _die_with_parent() -> Callable[[], None]:
    """What a child runs first: Linux ends it when this process dies, however it dies."""
    library = ctypes.CDLL(None)  # loaded before the fork: the child must not load anything
    return lambda: library.prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG


def _password(folder: Path) -> bytes:
    """The password of the demo keyring, made once; the folder and the file are their owner's alone."""
    path = folder / PASSWORD
    if not path.exists():
        _write(path, secrets.token_urlsafe(32))
    return path.read_bytes()


def _write(path: Path, text: str) -> None:
    """Writes the file whole or not at all."""
    new = path.with_suffix(".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _run_folder() -> Path:
    """A fresh folder for the sockets, with a name that fits into a socket's and a bus's address as it is."""
    base = tempfile.gettempdir()
    if not re.fullmatch(r"[A-Za-z0-9_/.-]{1,60}", base):
        base = "/tmp"  # noqa: S108  # mkdtemp makes a folder in it that is ours alone
    return Path(tempfile.mkdtemp(prefix=_RUN, dir=base))


def _sweep(folder: Path) -> None:
    """Removes what a keeper that was killed left in the temporary folder."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        old = Path(json.loads((folder / SERVICE).read_text())["run"])
        if old.name.startswith(_RUN) and not old.is_symlink() and old.stat().st_uid == os.getuid():
            shutil.rmtree(old)
    (folder / SERVICE).unlink(missing_ok=True)


@dataclass(frozen=True)
class _Program:
    process: subprocess.Popen[bytes]
    alive: int  # reading end of a pipe that only the program holds: it ends when the program does

    def first_line(self) -> str:
        output = cast(IO[bytes], self.process.stdout).fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            text = os.read(output, 4096) if selector.select(_START) else b""
        if not text:
            raise StartError(f"{self.process.args!r} did not start")
        return text.decode().splitlines()[0]


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str], lock: int, typed: bytes = b"") -> Iterator[_Program]:
    """A program until the block ends. It holds the folder's lock for as long as it lives."""
    alive, held = os.pipe()
    with os.fdopen(alive), contextlib.ExitStack() as stack:
        with os.fdopen(held, "w"):
            program = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd="/",
                pass_fds=[lock, held], preexec_fn=_die_with_parent(),
            )  # fmt: skip
        stack.enter_context(program)
        try:
            with contextlib.suppress(BrokenPipeError), cast(IO[bytes], program.stdin) as stdin:
                stdin.write(typed)
            yield _Program(program, alive)
        finally:
            program.terminate()
            try:
                program.wait(_STOP)
            except subprocess.TimeoutExpired:
                program.kill()


class _Users:
    """The processes that are connected. `listener` is closed first at the end, so that late ones notice."""

    def __init__(self, path: Path, address: str) -> None:
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        self._greeting = address.encode() + b"\n"
        self._connected: set[socket.socket] = set()

    def wait(self, programs: list[_Program]) -> None:
        """Returns when the last user is gone, when none came, or when a program ended."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ)
            for program in programs:
                selector.register(program.alive, selectors.EVENT_READ)
            while ready := selector.select(None if self._connected else _FIRST_USER):
                for key, _ in ready:
                    if not self._serve(key.fileobj, selector):
                        return

    def _serve(self, source: object, selector: selectors.BaseSelector) -> bool:
        if isinstance(source, int):
            return False  # a program ended
        if source is self.listener:
            user, _ = self.listener.accept()
            with contextlib.suppress(OSError):  # one that left at once is noticed below
                user.send(self._greeting)
            self._connected.add(user)
            selector.register(user, selectors.EVENT_READ)
            return True
        user = cast(socket.socket, source)
        with contextlib.suppress(ConnectionError):
            if user.recv(64):
                return True
        if len(self._connected) == 1:
            return False  # the last one stays connected until everything is gone: so it knows when
        self._connected.remove(user)
        selector.unregister(user)
        user.close()
        return True

    def close(self) -> None:
        """Lets everybody who is still connected know that the service is gone."""
        for user in self._connected:
            user.close()


def _environment(folder: Path, run: Path) -> dict[str, str]:
    """No display, no bus, no home of the person who starts it."""
    return {
        "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(run), "XDG_RUNTIME_DIR": str(run),
    }  # fmt: skip


def _serve_locked(folder: Path, lock: int, report: Callable[[str], None]) -> None:
    _sweep(folder)
    password = _password(folder)
    run = _run_folder()
    environment = _environment(folder, run)
    with contextlib.ExitStack() as stack:
        leaving = stack.enter_context(contextlib.ExitStack())  # left last: users hear that everything has ended
        stack.callback(shutil.rmtree, run, ignore_errors=True)
        stack.callback((folder / SERVICE).unlink, missing_ok=True)
        (run / "bus.conf").write_text(_CONFIG.format(run=run))
        command = ["dbus-daemon", f"--config-file={run}/bus.conf", "--nofork", "--nopidfile", "--print-address=1"]
        bus = stack.enter_context(_running(command, environment, lock))
        environment["DBUS_SESSION_BUS_ADDRESS"] = address = bus.first_line()
        command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        command.append(f"--control-directory={run}/control")
        ring = stack.enter_context(_running(command, environment, lock, password))
        users = _Users(run / "users", address)
        leaving.callback(users.close)
        stack.callback(users.listener.close)
        pids = {"keeper": os.getpid(), "bus": bus.process.pid, "ring": ring.process.pid}
        _write(folder / SERVICE, json.dumps({"run": str(run), "users": str(run / "users"), "pids": pids}))
        report("ready")
        users.wait([bus, ring])


def serve(folder: Path, report: Callable[[str], None]) -> None:
    """Serves the folder until nobody uses it; `report` gets the word for the starter, once."""
    lock = os.open(folder / "service.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _serve_locked(folder, lock, report)
    except BlockingIOError:
        report("busy")
    except (StartError, OSError) as error:
        report(f"failed {error}")
    finally:
        os.close(lock)


def _leave_session(folder: Path) -> None:
    os.setsid()
    os.chdir("/")
    log = os.open(folder / "service.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDWR)
    for source, target in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(source, target)


def main(arguments: list[str]) -> int:
    """Starts a keeper for the folder in `arguments[0]` and says how that went. 0: it serves."""
    folder = Path(arguments[0])
    os.umask(0o077)
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with os.fdopen(reader) as pipe:
            word = pipe.read() or "failed it ended at once"
        sys.stdout.write(word)
        return 0 if word == "ready" else 1
    os.close(reader)
    _leave_session(folder)

    def report(word: str) -> None:
        os.write(writer, word.encode())
        os.close(writer)

    serve(folder, report)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
