"""What dev.py makes of a computer: which needs it finds, which sentence it says, which commands it would run."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import dev

SCREEN = {"DISPLAY": ":0"}


def machine(
    *, lacks: frozenset[str] = frozenset(), environ: dict[str, str] | None = None, system: str = "Linux"
) -> dev.Machine:
    """A computer with everything except what it lacks."""
    return dev.Machine(
        system=system,
        version=(3, 11, 2),
        root=False,
        apt=True,
        distribution_python=True,
        venv=False,
        environ=environ or {},
        loads=lambda name: name not in lacks,
        finds=lambda name: name not in lacks,
        has=lambda name: name not in lacks,
    )


@pytest.mark.parametrize("command", dev.COMMANDS)
@pytest.mark.parametrize("system", ["Linux", "Darwin", "Windows"])
def test_a_complete_computer_needs_nothing(command: str, system: str) -> None:
    whole = machine(system=system, environ=SCREEN)
    assert dev.unusable_python(whole) is None
    assert dev.needs(command, whole) == {}


@pytest.mark.parametrize("command", ["run", "test", "screens", "freeze"])
def test_qt_needs_its_libraries(command: str) -> None:
    assert dev.needs(command, machine(lacks=frozenset({"libGL.so.1"}))) == {"libGL.so.1": "libgl1"}


@pytest.mark.parametrize("command", ["lint", "lock"])
def test_checking_source_needs_no_library(command: str) -> None:
    assert dev.needs(command, machine(lacks=frozenset({*dev.QT_LIBRARIES, *dev.KEYRING_PROGRAMS}))) == {}


def test_only_the_screen_that_is_there_needs_its_libraries() -> None:
    lacks = frozenset({*dev.X11_LIBRARIES, *dev.WAYLAND_LIBRARIES})
    assert dev.needs("run", machine(lacks=lacks)) == {}
    assert dev.needs("run", machine(lacks=lacks, environ=SCREEN)) == dev.X11_LIBRARIES
    assert dev.needs("run", machine(lacks=lacks, environ={"WAYLAND_DISPLAY": "w"})) == dev.WAYLAND_LIBRARIES
    assert dev.needs("test", machine(lacks=lacks, environ=SCREEN)) == {}


def test_the_keyring_is_needed_unless_a_desktop_session_may_have_its_own() -> None:
    lacks = frozenset(dev.KEYRING_PROGRAMS)
    assert dev.needs("run", machine(lacks=lacks)) == dev.KEYRING_PROGRAMS
    assert dev.needs("run", machine(lacks=lacks, environ=SCREEN)) == dev.KEYRING_PROGRAMS
    session = {**SCREEN, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus"}
    assert dev.needs("run", machine(lacks=lacks, environ=session)) == {}
    assert dev.needs("test", machine(lacks=lacks, environ=session)) == dev.KEYRING_PROGRAMS


def test_a_bare_debian_python_needs_the_package_of_its_own_version_unless_the_venv_stands() -> None:
    bare = machine(lacks=frozenset({"ensurepip"}))
    assert dev.needs("lint", bare) == {"Python's ensurepip": "python3.11-venv"}
    assert dev.needs("lint", replace(bare, venv=True)) == {}


def test_freezing_needs_what_pyinstaller_needs() -> None:
    lacks = frozenset({"objdump", "libpython3.11.so.1.0", "gnome-keyring-daemon"})
    found = dev.needs("freeze", machine(lacks=lacks))
    assert found == {"objdump": "binutils", "libpython3.11.so.1.0": "libpython3.11"}
    assert "binutils" not in dev.needs("test", machine(lacks=lacks)).values()


def test_the_sentence_holds_the_exact_command() -> None:
    bare = machine(lacks=frozenset({"libGL.so.1", "libEGL.so.1", "dbus-daemon"}))
    assert dev.remedy(dev.needs("test", bare), bare) == (
        "Signpost needs libGL.so.1, libEGL.so.1 and dbus-daemon, which this computer lacks: run `sudo apt-get update "
        "&& sudo apt-get install -y --no-install-recommends libgl1 libegl1 dbus` and start again."
    )


def test_without_apt_the_sentence_names_the_libraries() -> None:
    bare = replace(machine(lacks=frozenset({"libGL.so.1"})), apt=False)
    sentence = dev.remedy(dev.needs("test", bare), bare)
    assert sentence == "Signpost needs libGL.so.1: install them with this system's package manager and start again."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"version": (3, 10, 9)},
            "Signpost needs Python 3.11 or newer and this is 3.10.9: start dev.py with a newer one.",
        ),
        (
            {"has": lambda name: name != "_sqlite3"},
            "This Python was built without sqlite3: start dev.py with one that has it.",
        ),
        (
            {"has": lambda name: name != "ensurepip", "distribution_python": False},
            "This Python was built without ensurepip: start dev.py with one that has it.",
        ),
    ],
)
def test_a_python_that_cannot_do_it_is_told_so(change: dict[str, object], sentence: str) -> None:
    assert dev.unusable_python(replace(machine(), **change)) == sentence  # type: ignore[arg-type]


def test_who_may_not_install_is_stopped_with_one_sentence() -> None:
    with pytest.raises(SystemExit) as stopped:
        dev.prepare_system("test", machine(lacks=frozenset({"libEGL.so.1"})))
    assert str(stopped.value).startswith("Signpost needs libEGL.so.1, which")
    assert "\n" not in str(stopped.value)


def apt_get(folder: Path, does: str) -> dev.Machine:
    """A computer where root's apt-get is this shell line, and programs are those in the folder."""
    (folder / "apt-get").write_text(f"#!/bin/sh\n{does}\n")
    (folder / "apt-get").chmod(0o755)
    environ = {"PATH": f"{folder}:/usr/bin:/bin"}
    return replace(machine(environ=environ), root=True, finds=lambda name: (folder / name).exists())


