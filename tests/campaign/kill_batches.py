"""Kill merges at named points of publishing, repeat them, and compare with an undisturbed history.

    python -m tests.campaign.kill_batches --rounds 5

Prints figures; exits 1 on any violation.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.integration.runner.test_batches import POINTS, after_a_kill


def main() -> int:
    """Kill a run at every point, as often as is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    rounds = parser.parse_args().rounds
    violations = []
    with tempfile.TemporaryDirectory() as work:
        for number in range(rounds):
            for point in POINTS:
                violations += after_a_kill(Path(work, f"{number}-{point}"), point)
    print(f"{rounds * len(POINTS)} runs killed at {len(POINTS)} points", *violations, sep="\n")  # noqa: T201 - a campaign prints its figures
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
