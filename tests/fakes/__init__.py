"""What stands in for the outside in tests, on the wire: real protocols, private to the run."""
