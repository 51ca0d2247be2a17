"""The staff and what the charter says: people, deputies, leaving, routes, and the social media policy."""

from desktop.people.dialog import PeopleDialog

__all__ = ["PeopleDialog"]
