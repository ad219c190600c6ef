import pytest

from spectra_gx.report.addresses import (
    contract_page,
    relative,
    rule_anchor,
    run_page,
    segment,
    table_page,
)


def test_plain_names_are_kept():
    assert run_page("source", "source_zephyr_20261121_101728_273605") == (
        "runs/source/source_zephyr_20261121_101728_273605.html"
    )
    assert table_page("source", "source.config", 2) == "tables/source/source.config~2.html"
    assert contract_page("source") == "contracts/source.html"
    assert rule_anchor("source.config.rows") == "rule-source.config.rows"


@pytest.mark.parametrize(
    "name", ["..", ".", "", "a/b", "a\\b", "C:", "é", "a b", "x" * 300, "\ud800"]
)
def test_no_name_leaves_its_folder_or_grows_too_long(name):
    made = segment(name)

    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.~-")
    assert 0 < len(made) <= 120
    assert not made.startswith(".")


def test_names_that_look_alike_stay_apart():
    names = ["a b", "a-b", "a/b", "a~b", "a\u200bb"]
    assert len({segment(name) for name in names}) == len(names)


def test_addresses_are_relative_and_keep_anchors():
    assert relative("index.html", "runs/a/b.html") == "runs/a/b.html"
    assert relative("runs/a/b.html", "site.css") == "../../site.css"
    assert relative("tables/a/b.html", "contracts/a.html#rule-x~1") == (
        "../../contracts/a.html#rule-x~1"
    )
    assert relative("index.html", "#L3") == "#L3"
