"""A review as people read it, held as files that `tests/golden/regenerate.py` writes."""

from __future__ import annotations

import pytest

from tests.golden.reviews.review import RENDERED, golden_texts

GOLDEN = golden_texts()


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_what_a_review_looks_like(name: str) -> None:
    assert (RENDERED / name).read_text(encoding="utf-8") == GOLDEN[name]


def test_no_file_is_left_over() -> None:
    assert {file.name for file in RENDERED.iterdir()} == set(GOLDEN)


def test_what_blocks_comes_first_and_stale_files_last_and_once() -> None:
    lines = GOLDEN["comment.md"].splitlines()
    rows = [line for line in lines if line.startswith("| ") and " | contracts/" in line]
    assert rows[0].startswith("| ⛔ | classification-lowered |")
    assert [row[2] for row in rows[:4]] == ["⛔", "🔴", "🟡", "🟡"]
    assert rows[5].startswith("| ☑️ | column-removed |")
    assert "sensitive values would be shown" in rows[0]
    assert lines[-6:] == [
        "<summary>compiled files out of date: 2</summary>",
        "",
        "- gx/expectations/shop/customers.json",
        "- gx/expectations/shop/orders.json",
        "",
        "</details>",
    ]
    assert GOLDEN["comment.md"].count(".json") == 2


def test_each_way_to_go_on_is_named() -> None:
    for name, fix in (("comment.md", "`spectra-gx diff --fix`"), ("screen.txt", "`--fix`")):
        assert fix in GOLDEN[name]
        assert "{change: classification-lowered, path: shop.customers.email, " in GOLDEN[name]
    levels = [line.split(" ")[0] for line in GOLDEN["annotations.txt"].splitlines()]
    assert levels == ["::error"] * 3 + ["::warning"] * 3 + ["::notice"] * 3
