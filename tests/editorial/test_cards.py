"""Which networks make a card for a link by themselves."""

import pytest

from editorial.cards import CARD_NOTE, SCRAPES, makes_card
from editorial.content import AccountContent, MediaItem

PICTURE = MediaItem("0" * 64, "image/png", 1, 1, 1)


@pytest.mark.parametrize(
    ("network", "text", "card"),
    [
        ("mastodon", "Read https://alderbay.org/joints.", True),
        ("facebook", "https://alderbay.org", True),
        ("threads", "Read www.alderbay.org, and ask @alderbay@example.social", False),
        ("x", "Read www.alderbay.org/joints", True),
        ("x", "Come and see us.", False),
        ("bluesky", "Read https://alderbay.org", False),
        ("practice", "Read https://alderbay.org", False),
    ],
)
def test_a_card_takes_a_link_and_a_network_that_reads_it(network: str, text: str, card: bool) -> None:
    assert makes_card(AccountContent("post_1", "acct_1", network, text)) is card
    assert not makes_card(AccountContent("post_1", "acct_1", network, text, (PICTURE,)))


def test_every_network_in_the_list_says_where_that_stands() -> None:
    assert all(link.startswith("https://") for link in SCRAPES.values())
    assert "not part of what is signed" in CARD_NOTE
