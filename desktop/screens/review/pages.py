"""What the tabs of a version show: what changed, the whole post, its pictures, its history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.counts import counted
from desktop.moments import Moments
from desktop.screens.review.authorized import authorized
from desktop.screens.review.checked import ChecksPart
from desktop.screens.review.pictures import ChangedPicture, Pictures, described, said_of
from desktop.screens.review.texts import DiffText, TextBlock
from desktop.screens.review.versions import VersionPart
from desktop.screens.review.words import listed, named, planned, set_time
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Label
from editorial.cards import CARD_NOTE, makes_card
from editorial.content import AccountContent, MediaItem
from editorial.posts.differences import Comparison, Differences, Kind, Span, TextChange, groups
from editorial.posts.reading import Page


class Pages:
    """Makes the widgets of one version, part by part."""

    def __init__(
        self,
        page: Page,
        moments: Moments,
        pictures: Pictures,
        comparison: Comparison | None = None,
        *,
        side_by_side: bool = False,
    ) -> None:
        """With `comparison` the changes are those between two other versions than the page's own."""
        self._side_by_side = side_by_side
        self._page, self._moments, self._pictures = page, moments, pictures
        self._snapshot = page.subject.snapshot
        self._comparison = comparison or page.comparison

    # ---- what changed ------------------------------------------------------------------------------------------------

    def changes(self) -> list[tuple[QWidget, bool]]:
        """Every part, and whether something changed in it."""
        if self._comparison is None:
            return []
        found = self._comparison.differences
        parts: list[tuple[QWidget, bool]] = [(note, False) for note in self._cards()]
        if found.title:
            parts.append((self._plain("Title", DiffText(found.title, "bodyStrong")), True))
        parts += [(self._changed_text(change, found), change.changed) for change in found.texts]
        for change in found.pictures:
            if change.changed:
                parts.append((ChangedPicture(change, self._pictures, self._page.labels), True))
        same = sum(not change.changed for change in found.pictures)
        if same:
            words = f"{counted(same, 'photo')}, no change"
            parts.append((self._plain("Pictures", Label(words, "small", "secondary")), False))
        parts.append((self._time(self._comparison), found.times is not None))
        if found.languages is not None:
            old, new = (", ".join(side) for side in found.languages)
            parts.append((self._plain("Language", DiffText(_replaced(old, new), "body")), True))
        for name, pair in (("Authorizations", self._authorizations(found)), ("Route", found.routes)):
            if pair is not None:
                parts.append((self._plain(name, DiffText(_replaced(*pair), "body")), True))
        if self._comparison.after.number == self._snapshot.number:
            parts += [(part, False) for part in self.authorizations()]
            parts.append((ChecksPart(self._page, self._moments), False))
        return parts

    def _authorizations(self, found: Differences) -> tuple[str, str] | None:
        if found.authorizations is None:
            return None
        old, new = ([self._page.authorization_names.get(each, each) for each in side] for side in found.authorizations)
        return listed(old) or "none", listed(new) or "none"

    def _changed_text(self, change: TextChange, found: Differences) -> TextBlock:
        title, note = self._whose(change.accounts, len([each for each in found.texts if not each.left]) > 1)
        tail = "" if change.changed else "no change"
        if change.joined:
            tail = "new in this version"
        if change.left:
            tail = "not in this version any more"
        return TextBlock(
            title,
            note,
            self._networks(change.accounts),
            change.spans,
            accounts=() if change.left or not self._newest else change.accounts,
            account_id=self._own(change.accounts),
            tail=tail,
            folded=not change.changed,
            sides=(f"Version {found.before}", f"Version {found.after}")
            if self._side_by_side and change.changed
            else None,
        )

    @property
    def _newest(self) -> bool:
        """Whether the changes lead to the page's own version: only that one is read, and commented on."""
        return self._comparison is None or self._comparison.after.number == self._snapshot.number

    def _own(self, accounts: Sequence[str]) -> str:
        """The account by which a text is found again; empty for the text that most accounts share."""
        shared = {content.account_id for content in groups(self._snapshot.contents)[0]}
        return "" if shared & set(accounts) else accounts[0]

    def _networks(self, accounts: Sequence[str]) -> list[str]:
        contents = self._snapshot.contents
        if self._comparison is not None:
            contents = (*self._comparison.after.contents, *self._comparison.before.contents)
        found = {content.account_id: content.network for content in contents}
        return [found[account] for account in accounts if account in found]

    def _time(self, comparison: Comparison) -> QWidget:
        found, after = comparison.differences, comparison.after
        if found.times is not None:
            old, new = (set_time(when, self._moments) for when, _ in found.times)
            return self._plain("Time", DiffText(_replaced(old, new), "body"))
        words = planned(after.when, after.due, self._moments)
        if found.windows is None:
            return self._plain("Time", Label(f"{words}, no change", "small", "secondary"))
        until = [f"until {self._moments.full(window.not_after)}" for window in found.windows]
        return self._plain("Time", DiffText((Span(Kind.SAME, f"{words}, "), *_replaced(*until)), "body"))

    # ---- the whole post ----------------------------------------------------------------------------------------------

    def full(self) -> list[QWidget]:
        """Every text, the pictures, the time and what the checks found."""
        time = planned(self._snapshot.when, self._snapshot.due, self._moments)
        parts: list[QWidget] = [*self.texts(), *self._cards(), self._plain("Time", Label(time, "body", wrap=True))]
        if self._items():
            parts.append(self._plain("Pictures", self._small_pictures()))
        return [*parts, *self.authorizations(), ChecksPart(self._page, self._moments)]

    def authorizations(self) -> list[QWidget]:
        """What the version rests on, as that stands now; nothing where it rests on none."""
        if not self._page.authorizations:
            return []
        return [self._plain("Authorization", authorized(self._page.authorizations, self._moments))]

    def _cards(self) -> list[QWidget]:
        """Which networks make a card of their own for the post's link: nobody signs that."""
        found = [content.account_id for content in self._snapshot.contents if makes_card(content)]
        if not found:
            return []
        words = f"{named(found, self._page.labels)}: {CARD_NOTE}"
        return [self._plain("Link", Label(words, "small", "secondary", wrap=True))]

    def texts(self) -> list[TextBlock]:
        """Every text once, with whom it is for."""
        found = groups(self._snapshot.contents)
        blocks = []
        for group in found:
            accounts = tuple(content.account_id for content in group)
            title, note = self._whose(accounts, len(found) > 1)
            spans = (Span(Kind.SAME, group[0].text),) if group[0].text else ()
            blocks.append(
                TextBlock(
                    title,
                    note,
                    [each.network for each in group],
                    spans,
                    accounts=accounts,
                    account_id=self._own(accounts),
                )
            )
        return blocks

    def _whose(self, accounts: Sequence[str], several: bool) -> tuple[str, str]:
        names = named(accounts, self._page.labels)
        if not several:
            return "Text", f"used by {names}"
        return ("Shared text", f"used by {names}") if len(accounts) > 1 else (names, "own text")

    def _small_pictures(self) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=10)
        for number, item, _ in self._items():
            line = columns(gap=12)
            line.addWidget(self._pictures.small(item, said_of(number, item)), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(described(item), 1, Qt.AlignmentFlag.AlignTop)
            column.addLayout(line)
        return whole

    # ---- pictures, checks, history -----------------------------------------------------------------------------------

    def _items(self) -> list[tuple[int, MediaItem, list[AccountContent]]]:
        """Every picture once with its number and who gets it; told apart when alternative texts differ."""
        found: dict[MediaItem, tuple[int, list[AccountContent]]] = {}
        for content in self._snapshot.contents:
            for number, item in enumerate(content.media, 1):
                found.setdefault(item, (number, []))[1].append(content)
        return [(number, item, contents) for item, (number, contents) in found.items()]

    @property
    def picture_count(self) -> int:
        """How many pictures there are."""
        return len(self._items())

    def media(self) -> list[QWidget]:
        """Every picture large, with its alternative text."""
        parts = []
        for number, item, contents in self._items():
            whole = QWidget()
            column = rows(whole, margins=(20, 13, 20, 13), gap=8)
            head = columns(gap=8)
            head.addWidget(Label(f"Photo {number}", "bodyStrong"))
            size = f"{item.width:,} × {item.height:,}, {max(1, round(item.size / 1000)):,} kB"
            if len(contents) < len(self._snapshot.contents):
                size += f", only on {named([each.account_id for each in contents], self._page.labels)}"
            head.addWidget(Label(size, "small", "secondary", wrap=True), 1)
            column.addLayout(head)
            column.addWidget(self._pictures.large(item, said_of(number, item)))
            column.addWidget(described(item))
            parts.append(whole)
        return parts or [self._plain("Pictures", Label("This post has none.", "body", "secondary"))]

    def checks(self) -> list[QWidget]:
        """What the checks found when the version was made."""
        return [ChecksPart(self._page, self._moments)]

    def history(self) -> list[VersionPart]:
        """Every version with what happened to it, newest first."""
        return [
            VersionPart(number, self._page.history, self._moments, newest=number == self._snapshot.number)
            for number in reversed(self._page.versions)
        ]

    @staticmethod
    def _plain(title: str, widget: QWidget) -> QWidget:
        whole = QWidget()
        line = columns(whole, margins=(20, 12, 20, 12), gap=12)
        line.addWidget(Label(title, "bodyStrong"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(widget, 1)
        return whole


def _replaced(old: str, new: str) -> tuple[Span, ...]:
    """Short values are told whole: the old one, then the new one."""
    if old == new:
        return (Span(Kind.SAME, new),)
    return Span(Kind.REMOVED, old), Span(Kind.SAME, "  →  "), Span(Kind.ADDED, new)
