"""What a screen gets to work with: the services of the opened workspace, who is signed in, and the shell around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from desktop.bridge import Bridge
    from desktop.look import Appearance
    from desktop.moments import Moments
    from desktop.practice import PracticeHost
    from editorial.accounts.register import Accounts
    from editorial.actors import Actor
    from editorial.audit.anchoring import Anchor
    from editorial.audit.auditing import Auditing
    from editorial.authorizations.register import Register
    from editorial.concerns import Concerns
    from editorial.delivery.afterwards import Afterwards
    from editorial.delivery.outbox import Outbox
    from editorial.delivery.stopping import Holds
    from editorial.delivery.takedown import Takedowns
    from editorial.delivery.telling import Telling
    from editorial.desk import Desk
    from editorial.errors import DeskError
    from editorial.people.desk_people import Card, People
    from editorial.people.permissions import May
    from editorial.people.session import SignedIn
    from editorial.planning.setting import Times
    from editorial.posts.comments import Comments
    from editorial.posts.copying import Copying
    from editorial.posts.correcting import Corrections
    from editorial.posts.drafting import Drafting
    from editorial.posts.mentions import Mentions
    from editorial.posts.review import Review
    from editorial.tasks import Tasks

Do = Callable[[], object]


class Shell(Protocol):
    """What the window around a screen does for it."""

    def go(self, key: str, item: str = "") -> None:
        """Shows another screen, and there the thing with that id."""
        ...

    def say(
        self, text: str, *, tone: str = "success", icon: str = "check", action: tuple[str, Do] | None = None
    ) -> None:
        """Shows a short message at the bottom right, with at most one action such as Undo."""
        ...

    def tell(self, error: DeskError, retry: Do | None = None) -> None:
        """Tells an error that no field and no view shows: what happened, what is safe, what to do."""
        ...

    def show_saved(self, words: str, *, saving: bool = False, problem: bool = False) -> None:
        """Shows in the status bar how far what was typed is saved."""
        ...


class Services:
    """The opened workspace: its desk and the services on it, each loaded when it is first asked for.

    Made away from the Qt thread: it loads the database.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.anchor: Anchor | None = None  # how the log stood to its marks when they were last asked

    @cached_property
    def people(self) -> People:
        """Commands about people."""
        from editorial.people.desk_people import People

        return People(self.desk)

    @cached_property
    def drafting(self) -> Drafting:
        """Commands about drafts."""
        from editorial.posts.drafting import Drafting

        return Drafting(self.desk)

    @cached_property
    def review(self) -> Review:
        """Commands about versions in review."""
        from editorial.posts.review import Review

        return Review(self.desk)

    @cached_property
    def comments(self) -> Comments:
        """Commands about comments."""
        from editorial.posts.comments import Comments

        return Comments(self.desk)

    @cached_property
    def mentions(self) -> Mentions:
        """What names whoever is signed in."""
        from editorial.posts.mentions import Mentions

        return Mentions(self.desk)

    @cached_property
    def outbox(self) -> Outbox:
        """Commands about deliveries."""
        from editorial.delivery.outbox import Outbox

        return Outbox(self.desk)

    @cached_property
    def telling(self) -> Telling:
        """Notices of holds, and who has seen them."""
        from editorial.delivery.telling import Telling

        return Telling(self.desk)

    @cached_property
    def holds(self) -> Holds:
        """Commands about holds."""
        from editorial.delivery.stopping import Holds

        return Holds(self.desk)

    @cached_property
    def accounts(self) -> Accounts:
        """Commands about accounts."""
        from editorial.accounts.register import Accounts

        return Accounts(self.desk)

    @cached_property
    def auditing(self) -> Auditing:
        """The audit log."""
        from editorial.audit.auditing import Auditing

        return Auditing(self.desk)

    @cached_property
    def tasks(self) -> Tasks:
        """Commands about what people have to do by a time."""
        from editorial.tasks import Tasks

        return Tasks(self.desk)

    @cached_property
    def takedowns(self) -> Takedowns:
        """Commands about taking posts down."""
        from editorial.delivery.takedown import Takedowns

        return Takedowns(self.desk)

    @cached_property
    def afterwards(self) -> Afterwards:
        """What networks show of what was published."""
        from editorial.delivery.afterwards import Afterwards

        return Afterwards(self.desk)

    @cached_property
    def concerns(self) -> Concerns:
        """Commands about concerns."""
        from editorial.concerns import Concerns

        return Concerns(self.desk)

    @cached_property
    def corrections(self) -> Corrections:
        """The command that begins a correction."""
        from editorial.posts.correcting import Corrections

        return Corrections(self.desk)

    @cached_property
    def times(self) -> Times:
        """Blackouts, quiet hours and usual times, and what speaks for and against a time."""
        from editorial.planning.setting import Times

        return Times(self.desk)

    @cached_property
    def copying(self) -> Copying:
        """The command that copies a post to other dates."""
        from editorial.posts.copying import Copying

        return Copying(self.desk)

    @cached_property
    def register(self) -> Register:
        """Commands about authorizations."""
        from editorial.authorizations.register import Register

        return Register(self.desk)


@dataclass
class Context:
    """One sign-in. `session` is renewed when the charter gives this person other roles; everything else stays."""

    services: Services
    bridge: Bridge
    appearance: Appearance
    session: SignedIn
    shell: Shell
    moments: Moments
    practice: PracticeHost = field(repr=False)

    @property
    def desk(self) -> Desk:
        """The workspace."""
        return self.services.desk

    @property
    def folder(self) -> Path:
        """The workspace's folder, for work in the worker process."""
        return self.services.desk.folder

    @property
    def people(self) -> People:
        """Commands about people."""
        return self.services.people

    @property
    def drafting(self) -> Drafting:
        """Commands about drafts."""
        return self.services.drafting

    @property
    def review(self) -> Review:
        """Commands about versions in review."""
        return self.services.review

    @property
    def comments(self) -> Comments:
        """Commands about comments."""
        return self.services.comments

    @property
    def outbox(self) -> Outbox:
        """Commands about deliveries."""
        return self.services.outbox

    @property
    def holds(self) -> Holds:
        """Commands about holds."""
        return self.services.holds

    @property
    def accounts(self) -> Accounts:
        """Commands about accounts."""
        return self.services.accounts

    @property
    def auditing(self) -> Auditing:
        """The audit log."""
        return self.services.auditing

    @property
    def register(self) -> Register:
        """Commands about authorizations."""
        return self.services.register

    @property
    def actor(self) -> Actor:
        """Whoever is signed in, as commands want it."""
        return self.session.actor

    def may(self, what: May) -> bool:
        """Whether this person's roles allow it: for showing or leaving out. The services decide anyway."""
        from editorial.people.permissions import may

        return may(self.session.roles, what)

    def renew(self, cards: tuple[Card, ...]) -> bool:
        """Takes over the roles that the charter gives now; False when this person is no longer on the staff."""
        for card in cards:
            if card.id == self.session.person_id and card.active:
                self.session = replace(self.session, roles=card.roles)
                return True
        return False

    def go(self, key: str, item: str = "") -> None:
        """Shows another screen ("compose", "review", "outbox", "accounts", "audit"), and there one thing."""
        self.shell.go(key, item)

    def say(
        self, text: str, *, tone: str = "success", icon: str = "check", action: tuple[str, Do] | None = None
    ) -> None:
        """Shows a short message; `action` is a word and what it does."""
        self.shell.say(text, tone=tone, icon=icon, action=action)

    def tell(self, error: DeskError, retry: Do | None = None) -> None:
        """Tells an error that no field and no view shows."""
        self.shell.tell(error, retry)
