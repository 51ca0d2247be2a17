"""The parts that screens are made of: painted, named for assistive technology, usable by keyboard. No rule of the desk.

Import the module you need; this package imports none of them, so that the first window does not pay for all.

- `buttons`: AppButton, IconButton
- `fields`: FormField, PassphraseField, Combo, TimeField, TextArea
- `choices`: Switch, OptionCard, CardGroup, Segmented, Tabs (QCheckBox and QRadioButton are styled as they are)
- `chips`: NetworkChip with ChipState, FilterChip
- `marks`: StatusPill, Avatar, NetworkMark, RiskBars, IconMark, and paint helpers for delegates
- `text`: Label, Elided, Hairline, Panel, SectionHeader, KeyValues
- `layout`: rows, columns, FlowLayout, ScrollArea
- `banner`: Banner, ToastStack, EmptyState
- `dialog`: Dialog, Popover
- `rows`, `spans`, `nav`, `table`: RowListView, NavList and DataTable with the spans their rows are made of
- `items`: CheckItem, StageItem, LogItem
- `progress`: Meter, StrengthMeter, Stepper
- `focus`: FocusRing, one per window; `announce`: announce
"""
