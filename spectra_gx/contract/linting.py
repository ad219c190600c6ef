"""Linting a whole project: what must be mended, and what is worth knowing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.loading import Document, by_stage, read_project
from spectra_gx.contract.needs import check_needs
from spectra_gx.contract.patterns import needs_python
from spectra_gx.contract.places import rule_part
from spectra_gx.contract.report import Report, quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.errors import Problem


@dataclass(frozen=True)
class Lint:
    """What a lint found."""

    problems: tuple[Problem, ...]
    """What must be mended, file by file."""

    notes: tuple[Problem, ...]
    """What is allowed but worth knowing; never a reason to fail."""

    files: int
    """Contract files read."""


def lint_project(root: Path) -> Lint:
    """Read every contract of a project and report all that is wrong, between contracts too.

    Raises:
        UsageError: The project has no contract.
    """
    documents = read_project(root)
    contracts = by_stage(documents)
    for document in documents:
        if document.contract is not None and document.root is not None:
            check_needs(document.contract, contracts, document.root, document.report)
    return Lint(
        problems=tuple(problem for document in documents for problem in document.report.problems),
        notes=tuple(note for document in documents for note in _notes(document)),
        files=len(documents),
    )


def _notes(document: Document) -> Iterator[Problem]:
    if document.contract is None or document.root is None:
        return
    notes = Report(document.report.file)
    for rule in document.contract.rules():
        if rule.kind == "pattern" and rule.argument and needs_python(rule.argument):
            notes.add(
                rule_part(document.root, rule, "pattern"),
                f"`pattern` of {quote(rule.id)} uses look-around or back-references; it is "
                "answered by Python, which takes longer on large tables",
            )
    yield from notes.problems
