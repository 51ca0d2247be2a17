"""The days of a usual time, as people say them."""

from editorial.planning.times import EVERY_DAY, WEEKDAYS, WEEKEND

DAYS = ((EVERY_DAY, "every day"), (WEEKDAYS, "weekdays"), (WEEKEND, "weekends"))
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def days_words(days: frozenset[int]) -> str:
    """`weekdays`, or `Mon, Wed`."""
    known = next((words for each, words in DAYS if each == days), "")
    return known or ", ".join(_NAMES[day] for day in sorted(days))
