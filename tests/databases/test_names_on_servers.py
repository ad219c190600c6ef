"""Columns under any name on servers: every rule finds what it finds under a plain one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.checking import contract_of
from tests.contract.test_names_of_columns import ODD, PLAIN, declared, facts, respelled, rows_under
from tests.databases.places import PLACES, validated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.fakes.databases.place import DatabasePlace


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DatabasePlace]:
    with PLACES[request.param](tmp_path_factory.mktemp("server")) as place:
        yield place


def found(server: DatabasePlace, names: Sequence[str], root: Path) -> dict[str, Any] | None:
    address = server.put("shop.t", rows_under(names))
    if address is None:
        return None
    table = {"location": address, "credentials": "tables", **declared(*names)}
    every = validated(contract_of(json.dumps({"shop.t": table}, ensure_ascii=False)), root)
    return {rule: facts(one) for rule, one in every.items()}


def test_each_rule_finds_what_it_finds_under_plain_names(
    server: DatabasePlace, tmp_path: Path
) -> None:
    plain = found(server, PLAIN, tmp_path)
    assert plain is not None
    names = [*ODD[:-1], "back\\slash", "null", "a'b\"c`d"]
    for first in range(0, len(names) - 2, 3):
        odd = names[first : first + 3]
        wanted = {respelled(rule, odd): found_there for rule, found_there in plain.items()}
        assert found(server, odd, tmp_path) == wanted
    # MariaDB has no names that end with a blank.
    ended = found(server, (" padded ", "x", "y"), tmp_path)
    assert ended is None or len(ended) == len(plain)
