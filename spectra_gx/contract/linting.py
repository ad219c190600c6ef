"""Lint contracts: what must be fixed, and notes on what is allowed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from spectra_gx.contract.checks.consumed_stages import check_consumed_stages
from spectra_gx.contract.clocks import clock_of
from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.loading import (
    Document,
    by_stage,
    find_contract,
    read_file,
    read_project,
    read_proposed,
)
from spectra_gx.contract.patterns import needs_python
from spectra_gx.contract.problems import Report, TooManyProblems
from spectra_gx.contract.rule_selection import column_of
from spectra_gx.contract.yaml.node_lookup import key_at, rule_node
from spectra_gx.contract.yaml.nodes import node_at
from spectra_gx.display import DisplayedResult, Rows
from spectra_gx.errors import Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from spectra_gx.contract.model import StageContract
    from spectra_gx.contract.yaml.nodes import Node


@dataclass(frozen=True, repr=False)
class LintResult(DisplayedResult):
    """The problems of contracts."""

    problems: tuple[Problem, ...]
    """What must be fixed, file by file."""

    notes: tuple[Problem, ...]
    """Remarks on what is allowed; never a reason to fail."""

    files: int
    """Contract files read."""

    paths: Mapping[str, Path]
    """The path of each file, by its name in problems and notes."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "problems": [problem.to_dict() for problem in self.problems],
            "notes": [note.to_dict() for note in self.notes],
            "files": self.files,
        }

    def _headline(self) -> str:
        counts = (len(self.problems), len(self.notes), self.files)
        return "problems: {:,}, notes: {:,}, contracts: {:,}".format(*counts)

    def _rows(self) -> Rows:
        return problem_rows((*self.problems, *self.notes))


def problem_rows(problems: Sequence[Problem]) -> Rows:
    """Return problems as rows of a notebook's table."""
    return ("file", "line", "message"), [(one.file, one.line, one.message) for one in problems]


@dataclass(frozen=True)
class BuilderFindings:
    """What builds the tables of a stage, and what is wrong with it."""

    built: bool = False
    """Whether a run builds tables of the stage."""

    reports: Sequence[Report] = ()
    """One for each file; that of the contract may be among them."""


PROPOSED = "proposed.contract.yaml"
"""What problems call a contract that is in no file."""

FindBuilders: TypeAlias = "Callable[[StageContract, Mapping[str, StageContract]], BuilderFindings]"
"""Looks for the builders of a stage, among the project's contracts."""


def lint_project(root: Path, builders: FindBuilders | None = None) -> LintResult:
    """Read every contract of a project and report all that is wrong, between contracts too.

    Args:
        root: The project.
        builders: Looks for builders, to report what is wrong with them, too.

    Raises:
        UsageError: The project has no contract.
    """
    documents = _read_whole(root)
    found = {root / document.report.file: document for document in documents}
    return _lint(found, root, by_stage(documents), builders)


def lint_named(
    named: Sequence[str], root: Path, builders: FindBuilders | None = None
) -> LintResult:
    """Read the contracts that a person names, and report all that is wrong in them.

    Args:
        named: Stages or paths of any files; files outside of the project are read alone.
        root: The project, or any folder where there is none.
        builders: Looks for the builders of the project's stages.

    Raises:
        UsageError: There is no such stage or file.
    """
    found = dict(find_contract(name, root) for name in named)
    project: Sequence[Document] = ()
    with suppress(UsageError):  # there is none
        project = _read_whole(root)
    beside = {(root / document.report.file).resolve(): document for document in project}
    documents = {}
    for path, name in found.items():
        documents[path] = beside.get(path.resolve()) or read_file(path, name)
        documents[path].report.file = name
    return _lint(documents, root, by_stage(project), builders)


