"""The page of public Python names, from their signatures and docstrings."""

from __future__ import annotations

import ast
import inspect
import textwrap
from enum import Enum
from typing import TYPE_CHECKING, Any

import spectra_gx

if TYPE_CHECKING:
    from collections.abc import Iterator


def python_page() -> str:
    """Return the public names: signatures and docstrings."""
    parts = [
        "`import spectra_gx` is instant; a name is imported when it is first used.\n",
        f"## `__version__`\n\nThe version of the package: `{spectra_gx.__version__}`.\n",
    ]
    for name in sorted(set(spectra_gx.__all__) - {"__version__"}, key=str.lower):
        thing = getattr(spectra_gx, name)
        parts.append("\n".join(_documented(name, thing)))
    return "\n".join(parts)


def _documented(name: str, thing: Any) -> Iterator[str]:
    yield f"## {name}\n"
    if inspect.isfunction(thing):
        yield _function(name, thing)
        return
    yield f"{inspect.getdoc(thing)}\n"
    fields = [
        f"- `{field}`{words and f': {words}'}"
        for kind in _kinds(thing)
        for field, words in _fields(kind)
    ]
    if fields:
        yield "\n".join(fields) + "\n"
    for member, value in _members(thing).items():
        attribute = getattr(value, "fget", getattr(value, "func", None))
        function = attribute or getattr(value, "__func__", value)
        if not inspect.isfunction(function) or not function.__doc__:
            continue
        if function.__name__ != member:  # an earlier name of a method
            continue
        if member == "__init__":
            yield _function(name, function)
        elif not member.startswith("_"):
            yield _function(f"{name}.{member}", function, called=attribute is None)


def _kinds(thing: Any) -> list[Any]:
    """Return a class and those of ours that it is made of, the lowest first."""
    return [kind for kind in reversed(thing.__mro__) if kind.__module__.startswith("spectra_gx")]


def _members(thing: Any) -> dict[str, Any]:
    """Return what a class and its bases define, the class's own where both do."""
    return {name: value for kind in _kinds(thing) for name, value in vars(kind).items()}


def _function(name: str, function: Any, *, called: bool = True) -> str:
    node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(node, ast.FunctionDef)  # noqa: S101 - inspect found a function there
    if node.args.args and node.args.args[0].arg in ("self", "cls"):
        del node.args.args[0]
    arguments = f"({ast.unparse(node.args)})" if called else ""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns and node.name != "__init__" else ""
    words = textwrap.indent(inspect.getdoc(function) or "", "    ")
    return f"```text\n{name}{arguments}{returns}\n\n{words}\n```\n"


def _fields(thing: Any) -> Iterator[tuple[str, str]]:
    """Yield the annotated fields of a class, or an enum's members, and the docstring of each."""
    body = ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0].body  # type: ignore[attr-defined]
    for node, following in zip(body, [*body[1:], None], strict=True):
        annotated = isinstance(node, ast.AnnAssign) and "ClassVar" not in ast.unparse(
            node.annotation
        )
        if annotated or (isinstance(node, ast.Assign) and issubclass(thing, Enum)):
            said = following.value if isinstance(following, ast.Expr) else None
            words = said.value if isinstance(said, ast.Constant) else ""
            yield ast.unparse(node), " ".join(str(words).split())
