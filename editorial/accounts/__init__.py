"""Accounts: identities on networks, and where their credentials are. The credential itself is only in the keyring."""