@pytest.mark.skipif(os.name == "nt", reason="there is no apt-get")
def test_root_with_apt_installs_and_looks_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tools = " ".join(str(tmp_path / name) for name in dev.KEYRING_PROGRAMS)
    mirror = apt_get(tmp_path, f'echo "$DEBIAN_FRONTEND $*" >> {tmp_path}/asked; touch {tools}')
    dev.prepare_system("test", mirror)
    assert capsys.readouterr().out == "Installing dbus and gnome-keyring with apt-get ...\n"
    asked = (tmp_path / "asked").read_text().splitlines()
    assert [line.split()[0] for line in asked] == ["noninteractive", "noninteractive"]
    assert asked[0].endswith(" update")
    assert asked[1].endswith(" install -y --no-install-recommends dbus gnome-keyring")


@pytest.mark.skipif(os.name == "nt", reason="there is no apt-get")
def test_an_install_that_did_not_help_stops_with_what_apt_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"apt-get could not provide dbus-daemon and gnome-keyring-daemon"):
        dev.prepare_system("test", apt_get(tmp_path, "echo no such package; exit 100"))
    assert "no such package" in capsys.readouterr().err


def test_a_screen_is_a_display_on_linux_and_always_there_elsewhere() -> None:
    assert [machine(environ=environ).screen for environ in ({}, SCREEN, {"WAYLAND_DISPLAY": "w"})] == [
        False,
        True,
        True,
    ]
    assert machine(system="Darwin").screen


def test_qt_draws_offscreen_unless_told_otherwise() -> None:
    assert dev.offscreen({})["QT_QPA_PLATFORM"] == "offscreen"
    assert dev.offscreen({"QT_QPA_PLATFORM": "xcb"})["QT_QPA_PLATFORM"] == "xcb"


def test_what_test_does_not_know_goes_to_pytest_and_others_refuse_it(capsys: pytest.CaptureFixture[str]) -> None:
    options, rest = dev.parse(["test", "--slow", "-m", "slow", "tests/house", "-k", "run"])
    assert (options.tiers, rest) == (["--slow"], ["-m", "slow", "tests/house", "-k", "run"])
    with pytest.raises(SystemExit):
        dev.parse(["lint", "tests"])
    assert "lint does not know tests" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals as on POSIX")
def test_the_exit_code_is_the_childs_own() -> None:
    assert dev.call([sys.executable, "-c", "raise SystemExit(3)"]) == 3
    assert dev.call([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]) == 137
