"""Where the workspace's data lies: SQLModel tables, migrations and the unit of work.

Nothing engine-specific is known outside this package. Rules do not live here: a table says what is stored, a service
in the packages beside says when it may change.
"""
