"""Limits that are known not to be met yet. Whatever else a benchmark asserts fails it as usual."""

import pytest


def known(*figures: tuple[str, float, float]) -> None:
    """Ends the test as an expected failure that names what was measured, where a (name, measured, most) is too much."""
    missed = [f"{name} {measured:.3g}, at most {most:.3g}" for name, measured, most in figures if measured > most]
    if missed:
        pytest.xfail("; ".join(missed))
