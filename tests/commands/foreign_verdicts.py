"""What pandera and pointblank themselves say of rows, asked of their own interpreter."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.property.interop.imported_verdicts import Rows

_LOOP = """
import json, sys
from datetime import date
%s
schemas = {name: read(text) for name, text in json.loads(sys.stdin.readline()).items()}
print(json.dumps({name: written(schema) for name, schema in schemas.items()}), flush=True)
for line in sys.stdin:
    columns = json.loads(line)
    columns["d"] = [value and date.fromisoformat(value) for value in columns["d"]]
    frame = framed(columns)
    print(json.dumps({name: fails(one, frame) for name, one in schemas.items()}), flush=True)
"""
PANDERA = (
    _LOOP
    % """
import pandas
from pandera.errors import SchemaErrors
from pandera.io.pandas_io import from_yaml as read
DTYPES = {"id": "int64", "n": "Int64", "x": "float64", "s": "str", "d": object, "f": "boolean"}
def written(schema):
    return schema.to_yaml()
def framed(columns):
    return pandas.DataFrame(
        {name: pandas.Series(columns[name], dtype=dtype) for name, dtype in DTYPES.items()}
    )
def fails(schema, frame):
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors:
        return True
    return False
"""
)
POINTBLANK = (
    _LOOP
    % """
import pointblank, polars
TYPES = {"id": polars.Int64, "n": polars.Int64, "x": polars.Float64, "s": polars.String,
         "d": polars.Date, "f": polars.Boolean}
def read(text):
    return text
def written(text):
    return text
def framed(columns):
    return polars.DataFrame({name: columns[name] for name in TYPES}, schema=TYPES)
def fails(text, frame):
    steps = pointblank.yaml_interrogate(text, set_tbl=frame).validation_info
    # Of a table without rows, most steps say nothing.
    assert frame.height == 0 or not any(step.eval_error for step in steps), text
    known = [not step.all_passed for step in steps if not step.eval_error]
    return any(known) if known else None
"""
)


class ForeignVerdicts:
    """A process that judges rows by schemas in its own way."""

    def __init__(self, script: str, schemas: Mapping[str, str]) -> None:
        """Start it with schemas by name, each as a file has it."""
        python = Path(os.environ["COMMANDS"]) / "python"
        self._process = subprocess.Popen(
            [python, "-W", "ignore", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.written: Mapping[str, str] = self._ask(schemas)
        """The same schemas as it writes them itself."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:  # closes what it is asked through, which ends it, and waits
            pass

    def failed(self, types: Mapping[str, str], rows: Rows) -> dict[str, bool | None]:
        """Return whether rows fail each schema; None if it says neither."""
        columns = {name: [row[place] for row in rows] for place, name in enumerate(types)}
        found: dict[str, bool | None] = self._ask(columns)
        return found

    def _ask(self, question: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question, default=str) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
