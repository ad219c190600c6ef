"""The shapes that a source's answers must have, as JSON Schemas in its package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

if TYPE_CHECKING:
    from collections.abc import Mapping

_JSON_NAMES = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}


@dataclass(frozen=True)
class JsonShapes:
    """The `$defs` of a schema file, which may use `type` and `required` only."""

    package: str
    file: str

    def find_mismatch(self, shape: str, body: Any) -> str | None:
        """Return what first breaks a named shape, such as "`$[0].id` is missing".

        Values are never repeated, only their JSON path and type; None when the body fits.
        """
        error = best_match(self._validators[shape].iter_errors(body))
        return None if error is None else _describe(error)

    @cached_property
    def _validators(self) -> Mapping[str, Draft202012Validator]:
        text = resources.files(self.package).joinpath(self.file).read_text("utf-8")
        shapes: Mapping[str, Any] = json.loads(text)["$defs"]
        return {
            shape: Draft202012Validator({"$ref": f"#/$defs/{shape}", "$defs": shapes})
            for shape in shapes
        }


def _describe(error: ValidationError) -> str:
    path, expected = error.json_path, cast("Any", error.validator_value)
    if error.validator == "required":
        missing = next(name for name in expected if name not in cast("Any", error.instance))
        return f"`{path}.{missing}` is missing"
    wanted = " or ".join(expected) if isinstance(expected, list) else expected
    return f"`{path}` is of type {_JSON_NAMES[type(error.instance)]}, not {wanted}"
