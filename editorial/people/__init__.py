"""The people of the desk: setting up a workspace, signing in, enrolling, changing the charter, recovering.

Passphrases are hashed outside transactions; keys are unsealed for one signature and wiped. Which roles somebody has is
read from the verified charter only.
"""
