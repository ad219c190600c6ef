"""Write the golden artefacts, reviews and queries anew, for git to show what changed.

Run as `python -m tests.golden.regenerate`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from spectra_gx.compiler.artefacts import compile_project
from spectra_gx.contract.loading import parse_contract
from tests.golden.databases.rendering import NOT_RUN, golden_file, rendered
from tests.golden.imports.imported import EXPECTED, FILES, imported
from tests.golden.reviews.review import RENDERED, golden_texts

HERE = Path(__file__).parent / "suites"
REPOSITORY = Path(__file__).parents[2]
ARTEFACTS = HERE / "artefacts"
EVERY_KIND = HERE / "every_kind.contract.yaml"
CONTRACT = parse_contract(EVERY_KIND.read_bytes(), EVERY_KIND.name)


def golden_artefacts() -> dict[str, str]:
    """Return what the contract of every kind compiles to: path → text."""
    return compile_project([CONTRACT])


def main() -> None:
    """Make the golden files exactly what is compiled and rendered now."""
    shutil.rmtree(ARTEFACTS, ignore_errors=True)
    for path, text in golden_artefacts().items():
        file = ARTEFACTS / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name, text in golden_texts().items():
        (RENDERED / name).write_text(text, encoding="utf-8")
    EXPECTED.mkdir(exist_ok=True)
    for name in FILES:
        (EXPECTED / f"{name}.contract.yaml").write_text(imported(name), encoding="utf-8")
    for kind in NOT_RUN:
        golden_file(kind).write_text(rendered(kind), encoding="utf-8")


if __name__ == "__main__":
    main()
