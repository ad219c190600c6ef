"""The reference is fresh and leaves nothing out."""

from __future__ import annotations

import re
import runpy
import sys
from typing import TYPE_CHECKING

import pytest

import spectra_gx
from spectra_gx import errors
from spectra_gx.cli.parser import build_parser
from spectra_gx.contract.column_types import ALIASES, FAMILIES
from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.contract.rules.kinds import Position
from spectra_gx.settings import Settings
from spectra_gx.sources.faults import FaultKind
from spectra_gx.sources.jira.faults import JiraFault
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS
from tests.docs.pages import REPOSITORY, blocks, read

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_the_generated_pages_are_fresh(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    script = REPOSITORY / "docs" / "generate.py"
    monkeypatch.syspath_prepend(script.parent)
    monkeypatch.setattr(sys, "argv", [str(script), "--check"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")

    assert (ended.value.code, capsys.readouterr().out) == (0, "")


def test_the_help_in_the_readme_is_the_commands_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")
    usage = [block.text for block in blocks("README.md") if block.text.startswith("usage:")]

    assert usage == [build_parser().format_help()]


def test_every_rule_kind_has_a_section_with_its_words():
    sections = re.split(r"^## ", read("docs/reference/rules.md"), flags=re.MULTILINE)
    for kind in CATALOGUE:
        named = f"{kind.key}, listed" if kind.key == "unique" and kind.split else kind.key
        [section] = [text for text in sections if text.startswith(f"{named}\n")]
        assert kind.purpose in section
        assert "```text" in section, f"no failure is shown for `{named}`"
        assert ("```yaml" in section) == (Position.EVERY_STAGE not in kind.positions)


def tree(error: type[errors.SpectraError] = errors.SpectraError) -> Iterator[str]:
    yield error.__name__
    for kind in error.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield from tree(kind)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("docs/reference/errors-and-exit-codes.md", list(tree())),
        ("docs/reference/types.md", [*FAMILIES.keys() - {"decimal", "array", "map"}, *ALIASES]),
        ("docs/reference/types.md", ["decimal(p,s)", "array<T>", "map<K,V>"]),
        ("docs/reference/settings.md", [name.upper() for name in Settings.model_fields]),
        ("docs/reference/activity-log.md", [column.name for column in LOG_COLUMNS]),
        (
            "docs/reference/sandbox-faults.md",
            [kind.value for kind in (*FaultKind, *JiraFault)],
        ),
    ],
)
def test_a_page_names_all_there_is(page: str, names: list[str]):
    text = read(page)

    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_public_name_is_documented():
    headings = re.findall(r"^## `?(\w+)`?$", read("docs/reference/python.md"), re.MULTILINE)

    assert sorted(headings) == sorted(spectra_gx.__all__)


def test_every_key_of_a_json_result_is_documented():
    results = (
        "validation/results",
        "runner/run_result",
        "runner/calls",
        "runner/handoff/readiness",
    )
    source = "".join(read(f"spectra_gx/{name}.py") for name in (*results, "errors"))
    text = read("docs/reference/json-result.md")
    keys = set(re.findall(r'"(\w+)": ', source))

    assert keys
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_decisions_are_numbered_listed_and_of_one_form():
    folder = REPOSITORY / "docs" / "decisions"
    records = sorted(folder.glob("[0-9]*.md"))
    index = (folder / "README.md").read_text("utf-8")

    numbers = [record.name[:4] for record in records]
    assert numbers == [f"{number:04}" for number in range(1, len(records) + 1)]
    assert re.findall(r"^- \[(\d+)\]", index, re.MULTILINE) == numbers
    for record in records:
        text = record.read_text("utf-8")
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["Status", "Context", "Decision", "Consequences"]
        assert f"[{record.name[:4]}]({record.name})" in index


def test_the_versions_agree():
    released = re.findall(r"^## \[(\d[^\]]*)\]", read("CHANGELOG.md"), re.MULTILINE)

    assert released[0] == spectra_gx.__version__
