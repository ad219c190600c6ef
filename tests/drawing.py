"""How many examples a property test draws: few and always the same, or many and new ones.

`make test` must be green or red for what it tests, never by chance. `make test-all` sets
EXAMPLES=many and a seed of the day; what it finds becomes an `@example` of its test.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

MANY = os.environ.get("EXAMPLES") == "many"


def drawn(few: int, *, many: int | None = None) -> settings:
    """Return the settings of a property test: `few` fixed examples, or `many` random ones.

    Without `many`, ten times as many as `few`.
    """
    return settings(
        max_examples=(many or 10 * few) if MANY else few,
        derandomize=not MANY,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
