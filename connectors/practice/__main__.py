"""`python -m connectors.practice --port 0 --data DIR` runs the practice network's server."""

from connectors.practice.command import main

raise SystemExit(main())
