"""Backups: the whole workspace in one encrypted file, checked after it is written, and brought back with care.

Nothing in here starts by itself: the publisher and the command line say when. Keys come from the workspace secret.
"""
