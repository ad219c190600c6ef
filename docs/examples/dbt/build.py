"""Runs `dbt build` with the watermarks and the day of the batch as variables."""

import json
import os
import subprocess
import sys
from pathlib import Path

RESULTS = Path("dbt/target/run_results.json")
DBT = ("dbt", "build", "--project-dir", "dbt", "--profiles-dir", "dbt")


def run_dbt() -> int:
    """Return dbt's exit code; 2 in place of 1 if a model or test could not be run."""
    watermarks = json.loads(Path(os.environ["SPECTRA_WATERMARKS"]).read_text(encoding="utf-8"))
    variables = {"batch_day": os.environ["SPECTRA_BATCH_DAY"], "watermarks": watermarks}
    RESULTS.unlink(missing_ok=True)
    code = subprocess.run([*DBT, "--vars", json.dumps(variables)], check=False).returncode
    if code == 1 and (not RESULTS.exists() or "error" in statuses()):
        return 2
    return code


def statuses() -> set[str]:
    """Return how the models and tests of the last run ended."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))["results"]
    return {result["status"] for result in results}


if __name__ == "__main__":
    sys.exit(run_dbt())
