"""A Singer tap: reads the JSON lines that the shop's orders arrive in.

usage: python tap.py --config FILE [--state FILE]
"""

import argparse
import json
import sys
from pathlib import Path

STREAM = "orders"
REPLICATION_KEY = "updated_at"
SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "customer": {"type": ["string", "null"]},
        "total": {"type": "number", "multipleOf": 0.01, "maximum": 99999999.99},
        "updated_at": {"type": "string", "format": "date-time"},
    },
}


def write(message: dict) -> None:
    """Print a message of the protocol."""
    print(json.dumps(message))


def read_json(file: Path | None) -> dict:
    """Return what a JSON file contains; nothing without a file."""
    return json.loads(file.read_text(encoding="utf-8")) if file else {}


def extract(file: Path, begin: str) -> None:
    """Write the orders that changed since an instant, then how far they reach."""
    keys = {"key_properties": ["id"], "bookmark_properties": [REPLICATION_KEY]}
    write({"type": "SCHEMA", "stream": STREAM, "schema": SCHEMA, **keys})
    newest = begin
    with file.open(encoding="utf-8") as lines:
        for order in map(json.loads, lines):
            if order[REPLICATION_KEY] >= begin:
                write({"type": "RECORD", "stream": STREAM, "record": order})
                newest = max(newest, order[REPLICATION_KEY])
    bookmark = {"replication_key": REPLICATION_KEY, "replication_key_value": newest}
    write({"type": "STATE", "value": {"bookmarks": {STREAM: bookmark}}})


def main() -> None:
    """Read the command line of a tap."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--catalog", "--properties", type=Path, help="not used: one stream")
    given = parser.parse_args()
    bookmark = read_json(given.state).get("bookmarks", {}).get(STREAM, {})
    begin = bookmark.get("replication_key_value", "")
    extract(Path(read_json(given.config)["file"]), begin)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"tap: {type(error).__name__}: {error}")
