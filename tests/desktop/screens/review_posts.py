"""Posts in review for the tests and pictures of the Review screen, made through the services."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from desktop.screens.review import ReviewScreen
from editorial.accounts.register import Accounts, NewAccount
from editorial.changes import Changes
from editorial.charter.document import Charter, Deputy, Role, RouteKind
from editorial.content import MediaItem
from editorial.counting import Limits
from editorial.people.desk_people import Signer
from editorial.people.session import SignedIn
from editorial.posts.comments import Comments, Remark
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.passages import Passage
from editorial.posts.review import Review
from editorial.secret import Secret
from editorial.when import Choice, When
from tests.fakes.authorizations import add_reviewer, recorded
from tests.fakes.desks import HELEN, JONAS, Staff, add_person
from tests.fakes.desktop import Bench
from tests.fakes.rules import NAMES, PRAISE, add_rules

PRIYA, SANA = "winter ladder green telescope", "seven copper lanterns asleep"
ZONE = "America/New_York"
OLD = (
    "Nine weeks ago Ahmed Karimi, a teacher from Eastport, could not move his left leg. A stroke had taken that from"
    " him. This morning he walked twelve metres, from his bed to the window, with our physiotherapist Ines at his side."
    "\n“I wanted to see the harbour again,” he says."
)
NEW = (
    OLD.replace(" Karimi, a teacher from Eastport,", "").replace("twelve", "twenty")
    + " If you notice a drooping face, a weak arm or slurred speech: call 911 at once. Every minute counts."
)
OWN = "Nine weeks. Twenty metres. One window with a view of the harbour. #StrokeRecovery"


def at(day: int, hour: int, minute: int = 0) -> When:
    """A set time in March 2027, on the organization's wall clock."""
    return When(Choice.SET, datetime.fromisoformat(f"2027-03-{day:02}T{hour:02}:{minute:02}"), ZONE)


def connect(staff: Staff, network: str, label: str) -> str:
    """An account on a network; returns its id."""
    limits = Limits(text=2000, rule="characters")
    new = NewAccount(network, f"https://{network}.example", "alderbay", label, {"profile": "keyed"}, limits)
    account_id, _ = Accounts(staff.desk).connect(staff.jonas.actor, new, Secret(f"token-of-{network}-0123456789"))
    staff.accounts.append(account_id)
    return account_id


def picture(tint: str, *, size: tuple[int, int] = (560, 400)) -> bytes:
    """A small drawing as PNG; another tint is another picture."""
    image = Image.new("RGB", size, tint)
    draw = ImageDraw.Draw(image)
    draw.ellipse((200, 60, 360, 220), fill="#e8c9a8")
    draw.rectangle((180, 220, 380, 400), fill="#2b6b73")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def photo(staff: Staff, tint: str, alt: str) -> MediaItem:
    """A picture in the workspace with its alternative text."""
    _, item, _ = Drafting(staff.desk).add_picture(staff.mira.actor, picture(tint), f"{tint.strip('#')}.png")
    return replace(item, alt=alt)


def send(staff: Staff, title: str, text: str = "Wash your hands. It helps.", **more: object) -> str:
    """A post of Mira's in review, for every account unless `accounts` names some."""
    accounts = tuple(staff.accounts) or (staff.connect_practice(),)
    body = replace(DraftBody(title, text, accounts=accounts), **more)  # type: ignore[arg-type]
    drafting = Drafting(staff.desk)
    post_id, _ = drafting.open(staff.mira.actor, body)
    drafting.submit(staff.mira.actor, post_id)
    return post_id


def edit(staff: Staff, post_id: str, **more: object) -> Changes:
    """A newer version of a post, by Mira, in review; what another process would tell of it."""
    drafting = Drafting(staff.desk)
    working = drafting.read(post_id)
    drafting.save(staff.mira.actor, post_id, replace(working.body, **more), working.saves)  # type: ignore[arg-type]
    return drafting.submit(staff.mira.actor, post_id)


def busy_week(staff: Staff) -> str:
    """The week of picture 04; returns the post with two versions, two texts, pictures and comments."""
    first, second = connect(staff, "facebook", "Facebook"), connect(staff, "linkedin", "LinkedIn")
    own = connect(staff, "instagram", "Instagram")
    drafting, review, clock = Drafting(staff.desk), Review(staff.desk), staff.clock
    old = photo(staff, "#d9c6a5", "Ahmed with two therapists")
    post_id = send(
        staff,
        "Ahmed’s first steps after his stroke",
        OLD,
        account_texts={own: OWN},
        media=(old, photo(staff, "#bcd3dd", "The harbour in the morning")),
        when=at(12, 16),
    )
    clock.forward(timedelta(minutes=6))
    note = "Surname, job and town together make him easy to find. Please keep the first name only."
    review.request_changes(staff.helen.actor, post_id, 1, note, staff.tomorrow)
    clock.forward(timedelta(minutes=9))
    new = photo(staff, "#cfe0e6", "A man walks between parallel bars towards a large window.")
    body = drafting.read(post_id).body
    edit(staff, post_id, text=NEW, media=(new, *body.media[1:]), when=at(10, 11, 45))
    Comments(staff.desk).say(staff.mira.actor, post_id, "Done in version 2.")
    Comments(staff.desk).say(staff.jonas.actor, post_id, "Good to see when to call 911 in it.")
    send(staff, "Kidney Day: five signs worth a call", when=at(10, 15), accounts=(first, second))
    send(staff, "Meet the night shift: ICU team", when=at(11, 12), accounts=(first,))
    send(staff, "Theatre nurses wanted: open day", when=at(12, 17), accounts=(second, own))
    send(staff, "How to read a discharge letter", accounts=(first,))
    return post_id


