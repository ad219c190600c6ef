"""A JSON schema refers to itself alone: nothing is fetched, whatever it says costs one rule."""

from __future__ import annotations

import dataclasses
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.errors import ContractError
from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULE = (
    "    - {{id: its, column: x, expect: ExpectColumnValuesToMatchJsonSchema, "
    "with: {{json_schema: {}}}}}"
)
CONTRACT = "shop.a:\n  columns: {{x: {{type: string, min_length: 1}}}}\n  rules:\n" + RULE
LOCAL = {"$defs": {"n": {"type": "integer", "$anchor": "n"}}, "items": {"$ref": "#/$defs/n"}}


@pytest.fixture
def asked_for() -> Iterator[list[str]]:
    """Serve a schema that takes everything; what is asked for is listed, the address first."""
    asked: list[str] = []

    class Schemas(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

    server = HTTPServer(("127.0.0.1", 0), Schemas)
    asked.append(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield asked
    server.shutdown()
    thread.join()
    server.server_close()


def outside(address: str, path: Path) -> list[dict[str, Any]]:
    return [
        {"$ref": f"{address}/a.json"},
        {"$ref": path.as_uri()},
        {"$ref": "other.json"},
        {"$id": f"{address}/b/", "properties": {"a": {"$ref": "c.json"}}},
        {"allOf": [{"items": {"$dynamicRef": f"{address}/d.json#x"}}]},
        {"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveRef": "e.json"},
        {"$schema": f"{address}/f.json", "type": "array"},
    ]


def test_what_must_be_fetched_is_refused_at_lint_and_at_run(
    tmp_path: Path, asked_for: list[str]
) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text("{}")
    store(tmp_path, "shop.a", {"x": "string"}, [("[1]",)])
    good = contract_of(CONTRACT.format("{type: array}"))
    [table] = good.tables
    *others, rule = table.table_rules
    for outer in outside(asked_for[0], schema):
        with pytest.raises(ContractError, match=r"is not (fetched|known)"):
            contract_of(CONTRACT.format(json.dumps(outer)))
        argument = {**rule.argument, "with": {**rule.argument["with"], "json_schema": outer}}
        hostile = dataclasses.replace(rule, argument=argument)
        contract = dataclasses.replace(
            good, tables=(dataclasses.replace(table, table_rules=(*others, hostile)),)
        )
        found = outcomes(validate(contract, tmp_path))
        assert found["shop.a.its"].status == "errored", outer
        assert "`json_schema`" in found["shop.a.its"].message
        assert found["shop.a.x.min_length"].status == "passed"
    assert len(asked_for) == 1


@pytest.mark.parametrize(
    ("schema", "status"),
    [
        (LOCAL, "failed"),
        ({**LOCAL, "items": {"$ref": "#n"}}, "failed"),
        ({"$id": "https://example.invalid/s", **LOCAL}, "failed"),
        ({"$schema": "http://json-schema.org/draft-07/schema#", "type": "array"}, "passed"),
        ({"properties": {"$ref": {"type": "string"}}}, "passed"),
        ({"$ref": "#"}, "errored"),
        ({"$ref": "#/nowhere"}, "errored"),
        ({"$dynamicRef": "#nowhere"}, "errored"),
        ({"pattern": "("}, "errored"),
    ],
)
def test_what_refers_to_itself_is_held_and_costs_no_more_than_its_rule(
    tmp_path: Path, schema: dict[str, Any], status: str
) -> None:
    store(tmp_path, "shop.a", {"x": "string"}, [("[1]",), ('["a"]',)])
    found = outcomes(validate(contract_of(CONTRACT.format(json.dumps(schema))), tmp_path))
    assert (found["shop.a.its"].status, found["shop.a.x.min_length"].status) == (status, "passed")
