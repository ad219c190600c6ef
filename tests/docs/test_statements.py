"""What pages, docstrings and comments say of the code as a whole is so."""

from __future__ import annotations

import ast
import configparser
import re
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from tests.docs.pages import REPOSITORY, blocks, read

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = REPOSITORY / "spectra_gx"
TESTS = REPOSITORY / "tests"

ENVIRONMENT = {
    "store/access.py": "refuses variables that libraries of object stores read by themselves",
    "settings/loading.py": "what a user sets",
    "settings/named_credentials.py": "`env:` references to secrets",
    "settings/child_environment.py": "handed on to the command of a stage, without its secrets",
    "integrations/command.py": "handed on to the command that an orchestrator starts",
    "cli/__init__.py": "set for deltalake, whose log is not redacted: `RUST_LOG`",
    "cli/terminal.py": "what a terminal can show: `NO_COLOR`, `TERM` and their like",
    "store/credentials/own_processes.py": "what programs need, handed on to our own processes",
    "service/jobs/worker_process.py": "handed on to processes that read settings as commands do",
    "service/project_files.py": "where secrets are mounted, whose change counts as one of files",
}


def parts(folder: Path) -> set[str]:
    """Return the names of a folder's packages and modules."""
    python = (path for path in folder.iterdir() if path.is_dir() or path.suffix == ".py")
    return {path.name for path in python if not path.name.startswith("__")}


def first_cells(page: str) -> list[str]:
    """Return what stands in code in the first column of a page's tables."""
    rows = re.findall(r"^\| (.*?) \|", read(page), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_the_layout_names_every_part_of_the_package():
    named = first_cells("README.md")

    assert parts(PACKAGE) - {Path(name).name for name in named} == set()
    assert [name for name in named if "/" in name and name.startswith("spectra_gx")
            and not (REPOSITORY / name).exists()] == []  # fmt: skip


def test_the_page_on_tests_names_every_folder_of_theirs():
    named = {name.removesuffix("/") for name in first_cells("tests/README.md")}

    assert named == {name for name in parts(TESTS) if "." not in name}


def test_the_page_on_architecture_shows_the_layers_that_are_held():
    held = configparser.ConfigParser()
    held.read_string(read(".importlinter"))
    layers = held["importlinter:contract:layers"]["layers"].replace("|", "·").strip()
    [page] = [
        b.text for b in blocks("docs/contributing/architecture.md") if b.text.startswith("cli")
    ]

    assert [re.split(" {2,}", line)[0] for line in page.splitlines()] == layers.splitlines()


def files_with(pattern: str) -> set[str]:
    """Return the files of the package in which a pattern is found."""
    return {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if re.search(pattern, file.read_text("utf-8"), re.MULTILINE)
    }


def test_few_files_read_the_environment():
    assert files_with(r"\bos\.environ|\bgetenv") == ENVIRONMENT.keys()


QUOTES = {
    "contract/sql/quoting.py": "SQL",
    "contract/yaml/scalars.py": "YAML, which doubles single quotes, too",
}


def test_one_file_puts_names_and_texts_of_sql_in_quotes():
    doubled = r"""replace\(\s*(?:"'",\s*"''"|'"',\s*'""'|"`",\s*"``")|chr\(34\)"""
    escaped = r"""replace\(\s*(?:"'",\s*["r]*\\)"""
    around = r"""(?:"'"|'"'|"`")\s*\+"""

    assert files_with(f"{doubled}|{escaped}|{around}") == QUOTES.keys()


def test_one_system_is_named_where_sources_are_and_nowhere_else():
    known = {
        "warehouse/log/run_history.py": "what rows of an older log contain",
    }
    found = files_with(r"(?i)zephyr|\bjira\b") - {"contract/language/documents.py"}
    assert {name for name in found if not name.startswith("sources/")} == known.keys()


def test_files_that_read_sql_as_a_tree_say_so_in_their_names():
    """It is slow to import, so whoever imports one of these does it where it is needed."""
    found = files_with(r"^(?:import|from) sqlglot\b")

    assert "contract/sql/syntax.py" in found
    light = re.compile(
        r"contract/sql/|engines/(spark|dialect|databases)/|telemetry/lineage/column_lineage"
    )
    assert [name for name in found if not light.match(name)] == []


def test_every_property_says_how_many_examples_it_draws():
    assert [*undrawn()] == []


def undrawn() -> Iterator[str]:
    """Yield every test that hypothesis draws for otherwise than `tests/drawing.py` says."""
    for file in TESTS.rglob("*.py"):
        text = file.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "@given" in text else ():
            if isinstance(node, ast.FunctionDef):
                decorators = " ".join(map(ast.unparse, node.decorator_list))
                if "given(" in decorators and "drawn(" not in decorators:
                    yield f"{file.relative_to(REPOSITORY)}: {node.name}"


def test_ci_runs_every_slice():
    workflow = yaml.safe_load(read(".github/workflows/ci.yml"))
    [slices] = re.findall(r"^SLICES := ((?:.*\\\n)*.*)$", read("Makefile"), re.MULTILINE)

    assert workflow["jobs"]["test-all"]["strategy"]["matrix"]["slice"] == (
        slices.replace("\\", "").split()
    )
