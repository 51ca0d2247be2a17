"""The charter: the one signed document that says who the staff are, their keys and roles, the routes and the desks.

`document` is what it says; `chain` decides whether it may be believed. Nothing in here reads a database: whoever needs
roles, routes or keys takes them from a `VerifiedCharter`, never from plain rows.
"""
