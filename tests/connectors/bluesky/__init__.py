"""Tests of the Bluesky connector."""
