"""Files of the package and of examples that are made of others of this repository."""

from __future__ import annotations

from pathlib import Path

from spectra_gx.report.runbook import render_runbook

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "spectra_gx"

SYSTEM_CONTRACTS = {"source": "zephyr", "prepare": "zephyr"}
"""Stage of this project → the system whose package ships its contract, for `new --system`."""


def shipped_files() -> dict[Path, str]:
    """Return each file → its text."""
    runbook = REPOSITORY / "docs" / "source" / "OPERATIONAL-RUNBOOK.md"
    files = {PACKAGE / "report" / "runbook.html": render_runbook(runbook.read_text("utf-8")).html}
    for stage, system in SYSTEM_CONTRACTS.items():
        name = f"{stage}.contract.yaml"
        own = REPOSITORY / "contracts" / name
        files[PACKAGE / "sources" / system / "contracts" / name] = own.read_text("utf-8")
    name = "source.contract.yaml"
    own = (REPOSITORY / "contracts" / name).read_text("utf-8")
    files[REPOSITORY / "docs" / "examples" / "chain" / "contracts" / name] = own
    return files
