"""What GX's core expectations take, as data, so that `lint` can check it without importing GX.

`python -m spectra_gx.validation.gx.expectation_signatures` writes `contract/gx_expectations.json`.
"""

from __future__ import annotations

import json
import types
import typing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from great_expectations.expectations import core
from great_expectations.expectations.expectation import Expectation

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURES_FILE = Path(__file__).parents[2] / "contract" / "gx_expectations.json"

_NOT_ARGUMENTS = frozenset(
    {*Expectation.__fields__, "batch_id", "condition_parser", "library_metadata"}
)
_OPTIONS = {"mostly": "mostly", "row_condition": "where"}
_SCALARS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "number"),
    (float, "number"),
    (str, "text"),
    (date, "text"),
    (dict, "mapping"),
    (list, "list"),
    (tuple, "list"),
    (set, "list"),
)


def signatures() -> dict[str, Any]:
    """Return expectation type → its GX name, the options and the arguments that it takes."""
    classes = (getattr(core, name) for name in sorted(dir(core)))
    expectations = [
        one for one in classes if isinstance(one, type) and issubclass(one, Expectation)
    ]
    # One class of the package is a shell without a type: GX itself cannot name it in a suite.
    named = {one.expectation_type: _signature(one) for one in expectations if one.expectation_type}
    return dict(sorted(named.items()))


def _signature(expectation: Any) -> dict[str, Any]:
    fields = expectation.__fields__
    return {
        "name": expectation.__name__,
        "options": [_OPTIONS[name] for name in _OPTIONS if name in fields],
        "arguments": {
            name: {"needed": bool(field.required), **_accepted(field.outer_type_)}
            for name, field in fields.items()
            if name not in _NOT_ARGUMENTS and name not in _OPTIONS
        },
    }


def _accepted(annotation: Any) -> dict[str, Any]:
    """Return the kinds of values that a field takes, or the few words."""
    leaves = list(_leaves(annotation))
    words = [leaf for leaf in leaves if isinstance(leaf, str)]
    kinds = sorted({_kind(leaf) for leaf in leaves if not isinstance(leaf, str)})
    if len(kinds) > 1 and "mapping" in kinds:
        # A mapping beside something else is GX's way to name a suite parameter.
        kinds.remove("mapping")
    if words and kinds in ([], ["mapping"]):
        return {"one_of": words}
    return {"kinds": kinds}


def _leaves(annotation: Any) -> Iterator[Any]:
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        for member in typing.get_args(annotation):
            if member is not type(None):
                yield from _leaves(member)
    elif origin is typing.Literal:
        yield from (str(word) for word in typing.get_args(annotation))
    elif origin is typing.Annotated:
        yield from _leaves(typing.get_args(annotation)[0])
    else:
        yield origin or annotation


def _kind(leaf: Any) -> str:
    if isinstance(leaf, type):
        for known, kind in _SCALARS:
            if issubclass(leaf, known):
                return kind
        if leaf.__module__ == "collections.abc":
            return "list"
        if hasattr(leaf, "__fields__"):
            return "mapping"
    return "anything"


def signatures_text() -> str:
    """Return the text of `gx_expectations.json`."""
    return json.dumps(signatures(), indent=1) + "\n"


if __name__ == "__main__":
    SIGNATURES_FILE.write_text(signatures_text(), encoding="utf-8")
