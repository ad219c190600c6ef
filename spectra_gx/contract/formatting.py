"""Format contract files in one form; comments stay with what they were beside.

Keys are in the language's order. What fits into a line of 100 characters is written in brackets,
but for the file's skeleton: its tables, their columns, their rules.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.loading import FOLDER, SUFFIX, find_contract, read_source
from spectra_gx.contract.problems import Report
from spectra_gx.contract.schema import contract_schema
from spectra_gx.contract.yaml.cst import CstNode, list_comments, parse_cst
from spectra_gx.contract.yaml.layout import document_lines
from spectra_gx.contract.yaml.nodes import TOP, plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.errors import ContractError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


_FIRST = {
    "table": (
        *("description", "like", "location", "credentials", "format", "csv", "partitioned_by"),
        *("primary_key", "rows"),
    ),
    "column": ("like", "type", "required", "unique", "const", "enum", "not_in", "format"),
    "rule": ("id", "description", "column", "columns"),
}
_LAST = {
    "table": ("columns", "rules"),
    "rule": ("with", "where", "mostly", "severity"),
}


def format_contract(source: bytes, file: str) -> str:
    """Return the text of a contract file in its canonical form; `file` is its name in messages.

    It says the same, with the same comments. Only its YAML has to be sound: what else is wrong with
    a contract is for lint to say.

    Raises:
        ContractError: It is no YAML that a contract can be written in.
    """
    meaning = _meaning(source, file)
    text = source.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    root = parse_cst(text)
    _arrange(root)
    formatted = "\n".join(document_lines(root)) + "\n"
    if _meaning(formatted.encode(), file) != meaning or list_comments(formatted) != list_comments(
        text
    ):
        report = Report(file)
        report.add(TOP, "this file cannot be formatted without losing something; write it simpler")
        raise ContractError(report.problems)
    return formatted


def format_files(named: Sequence[str], root: Path, *, write: bool) -> list[str]:
    """Bring contract files into their canonical form; return the names of those that were not.

    `named` are stages or paths of any files; none means all of the project. None is changed when
    one cannot be formatted.

    Raises:
        ContractError: Some are no YAML that a contract can be written in; names every problem.
        UsageError: There is no such stage or file.
    """
    files = dict(find_contract(name, root) for name in named) if named else _all_files(root)
    changed: dict[Path, str] = {}
    problems: list[Problem] = []
    for path, name in files.items():
        report = Report(name)
        source = read_source(path, report)
        problems += report.problems
        try:
            formatted = format_contract(source, name) if source is not None else ""
        except ContractError as error:
            problems += error.problems
            continue
        if source is not None and formatted.encode() != source:
            changed[path] = formatted
    if problems:
        raise ContractError(problems)
    for path, formatted in changed.items() if write else ():
        replace_text(path.resolve(), formatted)
    return [files[path] for path in changed]


def _all_files(root: Path) -> dict[Path, str]:
    files = {
        path: path.relative_to(root).as_posix()
        for path in sorted((root / FOLDER).glob(f"?*{SUFFIX}"))
    }
    if not files:
        raise UsageError(
            f"`{FOLDER}/` of `{root}` contains no contract; write `{FOLDER}/<stage>{SUFFIX}`"
        )
    return files


def replace_text(path: Path, text: str) -> None:
    """Replace a file's text in one step, so that nothing is lost however it ends."""
    replace_bytes(path, text.encode())


def replace_bytes(path: Path, content: bytes) -> None:
    """Replace a file's content in one step, as `replace_text` does."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.unlink(missing_ok=True)  # it may be a link to a file that is not ours
        with draft.open("xb") as file:
            file.write(content)
        shutil.copymode(path, draft)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise UsageError(
            f"`{path}` cannot be written: {error.strerror or error}; check its folder's permissions"
        ) from None


def _meaning(source: bytes, file: str) -> str:
    report = Report(file)
    node = parse_yaml(source, report)
    if node is None or report.problems:
        raise ContractError(report.problems)
    return json.dumps(plain_value(node), sort_keys=True)


# -- what may be where -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    """What the language knows of a place: from its JSON schema."""

    keys: Mapping[str, Any] = field(default_factory=dict)
    """The keys of a mapping, in their order."""

    names: Any = None
    """Schema: what is behind each name, where a mapping goes from names to things."""

    items: Any = None


@cache
def _schema() -> dict[str, Any]:
    schema = contract_schema()
    kinds = schema["$defs"]
    kinds["table"] = kinds["tables"]["additionalProperties"]
    for kind, first in _FIRST.items():
        properties = kinds[kind]["properties"]
        last = _LAST.get(kind, ())
        between = [key for key in properties if key not in (*first, *last)]
        kinds[kind]["properties"] = {
            key: properties[key] for key in (*first, *between, *last) if key in properties
        }
    return schema


def _shape(schema: Any) -> _Shape:
    if not isinstance(schema, dict):
        return _Shape()
    if "$ref" in schema:
        return _shape(_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    options = [_shape(option) for option in schema.get("anyOf", ())]
    names = schema.get("additionalProperties") or None
    return _Shape(
        {key: value for option in options for key, value in option.keys.items()}
        | schema.get("properties", {}),
        next((option.names for option in options if option.names), names),
        next((option.items for option in options if option.items), schema.get("items")),
    )


# -- order -----------------------------------------------------------------------------------------


def _arrange(root: CstNode) -> None:
    """Put the keys of a file into their order, and mark its skeleton."""
    # Something repeated must not come before what it repeats.
    ordered = all(entry.value.style != "*" for entry in root.walk())
    shape = _shape(_schema())
    head = root.entries[0] if root.entries else None
    _arrange_within(root, shape, ordered=ordered)
    if head and root.entries and root.entries[0] is not head:
        # A comment at the head of a file is about all of it.
        top = root.entries[0]
        top.above, head.above = [*head.above, "", *top.above], []
    root.spaced = root.spread = True
    for entry in root.entries or ():
        entry.value.spread |= entry.value.keyed
        entry.value.spaced = entry.name == "tables"


def _arrange_within(node: CstNode, shape: _Shape, *, ordered: bool) -> None:
    node.spread = bool(shape.names)
    entries = node.entries or []
    if ordered and shape.keys:
        ranks = {key: rank for rank, key in enumerate(shape.keys)}
        entries.sort(key=lambda entry: ranks.get(entry.name, len(ranks)))
    for entry in entries:
        inside = shape.keys.get(entry.name, shape.names) if entry.key else shape.items
        value = entry.value
        _arrange_within(value, _shape(inside), ordered=ordered)
        if entry.key is None and value.entries and value.anchor is None:
            # Nothing can be between a dash and the key that now comes first.
            first = value.entries[0]
            entry.above, first.above = [*entry.above, *first.above], []
