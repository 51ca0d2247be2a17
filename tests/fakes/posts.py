"""Posts that are written, signed and scheduled by the services, as the screens would have it."""

from collections.abc import Sequence
from dataclasses import replace

from editorial.delivery.outbox import Outbox
from editorial.desk import Desk
from editorial.people.session import SignedIn
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.when import Choice, When
from tests.editorial.media.pictures import encoded, photo
from tests.fakes.desks import HELEN, Staff

SOON = When(Choice.SOON)


def signed_post(
    desk: Desk,
    author: SignedIn,
    signer: SignedIn,
    text: str,
    accounts: Sequence[str],
    when: When = SOON,
    pictures: int = 0,
    crisis: str = "",
) -> str:
    """A post signed by Helen, with its deliveries; returns the post's id."""
    drafting = Drafting(desk)
    media = []
    for number in range(pictures):
        _, item, _ = drafting.add_picture(author.actor, encoded(photo(60 + number), "PNG"), f"{number}.png")
        media.append(replace(item, alt=f"A nurse at desk {number} answers the telephone"))
    body = DraftBody(title=text[:40], text=text, accounts=tuple(accounts), media=tuple(media), when=when, crisis=crisis)
    post_id, _ = drafting.open(author.actor, body)
    drafting.submit(author.actor, post_id)
    Review(desk).sign_off(signer.actor, post_id, 1, HELEN)
    return post_id


def deliveries_of(desk: Desk, post_id: str) -> dict[str, str]:
    """Account id to delivery id."""
    return {row.account_id: row.delivery_id for row in Outbox(desk).rows() if row.post_id == post_id}


def scheduled(staff: Staff, text: str = "Flu vaccination starts on Monday.", *, when: When = SOON, pictures: int = 0,
              account: str | None = None) -> tuple[str, str]:  # fmt: skip
    """One signed post to one account of a staffed workspace: (post id, delivery id). It is due now unless `when`."""
    account = account or staff.connect_practice()
    post_id = signed_post(staff.desk, staff.mira, staff.helen, text, [account], when, pictures)
    return post_id, deliveries_of(staff.desk, post_id)[account]
