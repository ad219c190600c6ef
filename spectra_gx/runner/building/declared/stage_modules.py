"""Read `stages/<stage>.py` as text: what it builds is known without running it."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.model import Place
from spectra_gx.runner.building.declared.declarations import OPTIONS, DeclaredBuilder, Written
from spectra_gx.runner.building.declared.run_calls import RunCalls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from spectra_gx.contract.problems import Report

    Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_PACKAGE = "spectra_gx"
_DECORATOR = "table"


def read_stage_module(source: bytes, report: Report) -> list[DeclaredBuilder]:
    """Return the builders that a module declares, in the order written; problems are reported."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape is the author's, and no problem here
            report.text = source.decode("utf-8-sig")
            tree = ast.parse(source)
    except SyntaxError as error:
        at = Place(report.file, error.lineno or 1, max(error.offset or 1, 1))
        report.add(at, f"this is not Python: {error.msg}")
        return []
    except (UnicodeDecodeError, ValueError, RecursionError, MemoryError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        report.add(Place(report.file, 1, 1), f"this is not Python: {reason}")
        return []
    return [*_Module(tree, report).builders()]


class _Module:
    """A parsed module, and under which names it knows the decorator."""

    def __init__(self, tree: ast.Module, report: Report) -> None:
        self._tree = tree
        self._report = report
        self._lines = report.text.splitlines()
        self._names: set[str] = set()
        self._packages: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == _PACKAGE:
                self._names |= {
                    one.asname or one.name for one in node.names if one.name == _DECORATOR
                }
            elif isinstance(node, ast.Import):
                self._packages |= {
                    one.asname or one.name for one in node.names if one.name == _PACKAGE
                }

    def builders(self) -> Iterator[DeclaredBuilder]:
        known: dict[str, int] = {}
        for function in self._tree.body:
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            first = known.setdefault(function.name, function.lineno)
            decorators = [one for one in function.decorator_list if self._is_ours(one)]
            for decorator in decorators:
                if first != function.lineno:
                    self._add(
                        function,
                        f"another function on line {first} is called `{function.name}`; rename one",
                    )
                yield from self._builder(function, decorator)
        self._refuse_hidden()

    def _refuse_hidden(self) -> None:
        top = {id(node) for node in self._tree.body}
        for node in ast.walk(self._tree):
            decorators = getattr(node, "decorator_list", [])
            if any(self._is_ours(one) for one in decorators) and (
                id(node) not in top or isinstance(node, ast.ClassDef)
            ):
                self._add(
                    node,
                    "`@table` is for functions at the top of the module; move this one there",
                )

    def _is_ours(self, decorator: ast.expr) -> bool:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Name):
            return called.id in self._names
        return (
            isinstance(called, ast.Attribute)
            and called.attr == _DECORATOR
            and isinstance(called.value, ast.Name)
            and called.value.id in self._packages
        )

    def _builder(self, function: Function, decorator: ast.expr) -> Iterator[DeclaredBuilder]:
        given = self._arguments(decorator)
        name = given.pop("name", None)
        if name is None or not isinstance(name.value, str):
            self._add(decorator, 'name the table that is built: `@table("schema.table")`')
            return
        run = self._parameter(function)
        declared = self._needs(given.pop("needs", None))
        found = RunCalls(self._tree, function, run, self.place)
        for node, method in found.computed if declared is None else ():
            self._add(
                node,
                f"`run.{method}` is given a computed name; name the tables in the decorator: "
                '`needs=["schema.table"]`',
            )
        yield DeclaredBuilder(
            name.value,
            name.place,
            function=function.name,
            needs={**found.needs, **(declared or {})},
            queried=found.queried,
            queries=tuple(found.queries),
            reads=tuple(found.reads),
            slices=tuple(found.slices),
            options=given,
        )

    def _arguments(self, decorator: ast.expr) -> dict[str, Written]:
        if not isinstance(decorator, ast.Call):
            return {}
        given: dict[str, ast.expr] = dict(zip(("name",), decorator.args, strict=False))
        for extra in decorator.args[1:]:
            self._add(extra, "only the table is given without a name; write `publish=…` and so on")
        for keyword in decorator.keywords:
            if keyword.arg is None:
                self._add(keyword.value, "write the arguments out; lint reads them as text")
            elif keyword.arg not in ("name", "needs", *OPTIONS):
                known = ", ".join(f"`{name}`" for name in ("needs", *OPTIONS))
                self._add(keyword, f"`@table` has no argument `{keyword.arg}`; there are {known}")
            else:
                given[keyword.arg] = keyword.value
        values = {name: self._literal(name, node) for name, node in given.items()}
        return {name: value for name, value in values.items() if value is not None}

    def _literal(self, name: str, node: ast.expr) -> Written | None:
        try:
            value = ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            self._add(
                node,
                f"`{name}` is computed; write the value itself, for lint reads the decorator as "
                "text",
            )
            return None
        return None if value is None else Written(value, self.place(node))

    def _needs(self, written: Written | None) -> dict[str, Place] | None:
        if written is None:
            return None
        value: Any = written.value
        if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
            return dict.fromkeys(value, written.place)
        self._report.add(written.place, '`needs` is a list of tables: `needs=["schema.table"]`')
        return {}

    def _parameter(self, function: Function) -> str | None:
        """Return what the function calls the run."""
        if isinstance(function, ast.AsyncFunctionDef):
            self._add(function, f"`{function.name}` is `async`; a builder is a plain function")
        given = function.args
        first = [*given.posonlyargs, *given.args]
        needed = len(first) - len(given.defaults)
        if not first or needed > 1 or None in given.kw_defaults:
            self._add(
                function,
                f"`{function.name}` is called with the run alone: `def {function.name}(run)`",
            )
            return None
        return first[0].arg

    def _add(self, node: Any, message: str) -> None:
        self._report.add(self.place(node), message)

    def place(self, node: Any) -> Place:
        """Return where a node is written."""
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        column = len(line.encode()[: node.col_offset].decode(errors="ignore"))
        return Place(self._report.file, node.lineno, column + 1)
