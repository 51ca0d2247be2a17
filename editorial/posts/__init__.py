"""Posts: the working draft, immutable revisions, sending to review, and what reviewers do.

The services here are called with who acts and return what changed. No Qt, no network, no passphrase hashing inside a
transaction.
"""
