"""The one generated style sheet of the application: every colour is a token, every length scales with the text size.

Widgets choose among its rules with dynamic properties: `surface` on frames, `role` and `tone` on labels, `error` on
fields.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop.look.tokens import Theme, Tokens, TypeRole

Px = Callable[[float], int]
TONES = ("primary", "secondary", "tertiary", "disabled", "link")
GROUP_NAMES = ("accent", "success", "warning", "danger", "info", "neutral", "hold")


def make_sheet(tokens: Tokens, theme: Theme, scale: float, control_height: int) -> str:
    """Return the style sheet of a theme at a text size."""

    def px(value: float) -> int:
        return round(value * scale)

    parts = (
        _surfaces(theme),
        _labels(tokens, theme, px),
        _fields(theme, px, control_height),
        _choices(px),
        _views(theme, px),
        _menus(theme, px),
        _scroll_bars(theme, px),
    )
    return "\n".join(parts)


def _font(step: TypeRole, px: Px) -> str:
    return f"font-size: {px(step.px)}px; font-weight: {step.weight};"


def _surfaces(theme: Theme) -> str:
    names = ("window", "app", "panel", "sunken", "raised", "hover", "selected")
    rules = [f'QFrame[surface="{name}"] {{ background: {getattr(theme.surface, name).name()}; }}' for name in names]
    rules += [f'QFrame[surface="{name}"] {{ background: {theme.group(name).bg.name()}; }}' for name in GROUP_NAMES]
    rules += [
        f'QFrame[surface="card"] {{ background: {theme.surface.panel.name()};'
        f" border: 1px solid {theme.border.subtle.name()}; border-radius: 8px; }}",
        f'QFrame[surface="note"] {{ background: {theme.surface.sunken.name()}; border-radius: 8px; }}',
        f'QFrame[hairline="true"] {{ background: {theme.border.subtle.name()}; border: none; }}',
        f"QSplitter::handle {{ background: {theme.border.subtle.name()}; }}",
        "QSplitter::handle:horizontal { width: 1px; } QSplitter::handle:vertical { height: 1px; }",
        f"QDialog, QMainWindow {{ background: {theme.surface.panel.name()}; }}",
    ]
    return "\n".join(rules)


def _labels(tokens: Tokens, theme: Theme, px: Px) -> str:
    rules = [f"QLabel {{ color: {theme.text.primary.name()}; background: transparent; etch-disabled-text: 0; }}"]
    for name, step in tokens.type.items():
        family = tokens.mono if name == "mono" else tokens.family
        rules.append(f'QLabel[role="{name}"] {{ font-family: "{family}"; {_font(step, px)} }}')
    names = TONES + GROUP_NAMES
    rules += [f'QLabel[tone="{name}"] {{ color: {theme.tone(name).name()}; }}' for name in names]
    rules += [f'QLabel[tone="on:{name}"] {{ color: {theme.group(name).on.name()}; }}' for name in GROUP_NAMES]
    rules.append('QLabel[strong="true"] { font-weight: 600; } QLabel[medium="true"] { font-weight: 500; }')
    rules.append(f"QLabel:disabled {{ color: {theme.text.disabled.name()}; }}")
    return "\n".join(rules)


def _fields(theme: Theme, px: Px, height: int) -> str:
    field = "QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox"
    focus = ", ".join(f"{name}:focus" for name in field.split(", "))
    error = ", ".join(f'{name}[error="true"]' for name in field.split(", "))
    read = ", ".join(f'{name}[readOnly="true"]' for name in field.split(", "))
    off = ", ".join(f"{name}:disabled" for name in field.split(", "))
    line = theme.border.control.name()
    return f"""
{field} {{ background: {theme.surface.panel.name()}; color: {theme.text.primary.name()};
  border: 1px solid {line}; border-radius: 6px; padding: 0 {px(7)}px;
  placeholder-text-color: {theme.text.tertiary.name()};
  selection-background-color: {theme.accent.solid.name()}; selection-color: {theme.accent.on.name()}; }}
