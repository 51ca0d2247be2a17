"""Loads the house's pytest plugins and sets up Hypothesis."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.plugins.surroundings",
    "tests.plugins.tiers",
    "tests.plugins.logs",
    "tests.plugins.outside",
    "tests.plugins.keyring",
    "tests.plugins.floors",
]

settings.register_profile(
    "signpost",
    deadline=None,  # two cores shared with other processes make single examples slow at random
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
    print_blob=True,
)
settings.register_profile("soak", parent=settings.get_profile("signpost"), max_examples=2_000)
settings.load_profile("signpost")
