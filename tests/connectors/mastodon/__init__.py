"""The connector to Mastodon."""
