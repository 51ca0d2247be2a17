"""The engine: looks at what is due, gives each account its lane, keeps the doubts, the clock and the keyring in view.

Threads: one conductor, which alone sweeps; the timetable's, which only wake or queue; the lanes, which use the network.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from editorial.accounts.register import Accounts
from editorial.audit.actions import Action
from editorial.audit.anchoring import State, watch_over
from editorial.audit.auditing import Auditing
from editorial.audit.checkpoints import CheckpointError, sign_log
from editorial.audit.gaps import open_gaps
from editorial.authorizations.lapse import lapse
from editorial.charter.chain import CharterError
from editorial.delivery.clockword import clock_confirmed
from editorial.delivery.jobs import jobs_of
from editorial.delivery.moving import forget_waits
from editorial.delivery.record import Deliveries
from editorial.delivery.restored import remember, sent_by_unknown
from editorial.desk import DATABASE, Desk
from editorial.drills import Reached, nowhere
from editorial.errors import DeskError
from editorial.store.database import StorageError
from editorial.store.models import Account
from editorial.store.watching import Watch
from editorial.vault import VaultError
from scheduler.access import Access
from scheduler.backing_up import BackingUp
from scheduler.clock_guard import LIMIT, ClockGuard, Doubt
from scheduler.doubts import Doubts
from scheduler.failpoints import Point
from scheduler.lanes import Lanes
from scheduler.ledger import Ledger
from scheduler.parts import Outside, Parts, Timing
from scheduler.policy import Policy, careful
from scheduler.polling import Polling
from scheduler.reading import Reading
from scheduler.removing import Removing
from scheduler.sending import Ears, Sender
from scheduler.tidying import Tidying
from scheduler.timetable import Timetable

_log = logging.getLogger(__name__)

_RENEW_EVERY = 60.0
_LAPSE_EVERY = 60.0  # seconds; the gate itself is exact
_SIGN_EVERY = 300.0  # seconds for which entries may stand that no checkpoint covers
_FIRST_BACKUP = 60.0  # seconds after the start: some computers do not run for an hour
_BACKUPS_EVERY = 3600.0  # seconds between looks whether one is due
_JUMPS = frozenset({Doubt.AHEAD, Doubt.BACK, Doubt.BEFORE_LOG, Doubt.APART})
_FIRST_TIDYING = 90.0  # seconds after the start
_TIDY_EVERY = 24 * 3600.0
_DOUBT_WORDS = {
    Doubt.AHEAD: "This computer's clock went ahead, or the computer slept",
    Doubt.BACK: "This computer's clock was set back",
    Doubt.BEFORE_LOG: "This computer's clock stands before the newest entry of the audit log",
    Doubt.UNANSWERED: "No network has said the time since the publisher started",
    Doubt.APART: "This computer's clock and a network's are more than a minute apart",
}


_GAP_WORDS = (
    "The audit log has a gap. Nothing is sent until two officers sign for it. "
    "Open Signpost: the red banner leads there."
)


class Condition(StrEnum):
    """How the engine is. Codes for the status file."""

    STARTING = "starting"
    RUNNING = "running"
    NO_KEYRING = "no_keyring"
    GAP = "gap"
    CLOCK = "clock"
    STORAGE = "storage"
    STOPPING = "stopping"


class Engine:
    """Publishes what is due on one desk. Whoever starts one holds the publisher's lock."""

    def __init__(
        self,
        desk: Desk,
        *,
        outside: Outside | None = None,
        timing: Timing | None = None,
        policy: Policy = careful,
        chance: Callable[[], float] = random.random,
        reached: Reached = nowhere,
    ) -> None:
        outside, timing = outside or Outside(), timing or Timing()
        self._desk = desk
        self._parts = _parts(desk, outside, timing, chance, reached)
        self._access = access = Access(self._parts)
        ears = Ears(self._no_keyring, self._in_doubt, self._pending)
        self._sender = Sender(self._parts, access, ears)
        self._doubts = Doubts(self._parts, access, self._sender, ears, policy)
        self._polling = Polling(self._parts, access, ears)
        self._reading = Reading(self._parts, access, ears)
        self._removing = Removing(self._parts, access, ears)
        self._backing_up = BackingUp(desk, reached)
        self._tidying = Tidying(desk, reached)
        self._doubted: Doubt | None = None
        self._poked = threading.Event()
        self._conductor = threading.Thread(target=self._conduct, name="conductor", daemon=True)
        self._keyring: DeskError | None = None
        self._keyring_opened = False
        self._keyring_asked = float("-inf")
        self._storage: StorageError | None = None
        self._gap = False
        self._next_at: datetime | None = None
        self._beat = desk.clock.now()

    # --- life ---

    def start(self) -> None:
        """Looks at what an earlier process left, then begins. Raises StorageError, having started nothing."""
        self._parts.reached(Point.RECOVER)
        doubtful = self._parts.deliveries.recover()
        calls = self._parts.ledger.calls()
        unknown = remember(self._desk, calls)
        self._parts.sent_before.update(sent_by_unknown(self._desk, calls))
        if unknown:
            _log.warning("The database is an older copy: %d deliveries were sent since and are in doubt.", len(unknown))
        if doubtful:
            _log.warning("%d deliveries were cut off and are in doubt.", len(doubtful))
        self._removing.recover()
        self._parts.timetable.start()
        self._parts.timetable.every("sweep", self._parts.timing.sweep, self.poke)
        self._parts.timetable.every("renewals", _RENEW_EVERY, self.renew_ahead)
        self._parts.timetable.every("lapses", _LAPSE_EVERY, self.note_lapses)
        self._parts.timetable.every("checkpoints", _SIGN_EVERY, self.sign_log)
        self._parts.timetable.after("backup", _FIRST_BACKUP, self.back_up)
        self._parts.timetable.every("backups", _BACKUPS_EVERY, self.back_up)
        self._parts.timetable.after("tidy", _FIRST_TIDYING, self.tidy)
        self._parts.timetable.every("tidying", _TIDY_EVERY, self.tidy)
        self._poked.set()
        self._conductor.start()

    def stop(self, seconds: float) -> bool:
        """Begins no further step, waits so long for those that run, and writes down what did not end as it stands.

        False where a call was still on its way: its delivery is in doubt, and the next start looks for it.
        """
        self._parts.stopping.set()
        self._poked.set()
        self._parts.lanes.close()
        self._parts.timetable.stop()
        ended = self._parts.lanes.idle(seconds)
        if self._conductor.is_alive():
            self._conductor.join(seconds)
        self._parts.deliveries.recover()
        self._removing.recover()
        return ended

    def poke(self) -> None:
        """Something may be due, or has changed: the conductor looks at once. Any thread may call it."""
        self._poked.set()

    # --- state, for the status file ---

    def condition(self) -> tuple[Condition, str]:
        """How the engine is, and the sentence for people, empty while all is well."""
        if self._parts.stopping.is_set():
            return Condition.STOPPING, ""
        if self._storage is not None:
            return Condition.STORAGE, str(self._storage)
        if self._keyring is not None:
            return Condition.NO_KEYRING, str(self._keyring)
        if self._gap:
            return Condition.GAP, _GAP_WORDS
        doubt = self._doubt()
        if doubt is not None:
            advice = "Nothing is sent, and nothing is missed, until a network confirms the time. Check the clock."
            return Condition.CLOCK, f"{_DOUBT_WORDS[doubt]}. {advice}"
        return (Condition.RUNNING, "") if self._keyring_opened else (Condition.STARTING, "")

    @property
    def beat(self) -> datetime:
        """When the conductor was last seen at work. It stands still while a slow keyring is asked."""
        return self._beat

    @property
    def next_at(self) -> datetime | None:
        """When something is due next."""
        return self._next_at

    # --- the conductor ---

    def _conduct(self) -> None:
        watch = self._parts.timing.watch
        with closing(Watch(self._desk.folder / DATABASE)) as changes:
            while not self._parts.stopping.is_set():
                self._beat = self._desk.clock.now()
                poked = self._poked.wait(watch)
                self._poked.clear()
                if self._parts.guard.jumped():
                    _log.warning("The wall clock jumped; everything is planned anew.")
                    self._parts.timetable.realign()
                    poked = True
                if (changes.changed() or poked) and not self._parts.stopping.is_set():
                    self._try_sweep()

    def _try_sweep(self) -> None:
        try:
            self.sweep()
            self._storage = None
        except StorageError as error:
            self._storage = error
            _log.warning("%s", error.title)
        except Exception:  # the conductor outlives everything but the process
            _log.exception("A sweep failed.")

    def sweep(self) -> None:
        """One look at everything: what is late, what is due, what is in doubt, and when to look again."""
        deliveries, now = self._parts.deliveries, self._desk.clock.now()
        if self._clock_is_right():
            deliveries.expire()
        if self._keyring_ready():
            with self._desk.reading() as session:
                self._gap = bool(open_gaps(session))
            self._removing.notice()
            due = deliveries.due(now)
            late = deliveries.late(now) if due else frozenset()
            self._offer(due, late)
            self._doubts.notice()
            self._polling.notice()
            self._reading.notice({account_id for account_id, _ in due})
        self._next_at = deliveries.next_time(now)
        if self._next_at is None:
            self._parts.timetable.drop("due")
        else:
            self._parts.timetable.at("due", self._next_at, self.poke)

    def _offer(self, due: Sequence[tuple[str, str]], late: frozenset[str]) -> None:
        """What is in its lane already stays there as it was offered: a slow minute makes nothing late."""
        new = [(account, delivery) for account, delivery in due if not self._parts.lanes.has(f"send {delivery}")]
        if not new:
            return
        with self._desk.reading() as session:
            jobs = jobs_of(session, [delivery for _, delivery in new], self._desk.clock.now())
        for account, delivery in new:
            send = partial(self._sender.send, delivery, late=delivery in late, read=jobs.get(delivery))
            self._parts.lanes.offer(account, f"send {delivery}", send)

    def renew_ahead(self) -> None:
        """Renews what ends soon where something waits to be sent: a revoked sign-in is then known before it is due."""
        if self._keyring is not None or not self._keyring_opened:
            return
        ends = self._desk.clock.now() + timedelta(seconds=self._parts.timing.renew_ahead)
        for account in self._mine():
            soon = account.expires_at is not None and account.expires_at <= ends
            if soon and self._parts.deliveries.waits(account.id):
                renewal = _Renewal(self._parts, self._access, account.id)
                self._parts.lanes.offer(account.id, f"renew {account.id}", renewal)

    def note_lapses(self) -> None:
        """What rests on an expired authorization is cancelled and given back; not while the clock is in doubt."""
        if self._doubt() is None:
            lapse(self._desk)

    def sign_log(self) -> None:
        """A checkpoint of the log, where there is news and the keyring is open."""
        if self._keyring_opened and self._keyring is None:
            try:
                sign_log(self._desk)
            except CheckpointError as error:
                _log.error("%s", error)

    def back_up(self) -> None:
        """The daily backup, where one is due and the keyring is open."""
        if self._keyring_opened and self._keyring is None:
            self._backing_up.look()

    def tidy(self) -> None:
        """Erases drafts and unused pictures past their time; not while the clock is in doubt."""
        self._tidying.look(erase=self._doubt() is None)

    def _mine(self) -> list[Account]:
        every = self._parts.accounts.all()
        return [each for each in every if each.desk == self._desk.desk_id and each.state == "connected"]

    # --- the clock ---

    def _clock_is_right(self) -> bool:
        """False while there is a doubt; the servers of all accounts are then asked, each in a lane of its own."""
        guard = self._parts.guard
        doubt = guard.doubt()
        self._note_jump(doubt)
        if doubt is None:
            return True
        if clock_confirmed(self._desk, within=LIMIT):
            guard.believe()
        accounts = [each for each in self._parts.accounts.all() if each.desk == self._desk.desk_id]
        for server in guard.settle({each.server for each in accounts if each.state != "disconnected"}):
            self._parts.lanes.offer(f"time {server}", f"time {server}", partial(self._ask_time, server))
        return guard.doubt() is None

    def _doubt(self) -> Doubt | None:
        """What people are told, and what keeps things from ending; not that nobody was asked for the time yet."""
        doubt = self._parts.guard.doubt()
        return None if doubt is Doubt.UNCHECKED else doubt

    def _note_jump(self, doubt: Doubt | None) -> None:
        """The times of entries from here on are those of a clock that jumped: the log says so, once.

        When that is over, what was to wait by such a clock waits no longer.
        """
        if doubt in _JUMPS and doubt is not self._doubted:
            with self._desk.writing(self._desk.system()) as unit:
                unit.record(Action.GAP_CLOCK, "log", self._desk.workspace.id, reason=str(doubt))
        if doubt is None and self._doubted is not None:
            forget_waits(self._desk)
        self._doubted = doubt

    def _ask_time(self, server: str) -> None:
        if self._parts.guard.allows(server):
            self.poke()

    # --- the keyring ---

    def _keyring_ready(self) -> bool:
        """Whether credentials can be read. Tries again from time to time; takes as long as the keyring does."""
        if self._keyring_opened and self._keyring is None:
            return True
        now = self._desk.clock.monotonic()
        if now - self._keyring_asked < self._parts.timing.keyring_again:
            return False
        self._keyring_asked = now
        try:
            self._desk.vault.check()
            if not self._keyring_opened:
                self._desk.load_pin()
                anchor = watch_over(self._desk)
                if anchor.title:
                    _log.log(logging.ERROR if anchor.state is State.BROKEN else logging.WARNING, "%s", anchor)
        except (VaultError, CharterError) as error:
            self._no_keyring(error)
            return False
        self._keyring, self._keyring_opened = None, True
        return True

    def _no_keyring(self, error: DeskError) -> None:
        if self._keyring is None:
            _log.warning("%s", error.title)
        self._keyring = error

    # --- told by the lanes ---

    def _in_doubt(self, account_id: str, delivery_id: str) -> None:
        self._doubts.begin(account_id, delivery_id)

    def _pending(self, account_id: str, delivery_id: str, seconds: float) -> None:
        self._polling.begin(account_id, delivery_id, seconds)


class _Renewal:
    """A renewal with nothing to send."""

    def __init__(self, parts: Parts, access: Access, account_id: str) -> None:
        self._parts, self._access, self._account_id = parts, access, account_id

    def __call__(self) -> None:
        with self._parts.outside.session() as http:
            try:
                self._access.open(self._parts.accounts.one(self._account_id), http)
            except DeskError as error:
                _log.warning("%s", error.title)


def _parts(desk: Desk, outside: Outside, timing: Timing, chance: Callable[[], float], reached: Reached) -> Parts:
    newest = Auditing(desk).entries(limit=1)
    return Parts(
        desk,
        outside,
        timing,
        ClockGuard(desk.clock, newest[0].at if newest else None, outside.time),
        Lanes(timing.lanes),
        Timetable(desk.clock),
        Deliveries(desk),
        Accounts(desk),
        Ledger.of(desk),
        chance=chance,
        reached=reached,
    )
