"""`signpost drill`: a workspace full of signed practice deliveries, for load and fault tests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from connectors.practice.headless import approve
from connectors.practice.profiles import Profile
from desktop.commands.output import Output
from desktop.commands.staffing import EVERYBODY, HELEN, Cast, staff
from desktop.commands.workspace import KEYRING_FOLDER, PRACTISING, keyring_for, kind_of
from desktop.connecting import Connecting
from desktop.practice import practice_network
from editorial.accounts.register import Accounts
from editorial.clock import stamp
from editorial.desk import Desk, has_workspace, open_desk
from editorial.errors import BadInputError
from editorial.ids import new_id
from editorial.people.desk_people import People
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Decision, Review
from editorial.store.database import private_folder
from editorial.when import Choice, When

_PER_ACCOUNT = 2000  # more would be no drill but a mistake
_LONGEST = timedelta(days=7).total_seconds()
_BATCH = 25  # posts signed with one unsealing and in one transaction


@dataclass(frozen=True, slots=True)
class Drill:
    """What is asked for: deliveries in all, spread over accounts with one profile.

    All are due `due` seconds after the people and accounts are there, when the writing and signing begins.
    """

    deliveries: int
    accounts: int
    profile: str
    due: float

    def check(self) -> None:
        """Raises BadInputError."""
        if self.accounts < 1 or self.deliveries < 1 or self.deliveries > self.accounts * _PER_ACCOUNT:
            raise BadInputError("A drill has at least one account, and 1 to 2,000 deliveries for each")
        if self.profile not in set(Profile):
            raise BadInputError(f"There is no profile {self.profile}", f"There are: {', '.join(Profile)}.")
        if not 0 < self.due <= _LONGEST:  # neither is what is no number
            raise BadInputError("A drill is due within a week from now", "Say in how many seconds.")


def run_drill(folder: Path, drill: Drill, output: Output) -> int:
    """Makes the workspace if there is none, connects the accounts and signs the posts, one for all accounts each.

    Raises BadInputError for a real workspace, before anything in it is touched.
    """
    drill.check()
    kind = kind_of(folder)
    if has_workspace(folder) and kind not in PRACTISING:
        raise BadInputError("This is a real workspace", "A drill would fill it with invented posts.", "Name another.")
    private_folder(folder)
    with keyring_for(folder, kind or "tour", output), practice_network(folder) as url:
        cast = _reopened(folder) if kind else staff(folder, "tour")
        try:
            names = _names(cast.desk, drill)
            accounts = [_connect(cast, url, name, drill.profile) for name in names]
            due = _whole(cast.desk.clock.now() + timedelta(seconds=drill.due))
            _seed(cast, accounts, drill, due)
        finally:
            cast.desk.close()
    output.say(
        f"{drill.deliveries} deliveries to {drill.accounts} accounts ({drill.profile}) are due from {stamp(due)} on."
        f" Start `signpost practice --workspace {folder}` and `signpost publisher --workspace {folder}`.",
        deliveries=drill.deliveries,
        accounts=accounts,
        due=stamp(due),
        keyring=str(folder / KEYRING_FOLDER),
    )
    return 0


def _reopened(folder: Path) -> Cast:
    desk = open_desk(folder)
    try:
        people = People(desk)
        found = {card.sign_in: card.id for card in people.cards()}
        if missing := [each.name for each in EVERYBODY if each.sign_in not in found]:
            raise BadInputError(f"{', '.join(missing)} is not in this workspace", "A drill needs all three people.")
        jonas, helen, mira = (people.sign_in(found[each.sign_in], each.passphrase) for each in EVERYBODY)
    except BaseException:
        desk.close()
        raise
    return Cast(desk, people, jonas, helen, mira)


def _names(desk: Desk, drill: Drill) -> list[str]:
    """`drill1` and so on; with the profile where an account of that name has another one from an earlier drill."""
    others = {each.handle for each in Accounts(desk).all() if each.settings.get("profile") != drill.profile}
    plain = [f"drill{number + 1}" for number in range(drill.accounts)]
    return [f"{name} {drill.profile}" if name in others else name for name in plain]


def _connect(cast: Cast, url: str, name: str, profile: str) -> str:
    def open_browser(address: str) -> bool:
        approve(address, name, profile)
        return True

    account, _ = Connecting(cast.desk, "practice", url, open_browser).run(cast.jonas.actor)
    return account


def _seed(cast: Cast, accounts: list[str], drill: Drill, due: datetime) -> None:
    """Each post goes to as many accounts as there are deliveries left; all are due at one instant."""
    desk: Desk = cast.desk
    drafting, review = Drafting(desk), Review(desk)
    mark = new_id("drill")[-6:]
    when = When(Choice.SET, due.replace(tzinfo=None), "UTC")
    remaining, number, decided = drill.deliveries, 0, list[Decision]()
    while remaining:
        chosen = tuple(accounts[: min(remaining, len(accounts))])
        number += 1
        body = DraftBody(f"Drill {mark} {number}", f"Drill {mark}, post {number}.", accounts=chosen, when=when)
        post, _ = drafting.open(cast.mira.actor, body)
        _in_time(desk, due)
        drafting.submit(cast.mira.actor, post)
        decided.append(Decision(post, 1))
        remaining -= len(chosen)
        if len(decided) == _BATCH or not remaining:
            refused, _ = review.sign_offs(cast.helen.actor, decided, HELEN.passphrase)
            for error in refused.values():
                raise error
            decided.clear()
    _in_time(desk, due)


def _whole(moment: datetime) -> datetime:
    """The next whole second: what is planned and signed knows no fractions."""
    return (moment + timedelta(microseconds=999_999)).replace(microsecond=0)


def _in_time(desk: Desk, due: datetime) -> None:
    if desk.clock.now() >= due - timedelta(seconds=1):
        raise BadInputError(
            "Signing took longer than --due", "What was not signed in time waits for a person.", "Ask for a later time."
        )
