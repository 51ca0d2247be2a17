"""Tests of the practice network: server, connector and helpers."""
