"""Posts in review for the tests and pictures of the Review screen, made through the services."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from editorial.accounts.register import Accounts, NewAccount
from editorial.changes import Changes
from editorial.content import MediaItem
from editorial.counting import Limits
from editorial.posts.comments import Comments
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.secret import Secret
from editorial.when import Choice, When
from tests.fakes.desks import Staff

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
    review.request_changes(staff.helen.actor, post_id, 1, note)
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
