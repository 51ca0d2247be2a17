"""Data only: icons, fonts, styles, rule packs, the sample workspace. No code lives here."""
