"""One real workspace per released schema, as SQL, with its keyring: today's Signpost has to open them all."""
