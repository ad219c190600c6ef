"""The cases of lint, and what it says of them; running this file writes that beside each case."""

from pathlib import Path

from spectra_gx.contract.linting import lint_project
from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import ContractError

HERE = Path(__file__).parent
INVALID = sorted((HERE / "invalid").glob("*.contract.yaml"))
PROJECTS = sorted(path for path in (HERE / "projects").iterdir() if path.is_dir())


def problems_of(path: Path) -> str:
    """Return every problem of an invalid contract, one a line."""
    try:
        parse_contract(path.read_bytes(), path.name)
    except ContractError as error:
        return f"{error}\n"
    return ""


def lint_of(path: Path) -> str:
    """Return the problems of a project, then its notes, one a line."""
    lint = lint_project(path)
    return "".join(
        [f"{problem}\n" for problem in lint.problems] + [f"note {note}\n" for note in lint.notes]
    )


def expected(path: Path) -> Path:
    """Return the file that holds what lint says of a case."""
    return path / "expected.txt" if path.is_dir() else path.with_suffix(".txt")


if __name__ == "__main__":
    for case in INVALID:
        expected(case).write_text(problems_of(case), encoding="utf-8")
    for case in PROJECTS:
        expected(case).write_text(lint_of(case), encoding="utf-8")
