"""Load contracts from files: one, all of a project, or the one that an argument names."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.contract.checks.consistency import check_contract
from spectra_gx.contract.checks.readable_tables import check_reads
from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.language.documents import read_document
from spectra_gx.contract.problems import Report, TooManyProblems
from spectra_gx.contract.yaml.node_lookup import key_at
from spectra_gx.contract.yaml.nodes import TOP, Node, node_at
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.contract.yaml.source_text import read_bytes
from spectra_gx.errors import ContractError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spectra_gx.contract.model import StageContract

FOLDER = "contracts"
SUFFIX = ".contract.yaml"
POINTS_OUTSIDE = (
    "this file is a link that leads out of the project, and is not read; put the contract here"
)


@dataclass(frozen=True)
class Document:
    """A contract file, read."""

    report: Report
    """Every problem found so far."""

    root: Node | None
    """None when the file could not be parsed."""

    contract: StageContract | None
    """What could be read; trustworthy only when the report is empty."""


def parse_contract(source: bytes, file: str) -> StageContract:
    """Read a contract from the bytes of a file that need not be on disk, such as one of a git ref.

    Raises:
        ContractError: It is invalid; all its problems at once, in file order. They call it `file`.
    """
    return _contract_of(_read_source(source, Report(file)))


def parse_document(source: bytes, file: str) -> Document:
    """Read a contract from bytes; problems are collected, not raised, and call it `file`."""
    return _read_source(source, Report(file))


def load_project(root: Path) -> dict[str, StageContract]:
    """Read every contract of a project, by stage.

    Raises:
        ContractError: Any is invalid; the problems of all files at once.
        UsageError: The project has no contract.
    """
    documents = read_project(root)
    raise_problems(document.report for document in documents)
    return by_stage(documents)


def has_contracts(root: Path) -> bool:
    """Return whether a folder is a project with a file that is, or is meant to be, a contract."""
    return bool(_contract_files(root)) or any(_stray_files(root))


def find_project(start: Path) -> Path:
    """Return the nearest folder upwards that contains `contracts/`.

    Raises:
        UsageError: None does.
    """
    here = start.absolute()
    for folder in (here, *here.parents):
        if (folder / FOLDER).is_dir():
            return folder
    raise UsageError(
        f"no folder from `{start}` upwards contains `{FOLDER}/`; go to your project or name it "
        "with `--project DIR`"
    )


def stages_with_contract(root: Path) -> list[str]:
    """Return the stages that a project's contract files are named after."""
    return [file.name.removesuffix(SUFFIX) for file in _contract_files(root)]


def resolve_contract(text: str, root: Path) -> StageContract:
    """Read the contract that a person names: a stage of the project, or the path of any file.

    Raises:
        ContractError: It is invalid.
        UsageError: There is no such stage or file.
    """
    return _contract_of(read_file(*find_contract(text, root)))


def find_contract(text: str, root: Path) -> tuple[Path, str]:
    """Return the file of the contract that a person names, and what messages call it.

    Raises:
        UsageError: There is no such stage or file.
    """
    if "/" in text or "\\" in text or text.endswith((".yaml", ".yml")):
        return _existing(Path(text)), text
    path = root / FOLDER / f"{text}{SUFFIX}"
    if path.is_file():
        return path, _name_in(root, path)
    stages = _stages(root)
    hint = did_you_mean(text, stages) or "; stages are " + (", ".join(stages) or "none yet")
    raise UsageError(f"no contract in `{FOLDER}/` is for stage {quote(text)}{hint}")


def only_stage(root: Path) -> str:
    """Return the stage of a project that has one.

    Raises:
        UsageError: It has another number of them.
    """
    stages = _stages(root)
    if len(stages) != 1:
        raise UsageError("name a stage; there are " + (", ".join(stages) or "none yet"))
    return stages[0]


def points_outside(path: Path) -> bool:
    """Return whether a contract file is, or is behind, a link that leads out of its project.

    What is there is nobody's contract, and messages would quote it.
    """
    try:
        root = find_project(path.parent)
    except UsageError:
        root = path.parent
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def read_source(path: Path, report: Report) -> bytes | None:
    """Return the bytes of a contract file; None, and report why, where it is not to be read."""
    if points_outside(path):
        report.add(TOP, POINTS_OUTSIDE)
        return None
    return read_bytes(path, report)


def read_file(path: Path, name: str) -> Document:
    """Read a contract file that messages call `name`; problems are collected, not raised."""
    report = Report(name)
    source = read_source(path, report)
    if source is None:
        return Document(report, None, None)
    document = _read_source(source, report)
    if document.contract is not None and document.root is not None:
        with suppress(TooManyProblems):
            _check_name(document.contract, path, document.root, report)
    return document


def read_project(root: Path) -> list[Document]:
    """Read every contract file of a project, problems between files included, none raised.

    Raises:
        UsageError: The project has no contract.
    """
    documents = [read_file(path, _name_in(root, path)) for path in _contract_files(root)]
    documents += [_misplaced(root, path) for path in _stray_files(root)]
    if not documents:
        raise UsageError(
            f"`{FOLDER}/` of `{root}` contains no contract; write `{FOLDER}/<stage>{SUFFIX}`"
        )
    _check_together(documents)
    return documents


