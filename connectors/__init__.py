"""Everything that talks to the outside: one file per network behind one small interface, and OAuth.

A connector never sleeps, retries, opens a window, reads a clock or touches the store.
"""
