"""The page about a new rule kind is followed word by word, in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import REPOSITORY, blocks

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "docs/contributing/add-a-rule-kind.md"
CONTRACT = """\
contract: demo
version: 1.0.0
owner: Tests
tables:
  demo.numbers:
    columns:
      count: {{type: long{even}}}
"""
RUN = """
from pathlib import Path
from tests.contract.cases import CASES
from tests.contract.checking import contract_of, validate_here, outcomes, store

case = CASES[-1]
for which in ("good", "bad"):
    store(Path(which), case.table, case.columns, case.rows(getattr(case, which)))
    found = outcomes(validate_here(contract_of(case.yaml), Path(which)))[case.id]
    print(found.status, found.evaluated, found.unexpected, found.message == case.message)
"""
SECTION = """
import sys
from pathlib import Path
sys.path.insert(0, "docs")
from rule_pages import rules_page
page = rules_page()
Path("docs/reference/rules.md").write_text(page)
print(page.partition("## even\\n")[2].partition("\\n## ")[0])
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what the kind touches, and write each block of the page where it says."""
    root = tmp_path_factory.mktemp("tree")
    for folder in ("spectra_gx", "docs", "tests"):
        shutil.copytree(
            REPOSITORY / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    for block in blocks(PAGE):
        if block.language != "python":
            continue
        [(how, path)] = [option.split("=") for option in block.options if "=" in option]
        file = root / path
        text = file.read_text("utf-8")
        if how == "entry":  # before the bracket that closes the family
            entry = textwrap.indent(block.text.rstrip(), "    ")
            text = f"{text.rstrip().removesuffix(')')}{entry},\n)\n"
        elif how == "import":
            text = text.replace("from spectra_gx", f"{block.text}from spectra_gx", 1)
        else:
            text = f"{text}\n\n{block.text}"
        file.write_text(text, "utf-8")
    return root


def run(tree: Path, folder: Path, *words: str) -> str:
    """Run Python in a folder with the code of the copy; return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1"}
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode in (0, 1, 2), ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def command(tree: Path, folder: Path, *words: str) -> str:
    start = "import sys; from spectra_gx.cli import console; sys.argv[0] = 'x'; sys.exit(console())"
    return run(tree, folder, "-c", start, *words)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "contracts").mkdir()
    file = tmp_path / "contracts" / "demo.contract.yaml"
    file.write_text(CONTRACT.format(even=", even: true"), "utf-8")
    return tmp_path


def test_the_kind_is_linted_and_suggested(tree: Path, project: Path):
    assert "no problems in 1 contract" in command(tree, project, "lint")
    mistaken = project / "contracts" / "demo.contract.yaml"
    mistaken.write_text(CONTRACT.format(even=", evn: true"), "utf-8")
    assert "did you mean 'even'?" in command(tree, project, "lint")


def test_the_kind_is_compiled(tree: Path, project: Path):
    command(tree, project, "compile")
    suite = "".join(file.read_text("utf-8") for file in (project / "gx").rglob("*.json"))
    assert '"rule": "demo.numbers.count.even"' in suite
    assert '"type": "expect_column_values_to_satisfy_rule"' in suite


def test_the_kind_passes_and_fails_with_its_counts_and_its_words(tree: Path, project: Path):
    assert run(tree, project, "-c", RUN).splitlines() == ["passed 3 0 False", "failed 3 2 True"]


def test_the_kind_is_compared(tree: Path, project: Path):
    (project / "before.yaml").write_text(CONTRACT.format(even=""), "utf-8")
    (project / "after.yaml").write_text(CONTRACT.format(even=", even: true"), "utf-8")
    told = command(tree, project, "diff", "before.yaml", "after.yaml")
    assert "rule-added" in told
    assert "demo.numbers.count.even" in told


def test_the_kind_is_in_the_reference_and_nothing_is_missing_of_it(tree: Path):
    section = run(tree, tree, "-c", SECTION)
    assert "Every value is an even number." in section
    assert "- columns: whole" in section
    assert "demo.even.value.even (critical): 1 of 3 rows: `value` is not even" in section
    ran = run(
        tree,
        tree,
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "even"),
        "tests/contract/test_rule_kinds.py",
    )
    assert re.search(r"^\d+ passed", ran, re.MULTILINE), ran
