"""The audit log: an RFC 6962 tree over RFC 8785 leaves, its verification and its export.

`tree`, `leaf`, `verify` and `export` are pure: bytes in, bytes or verdicts out. Only `log` and `checkpoints` write the
log's tables. `bundle` and its neighbours write evidence bundles; resources/evidence/ has the script that checks those.
No names, texts or typed reasons in here: a leaf holds ids, codes and salted digests.
"""
