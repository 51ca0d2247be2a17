"""Released schemas stay readable; newer ones are refused; an upgrade keeps a copy, and happens whole or not at all."""

import json
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import editorial.store.models  # noqa: F401  the tables register themselves on import
from editorial.audit.auditing import Auditing
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.desk import DATABASE, has_workspace, open_desk
from editorial.people.desk_people import People
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.store.database import StorageError, open_engine
from editorial.store.schema import CURRENT, RELEASED, Migrations, TooNewError, bring_up_to_date, copy_of, version_of
from editorial.vault import Vault
from tests import old_databases
from tests.fakes.desks import HELEN, JONAS, MIRA, WEAK, HandClock, MemoryKeyring

OLD = Path(old_databases.__file__).parent
SAMPLES = sorted(path.stem for path in OLD.glob("*.sql"))


def test_every_released_schema_has_a_sample() -> None:
    assert sorted(RELEASED.known()) == SAMPLES
    assert max(RELEASED.known()) == CURRENT


def restored(version: str, folder: Path) -> MemoryKeyring:
    folder.mkdir(mode=0o700)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.executescript((OLD / f"{version}.sql").read_text(encoding="utf-8"))
    keyring = MemoryKeyring()
    keyring.entries.update({(a, b): c for a, b, c in json.loads((OLD / f"{version}.keyring.json").read_text())})
    return keyring


@pytest.mark.parametrize("version", SAMPLES)
def test_a_workspace_of_every_released_schema_still_works(version: str, tmp_path: Path) -> None:
    keyring = restored(version, tmp_path / "w")
    clock = HandClock()
    with closing(open_desk(tmp_path / "w", vault=Vault("test", keyring), clock=clock, kdf=WEAK)) as desk:
        assert version_of(desk.folder / DATABASE) == CURRENT
        assert Auditing(desk).check().problem is None
        people = People(desk)
        cards = {card.sign_in: card.id for card in people.cards()}
        jonas, helen, mira = (
            people.sign_in(cards[name], words) for name, words in (("jonas", JONAS), ("helen", HELEN), ("mira", MIRA))
        )
        sent, row = sorted(Outbox(desk).rows(), key=lambda each: each.state == DeliveryState.WAITING)
        assert (sent.state, sent.removal and sent.removal.note) == (DeliveryState.PUBLISHED, "A drill")
        assert (row.state, len(Holds(desk).on())) == (DeliveryState.WAITING, 1)
        subject = Review(desk).subject(row.post_id)
        assert [given.signer["name"] for given in subject.stages[0].given] == ["Helen Castellanos"]
        assert [said.name for said in subject.comments] == [helen.name]
        Drafting(desk).withdraw(mira.actor, row.post_id)
        Drafting(desk).submit(mira.actor, row.post_id)
        assert Auditing(desk).verify(jonas.actor)[0].problem is None


@pytest.mark.filterwarnings("ignore:.*expression-based index '?ix_audit_entry_all")  # test_holds looks for that one
def test_models_and_migrations_describe_the_same_tables(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "w" / DATABASE)
    bring_up_to_date(engine, tmp_path / "w" / DATABASE)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _same_kind})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def _same_kind(context: object, inspected: object, column: object, stored: object, meant: object) -> bool:
    """Whether the types differ as SQLite stores them."""
    kinds = [getattr(kind, "impl", kind) for kind in (stored, meant)]
    return len({_affinity(kind) for kind in kinds}) > 1


def _affinity(kind: object) -> str:
    name = type(kind).__name__.upper()
    return {"TEXT": "text", "VARCHAR": "text", "STRING": "text", "AUTOSTRING": "text"}.get(
        name, {"BLOB": "blob", "LARGEBINARY": "blob"}.get(name, name)
    )


def test_a_newer_schema_is_refused_in_words_and_untouched(tmp_path: Path) -> None:
    restored(CURRENT, tmp_path / "w")
    with closing(sqlite3.connect(tmp_path / "w" / DATABASE)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = (tmp_path / "w" / DATABASE).read_bytes()
    with pytest.raises(TooNewError, match=r"newer Signpost.*Nothing was changed.*Update"):
        open_desk(tmp_path / "w")
    after = (tmp_path / "w" / DATABASE).read_bytes()
    assert (after[:18], after[20:24], after[100:]) == (before[:18], before[20:24], before[100:])
    assert sorted(path.name for path in (tmp_path / "w").iterdir()) == [DATABASE]


# ---- an upgrade, with a made-up next schema --------------------------------------------------------------------------

NEXT = """
from alembic import op
import sqlalchemy as sa
revision = "0002"
down_revision = "0001"
def upgrade() -> None:
    op.add_column("person", sa.Column("pronouns", sa.String(), nullable=False, server_default=""))
    {more}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    restored("0001", tmp_path / "w")
    return tmp_path / "w" / DATABASE


def following(tmp_path: Path, more: str = "") -> Migrations:
    folder = tmp_path / "made 100% up"
    shutil.copytree(RELEASED.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "0002_next.py").write_text(NEXT.format(more=more), encoding="utf-8")
    return Migrations(folder, "0002")


def columns(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(person)")}


def upgraded(path: Path, migrations: Migrations) -> None:
    engine = open_engine(path)
    try:
        bring_up_to_date(engine, path, migrations)
    finally:
        engine.dispose()


def test_an_upgrade_keeps_a_copy_of_what_was_before(path: Path, tmp_path: Path) -> None:
    upgraded(path, following(tmp_path))
    copy = copy_of(path, "0002")
    assert (version_of(path), version_of(copy)) == ("0002", "0001")
    assert "pronouns" in columns(path)
    assert "pronouns" not in columns(copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.glob("*.part")] == []


def test_an_upgrade_that_fails_changes_nothing(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        upgraded(path, following(tmp_path, "1 / 0"))
    assert version_of(path) == "0001"
    assert "pronouns" not in columns(path)
    assert has_workspace(path.parent)


def test_an_upgrade_without_room_for_the_copy_is_told_in_words(path: Path, tmp_path: Path) -> None:
    copy = copy_of(path, "0002")
    copy.with_name(copy.name + ".part").mkdir()
    with pytest.raises(StorageError, match="cannot be used"):
        upgraded(path, following(tmp_path))
    assert version_of(path) == "0001"


def test_two_that_open_at_once_upgrade_once_and_the_copy_stays_old(path: Path, tmp_path: Path) -> None:
    migrations = following(tmp_path, "import time; time.sleep(0.3)")
    went_wrong: list[BaseException] = []

    def open_it() -> None:
        try:
            upgraded(path, migrations)
        except BaseException as error:
            went_wrong.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert went_wrong == []
    assert (version_of(path), version_of(copy_of(path, "0002"))) == ("0002", "0001")
