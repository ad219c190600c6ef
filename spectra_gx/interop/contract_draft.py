"""A contract under construction by an import; whatever lint refuses is left out and reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.column_types import canonical_type, family
from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.rules.catalogue import COLUMN_KINDS
from spectra_gx.errors import ContractError
from spectra_gx.interop.contract_document import key_value
from spectra_gx.interop.losses import Loss
from spectra_gx.interop.valid_names import rule_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spectra_gx.contract.model import StageContract

Path = tuple[str | int, ...]
"""Keys and indices from the top of a contract's document."""


class Draft:
    """The document of a contract and, for each part of it, where it came from."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}
        self.losses: list[Loss] = []
        self._origins: dict[Path, str] = {}

    def add_loss(self, origin: str, reason: str) -> None:
        """Report something that was not converted."""
        self.losses.append(Loss(origin, reason))

    def put(self, path: Path, value: Any, origin: str) -> None:
        """Set the value at a path."""
        inside: dict[str | int, Any] = self.document  # type: ignore[assignment]  # keys are texts
        for step in path[:-1]:
            inside = inside.setdefault(step, {})
        inside[path[-1]] = value
        self._origins[path] = origin

    def at(self, path: Path) -> Any:
        """Return the value at a path, or None."""
        inside: Any = self.document
        for step in path:
            inside = inside.get(step) if isinstance(inside, dict) else None
        return inside

    def put_column_key(self, column: Path, key: str, content: Any, origin: str) -> None:
        """Set a key of a column; if it has another value already, add a rule instead."""
        column_type = key_value(self.at((*column, "type")))
        if not _fits(key, column_type):
            self.add_loss(origin, f"`{key}` does not apply to '{column[-1]}' of type {column_type}")
            return
        current = self.at((*column, key))
        if current is None or (current is True and _only_describes(content)):
            self.put((*column, key), content, origin)
        elif current == content:
            return
        elif len(column) == len(("tables", "t", "columns", "c")) and key != "type":
            value = content if isinstance(content, dict) else {"value": content}
            options = {name: option for name, option in value.items() if name != "value"}
            name = f"{column[3]}-{key}"
            rule = {"id": name, "column": column[3], key: value["value"], **options}
            self.add_rule(str(column[1]), rule, origin)
        else:
            self.add_loss(
                origin, f"`{key}` is given twice for '{column[-1]}' with different values"
            )

    def add_rule(self, table: str, entry: dict[str, Any], origin: str) -> None:
        """Add a rule to a table's list, under a valid and unused id."""
        rules = self.document["tables"][table].setdefault("rules", [])
        columns = self.document["tables"][table].get("columns", {})
        taken = {str(rule["id"]).lower() for rule in rules} | {name.lower() for name in columns}
        name = rule_id(str(entry["id"]), taken)
        rules.append({**entry, "id": name})
        self._origins["tables", table, "rules", name] = origin

    def contract(self) -> StageContract:
        """Return the contract without what lint refuses, which becomes losses.

        Raises:
            ContractError: A part that every contract needs is refused.
        """
        while True:
            lines = list(_lines(self.document, ()))
            source = "\n".join(text for text, _ in lines)
            try:
                return parse_contract(source.encode("utf-8", "replace"), "the imported contract")
            except ContractError as error:
                refused = {lines[p.line - 1][1]: p.message for p in reversed(error.problems)}
                self._leave_out(refused, error)

    def _leave_out(self, refused: dict[Path, str], error: ContractError) -> None:
        units = {_unit(path): reason for path, reason in refused.items()}
        if not all(units):
            raise error
        for path, reason in units.items():
            self.add_loss(self._origin(path), f"left out: {reason}")
        for path in sorted(units, key=lambda path: [str(step).zfill(9) for step in path])[::-1]:
            inside: Any = self.document
            for step in path[:-1]:
                inside = inside[step]
            del inside[path[-1]]
        for table in self.document["tables"].values():
            # Every table needs a column; the author replaces it.
            table["columns"] = table["columns"] or {"unnamed": "string"}

    def _origin(self, path: Path) -> str:
        """Return where a part, or the nearest part around it, came from."""
        if path[:1] == ("tables",) and path[2:3] == ("rules",) and isinstance(path[-1], int):
            path = (*path[:3], self.at(path[:3])[path[3]]["id"])
        for end in range(len(path), 0, -1):
            if path[:end] in self._origins:
                return self._origins[path[:end]]
        return ".".join(map(str, path))


def _fits(key: str, column_type: Any) -> bool:
    """Return whether a key can apply to a type; lint reports types that cannot be parsed."""
    kind = COLUMN_KINDS.get(key)
    try:
        return kind is None or family(canonical_type(column_type)) in kind.families
    except (ValueError, AttributeError, TypeError):
        return True


def _only_describes(content: Any) -> bool:
    """Return whether a key is only switched on and described."""
    return isinstance(content, dict) and content == {
        "value": True,
        "description": content.get("description"),
    }


def _lines(content: Any, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield a document as JSON, with each part that can be left out on its own line.

    JSON is YAML and keeps every number and text exact.
    """
    if isinstance(content, dict) and _has_parts(path):
        yield "{", path
        for number, (key, value) in enumerate(content.items()):
            inside = (*path, key)
            yield ("," if number else "") + _json(key) + ":", inside
            yield from _lines(value, inside)
        yield "}", path
    elif isinstance(content, list) and (len(path) == 1 or path[0::2] == ("tables", "rules")):
        yield "[", path
        for number, value in enumerate(content):
            yield ("," if number else "") + _json(value), (*path, number)
        yield "]", path
    else:
        yield _json(content), path


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _has_parts(path: Path) -> bool:
    """Return whether a mapping has parts that can be left out: tables, columns and fields have."""
    match path:
        case () | ("tables",) | ("tables", _) | ("tables", _, "columns"):
            return True
        case ("tables", _, "columns", *steps):
            return _leads_to_column(steps)
    return False


def _leads_to_column(steps: Sequence[str | int]) -> bool:
    """Return whether steps from a column's name lead to a column, not to a key of one."""
    at = 1
    while at < len(steps):
        if steps[at] not in ("fields", "items"):
            return False
        at += 2 if steps[at] == "fields" else 1
    return True


def _unit(path: Path) -> Path:
    """Return the path of what is left out if a path is refused; empty if nothing can be."""
    match path:
        case () | ("contract" | "version" | "owner" | "tables",):
            return ()
        case ("tables", _) | ("tables", _, "columns"):
            return ()
        case ("tables", _, "columns", *steps) if steps[-1] == "type":
            return path if _leads_to_column(steps) else path[:-1]
    return path
