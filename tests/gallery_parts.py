"""Second gallery: banners, lists, the table, items of side panels, progress, cards, as they stand in the screens."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.widgets.banner import Banner, EmptyState
from desktop.widgets.buttons import AppButton
from desktop.widgets.chips import FilterChip
from desktop.widgets.choices import CardGroup, OptionCard, Segmented, Tabs
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, PassphraseField, TextArea
from desktop.widgets.items import CheckItem, LogItem, StageItem
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.marks import Avatar, OrganizationMark, RiskBars
from desktop.widgets.nav import NavEntry, NavList
from desktop.widgets.progress import Stepper, StrengthMeter
from desktop.widgets.rows import Row, RowListView, Section
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Action, Column, TableRow, TableSection
from desktop.widgets.text import KeyValues, Label, Panel, SectionHeader

NAV = (
    NavEntry("compose", "square-pen", "Compose"),
    NavEntry("review", "list-checks", "Review", 4),
    NavEntry("calendar", "calendar-days", "Calendar"),
    NavEntry("outbox", "send", "Outbox", 3, urgent=True),
    NavEntry("library", "images", "Library", gap=True),
    NavEntry("accounts", "plug", "Accounts", 1, urgent=True, gap=True),
    NavEntry("audit", "shield-check", "Audit"),
)


def nav() -> QWidget:
    """Return the navigation with Review chosen."""
    panel = Panel("window")
    column = rows(panel, margins=(0, 8, 0, 8), gap=8)
    top = columns(margins=(8, 0, 8, 0))
    top.addWidget(AppButton("New post", icon="plus", hint="Ctrl N"))
    column.addLayout(top)
    listing = NavList()
    listing.set_entries(NAV)
    listing.go("review")
    column.addWidget(listing)
    column.addStretch(1)
    panel.setFixedWidth(look().px(188))
    return panel


def queue() -> QWidget:
    """Return a review queue of three posts."""
    view = RowListView("Posts in review", height=84, gap=5, ruled=True)

    def post(key: str, title: str, networks: tuple[str, ...], due: tuple[str, str, str], risk: str) -> Row:
        icon, tone, text = due
        first = line(title, "bodyStrong", "primary", Span(networks=networks))
        second = line(text, "small", tone, Span(risk=risk, role="caption", weight=600), icon=icon)
        third = line("Privacy officer, 2 of 3", "caption", "tertiary", Span("Mira Okafor", "caption", "tertiary"))
        return Row(key, (first, second, third), f"{title}. {text}")

    view.set_rows(
        [
            Section("Due today", "Sorted by due time"),
            post(
                "1",
                "Ahmed’s first steps after his stroke",
                ("facebook", "instagram", "linkedin", "handoff"),
                ("clock-alert", "danger", "Due 11:30, in 48 min"),
                "high",
            ),
            post("2", "Kidney Day: five signs worth a check", ("x",), ("clock", "warning", "Due 15:00"), "medium"),
            Section("Later"),
            post("3", "Open day", ("linkedin",), ("clock", "secondary", "Fri 12 Mar, 17:00"), "low"),
        ]
    )
    view.choose("1")
    view.setFixedWidth(look().px(312))
    return view


def delivery(key: str, state: str, network: str, post: str, result: Span | None, action: Action | None) -> TableRow:
    """Return a row of the outbox."""
    known = look().theme.state(state)
    cells = (
        Line((Span(known.label, tone=known.group, icon=known.icon, weight=500),)),
        Line((Span(look().network_name(network), networks=(network,), mark_size=18),)),
        line(post),
        line("10:40", "body", "secondary"),
        Line((), (result,) if result else ()),
    )
    return TableRow(key, cells, f"{known.label}. {post}", action=action, menu=action is None and state != "sending")


def quiet(text: str, share: float = -1.0) -> Span:
    """Return the words of a result."""
    return Span(text, "small", "secondary", share=share)


def table() -> QWidget:
    """Return an outbox of a few rows."""
    columns_ = (
        Column("Status", 146),
        Column("Network", 112),
        Column("Post"),
        Column("Planned", 80),
        Column("Result or next step", 250, right=True),
    )
    view = DataTable("Deliveries", columns_, checkable=True)
    asleep = quiet("COMMS-02 was asleep")
    view.set_rows(
        [
            TableSection("needs", "Needs you", "3", "danger"),
            delivery("a", "attention", "linkedin", "Good morning", None, Action("r", "Resolve…", "soft")),
            delivery("b", "missed", "facebook", "Job fair: last places", asleep, Action("r", "Reschedule…")),
            TableSection("now", "Now", "4"),
            delivery("c", "sending", "youtube", "Hand hygiene", quiet("31 of 50 MB", 0.62), None),
            delivery("d", "retrying", "mastodon", "Hand hygiene", quiet("server is busy, try 2 of 5"), None),
            delivery("e", "held", "x", "Hand hygiene", None, Action("release", "Release")),
            TableSection("proof", "Verified through entry 18,402", group="success", icon="shield-check"),
        ]
    )
    view.choose("a")
    view.set_checked(["d", "e"])
    return view


def side() -> QWidget:
    """Return a side panel: findings, stages, facts."""
    panel = Panel("app")
    panel.setFixedWidth(look().px(380))
    column = rows(panel, gap=8)
    for severity, title, expanded in (
        ("block", "A patient could be recognised", True),
        ("warning", "Policy word: “guarantee”", False),
        ("suggestion", "Plain words: “hip arthroplasty”", False),
    ):
        item = CheckItem(
            severity,
            title,
            "“Rosa Marchetti, 64, from Millbrook” plus a treatment.",
            [("a", "Change to “Rosa”", "wand-sparkles"), ("b", "Ask for wider authorization…", "")],
        )
        item.set_expanded(expanded)
        column.addWidget(item)
    inner = rows(margins=(16, 0, 16, 8), gap=4)
    inner.addWidget(SectionHeader("Approval", "Patient story path"))
    inner.addWidget(StageItem("done", 1, "Comms lead", "Jonas Lindqvist", pill=("success", "check-check", "Signed v5")))
    note = "You signed v3 yesterday. v4 changed the text, so it needs you again."
    inner.addWidget(
        StageItem("now", 2, "Privacy officer", "Helen", note=note, note_tone="warning", pill=("accent", "user", "You"))
    )
    inner.addWidget(StageItem("waiting", 3, "Clinical reviewer", "Dr. Priya Raman or Dr. Luca Ferri", last=True))
    inner.addWidget(LogItem("clock", "08:05:00", "Due. Picked up by COMMS-02"))
    inner.addWidget(LogItem("unplug", "08:05:34", "No answer after 30 seconds", "danger"))
    inner.addWidget(KeyValues([("When", "Wed 10 Mar 2027, 10:05:18 EST"), ("Valid", "Mon 15 Mar to Mon 29 Mar 2027")]))
    inner.addWidget(RiskBars("high"))
    column.addLayout(inner)
    column.addStretch(1)
    return panel


def people() -> QWidget:
    """Return the list of people of the sign-in window."""
    card = Panel("card")
    view = RowListView("People", height=42, gap=-2, inset=4, surface="panel")
    view.set_rows(
        [
            Row(
                name,
                (line(name, "bodyStrong"), line(role, "small", "tertiary")),
                f"{name}, {role}",
                lead=("avatar", name, name),
                trailing_icon="check" if role == "Author" else "",
            )
            for name, role in (("Helen Castellanos", "Privacy officer"), ("Mira Okafor", "Author"))
        ]
    )
    view.choose("Mira Okafor")
    view.setFixedHeight(look().px(88))
    rows(card, margins=(4, 4, 4, 4)).addWidget(view)
    return card


def cards() -> QWidget:
    """Return two option cards."""
    practice = OptionCard("Start with the practice network", "You switch it off per person.", icon="flask-conical")
    real = OptionCard("Start with real networks", "Every post still needs its sign-offs.")
    group = CardGroup([("practice", practice), ("real", real)], label="Networks")
    group.set_current("practice")
    return group


def entry() -> QWidget:
    """Return sign-in parts: people, passphrase, steps, cards."""
    panel = Panel("panel")
    panel.setFixedWidth(look().px(440))
    column = rows(panel, margins=(24, 16, 24, 16), gap=12)
    strength = StrengthMeter()
    strength.show_strength(3, "Strong: 4 words")
    ends = "Renew before then. Two posts are planned for later."
    parts: tuple[QWidget, ...] = (
        Stepper(4),
        people(),
        PassphraseField(help_text="Asked for every signature, also when you are signed in."),
        strength,
        cards(),
        FormField("Note", editor=TextArea(placeholder="What happened?"), optional="optional"),
        Banner("warning", "Access ends on Tue 16 March, 14:20", ends, inline=True),
        Banner("note", "", "There it is now 10:42. Clocks go forward on Sun 14 March.", inline=True),
        Avatar("Dr. Priya Raman", "p4", 34),
        OrganizationMark(34),
    )
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return panel


def middle() -> QWidget:
    """Return the working area: filters, tabs, table, empty state."""
    panel = Panel("panel")
    column = rows(panel, margins=(0, 8, 0, 0), gap=8)
    holder = QWidget()
    flow = FlowLayout(holder)
    flow.setContentsMargins(14, 0, 14, 0)
    chosen = FilterChip("All", 46)
    chosen.setChecked(True)
    flow.addWidget(chosen)
    for text, count, icon, tone in (
        ("Needs you", 3, "circle-question-mark", "danger"),
        ("Retrying", 1, "rotate-cw", "warning"),
        ("Held", 1, "octagon-pause", "hold"),
    ):
        flow.addWidget(FilterChip(text, count, icon=icon, tone=tone))
    flow.addWidget(AppButton("Today", icon="calendar", trailing="chevron-down"))
    parts = Segmented((("mine", "Waiting for me"), ("all", "All")), label="Posts")
    parts.set_text("mine", "Waiting for me", "4")
    flow.addWidget(parts)
    column.addWidget(holder)
    tabs = Tabs((("diff", "Changes since you signed"), ("full", "Full post"), ("media", "Media")), label="Parts")
    tabs.set_count("diff", "4")
    tab_line = columns(margins=(14, 0, 14, 0))
    tab_line.addWidget(tabs)
    column.addLayout(tab_line)
    column.addWidget(table(), 1)
    empty = EmptyState("square-pen", "No drafts yet", "Write once, then adjust the text for each network.")
    empty.add_action(AppButton("New post", "primary", icon="plus"))
    empty.add_action(AppButton("From template…"))
    column.addWidget(empty)
    return panel


def build() -> QWidget:
    """Return everything beside each other, under a hold banner."""
    window = Panel("app")
    column = rows(window)
    banner = Banner("hold", "All publishing is on hold", "Since 10:44 today by Mira Okafor · Incident in the hospital")
    banner.add_action(AppButton("Post a crisis statement", "onHold"))
    banner.add_action(AppButton("Review 14 waiting posts", "onHoldSolid"))
    column.addWidget(banner)
    line_ = columns()
    for part in (nav(), queue()):
        line_.addWidget(part)
    line_.addWidget(middle(), 1)
    line_.addWidget(side())
    line_.addWidget(entry())
    column.addLayout(line_, 1)
    return window


def dialog() -> QWidget:
    """Return a dialog as it stands over a window."""
    box = Dialog(
        None,
        "Hold all publishing?",
        "Nothing goes out, from any computer, until the hold is lifted.",
        icon="octagon-pause",
        group="hold",
    )
    box.body.addWidget(FormField("Note", editor=TextArea(placeholder="What happened?"), optional="optional"))
    box.body.addWidget(Label("Published posts stay online. To remove one, use “Take down” in the Outbox.", wrap=True))
    box.set_note("Enter holds, Esc cancels")
    box.add_cancel()
    box.add_button("Hold all publishing", "hold", icon="octagon-pause", default=True).setObjectName("focused")
    return box
