"""Tests of what serves the other tests and the developers: dev.py and the pytest plugins."""
