"""Cards for links: which networks fetch the page behind a link and make the card themselves, after the post is out."""

from editorial.content import AccountContent
from editorial.counting.links import mastodon_spans, x_spans

CARD_NOTE = "The network makes the card for this link itself; it is not part of what is signed."

SCRAPES: dict[str, str] = {
    "facebook": "https://developers.facebook.com/docs/sharing/webmasters",
    "mastodon": "https://docs.joinmastodon.org/entities/PreviewCard/",
    "threads": "https://developers.facebook.com/docs/threads/posts",
    "x": "https://developer.x.com/en/docs/x-for-websites/cards/overview/abouts-cards",
}
"""Network to where it says that it reads the page's own tags. Signpost makes no card for any network yet."""


def makes_card(content: AccountContent) -> bool:
    """Whether the network will show a card that it made itself: it scrapes, and the text has a link and no pictures."""
    if content.network not in SCRAPES or content.media:
        return False
    if content.network == "x":
        return bool(x_spans(content.text))
    return any(
        content.text[start:end].startswith(("http://", "https://")) for start, end, _ in mastodon_spans(content.text)
    )
