"""Find what a function of a stage module reads through its run, as far as its text says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.placeholders import placeholders_in
from spectra_gx.runner.building.declared.declarations import TableRead, Written
from spectra_gx.runner.building.sql_values import VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spectra_gx.contract.model import Place

_BUILT = ("built", "staged")


class RunCalls(ast.NodeVisitor):
    """The calls of one function on its run whose arguments are written as such."""

    def __init__(
        self,
        module: ast.Module,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        run: str | None,
        place: Callable[[Any], Place],
    ) -> None:
        """Read a function.

        Args:
            module: Whose constants it may use.
            function: The function.
            run: What it calls the run; None where it takes none.
            place: Returns where a node is written.
        """
        self.needs: dict[str, Place] = {}
        self.queried: dict[str, Place] = {}
        self.queries: list[Written] = []
        self.reads: list[TableRead] = []
        self.slices: list[Written] = []
        self.computed: list[tuple[ast.expr, str]] = []
        """Names of tables that are no literals, each with the method that gets it."""

        self._scopes = (function, module)
        self._run = run
        self._place = place
        for statement in function.body if run is not None else ():
            self.visit(statement)

    def visit_Call(self, node: ast.Call) -> None:
        """Remember what a call on the run reads."""
        self.generic_visit(node)
        called = node.func
        if not (
            isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Name)
            and called.value.id == self._run
        ):
            return
        given = {keyword.arg or "": keyword.value for keyword in node.keywords}
        first = node.args[0] if node.args else next(iter(given.values()), None)
        if first is None:
            return
        if called.attr == "read":
            self._read(given | dict(zip(("table", "columns", "where"), node.args, strict=False)))
        elif called.attr in _BUILT:
            self._built(called.attr, first)
        elif called.attr == "sql":
            self._query(first)
        elif called.attr == "replace_where":
            self.slices += self._whole(first)

    def _read(self, given: dict[str, ast.expr]) -> None:
        texts = {
            name: written for name in ("table", "where") for written in self._whole(given.get(name))
        }
        if "table" in texts:
            columns = given.get("columns")
            names = None if columns is None else _names_in(columns)
            at = None if columns is None or names is None else Written(names, self._place(columns))
            self.reads.append(TableRead(texts["table"], at, texts.get("where")))

    def _built(self, method: str, given: ast.expr) -> None:
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            self.needs.setdefault(given.value, self._place(given))
        else:
            self.computed.append((given, method))

    def _query(self, given: ast.expr) -> None:
        whole = [*self._whole(given)]
        self.queries += whole
        text = whole[0] if whole else Written(_literal_parts(given), self._place(given))
        for name in placeholders_in(text.value):
            if name not in VALUES:
                self.queried.setdefault(name, text.place)

    def _whole(self, node: ast.expr | None) -> Iterator[Written]:
        """Yield a text that is known in full: a literal, or the one value of a name."""
        if isinstance(node, ast.Name):
            node = next((one for scope in self._scopes for one in _values(scope, node.id)), None)
        text = None if node is None else _text(node)
        if text is not None:
            yield Written(text, self._place(node))


def _values(scope: ast.AST, name: str) -> Iterator[ast.expr | None]:
    """Yield the value of a name of a scope, None where it is not known; nothing if it has none."""
    bound = [
        node
        for node in ast.walk(scope)
        if (isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.arg) and node.arg == name)
    ]
    assigned = [
        node.value
        for node in ast.walk(scope)
        if isinstance(node, ast.Assign) and node.targets == bound
    ]
    if bound:
        yield assigned[0] if assigned else None


def _text(node: ast.expr) -> str | None:
    """Return a text that is written as such, also in several pieces."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None or right is None else left + right
    if isinstance(node, ast.JoinedStr):
        parts = [_text(part) for part in node.values]
        return None if None in parts else "".join(part for part in parts if part is not None)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _names_in(node: ast.expr) -> tuple[str, ...] | None:
    """Return the texts of a list or tuple; None where one of them is computed."""
    if not isinstance(node, (ast.List, ast.Tuple)):
        return None
    names = [_text(one) for one in node.elts]
    return None if None in names else tuple(name for name in names if name is not None)


def _literal_parts(node: ast.expr) -> str:
    """Return the parts of a text that are written as such."""
    if isinstance(node, ast.BinOp):
        return f"{_literal_parts(node.left)} {_literal_parts(node.right)}"
    if isinstance(node, ast.JoinedStr):
        return " ".join(map(_literal_parts, node.values))
    return _text(node) or ""
