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
    "settings.py": "what a user sets",
    "cli/__init__.py": "set for deltalake, whose log is not redacted: `RUST_LOG`",
    "cli/terminal.py": "what a terminal can show: `NO_COLOR`, `TERM` and their like",
    "review/git.py": "handed on to git",
    "validation/side_by_side.py": "handed on to the workers",
}


def test_the_layout_names_every_part_of_the_package():
    rows = re.findall(r"^\| (.*?) \|", read("README.md"), re.MULTILINE)
    named = {Path(name).name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    parts = {path.name for path in PACKAGE.iterdir() if not path.name.startswith("__")}

    assert parts - named == set()
    assert [name for row in rows for name in re.findall(r"`(spectra_gx/[^`]+)`", row)
            if not (REPOSITORY / name).exists()] == []  # fmt: skip


def test_the_page_on_architecture_shows_the_layers_that_are_held():
    held = configparser.ConfigParser()
    held.read_string(read(".importlinter"))
    layers = held["importlinter:contract:layers"]["layers"].replace("|", "·").strip()
    [page] = [
        b.text for b in blocks("docs/explanation/architecture.md") if b.text.startswith("cli")
    ]

    assert [re.split(" {2,}", line)[0] for line in page.splitlines()] == layers.splitlines()


def test_few_files_read_the_environment():
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if re.search(r"\bos\.environ|\bgetenv", file.read_text("utf-8"))
    }

    assert found == ENVIRONMENT.keys()


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
    [slices] = re.findall(r"^SLICES := (.*)$", read("Makefile"), re.MULTILINE)

    assert workflow["jobs"]["test-all"]["strategy"]["matrix"]["slice"] == slices.split()
