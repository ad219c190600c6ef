"""Review changed contract files: read and compare the contracts, apply the policy, assess them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.loading import SUFFIX, Document, parse_document
from spectra_gx.contract.model import Place, StageContract, Waiver
from spectra_gx.errors import ContractError
from spectra_gx.review.change_kinds import CHANGES
from spectra_gx.review.compare.contract_changes import find_changes
from spectra_gx.review.compare.version_pair import ContractVersion, VersionPair
from spectra_gx.review.consumers import BrokenNeed, broken_needs
from spectra_gx.review.git.changed_files import (
    ChangedFiles,
    files_changed_since,
    possible_consumers,
    two_files,
)
from spectra_gx.review.policy import Policy, load_policy
from spectra_gx.review.review_result import (
    ContractReview,
    Review,
    apply_policy,
    assess_contract,
    has_expired,
    waiver_matches,
)
from spectra_gx.review.value_formatting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from spectra_gx.contract.yaml.nodes import Node
    from spectra_gx.review.change import Change


@dataclass(frozen=True)
class _Pair:
    """One contract before and now; an invalid old one is a document without contract."""

    old: Document | None
    new: Document | None

    @property
    def contracts(self) -> tuple[StageContract | None, StageContract | None]:
        old, new = self.old, self.new
        return None if old is None else old.contract, None if new is None else new.contract

    @property
    def roots(self) -> tuple[Node | None, Node | None]:
        old, new = self.old, self.new
        return None if old is None else old.root, None if new is None else new.root

    @property
    def stages(self) -> list[str]:
        return [contract.name for contract in self.contracts if contract is not None]


def review_contracts(
    root: Path, paths: Sequence[str], against: str | None, today: date, *, fix: bool
) -> Review:
    """Return the review of a project's contracts or of two files, after fixing versions if wanted.

    Args:
        root: The project.
        paths: Files, folders or stages; two YAML files without `against` are compared.
        against: The commit to compare with; the merge base with the default branch without it.
        today: The day that waivers must reach, and the date of a changelog entry.
        fix: Whether to write the versions that are needed.

    Raises:
        ContractError: A contract that is compared is invalid.
        UsageError: There is no such commit or path, no repository, or the policy is wrong.
    """
    alone = against is None and len(paths) == _TWO and all(map(_is_yaml, paths))
    policy = load_policy(root)

    def reviewed() -> Review:
        found = two_files(*paths) if alone else files_changed_since(root, against, paths)
        return review_files(found, root, policy, today, alone=alone)

    found = reviewed()
    if not fix:
        return found
    from spectra_gx.review.version_fix import write_versions  # noqa: PLC0415  # few diffs pay for it

    fixed = write_versions(found, today)
    return replace(reviewed(), fixed=fixed) if fixed else found


_TWO = 2


def _is_yaml(path: str) -> bool:
    return path.endswith((".yaml", ".yml"))


def review_files(
    difference: ChangedFiles, root: Path, policy: Policy, today: date, *, alone: bool = False
) -> Review:
    """Return the review of a difference.

    Args:
        difference: Contents of the files before and now.
        root: The project, for the contracts of consumers.
        policy: The policy of the project.
        today: The day that waivers must reach.
        alone: Whether two files are compared, whatever stages they are of.

    Raises:
        ContractError: A contract of the new side is invalid, or of the old one of two files.
    """
    pairs = list(_pairs(difference, alone=alone))
    stages = list(dict.fromkeys(stage for pair in pairs for stage in pair.stages))
    consumers = list(_consumers(difference, root, stages))
    needs: list[BrokenNeed] = []
    reviews: list[ContractReview] = []
    ignored = 0
    for pair in pairs:
        found = list(_changes(pair))
        reported = [change for change in found if not policy.ignores(change)]
        ignored += len(found) - len(reported)
        lost = list(broken_needs(consumers, *pair.contracts))
        needs += lost
        waivers = [*_waivers(pair), *policy.waivers]
        ranked = apply_policy(reported, waivers, lost, consumers, policy, today)
        expired = tuple(_expired(pair, policy.waivers, ranked, today))
        if ranked or expired or _versions_differ(pair):
            reviews.append(assess_contract(*pair.contracts, ranked, expired, _version_place(pair)))
    artefacts, stale = _artefacts(pairs, difference.folder) if pairs else ((), ())
    return Review(
        old=difference.old_name,
        new=difference.new_name,
        folder=difference.folder,
        contracts=tuple(reviews),
        consumers=tuple(needs),
        artefacts=artefacts,
        ignored=ignored,
        stale=stale,
        notes=tuple(_notes(pairs)),
    )


# -- reading ---------------------------------------------------------------------------------------


def _pairs(difference: ChangedFiles, *, alone: bool) -> Iterator[_Pair]:
    old = {name: parse_document(source, name) for name, source in difference.old.items()}
    new = {name: parse_document(source, name) for name, source in difference.new.items()}
    _refuse_invalid([*(old.values() if alone else ()), *new.values()])
    if alone:
        yield _Pair(next(iter(old.values())), next(iter(new.values())))
        return
    unread = {
        name: replace(document, contract=None)
        for name, document in old.items()
        if document.report.problems
    }
    before = _by_stage(document for name, document in old.items() if name not in unread)
    after = _by_stage(new.values())
    moved = dict(_moved(before, after))
    for stage, document in after.items():
        earlier = before.get(moved.get(stage, stage)) or unread.pop(document.report.file, None)
        yield _Pair(earlier, document)
    for stage, document in before.items():
        if stage not in after and stage not in moved.values():
            yield _Pair(document, None)
    for name, document in unread.items():
        stage = name.rpartition("/")[2].removesuffix(SUFFIX)
        known = StageContract(name=stage, version="", owner="", tables=(), file=name)
        yield _Pair(replace(document, contract=known), None)


def _refuse_invalid(documents: Iterable[Document]) -> None:
    problems = [problem for document in documents for problem in document.report.problems]
    if problems:
        raise ContractError(problems)


def _by_stage(documents: Iterable[Document]) -> dict[str, Document]:
    return {
        document.contract.name: document for document in documents if document.contract is not None
    }


def _moved(
    before: Mapping[str, Document], after: Mapping[str, Document]
) -> Iterator[tuple[str, str]]:
    """Yield new name and old name of each stage that was removed and added with equal tables."""
    gone = {stage: document for stage, document in before.items() if stage not in after}
    for stage, document in after.items():
        if stage in before:
            continue
        for other, earlier in gone.items():
            if _table_names(earlier) == _table_names(document):
                del gone[other]
                yield stage, other
                break


def _table_names(document: Document) -> set[str]:
    return {table.name for table in document.contract.tables} if document.contract else set()


def _consumers(
    difference: ChangedFiles, root: Path, stages: Sequence[str]
) -> Iterator[StageContract]:
    """Yield the contracts that may consume one of these stages; invalid ones are left to lint."""
    for name, source in possible_consumers(root, stages) if stages else ():
        document = parse_document(difference.new.get(name, source), name)
        if document.contract is not None:
            yield document.contract


# -- comparing -------------------------------------------------------------------------------------


def _changes(pair: _Pair) -> Iterator[Change]:
    old, new = pair.contracts
    if old is not None and new is not None:
        old_root, new_root = pair.roots
        yield from find_changes(old, new, old_root=old_root, new_root=new_root)
    elif new is not None:
        kind = "contract-added" if pair.old is None else "contract-mended"
        message = f"the contract of stage {quote_name(new.name)} was added"
        if pair.old is not None:
            message = f"the contract of stage {quote_name(new.name)} could not be read before"
        yield _contract_change(kind, message, ContractVersion(new, pair.roots[1]))
    elif old is not None:
        message = f"the contract of stage {quote_name(old.name)} was removed"
        yield _contract_change("contract-removed", message, ContractVersion(old, pair.roots[0]))


def _contract_change(kind: str, message: str, side: ContractVersion) -> Change:
    return VersionPair(side, side).change(
        kind, side.contract.name, message, side.first_place(side.key("contract"))
    )


def _artefacts(pairs: Iterable[_Pair], folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the compiled files that differ between the two sides, and the stale ones of them."""
    from spectra_gx.compiler.artefacts import compile_project  # noqa: PLC0415  # where any differ

    differing: set[str] = set()
    wanted: dict[str, str] = {}
    for pair in pairs:
        old, new = (compile_project([one] if one else []) for one in pair.contracts)
        differing |= {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
        wanted |= new
    paths = tuple(sorted(differing))
    return paths, tuple(path for path in paths if _text(folder / path) != wanted.get(path))


def _text(file: Path) -> str | None:
    """Return the text of a compiled file; None where it cannot be read as one."""
    try:
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None


def _versions_differ(pair: _Pair) -> bool:
    old, new = pair.contracts
    return old is not None and new is not None and old.version != new.version


def _version_place(pair: _Pair) -> Place:
    document = pair.new or pair.old
    if document is None or document.contract is None:
        return Place("", 1, 1)
    side = ContractVersion(document.contract, document.root)
    return side.first_place(side.key("version"))


# -- waivers ---------------------------------------------------------------------------------------


def _waivers(pair: _Pair) -> tuple[Waiver, ...]:
    new = pair.contracts[1]
    return () if new is None else new.waivers


def _expired(
    pair: _Pair, others: Iterable[Waiver], changes: Sequence[Change], today: date
) -> Iterator[Waiver]:
    """Yield the expired waivers of a contract, and those of the policy that match a change."""
    for waiver in _waivers(pair):
        if has_expired(waiver, today):
            yield waiver
    for waiver in others:
        if has_expired(waiver, today) and any(waiver_matches(waiver, change) for change in changes):
            yield waiver


def _notes(pairs: Iterable[_Pair]) -> Iterator[str]:
    for pair in pairs:
        for waiver in _waivers(pair):
            if waiver.change not in CHANGES:
                hint = did_you_mean(waiver.change, CHANGES)
                yield f"a waiver names {quote(waiver.change)}, which is not a change id{hint}"