def lint_proposed(source: bytes, root: Path, builders: FindBuilders | None = None) -> LintResult:
    """Report all that is wrong in a contract that is in no file, among those of the project.

    Args:
        source: The contract; it takes the place of the project's contract of its stage.
        root: The project.
        builders: Looks for the builders of its stage.
    """
    proposed, others = read_proposed(source, PROPOSED, root)
    contracts = by_stage([*others, proposed])
    if proposed.contract is not None and proposed.root is not None:
        with suppress(TooManyProblems):
            check_consumed_stages(proposed.contract, contracts, proposed.root, proposed.report)
    return _lint({root / PROPOSED: proposed}, root, contracts, builders)


def _read_whole(root: Path) -> Sequence[Document]:
    """Read a project, needs between its contracts included."""
    documents = read_project(root)
    contracts = by_stage(documents)
    for document in documents:
        if document.contract is not None and document.root is not None:
            with suppress(TooManyProblems):
                check_consumed_stages(document.contract, contracts, document.root, document.report)
    return documents


def _lint(
    documents: Mapping[Path, Document],
    root: Path,
    contracts: Mapping[str, StageContract],
    find_builders: FindBuilders | None,
) -> LintResult:
    reports = [document.report for document in documents.values()]
    paths = {document.report.file: path.absolute() for path, document in documents.items()}
    for document in documents.values():
        contract, node = document.contract, document.root
        if contract is None or node is None:
            continue
        _note_patterns(contract, node, document.report)
        _note_clocks(contract, node, document.report)
        if document.report.problems:
            continue  # what builds the stage is looked for once its contract can be read
        found = BuilderFindings(contract.describes_source)
        if find_builders is not None and contracts.get(contract.name) == contract:
            found = find_builders(contract, contracts)
        if contracts.get(contract.name) == contract:
            _note_next_stage(contract, contracts, node, document.report)
        if not found.built:
            _note_quarantines(contract, node, document.report)
        reports += found.reports
        paths |= {
            report.file: (root / report.file).absolute()
            for report in found.reports
            if report.file not in paths
        }
    return LintResult(
        problems=tuple(problem for report in reports for problem in report.problems),
        notes=tuple(note for report in reports for note in report.notes),
        files=len(documents),
        paths=paths,
    )


def _note_patterns(contract: StageContract, root: Node, report: Report) -> None:
    for rule in contract.rules():
        if rule.kind == "pattern" and rule.argument and needs_python(rule.argument):
            report.note(
                rule_node(root, rule, "pattern"),
                f"`pattern` of {quote(rule.id)} uses look-around or back-references; it is "
                "answered by Python, which takes longer on large tables",
            )


def _note_clocks(contract: StageContract, root: Node, report: Report) -> None:
    """Note wall clocks of no zone that are compared with the run's: they are taken for UTC's."""
    for rule in contract.rules():
        value = clock_of(rule)
        if value is None or value.timezone is not None:
            continue
        table = contract.table(rule.table)
        column = None if table is None else column_of(rule, table)
        if column is not None and column.type == "timestamp_ntz":
            report.note(
                rule_node(root, rule, rule.kind),
                f"{quote(rule.id)} compares wall clocks without a zone with `{value}` in UTC; "
                f"where they show another zone's time, add `timezone` to {quote(column.name)}",
            )


def _note_next_stage(
    contract: StageContract, contracts: Mapping[str, StageContract], root: Node, report: Report
) -> None:
    """Note a handoff to a stage of which the project has no contract: another one may have it."""
    if contract.handoff is not None and contract.handoff.to not in contracts:
        stage = contract.handoff.to
        others = contracts.keys() - {contract.name}
        hint = did_you_mean(stage, others) or ", and `handoff` checks no version for it"
        report.note(
            node_at(root, "handoff", "to"),
            f"no contract in `contracts/` is for stage {quote(stage)} yet{hint}",
        )


def _note_quarantines(contract: StageContract, root: Node, report: Report) -> None:
    for table in contract.tables:
        if table.quarantine:
            report.note(
                key_at(root, "tables", table.name, "quarantine"),
                f"`quarantine` of {quote(table.name)} does nothing: rows are quarantined only "
                "where a run builds the table, and nothing builds those of this stage",
            )
