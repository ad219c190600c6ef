"""A contract being written from something else; whatever lint refuses is left out and named."""

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
    """A contract's document and, for each part of it, what it was made of."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}
        self.losses: list[Loss] = []
        self._origins: dict[Path, str] = {}

    def add_loss(self, origin: str, reason: str) -> None:
        """Name something that is not carried."""
        self.losses.append(Loss(origin, reason))

    def put(self, path: Path, said: Any, origin: str) -> None:
        """Write something at a place; what stood there is replaced."""
        inside: dict[str | int, Any] = self.document  # type: ignore[assignment]  # keys are texts
        for step in path[:-1]:
            inside = inside.setdefault(step, {})
        inside[path[-1]] = said
        self._origins[path] = origin

    def at(self, path: Path) -> Any:
        """Return what is written at a place, or None."""
        inside: Any = self.document
        for step in path:
            inside = inside.get(step) if isinstance(inside, dict) else None
        return inside

    def put_column_key(self, column: Path, key: str, said: Any, origin: str) -> None:
        """Write a column key; when it is taken by something else, make a rule of its own."""
        column_type = key_value(self.at((*column, "type")))
        if not _fits(key, column_type):
            self.add_loss(origin, f"`{key}` does not fit '{column[-1]}', which is {column_type}")
            return
        standing = self.at((*column, key))
        if standing is None or (standing is True and _only_adds_words(said)):
            self.put((*column, key), said, origin)
        elif standing == said:
            return
        elif len(column) == len(("tables", "t", "columns", "c")) and key != "type":
            value = said if isinstance(said, dict) else {"value": said}
            options = {name: option for name, option in value.items() if name != "value"}
            name = f"{column[3]}-{key}"
            rule = {"id": name, "column": column[3], key: value["value"], **options}
            self.add_rule(str(column[1]), rule, origin)
        else:
            self.add_loss(origin, f"`{key}` is said twice of '{column[-1]}', and differently")

    def add_rule(self, table: str, said: dict[str, Any], origin: str) -> None:
        """Add a rule to a table's list; its id is made fit and free."""
        rules = self.document["tables"][table].setdefault("rules", [])
        columns = self.document["tables"][table].get("columns", {})
        taken = {str(rule["id"]).lower() for rule in rules} | {name.lower() for name in columns}
        name = rule_id(str(said["id"]), taken)
        rules.append({**said, "id": name})
        self._origins["tables", table, "rules", name] = origin

    def contract(self) -> StageContract:
        """Return the contract, less what lint refuses; each such thing becomes a loss.

        Raises:
            ContractError: Something is refused that no contract can do without.
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
            self.add_loss(self._origin(path), f"left out, for {reason}")
        for path in sorted(units, key=lambda path: [str(step).zfill(9) for step in path])[::-1]:
            inside: Any = self.document
            for step in path[:-1]:
                inside = inside[step]
            del inside[path[-1]]
        for table in self.document["tables"].values():
            # A table has a column; a person will tell which.
            table["columns"] = table["columns"] or {"unnamed": "string"}

    def _origin(self, path: Path) -> str:
        """Return what a part was made of, or the nearest part around it."""
        if path[:1] == ("tables",) and path[2:3] == ("rules",) and isinstance(path[-1], int):
            path = (*path[:3], self.at(path[:3])[path[3]]["id"])
        for end in range(len(path), 0, -1):
            if path[:end] in self._origins:
                return self._origins[path[:end]]
        return ".".join(map(str, path))


def _fits(key: str, column_type: Any) -> bool:
    """Return whether a key can ever fit a type; lint tells of types that cannot be read."""
    kind = COLUMN_KINDS.get(key)
    try:
        return kind is None or family(canonical_type(column_type)) in kind.families
    except (ValueError, AttributeError, TypeError):
        return True


def _only_adds_words(said: Any) -> bool:
    """Return whether what is said of a column's key is that it holds, and why."""
    return isinstance(said, dict) and said == {
        "value": True,
        "description": said.get("description"),
    }


def _lines(said: Any, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield a document as JSON, each part that can be left out on a line of its own.

    JSON is YAML, and hands every number and text over exactly.
    """
    if isinstance(said, dict) and _holds_parts(path):
        yield "{", path
        for number, (key, value) in enumerate(said.items()):
            inside = (*path, key)
            yield ("," if number else "") + _json(key) + ":", inside
            yield from _lines(value, inside)
        yield "}", path
    elif isinstance(said, list) and (len(path) == 1 or path[0::2] == ("tables", "rules")):
        yield "[", path
        for number, value in enumerate(said):
            yield ("," if number else "") + _json(value), (*path, number)
        yield "]", path
    else:
        yield _json(said), path


def _json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False)


def _holds_parts(path: Path) -> bool:
    """Return whether a mapping is taken apart: tables, columns and fields are, values are not."""
    match path:
        case () | ("tables",) | ("tables", _) | ("tables", _, "columns"):
            return True
        case ("tables", _, "columns", *steps):
            return _leads_to_column(steps)
    return False


def _leads_to_column(steps: Sequence[str | int]) -> bool:
    """Return whether a column's name and what follows lead to a column, not to a key of one."""
    at = 1
    while at < len(steps):
        if steps[at] not in ("fields", "items"):
            return False
        at += 2 if steps[at] == "fields" else 1
    return True


def _unit(path: Path) -> Path:
    """Return what is left out when something at a path is refused; nothing, when all must go."""
    match path:
        case () | ("contract" | "version" | "owner" | "tables",):
            return ()
        case ("tables", _) | ("tables", _, "columns"):
            return ()
        case ("tables", _, "columns", *steps) if steps[-1] == "type":
            return path if _leads_to_column(steps) else path[:-1]
    return path
