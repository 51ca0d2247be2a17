"""`signpost tour`: the main job without a window. Every step prints its proof; one without proof ends the tour."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from connectors.http import new_session
from connectors.practice.headless import approve
from desktop.commands.output import Output
from desktop.commands.pictures import Picture, garden
from desktop.commands.publish import PublisherProcess
from desktop.commands.staffing import HELEN, JONAS, ZONE, Cast, staff
from desktop.commands.waiting import wait_until
from desktop.commands.workspace import keyring_for
from desktop.connecting import Connecting
from desktop.practice import practice_network
from editorial.audit.auditing import Auditing, Format
from editorial.audit.verify import read_jsonl, verify_entries
from editorial.clock import SystemClock
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox, Row
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.desk import DATABASE, has_workspace, open_desk
from editorial.errors import BadInputError, DeskError
from editorial.people.desk_people import Signer
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.store.database import private_folder
from editorial.store.schema import copy_database
from editorial.when import Choice, When, zone_of

PATIENCE = 30.0
"""Seconds that a step may wait for the engine or the network."""

_LEAD = 3.0  # seconds between signing and a set time, besides what signing takes on this computer
_LONGEST_LEAD = 15.0

TITLE = "The garden is open again"
TEXT = "Our healing garden is open again, every day from 8 to 18. Come and sit in the sun. #HealingGarden"

_FORGE = """
UPDATE audit_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), 'post.signed_off', 'post.commented') AS BLOB)
WHERE action = 'post.signed_off'
"""


class TourError(DeskError):
    """A step came out otherwise than it must; the tour ended there."""

    code = "E-TOUR"

    def __init__(self, step: str, what: str) -> None:
        super().__init__(f"The tour stopped: {step}", what, "The folder is left as it is.")


def must(condition: object, step: str, what: str) -> None:
    """Raises TourError unless the proof holds."""
    if not condition:
        raise TourError(step, what)


@dataclass
class Tour:
    """One tour: its people, its practice network and what it made so far."""

    folder: Path
    cast: Cast
    url: str
    output: Output
    lead: float
    account: str = ""
    publisher: PublisherProcess | None = None

    def run(self) -> None:
        """Every step, in order. Raises TourError at the first that does not prove itself."""
        self.introduce()
        self.connect()
        first = self.write(TITLE, TEXT, garden())
        self.revise(first)
        with PublisherProcess(self.folder, PATIENCE) as self.publisher:
            self.publish(first)
            self.lose_an_answer()
            self.hold()
            code = self.publisher.stop()
        must(code == 0, "the publisher", f"It ended with code {code}.")
        self.export()
        self.tamper_with_a_copy()

    # ---- the network, as anybody can see it ------------------------------------------------------------------------

    def on_network(self, text: str) -> list[dict[str, Any]]:
        """The posts with this text that the practice network stores."""
        with new_session() as session:
            session.trust_env = False
            posts = session.get(f"{self.url}/api/posts", timeout=(5, 10)).json()
        return [post for post in posts if post["text"] == text]

    def arm(self, kind: str) -> None:
        """Arms a fault for the next call."""
        with new_session() as session:
            session.trust_env = False
            answer = session.post(f"{self.url}/api/faults", json={"kind": kind, "count": 1}, timeout=(5, 10))
        must(answer.ok, "arming a fault", f"The practice network answered {answer.status_code}.")

    def until(self, step: str, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Waits until the condition holds. Raises TourError after `seconds`, or when the publisher ended."""

        def over() -> bool:
            return condition() or self.publisher_ended is not None

        came = wait_until(over, self.cast.desk.clock, seconds)
        must(self.publisher_ended is None, step, f"The publisher ended with code {self.publisher_ended}.")
        must(came, step, f"It did not happen within {seconds:.0f} seconds.")

    @property
    def publisher_ended(self) -> int | None:
        """The publisher's exit code where it is gone."""
        return self.publisher.ended if self.publisher is not None else None

    # ---- the steps -------------------------------------------------------------------------------------------------

    def introduce(self) -> None:
        """The workspace, its people and the charter."""
        cards = self.cast.people.cards()
        with self.cast.desk.reading() as session:
            charter = self.cast.desk.charter(session)
        must(len(cards) == 3 and charter.two_signers(), "people", "The charter does not name two signers.")
        self.output.step(f"A workspace in {self.folder}", f"{charter.charter.organization}, {ZONE}")
        names = ", ".join(f"{card.name} ({'/'.join(sorted(role.label for role in card.roles))})" for card in cards)
        self.output.step(f"Three people: {names}", f"charter version {charter.version}, {charter.digest()}")

    def connect(self) -> None:
        """OAuth through the front door: a headless client fills in the page that a browser would show."""

        def open_browser(url: str) -> bool:
            approve(url, "alderbay", "keyless+list")
            return True

        flow = Connecting(self.cast.desk, "practice", self.url, open_browser)
        self.account, _ = flow.run(self.cast.jonas.actor)
        self.output.step("The practice network is connected through OAuth (code and PKCE)", f"{self.url}, @alderbay")

    def write(self, title: str, text: str, picture: Picture | None = None) -> str:
        """A draft by Mira, for as soon as it is approved, with or without a picture. Returns the post."""
        drafting, mira = Drafting(self.cast.desk), self.cast.mira.actor
        body = DraftBody(title=title, text=text, accounts=(self.account,), when=When(Choice.SOON))
        if picture is not None:
            imported, item, _ = drafting.add_picture(mira, picture.data, picture.name)
            must(imported.removed, "picture", "The sample picture's location was not removed.")
            body = replace(body, media=(replace(item, alt=picture.alt),))
            self.output.step("A picture is imported and stripped", f"removed: {', '.join(imported.removed)}")
        post, _ = drafting.open(mira)
        drafting.save(mira, post, body, drafting.read(post).saves)
        return post

    def in_seconds(self, seconds: float) -> When:
        """A wall time that many seconds ahead, to the second."""
        moment = self.cast.desk.clock.now().astimezone(zone_of(ZONE)) + timedelta(seconds=seconds)
        return When(Choice.SET, moment.replace(tzinfo=None, microsecond=0), ZONE, moment.fold)

    def revise(self, post: str) -> None:
        """To review, back with a request, again to review. Mira cannot sign her own text."""
        drafting, review, mira = Drafting(self.cast.desk), Review(self.cast.desk), self.cast.mira.actor
        drafting.submit(mira, post)
        refusal = review.why_not(mira, post)
        must(refusal, "four eyes", "The author could sign her own post.")
        self.output.step(f"“{TITLE}” is drafted with alt text and sent to review", f"Mira cannot sign it: {refusal}")
        tomorrow = self.cast.desk.clock.now() + timedelta(days=1)
        review.request_changes(self.cast.helen.actor, post, 1, "Please say that dogs stay outside.", tomorrow)
        must(drafting.read(post).state is PostState.CHANGES_REQUESTED, "request", "The post did not come back.")
        working = drafting.read(post)
        body = replace(working.body, text=f"{TEXT} Dogs stay outside, please.")
        drafting.save(mira, post, body, working.saves)
        self.output.step("Helen requests changes, Mira revises", "“Please say that dogs stay outside.”")

    def plan(self, post: str, seconds: float) -> None:
        """Sets the draft's time that many seconds ahead."""
        drafting = Drafting(self.cast.desk)
        working = drafting.read(post)
        drafting.save(self.cast.mira.actor, post, replace(working.body, when=self.in_seconds(seconds)), working.saves)

    def sign(self, post: str) -> str:
        """Sends the draft to review and has Helen sign it. Returns its text."""
        drafting, review = Drafting(self.cast.desk), Review(self.cast.desk)
        drafting.submit(self.cast.mira.actor, post)
        working = drafting.read(post)
        review.sign_off(self.cast.helen.actor, post, working.revision, HELEN.passphrase)
        must(drafting.read(post).state is PostState.SCHEDULED, "sign-off", "The post was not scheduled.")
        return working.body.text

    def row(self, post: str) -> Row:
        """The post's one delivery."""
        return next(row for row in Outbox(self.cast.desk).rows() if row.post_id == post)

    def publish(self, post: str) -> None:
        """Signed, scheduled seconds ahead, published by the engine, found again with its alt text."""
        self.plan(post, self.lead)
        text = self.sign(post)
        due = self.row(post).due_at
        self.output.step("Helen signs version 2, which schedules it", f"due {due:%H:%M:%S} UTC, a DSSE signature")
        self.until("publishing", lambda: self.row(post).state is DeliveryState.PUBLISHED)
        found = self.on_network(text)
        must(len(found) == 1, "publishing", f"The network has it {len(found)} times.")
        media = found[0]["media"]
        must(media and media[0]["alt"] == garden().alt, "alt text", "The alt text did not arrive.")
        row = self.row(post)
        late = (row.sent_at - due).total_seconds() if row.sent_at else 0.0
        self.output.step("The engine publishes it", f"{row.permalink}, {late:.1f} s after its time")
        self.output.step("It is on the network, once, with its alt text", f"“{media[0]['alt']}”")

    def lose_an_answer(self) -> None:
        """The network stores the post and its answer is lost: found again, never sent twice."""
        post = self.write("Parking level 2", "Parking level 2 is closed this weekend. Levels 1 and 3 are open.")
        self.arm("lose_response")
        text = self.sign(post)
        self.until("a lost answer", lambda: self.row(post).state is DeliveryState.PUBLISHED)
        happened = [each.action for each in Outbox(self.cast.desk).happenings(self.row(post).delivery_id)]
        must("delivery.uncertain" in happened, "a lost answer", "The engine did not notice that the answer was lost.")
        count = len(self.on_network(text))
        must(count == 1, "a lost answer", f"The network has the post {count} times.")
        self.output.step("The answer to a second post is lost: it is looked up, not sent again", "on the network: once")

    def hold(self) -> None:
        """A hold stops what falls due; lifting it takes two people and sends nothing by itself."""
        holds, outbox, desk = Holds(self.cast.desk), Outbox(self.cast.desk), self.cast.desk
        post = self.write("Visiting hours", "Visiting hours change on 1 April: 10 to 20, every day.")
        number, _ = holds.hold(desk.operator(), Reason.INCIDENT, "Tour")
        text = self.sign(post)
        due = self.row(post).due_at
        self.until("the time to pass", lambda: desk.clock.now() > due + timedelta(seconds=1.5))
        must(not self.on_network(text), "hold", "A held post went out.")
        self.output.step("All publishing is held, and a post's time passes", "on the network: not there")
        agreed = (
            Signer(self.cast.jonas.person_id, JONAS.passphrase),
            Signer(self.cast.helen.person_id, HELEN.passphrase),
        )
        holds.lift(self.cast.jonas.actor, number, agreed)
        must(self.row(post).state is DeliveryState.MISSED, "lifting", "The overdue post was not left for a person.")
        must(not self.on_network(text), "lifting", "Lifting the hold published an overdue post.")
        outbox.send_now(self.cast.mira.actor, self.row(post).delivery_id)
        self.until("sending now", lambda: self.row(post).state is DeliveryState.PUBLISHED)
        must(len(self.on_network(text)) == 1, "sending now", "The post is not on the network exactly once.")
        self.output.step("Jonas and Helen lift the hold; Mira sends the missed post", "on the network: once")

    def export(self) -> None:
        """The log, verified here and again from the exported file alone."""
        path = self.folder / "audit.jsonl"
        verdict, _ = Auditing(self.cast.desk).export(self.cast.helen.actor, Format.JSONL, path)
        with path.open("rb") as file:
            again = verify_entries(read_jsonl(file))
        must(again.problem is None and again.root == verdict.root, "export", "The exported log does not verify.")
        self.output.step(f"The audit log is exported: {verdict.size} entries", f"root {verdict.root.hex()}")

    def tamper_with_a_copy(self) -> None:
        """Somebody with an SQL tool edits one entry of a copy; the verification names it."""
        copy = self.folder / "tampered-copy"
        copy.mkdir(mode=0o700)
        copy_database(self.folder / DATABASE, copy / DATABASE)
        with closing(sqlite3.connect(copy / DATABASE)) as connection:
            connection.execute("DROP TRIGGER audit_entry_no_update")
            connection.execute(_FORGE)
            connection.commit()
        desk = open_desk(copy, vault=self.cast.desk.vault)
        try:
            verdict = Auditing(desk).check()
        finally:
            desk.close()
        must(verdict.problem is not None, "tampering", "A changed entry was not noticed.")
        self.output.step("One signature is edited in a copy of the log", str(verdict.problem))


def run_tour(folder: Path | None, output: Output) -> int:
    """The tour in `folder` (a new temporary one unless given), which is left for looking at. 0 when all is proven.

    Raises BadInputError where there is a workspace already, TourError for the first step without its proof.
    """
    clock = SystemClock()
    began = clock.monotonic()
    folder = folder or Path(tempfile.mkdtemp(prefix="signpost-tour-"))
    if has_workspace(folder):
        raise BadInputError("There is a workspace here already", f"{folder} was not touched.", "Name an empty folder.")
    private_folder(folder)
    with keyring_for(folder, "tour", output), practice_network(folder) as url:
        ready = clock.monotonic()
        cast = staff(folder, "tour", clock)
        lead = min(_LEAD + clock.monotonic() - ready, _LONGEST_LEAD)  # making three people takes what signing takes
        try:
            Tour(folder, cast, url, output, lead).run()
        except requests.RequestException as error:
            raise TourError("the practice network", f"It did not answer ({type(error).__name__}).") from error
        finally:
            cast.desk.close()
    shutil.rmtree(folder / "tampered-copy")
    took = clock.monotonic() - began
    output.say(f"The whole job took {took:.0f} seconds. Look around in {folder}.", done=True, folder=str(folder))
    return 0
