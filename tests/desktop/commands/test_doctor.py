"""`signpost doctor` tells every fact that can be told, whatever is broken, and nothing that is secret."""

import base64
import json
import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from connectors.surroundings import system_trust
from desktop.commands.disk import Encrypted, disk_of, layers, vault_status
from desktop.commands.doctor import run_doctor, run_network
from desktop.commands.output import Output
from editorial.store.models import Delivery
from scheduler.status import Status, lock_of, write_status
from tests.desktop.commands.conftest import Ran, signpost
from tests.fakes.desks import HandClock, Staff, staffed
from tests.fakes.posts import scheduled
from tests.fakes.wire import Wire, own_certificate

FACTS = [
    "Signpost", "Python", "Qt", "Libraries", "SQLite", "Keyring", "Workspace", "Database", "Clock", "Log's marks",
    "Zone rules", "Disk encryption", "Practice network", "Publisher", "Oldest due", "Sleep", "After a reboot",
]  # fmt: skip


def facts(ran: Ran) -> dict[str, dict[str, object]]:
    return {line["fact"]: line for line in ran.lines if "fact" in line}


def test_without_a_workspace_everything_else_is_told(tmp_path: Path) -> None:
    ran = signpost("doctor", "--json", "--workspace", tmp_path / "nowhere")
    told = facts(ran)
    assert list(told) == FACTS
    assert {name for name, line in told.items() if not line["fine"]} == {"Keyring"}
    assert ran.code == 1, "without a keyring nothing can be signed here"
    assert "E-VAULT-MISSING" in str(told["Keyring"]["value"])
    assert not (tmp_path / "nowhere").exists()


def test_on_a_practice_workspace_all_is_well(workspace: Path) -> None:
    ran = signpost("doctor", "--workspace", workspace)
    assert ran.code == 0, ran.out
    assert re.search(r"^ok +Keyring +GNOME Keyring \(Secret Service\)$", ran.out, re.MULTILINE)
    assert re.search(r"^ok +Database +schema 0001 \(this Signpost: 0001\), wal, sound$", ran.out, re.MULTILINE)
    assert "Qt                 PySide6 6" in ran.out, "asked of the package; importing it is refused here"


@pytest.mark.parametrize("content", [b"no database" * 100, b""])
def test_a_broken_database_keeps_no_other_fact_back(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "signpost.db").write_bytes(content)
    ran = signpost("doctor", "--json", "--workspace", tmp_path)
    told = facts(ran)
    assert (ran.code, list(told)) == (1, FACTS)
    assert not told["Workspace"]["fine"]
    assert not told["Database"]["fine"]
    assert (tmp_path / "signpost.db").read_bytes() == content


def test_no_secret_is_told(workspace: Path) -> None:
    ran = signpost("doctor", "--workspace", workspace)
    password = (workspace / "demo-keyring" / "password").read_text()
    for secret in (password, "quiet harbour", base64.b64encode(password.encode()).decode()):
        assert secret not in ran.out + ran.err


# ---- one fact at a time ----------------------------------------------------------------------------------------------


@pytest.fixture
def staff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Staff]:
    monkeypatch.setenv("PATH", str(tmp_path))  # a private keyring would cost a second each time
    with staffed(tmp_path / "w") as found:
        yield found


def told(staff: Staff, capsys: pytest.CaptureFixture[str], clock: HandClock | None = None) -> dict[str, list[str]]:
    run_doctor(staff.desk.folder, Output(as_json=True), clock or staff.clock)
    found: dict[str, list[str]] = {}
    for line in capsys.readouterr().out.splitlines():
        fact = json.loads(line)
        if "fact" in fact:
            found.setdefault(fact["fact"], []).append(f"{'ok' if fact['fine'] else '!!'} {fact['value']}")
    return found


