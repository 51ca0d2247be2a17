"""What every test runs under: tiers, a watched log, no way out of this computer, own folders, coverage floors."""