QLineEdit, QAbstractSpinBox {{ min-height: {height - 2}px; max-height: {height - 2}px; }}
QTextEdit, QPlainTextEdit {{ padding: {px(5)}px {px(5)}px; }}
{read} {{ background: {theme.surface.sunken.name()}; border-color: {theme.border.default.name()}; }}
{off} {{ background: {theme.surface.sunken.name()}; color: {theme.text.disabled.name()};
  border-color: {theme.border.default.name()}; }}
{focus} {{ border: 2px solid {theme.border.focus.name()}; padding: 0 {px(7) - 1}px; }}
QTextEdit:focus, QPlainTextEdit:focus {{ padding: {px(5) - 1}px {px(5) - 1}px; }}
{error} {{ border: 2px solid {theme.group("danger").text.name()}; padding: 0 {px(7) - 1}px; }}
QLineEdit:focus, QAbstractSpinBox:focus, QLineEdit[error="true"], QAbstractSpinBox[error="true"]
  {{ min-height: {height - 4}px; max-height: {height - 4}px; }}
QLineEdit[frameless="true"], QTextEdit[frameless="true"], QPlainTextEdit[frameless="true"]
  {{ border: none; background: transparent; padding: 0; min-height: 0; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QComboBox QLineEdit {{ border: none; background: transparent; padding: 0; min-height: 0; }}
QAbstractSpinBox QLineEdit {{ border: none; background: transparent; padding: 0; min-height: 0; }}
"""


def _choices(px: Px) -> str:
    return f"""
QCheckBox, QRadioButton {{ spacing: {px(7)}px; }}
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {{ width: {px(16)}px; height: {px(16)}px; }}
QComboBox {{ combobox-popup: 0; }}
"""


def _views(theme: Theme, px: Px) -> str:
    quiet = theme.text.tertiary.name()
    return f"""
QAbstractItemView {{ background: {theme.surface.panel.name()}; border: none; outline: none; }}
QAbstractItemView[surface="app"] {{ background: {theme.surface.app.name()}; }}
QAbstractItemView[surface="window"] {{ background: {theme.surface.window.name()}; }}
QHeaderView {{ background: {theme.surface.panel.name()}; border: none; }}
QHeaderView::section {{ background: {theme.surface.panel.name()}; color: {quiet}; border: none;
  border-bottom: 1px solid {theme.border.default.name()}; padding: 0 {px(6)}px; height: {px(30)}px;
  font-size: {px(11)}px; font-weight: 600; }}
QTableCornerButton::section {{ background: {theme.surface.panel.name()}; border: none; }}
QScrollArea {{ background: transparent; border: none; }}
QStatusBar {{ background: {theme.surface.window.name()}; color: {quiet}; font-size: {px(11)}px; }}
QStatusBar::item {{ border: none; }}
"""


def _menus(theme: Theme, px: Px) -> str:
    raised = theme.surface.raised.name()
    item = f"padding: {px(6)}px {px(12)}px; border-radius: 4px; min-height: {px(18)}px;"
    return f"""
QMenu {{ background: {raised}; color: {theme.text.primary.name()}; border: 1px solid {theme.border.default.name()};
  padding: {px(4)}px; etch-disabled-text: 0; }}
QMenu::item {{ {item} background: transparent; }}
QMenu::icon {{ padding-left: {px(8)}px; }}
QMenu::item:selected {{ background: {theme.surface.selected.name()}; }}
QMenu::item:disabled {{ color: {theme.text.disabled.name()}; }}
QMenu::separator {{ height: 1px; background: {theme.border.subtle.name()}; margin: {px(4)}px {px(8)}px; }}
QMenuBar {{ background: {theme.surface.window.name()}; color: {theme.text.primary.name()}; }}
QMenuBar::item {{ padding: {px(4)}px {px(10)}px; background: transparent; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {theme.surface.hover.name()}; }}
QToolTip {{ background: {theme.surface.tooltip.name()}; color: {theme.text.on_tooltip.name()}; border: none;
  padding: {px(5)}px {px(8)}px; font-size: {px(12)}px; }}
QComboBox QAbstractItemView {{ background: {raised}; color: {theme.text.primary.name()};
  border: 1px solid {theme.border.default.name()}; padding: {px(4)}px; }}
QComboBox QAbstractItemView::item {{ {item} }}
QComboBox QAbstractItemView::item:selected {{ background: {theme.surface.selected.name()};
  color: {theme.text.primary.name()}; }}
"""


def _scroll_bars(theme: Theme, px: Px) -> str:
    return f"""
QScrollBar {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: {px(10)}px; }}
QScrollBar:horizontal {{ height: {px(10)}px; }}
QScrollBar::handle {{ background: {theme.group("neutral").line.name()}; border-radius: {px(3)}px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: {px(28)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(28)}px; }}
QScrollBar::handle:hover {{ background: {theme.border.control.name()}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
"""