def read_proposed(source: bytes, file: str, root: Path) -> tuple[Document, list[Document]]:
    """Read a contract that is in no file as if it were in the project, for the one of its stage.

    Args:
        source: The contract.
        file: What problems call it.
        root: The project.

    Returns:
        The proposed contract, and the project's others.
    """
    proposed = parse_document(source, file)
    stage = None if proposed.contract is None else proposed.contract.name
    read = [read_file(path, _name_in(root, path)) for path in _contract_files(root)]
    others = [one for one in read if one.contract is None or one.contract.name != stage]
    _check_together([*others, proposed])
    return proposed, others


def _check_together(documents: Iterable[Document]) -> None:
    """Report what contracts of one project declare more than once."""
    stages: dict[str, str] = {}
    tables: dict[str, str] = {}
    quarantines: dict[str, tuple[str, str]] = {}
    for document in documents:
        with suppress(TooManyProblems):
            _check_declared_once(document, stages, tables)
            _check_quarantined_apart(document, quarantines)


def raise_problems(reports: Iterable[Report]) -> None:
    """Raise ContractError when any report holds a problem."""
    problems = [problem for report in reports for problem in report.problems]
    if problems:
        raise ContractError(problems)


def by_stage(documents: Iterable[Document]) -> dict[str, StageContract]:
    """Return the contracts that could be read, by stage."""
    contracts = [document.contract for document in documents if document.contract is not None]
    return {contract.name: contract for contract in contracts}


def _read_source(source: bytes, report: Report) -> Document:
    root: Node | None = None
    try:
        report.family = "yaml"
        root = parse_yaml(source, report)
        if root is None:
            return Document(report, None, None)
        report.family = "form"
        contract = read_document(root, report)
        report.family = "meaning"
        check_contract(contract, root, report)
        check_reads(contract, root, report)
    except TooManyProblems:
        return Document(report, root, None)
    report.family = "project"  # what is found from here on is found beside other files
    return Document(report, root, contract)


def _existing(path: Path) -> Path:
    if not path.exists():
        raise UsageError(f"no contract exists at `{path}`; check the path")
    if not path.is_file():
        raise UsageError(f"`{path}` is not a file; name a contract file or a stage")
    return path


def _contract_of(document: Document) -> StageContract:
    if document.contract is None or document.report.problems:
        raise ContractError(document.report.problems)
    return document.contract


def _name_in(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _contract_files(root: Path) -> list[Path]:
    return sorted((root / FOLDER).glob(f"?*{SUFFIX}"))


def _stages(root: Path) -> list[str]:
    """Return the stages of a project, as its files are named."""
    return [file.name.removesuffix(SUFFIX) for file in _contract_files(root)]


def _stray_files(root: Path) -> Iterator[Path]:
    """Yield the YAML files under `contracts/` that no command would ever read."""
    read = set(_contract_files(root))
    for path in sorted((root / FOLDER).rglob("*.y*ml")):
        if path not in read and path.suffix in (".yaml", ".yml"):
            yield path


def _misplaced(root: Path, path: Path) -> Document:
    report = Report(_name_in(root, path))
    report.family = "project"
    report.add(TOP, f"this file is not read; name it `{FOLDER}/<stage>{SUFFIX}` or move it away")
    return Document(report, None, None)


def _check_name(contract: StageContract, path: Path, root: Node, report: Report) -> None:
    """Report a file inside `contracts/` that is not named after its stage."""
    wanted = f"{contract.name}{SUFFIX}"
    if contract.name and path.absolute().parent.name == FOLDER and path.name != wanted:
        message = f"this file contains the contract of stage '{contract.name}'; name it `{wanted}`"
        report.add(node_at(root, "contract"), message)


def _check_declared_once(
    document: Document, stages: dict[str, str], tables: dict[str, str]
) -> None:
    """Report the stage and the tables that a file before this one declares; remember the others."""
    contract, root, report = document.contract, document.root, document.report
    if contract is None or root is None:
        return
    if contract.name and stages.setdefault(contract.name, report.file) != report.file:
        message = f"stage '{contract.name}' already has a contract, `{stages[contract.name]}`"
        report.add(node_at(root, "contract"), f"{message}; keep one of them")
    for table in contract.tables:
        if tables.setdefault(table.name, report.file) != report.file:
            message = f"table '{table.name}' is already declared in `{tables[table.name]}`"
            report.add(key_at(root, "tables", table.name), f"{message}; consume it instead")


def _check_quarantined_apart(document: Document, quarantines: dict[str, tuple[str, str]]) -> None:
    """Report tables whose rows would be quarantined where another stage quarantines its own."""
    contract, root, report = document.contract, document.root, document.report
    if contract is None or root is None:
        return
    for table in contract.tables:
        if not table.quarantine:
            continue
        name = f"{contract.name}_{table.name.partition('.')[2]}".lower()
        stage, twin = quarantines.setdefault(name, (contract.name, table.name))
        if stage != contract.name:
            message = (
                f"table '{table.name}' has the quarantine table of '{twin}' of stage '{stage}'"
            )
            report.add(key_at(root, "tables", table.name), f"{message}; rename one")