def three_stages(staff: Staff) -> SignedIn:
    """Routine posts go the way of a patient story, with Priya for the clinical stage and Sana in Helen's place."""
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    by = staff.jonas.actor
    priya = add_person(staff.people, by, "Dr. Priya Raman", "priya", PRIYA, Role.CLINICAL_REVIEWER, officers)
    sana = add_person(staff.people, by, "Sana Haddad", "sana", SANA, Role.AUTHOR, officers)

    def change(charter: Charter) -> Charter:
        stages = charter.route_for(RouteKind.STORY).stages
        beside = (*stages[:2], replace(stages[2], beside=True))
        routes = [replace(each, stages=beside) if each.kind is RouteKind.ROUTINE else each for each in charter.routes]
        now = staff.clock.now()
        stands = Deputy(staff.helen.person_id, sana, now - timedelta(days=2), now + timedelta(days=2))
        return replace(charter, routes=tuple(routes), deputies=(stands,))

    staff.people.amend(by, change, officers)
    return staff.people.sign_in(priya, PRIYA)


def signed_again(staff: Staff) -> str:
    """Picture 04: Helen signed version 1 yesterday, version 2 changed the text, and people talk about it."""
    priya = three_stages(staff)
    review, comments, clock = Review(staff.desk), Comments(staff.desk), staff.clock
    own = connect(staff, "instagram", "Instagram")
    connect(staff, "facebook", "Facebook")
    connect(staff, "linkedin", "LinkedIn")
    old = photo(staff, "#d9c6a5", "Ahmed with two therapists")
    post_id = send(
        staff, "Ahmed’s first steps after his stroke", OLD, account_texts={own: OWN}, media=(old,), when=at(12, 16)
    )
    helen, jonas, mira = staff.helen.actor, staff.jonas.actor, staff.mira.actor
    clock.forward(timedelta(hours=-18))
    review.sign_off(jonas, post_id, 1, JONAS)
    review.sign_off(helen, post_id, 1, HELEN, opened=staff.accounts)
    quote = "Karimi, a teacher from Eastport"
    words = "Surname, job and town together make him easy to find. Please keep the first name only."
    comments.say(helen, post_id, Remark(words, Passage(quote, OLD.index(quote))))
    (asked,) = review.subject(post_id).comments
    comments.say(mira, post_id, Remark("Done in version 2, except LinkedIn.", answers=asked.id))
    sure = Passage("twelve metres", OLD.index("twelve"))
    clock.forward(timedelta(minutes=1))
    comments.say(priya.actor, post_id, Remark("It was twenty.", sure, "twenty metres"))
    clock.forward(timedelta(hours=17, minutes=30))
    new = photo(staff, "#cfe0e6", "A man walks between parallel bars towards a large window.")
    edit(staff, post_id, text=NEW, media=(new,), when=at(10, 15, 30))
    review.sign_off(jonas, post_id, 2, JONAS)
    clock.forward(timedelta(minutes=5))
    help_ = "If you notice a drooping face"
    comments.say(priya.actor, post_id, Remark("", Passage(help_, NEW.index(help_)), "If you see a drooping face"))
    clock.forward(timedelta(minutes=24))
    return post_id


def patient_story(staff: Staff) -> str:
    """A post that rests on an authorization: two names are found in it, and a claim that its author keeps."""
    add_rules(staff.desk, NAMES, PRAISE)
    add_reviewer(staff)
    account = connect(staff, "facebook", "Facebook")
    text = "Rosa sang with the choir on our best ward. Ben, our therapy dog, barked along."
    known = recorded(staff, networks=("facebook",))
    body = DraftBody("Choir visit: songs on the ward", text, accounts=(account,), authorizations=(known,))
    drafting = Drafting(staff.desk)
    post_id, _ = drafting.open(staff.mira.actor, body)
    claim = next(each for each in drafting.check(post_id, body) if each.may_keep)
    kept = body.with_kept(claim, "Best of the county in the state’s list of 2026.")
    drafting.save(staff.mira.actor, post_id, replace(kept, when=at(12, 9)), 1)
    drafting.submit(staff.mira.actor, post_id)
    return post_id


def shown(desk: Bench) -> ReviewScreen:
    """Review with its first post read, and the focus in the queue."""
    screen = ReviewScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 826)
    with desk.qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    desk.settle()
    desk.qtbot.waitUntil(lambda: not screen.version.unread)
    screen.queue.list.setFocus()
    return screen
