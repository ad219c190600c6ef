"""A Singer target: writes each stream to `$SPECTRA_STAGING/<schema>/<stream>`, as Parquet.

usage: python target.py --config FILE

Values keep the types of the stream's JSON Schema. A value that does not fit its type, a field that
the schema does not have and a record without a schema are errors.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 10_000  # in memory at once, per stream
SIMPLE = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
FORMATS = {"date-time": pa.timestamp("us", tz="UTC"), "date": pa.date32()}


def arrow_type(schema: dict) -> pa.DataType:
    """Return the type of a field; a number with `multipleOf` and `maximum` is a decimal."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    [kind] = [kind for kind in kinds if kind != "null"]
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), pa.string())
    if kind == "number" and "multipleOf" in schema and "maximum" in schema:
        digits = -Decimal(str(schema["multipleOf"])).as_tuple().exponent
        return pa.decimal128(len(str(int(schema["maximum"]))) + digits, digits)
    return SIMPLE[kind]


def value_of(value: object, kind: pa.DataType) -> object:
    """Return a JSON value as Python has it for a type."""
    if isinstance(value, str) and pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and pa.types.is_date(kind):
        return date.fromisoformat(value)
    if isinstance(value, Decimal) and pa.types.is_floating(kind):
        return float(value)
    return value


class Stream:
    """A stream whose records go to one Parquet file."""

    def __init__(self, folder: Path, schema: dict) -> None:
        """Create the file."""
        fields = schema["properties"].items()
        self.schema = pa.schema([(name, arrow_type(field)) for name, field in fields])
        folder.mkdir(parents=True)
        self.file = pq.ParquetWriter(folder / "part-0.parquet", self.schema)
        self.rows: list[dict] = []

    def add(self, record: dict) -> None:
        """Take a record."""
        if unknown := record.keys() - set(self.schema.names):
            raise ValueError(f"the schema has no field {min(unknown)}")
        self.rows.append(
            {field.name: value_of(record.get(field.name), field.type) for field in self.schema}
        )
        if len(self.rows) >= ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        self.file.write_table(pa.Table.from_pylist(self.rows, self.schema))
        self.rows.clear()


def load(lines: Iterable[str], staging: Path) -> dict | None:
    """Write every stream; return the last state."""
    streams: dict[str, Stream] = {}
    state = None
    for line in lines:
        message = json.loads(line, parse_float=Decimal)
        if message["type"] == "SCHEMA" and message["stream"] not in streams:
            name = message["stream"]
            streams[name] = Stream(staging / name, message["schema"])
        elif message["type"] == "RECORD":
            streams[message["stream"]].add(message["record"])
        elif message["type"] == "STATE":
            state = message["value"]
    for stream in streams.values():
        stream.flush()
        stream.file.close()
    return state


def main() -> None:
    """Read the command line of a target."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    schema = json.loads(parser.parse_args().config.read_text(encoding="utf-8"))["schema"]
    state = load(sys.stdin, Path(os.environ["SPECTRA_STAGING"]) / schema)
    if state is not None:
        print(json.dumps(state))


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, TypeError, KeyError, pa.ArrowException) as error:
        sys.exit(f"target: {type(error).__name__}: {error}")
