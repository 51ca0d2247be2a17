"""How long a text is for each network, and how much an account takes. Pure functions: nothing is read or written."""

from editorial.counting.limits import Limits, bytes_over, overflow_start, remaining
from editorial.counting.rules import RULES, count

__all__ = ["RULES", "Limits", "bytes_over", "count", "overflow_start", "remaining"]