def test_a_clock_behind_the_log_is_told(staff: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(staff, capsys)["Clock"][0].startswith("ok 2027-03-10 15:42:00 UTC")
    staff.people.sign_out(staff.mira.actor)
    behind = HandClock(staff.clock.at.replace(hour=9))
    assert "behind the newest entry of the log" in told(staff, capsys, behind)["Clock"][0]


def test_a_newer_schema_is_told(staff: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(staff.desk.folder / "signpost.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()
    assert told(staff, capsys)["Database"] == ["!! schema 0099 (this Signpost: 0001), wal, sound"]


def test_a_publisher_says_how_it_is(staff: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(staff, capsys)["Publisher"] == ["ok does not run; the desktop starts it"]
    with lock_of(staff.desk.folder):
        assert told(staff, capsys)["Publisher"] == ["ok runs"]
        now = staff.clock.now()
        write_status(staff.desk.folder, Status(7, "desk-1", now, now, "working"))
        assert "last seen at work 0 s ago" in told(staff, capsys)["Publisher"][0]
        write_status(staff.desk.folder, Status(7, "desk-1", now, now, "waiting", words="The keyring is locked."))
        assert told(staff, capsys)["Publisher"][0].startswith("!! runs on ")


class Silent(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_servers_of_accounts_are_asked_whether_they_answer(staff: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    server = HTTPServer(("127.0.0.1", 0), Silent)
    alive, dead = f"http://127.0.0.1:{server.server_port}", "http://127.0.0.1:9"
    for handle in ("one", "two", "three"):
        staff.connect_practice(handle)
    with closing(sqlite3.connect(staff.desk.folder / "signpost.db")) as connection:
        connection.execute("UPDATE account SET network = 'mastodon', server = ? WHERE handle = 'one'", (alive,))
        connection.execute("UPDATE account SET network = 'mastodon', server = ? WHERE handle = 'two'", (dead,))
        connection.commit()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        found = told(staff, capsys)["Reachability"]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
    assert found == [f"ok {alive} answers", f"!! {dead} does not answer (ConnectionError)"]


def test_the_way_to_each_server_is_told(
    staff: Staff, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire(tls=own_certificate(tmp_path)) as network:
        for handle in ("one", "two"):
            staff.connect_practice(handle)
        with closing(sqlite3.connect(staff.desk.folder / "signpost.db")) as connection:
            connection.execute(
                "UPDATE account SET network = 'mastodon', server = ? WHERE handle = 'one'", (network.url,)
            )
            connection.commit()
        assert run_network(staff.desk.folder, Output()) == 1
        system_trust.cache_clear()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        assert run_network(staff.desk.folder, Output()) == 0
        system_trust.cache_clear()
    wrong, right = capsys.readouterr().out.splitlines()
    assert "directly, certificate by CN=127.0.0.1: not trusted here: self-signed certificate" in wrong
    assert right.endswith("directly, certificate by CN=127.0.0.1: trusted")
    assert network.requests == []


# ---- the disk --------------------------------------------------------------------------------------------------------


def block(tree: Path, name: str, uuid: str = "", below: Path | None = None) -> Path:
    device = tree / "devices" / name
    (device / "slaves").mkdir(parents=True)
    if uuid:
        (device / "dm").mkdir()
        (device / "dm" / "uuid").write_text(uuid + "\n")
    if below is not None:
        (device / "slaves" / below.name).symlink_to(below)
    return device


@pytest.mark.parametrize(
    ("uuids", "found"),
    [
        (["", ""], Encrypted.NO),
        (["LVM-abc", "CRYPT-LUKS2-abc", ""], Encrypted.YES),
        (["CRYPT-LUKS2-abc", ""], Encrypted.YES),
        (["LVM-abc", ""], Encrypted.NO),
    ],
)
def test_layers_of_block_devices_are_followed_down(tmp_path: Path, uuids: list[str], found: Encrypted) -> None:
    below: Path | None = None
    for number, uuid in enumerate(reversed(uuids)):
        below = block(tmp_path, f"dm-{number}", uuid, below)
    assert below is not None
    (tmp_path / "253:1").symlink_to(below)
    assert layers(os.makedev(253, 1), tmp_path) is found
    assert layers(os.makedev(253, 9), tmp_path) is Encrypted.UNKNOWN


def test_what_other_systems_say(tmp_path: Path) -> None:
    assert vault_status("FileVault is On.\n") is Encrypted.YES
    assert vault_status("FileVault is Off.\n") is Encrypted.NO
    assert vault_status("") is Encrypted.UNKNOWN
    assert disk_of(tmp_path / "not" / "there", "win32") is Encrypted.UNKNOWN
    assert disk_of(tmp_path, "darwin") is Encrypted.UNKNOWN, "no fdesetup here"
    assert disk_of(tmp_path, "linux") in set(Encrypted)


def test_what_is_late_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with staffed(tmp_path / "desk") as staff:
        _, delivery = scheduled(staff)
        with staff.desk.reading() as session:
            due = session.get_one(Delivery, delivery).due_at
        for seconds, fine in ((-1, True), (60, True), (121, False)):
            run_doctor(tmp_path / "desk", Output(as_json=True), HandClock(due + timedelta(seconds=seconds)))
            told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
            assert [line["fine"] for line in told if line.get("fact") == "Oldest due"] == [fine]
