"""Tests of the connectors, mirroring the package."""
