"""Settings, Retention: the periods, what is preserved, and erasing. No rules live here.

`RetentionDialog` lists and leads; every change is a dialog of its own.
"""

from desktop.retention.dialog import RetentionDialog

__all__ = ["RetentionDialog"]
