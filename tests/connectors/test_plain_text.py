"""The words of HTML as people see them."""

import pytest

from connectors.plain_text import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("a &lt;b&gt; &amp;amp; &#x1F642;", "a <b> &amp; 🙂"),
        ('<span class="invisible">https://</span><span>a.example</span>', "https://a.example"),
        ("<script>alert(1)</script>Seen<style>p {}</style>", "Seen"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
    ],
)
def test_what_people_see(html: str, text: str) -> None:
    assert plain_text(html) == text
