"""When things happen: the engine, recovery, holds, clock guard; the publisher process.

Knows no Qt and no network's own module: networks are reached through `connectors.registry` only.
"""
