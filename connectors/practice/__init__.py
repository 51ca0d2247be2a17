"""The practice network: a real server on loopback to train, demonstrate and test on, and its connector.

The server keeps a store of its own with plain sqlite3; nothing else in `connectors` may touch SQL.
"""
