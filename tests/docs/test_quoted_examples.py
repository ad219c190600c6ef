"""What pages quote of their example is what the example has."""

from __future__ import annotations

import pytest

from tests.docs.pages import REPOSITORY, blocks, read
from tests.docs.test_commands import OTHER_TOOLS

QUOTED = ("toml", "yaml", "sql")
CODE = {
    "docs/integrations/airflow.md": "docs/examples/airflow/shop_dag.py",
    "docs/integrations/dagster.md": "docs/examples/dagster/definitions.py",
    "docs/integrations/prefect.md": "docs/examples/prefect/shop_flow.py",
}
"""Page → the module that its first block of Python is of."""


@pytest.mark.parametrize("page", OTHER_TOOLS)
def test_quoted_files_are_those_of_the_example(page):
    files = [
        path.read_text(encoding="utf-8")
        for kind in ("*.toml", "*.yml", "*.sql")
        for path in (REPOSITORY / OTHER_TOOLS[page]).rglob(kind)
    ]
    quoted = [block.text for block in blocks(page) if block.language in QUOTED]

    assert quoted
    assert [text for text in quoted if not any(text in file for file in files)] == []


@pytest.mark.parametrize("page", CODE)
def test_quoted_code_is_that_of_the_example(page):
    code = next(block.text for block in blocks(page) if block.language == "python")
    assert code in read(CODE[page])
