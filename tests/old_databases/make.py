"""Makes the sample of the newest schema, once, before that schema is released: `python -m tests.old_databases.make`.

A sample is never made again after its release: the point is that an old Signpost wrote it.
"""

import json
import os
import platform
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

from desktop.commands.pictures import garden
from editorial.delivery.afterwards import Afterwards
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.showing import Shown
from editorial.delivery.stopping import Holds
from editorial.delivery.takedown import Takedowns, Why
from editorial.desk import DATABASE
from editorial.outcomes import Published
from editorial.planning.setting import Times
from editorial.planning.times import QuietHours, Slot
from editorial.posts.comments import Comments
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.store.schema import CURRENT
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, Staff, staffed
from tests.fakes.rules import PRAISE, add_rules

FOLDER = Path(__file__).parent


def sample(staff: Staff) -> None:
    """Something in every table."""
    add_rules(staff.desk, replace(PRAISE, words=("Come",)))
    drafting, review, mira = Drafting(staff.desk), Review(staff.desk), staff.mira.actor
    account = staff.connect_practice()
    _, picture, _ = drafting.add_picture(mira, garden().data, "garden.jpg")
    when = When(Choice.SET, datetime(2027, 3, 12, 9, 30), "America/New_York")  # noqa: DTZ001  a wall time
    body = DraftBody("The garden is open", "Come in.", accounts=(account,), when=when)
    post, _ = drafting.open(mira, body)
    drafting.submit(mira, post)
    review.accept(staff.helen.actor, post, 1, 0, "It is open to everybody.")
    Comments(staff.desk).say(staff.helen.actor, post, "Reads well, @Mira Okafor.")
    review.sign_off(staff.helen.actor, post, 1, HELEN)
    drafting.open(mira, replace(body, media=(picture,)))
    published(staff, replace(body, title="Visiting hours", when=When(Choice.SOON)))
    times, jonas = Times(staff.desk), staff.jonas.actor
    times.set_blackout(jonas, "Accreditation visit", datetime(2027, 3, 22, 8), datetime(2027, 3, 23, 18))  # noqa: DTZ001
    times.set_quiet(jonas, QuietHours(time(21), time(7)))
    times.set_slots(jonas, account, [Slot(time(9, 30))])
    Holds(staff.desk).hold(staff.desk.operator(), Reason.OTHER, "A drill")


def published(staff: Staff, body: DraftBody) -> None:
    """A post that went out, was read back, and is to be taken down."""
    record = Deliveries(staff.desk)
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    delivery = next(row.delivery_id for row in Outbox(staff.desk).rows() if row.post_id == post)
    started = record.claim(delivery, "post", public=True)
    if started is None:
        raise RuntimeError("the sample's post is not due")
    record.finish(started.attempt_id, Published("17", "http://127.0.0.1:1/@desk#post-17"), chance=0.0)
    Afterwards(staff.desk).note(delivery, Shown("Come in!"))
    Takedowns(staff.desk).ask(staff.mira.actor, delivery, Why.WRONG, "A drill")


def main() -> int:
    """Writes the dump and the keyring of the newest schema; refuses to write over one."""
    dump, keyring = FOLDER / f"{CURRENT}.sql", FOLDER / f"{CURRENT}.keyring.json"
    if dump.exists():
        sys.stderr.write(f"{dump.name} is there already. Delete it first if its schema was never released.\n")
        return 1
    os.environ["LOGNAME"] = "sample"
    platform.node = lambda: "sample"  # the sample names nobody's computer
    with tempfile.TemporaryDirectory() as folder:
        with staffed(Path(folder) / "workspace") as staff:
            sample(staff)
            entries = [[*key, value] for key, value in sorted(staff.keyring.entries.items())]
        with closing(sqlite3.connect(Path(folder) / "workspace" / DATABASE)) as connection:
            dump.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
    keyring.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
