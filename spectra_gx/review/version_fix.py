"""Write the version that changes need, and a changelog entry, into a contract file.

Only those characters change: comments, order and layout stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from spectra_gx.contract.formatting import format_contract, replace_text
from spectra_gx.contract.loading import parse_contract, parse_document
from spectra_gx.contract.model import Release, StageContract
from spectra_gx.contract.problems import LINE_BREAK
from spectra_gx.contract.yaml.nodes import ListNode, MapNode, Node, ScalarNode, node_at
from spectra_gx.contract.yaml.scalars import text_as_yaml
from spectra_gx.errors import ContractError, UsageError
from spectra_gx.review.change import Bump, Direction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from spectra_gx.review.review_result import ContractReview, Review

_MOST_LINES = 20


def write_versions(review: Review, today: date) -> tuple[str, ...]:
    """Write the version that each contract of a review lacks; return the files' names.

    Raises:
        UsageError: A file cannot be changed without losing something.
    """
    written = []
    for found in review.contracts:
        if found.lacks_bump and found.needed_version is not None:
            path = (review.folder / found.file).resolve()
            replace_text(path, set_version(path.read_bytes(), found, today))
            written.append(found.file)
    return tuple(written)


def set_version(source: bytes, found: ContractReview, today: date) -> str:
    """Return the text of a contract file with the version that its changes need.

    The changelog entry that was written for the version so far is given the new one; where there is
    none, one is added on top, a line a change.

    Raises:
        UsageError: It cannot be changed without losing something.
    """
    document = parse_document(source, found.file)
    contract, root = document.contract, document.root
    if contract is None or root is None or found.needed_version is None:
        raise UsageError(f"`{found.file}` can no longer be read; run the diff again")
    wanted = _wanted(contract, found, today)
    text = source.decode("utf-8")
    text = _with_scalar(text, node_at(root, "version"), contract.version, wanted.version)
    text = _with_changelog(text, contract, root, wanted, _own_entry(contract, found))
    if _is_formatted(source, found.file):
        text = format_contract(text.encode(), found.file)
    try:
        if parse_contract(text.encode(), found.file) == wanted:
            return text
    except ContractError:
        pass
    raise UsageError(
        f"`{found.file}` cannot be changed safely; write "
        f"`version: {wanted.version}` and a changelog entry by hand"
    )


def _wanted(contract: StageContract, found: ContractReview, today: date) -> StageContract:
    """Return the contract as it should read."""
    version = found.needed_version or contract.version
    index = _own_entry(contract, found)
    releases = list(contract.changelog)
    if index is not None:
        releases[index] = replace(releases[index], version=version)
    elif found.required is not Bump.NONE:
        releases.insert(0, Release(version, today.isoformat(), tuple(_lines(found))))
    return replace(contract, version=version, changelog=tuple(releases))


def _own_entry(contract: StageContract, found: ContractReview) -> int | None:
    """Return the index of the changelog entry of the version written, if that is a new one."""
    if contract.version == found.from_version:
        return None
    versions = [release.version for release in contract.changelog]
    return versions.index(contract.version) if contract.version in versions else None


def _lines(found: ContractReview) -> Iterator[str]:
    open_changes = [change for change in found.changes if change.waiver is None]
    main = [change for change in open_changes if change.direction is not Direction.NONE]
    lines = [f"{change.message[0].upper()}{change.message[1:]}." for change in main or open_changes]
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"And {len(lines) - _MOST_LINES} more."


# -- text ------------------------------------------------------------------------------------------


def _with_changelog(
    text: str, contract: StageContract, root: Node, wanted: StageContract, index: int | None
) -> str:
    """Return the text with the wanted changelog; only the entry of an index has a new version."""
    if wanted.changelog == contract.changelog:
        return text
    if index is not None:
        at = node_at(root, "changelog", index, "version")
        return _with_scalar(text, at, contract.version, wanted.version)
    entry = wanted.changelog[0]
    listed = root.entries["changelog"][1] if _has_changelog(root) else None
    if isinstance(listed, ListNode):
        return _with_entry(text, listed, entry)
    added = ["", "changelog:", *_block(entry, "  "), ""]
    return text.rstrip("\r\n") + _line_break(text) + _line_break(text).join(added)


def _with_entry(text: str, listed: ListNode, entry: Release) -> str:
    """Return the text with an entry on top of a list, in brackets or not as the list is."""
    start = _index(text, listed.line, listed.column)
    if text[start] == "[":
        comma = ", " if listed.items else ""
        return f"{text[: start + 1]}{_flow(entry)}{comma}{text[start + 1 :]}"
    head = _index(text, listed.line, 1)
    lines = _block(entry, " " * (listed.column - 1))
    return text[:head] + "".join(line + _line_break(text) for line in lines) + text[head:]


def _line_break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _has_changelog(root: Node) -> TypeGuard[MapNode]:
    return isinstance(root, MapNode) and "changelog" in root.entries


def _block(entry: Release, indent: str) -> list[str]:
    day = text_as_yaml(entry.date, flow=False)
    return [
        f"{indent}- version: {entry.version}",
        f"{indent}  date: {day}",
        f"{indent}  changes:",
        *(f"{indent}    - {text_as_yaml(line, flow=False)}" for line in entry.changes),
    ]


def _flow(entry: Release) -> str:
    changes = ", ".join(text_as_yaml(line, flow=True) for line in entry.changes)
    day = text_as_yaml(entry.date, flow=True)
    return f"{{version: {entry.version}, date: {day}, changes: [{changes}]}}"


def _with_scalar(text: str, at: Node, old: str, new: str) -> str:
    """Return the text with one scalar replaced, its quotes kept."""
    if not isinstance(at, ScalarNode):
        return text
    start = text.find(old, _index(text, at.line, at.column))
    return text if start < 0 else text[:start] + new + text[start + len(old) :]


def _index(text: str, line: int, column: int) -> int:
    """Return where a place is, counted in characters from the top."""
    start = 0
    for number, match in enumerate(LINE_BREAK.finditer(text), start=2):
        if number > line:
            break
        start = match.end()
    return start + column - 1


def _is_formatted(source: bytes, file: str) -> bool:
    try:
        return format_contract(source, file).encode() == source
    except ContractError:
        return False
