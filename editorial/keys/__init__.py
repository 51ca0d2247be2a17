"""Keys and what is done with them: signatures, envelopes, sealing under a passphrase, the workspace secret.

Bytes in, bytes out: no database, no keyring, no clock. Who may sign what is decided elsewhere.
"""
