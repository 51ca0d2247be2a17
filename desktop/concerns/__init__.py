"""Concerns about posts, for every screen: reporting one, adding to it, closing it, and how a list of them looks.

Dialogs and widgets only; what may be done is decided in `editorial.concerns`.
"""

from desktop.concerns.cards import ConcernCard
from desktop.concerns.dialogs import About, CloseConcernDialog, ReportConcernDialog, ToldDialog
from desktop.concerns.listing import ConcernsDialog

__all__ = ["About", "CloseConcernDialog", "ConcernCard", "ConcernsDialog", "ReportConcernDialog", "ToldDialog"]
