"""The people dialog: who works here, adding somebody, and a new key after a forgotten passphrase."""

from desktop.people.dialog import PeopleDialog

__all__ = ["PeopleDialog"]
