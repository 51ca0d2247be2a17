"""Tests of the settings about backups and keys."""
