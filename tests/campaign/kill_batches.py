"""Kill runs of every mode at named points, repeat them, compare with undisturbed histories.

    python -m tests.campaign.kill_batches --rounds 5

Prints figures; exits 1 on any violation.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.integration.runner.test_batches import HISTORIES, POINTS, after_a_kill


def main() -> int:
    """Kill a run at every point, as often as is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    rounds = parser.parse_args().rounds
    violations = []
    with tempfile.TemporaryDirectory() as work:
        for number in range(rounds):
            for mode in HISTORIES:
                for point in POINTS:
                    work_here = Path(work, f"{number}-{mode}-{point}")
                    violations += after_a_kill(work_here, point, mode)
    killed = rounds * len(POINTS) * len(HISTORIES)
    print(f"{killed} runs killed at {len(POINTS)} points", *violations, sep="\n")  # noqa: T201 - a campaign prints its figures
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
