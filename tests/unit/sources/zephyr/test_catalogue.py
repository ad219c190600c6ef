from __future__ import annotations

import json
import re
from collections import Counter
from importlib import resources

from spectra_gx.sources.zephyr.catalogue import load_catalogue

CATALOGUE = load_catalogue()
ROWS = CATALOGUE.endpoints
PUBLISHED_ROWS = 228
HIERARCHICAL = re.compile(
    r"\{(project|release|cycle|cyclephase)id\}|/(project|release|cycle)/", re.IGNORECASE
)


def test_every_published_endpoint_ships_or_is_left_out_with_a_reason():
    repaired = [row for row in CATALOGUE.left_out if row.published_row == 135]
    assert len(ROWS) == 223
    assert len(ROWS) + len(CATALOGUE.left_out) - len(repaired) == PUBLISHED_ROWS
    assert [row.published_row for row in CATALOGUE.left_out] == [33, 131, 132, 135, 136, 205]
    assert all(row.reason.endswith(".") for row in CATALOGUE.left_out)


def test_path_and_method_are_unique():
    assert len({(row.full_path, row.http_method) for row in ROWS}) == len(ROWS)


def test_methods_and_categories_are_those_published():
    methods = Counter(row.http_method for row in ROWS)
    assert methods == {"GET": 120, "POST": 59, "PUT": 32, "DELETE": 12}
    assert len({row.category for row in ROWS}) == 19


def test_the_hierarchical_rule_holds_for_every_row():
    for row in ROWS:
        assert row.hierarchical is bool(HIERARCHICAL.search(row.full_path)), row.full_path
    assert sum(row.hierarchical for row in ROWS) == 55


def test_the_repaired_row_ships_as_post_and_the_unknown_one_not_at_all():
    [repaired] = [
        row for row in ROWS if row.full_path == "/testcase/search/allocate/bulk/requirement"
    ]
    assert repaired.http_method == "POST"
    assert not [row for row in ROWS if row.full_path.startswith("/testcase/search/delete/bulk")]


def test_derived_columns_agree_with_the_path():
    for row in ROWS:
        assert row.resource == f"{row.description} [{row.full_path}]"
        assert row.endpoint_path.startswith("/")
        assert not re.search(r"[?]|^//|.+/$", row.endpoint_path)
        assert row.path_parameters == tuple(re.findall(r"\{(\w+)\}", row.endpoint_path))
        assert row.requires_auth is True
        assert isinstance(row.query_parameters, tuple)
        assert row.description.strip()


def test_the_shipped_file_is_one_endpoint_a_line_and_names_nobody():
    text = (resources.files("spectra_gx.sources.zephyr") / "zephyr_endpoints.json").read_text()
    assert len([line for line in text.splitlines() if line.startswith("    {")]) == 223 + 6
    assert "http://" not in text
    assert "https://" not in text
    assert "@" not in text
    assert set(json.loads(text)) == {"endpoints", "left_out"}
