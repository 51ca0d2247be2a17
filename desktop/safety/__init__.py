"""Settings for what keeps the records safe: backups, the folder for marks, and the key sheet. No rules live here."""
