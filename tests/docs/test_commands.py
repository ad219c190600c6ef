"""What the pages tell people to type is typed here, page by page, and must answer as shown."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hatchling.build import build_wheel

from tests.docs.pages import PAGES, REPOSITORY, Block, blocks, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FROM_THE_START = (
    "README.md",
    "docs/contributing/add-a-source.md",
)
"""Pages that begin with the first run ever; the others begin with a published source stage."""

FROM_NOTHING = (
    "docs/guides/build-tables.md",
    "docs/guides/credentials.md",
    "docs/guides/jira.md",
    "docs/install.md",
    "docs/tutorial/first-project.md",
)
"""Pages that begin in an empty folder."""

EXAMPLES = "docs/examples/"
"""Pages below it begin in a copy of their folder."""

IN_AN_EXAMPLE = {
    "docs/guides/chain-of-stages.md": "docs/examples/chain",
    "docs/guides/generate-tables.md": "docs/examples/shop",
    "docs/guides/preview-and-backfill.md": "docs/examples/shop",
    "docs/guides/quarantine.md": "docs/examples/shop",
}
"""Page → the folder in a copy of which it begins."""

OTHER_TOOLS = {
    "docs/integrations/dbt.md": "docs/examples/dbt",
    "docs/integrations/singer.md": "docs/examples/singer",
}
"""Page that needs tools of their own environment → its example; `tests/commands` follows it."""

FEW_FOLLOW = (
    "docs/guides/chain-of-stages.md",
    "docs/guides/disaster-recovery.md",
    "docs/guides/generate-tables.md",
    "docs/guides/jira.md",
    "docs/guides/preview-and-backfill.md",
    "docs/guides/probe-endpoints.md",
    "docs/guides/upgrade.md",
    "docs/integrations/agents.md",
)
"""Pages that take long; the slice `docs` follows them."""

NOT_RUN = {
    "docs/integrations/agents.md": 4,  # installs; agents and a server of the reader's
    "docs/contributing/add-a-rule-kind.md": 5,  # `test_add_a_rule_kind` follows it in a copy
    "docs/guides/alerts.md": 1,  # a real webhook
    "docs/guides/credentials.md": 1,  # a bucket of the reader's
    "docs/guides/object-stores.md": 1,  # as above
    "docs/guides/start-from-a-table.md": 2,  # as above, and databases of the reader's
    "docs/guides/databases.md": 3,  # a PostgreSQL and a Snowflake of the reader's
    "docs/guides/import-and-export.md": 1,  # files of the reader's
    "docs/guides/charts.md": 1,  # installs Streamlit; the slice `commands` does it from a lock
    "docs/integrations/openlineage.md": 1,  # settings of a catalogue of the reader's
    "docs/guides/monitor.md": 2,  # installs; settings of a collector of the reader's
    "docs/guides/serve.md": 5,  # serves until Ctrl-C; `tests/service` asks the same
    "docs/guides/deploy.md": 2,  # a schedule and a container of the reader's
    "docs/integrations/dbt.md": 1,  # installs dbt; the slice `commands` does it from a lock
    "docs/integrations/editors.md": 1,  # a file for the reader's project
    "docs/contributing/walks.md": 2,  # need what the reader adds; tests follow the pages they name
    "docs/install.md": 1,  # installs; `tests/install` does it
    "docs/guides/quarantine.md": 1,  # the id of the reader's run
    "docs/guides/review-a-change.md": 1,  # a repository with an origin
    "docs/integrations/review-in-ci.md": 1,  # a repository
    "docs/integrations/airflow.md": 2,  # installs; a DAG, which the slice `orchestrators` runs
    "docs/integrations/dagster.md": 3,  # installs; as above, and assets of the reader's
    "docs/integrations/prefect.md": 1,  # a flow
    "docs/integrations/fabric.md": 2,  # Fabric
    "docs/integrations/spark.md": 2,  # Fabric; Spark, in an environment of its own
    "docs/guides/sandbox-faults.md": 1,  # serves until Ctrl-C
    "docs/guides/jira.md": 1,  # a Jira of the reader's
    "docs/guides/terminal.md": 1,  # the reader's shell
}

_VOLATILE = (
    (re.compile(r"\d{4}-\d{2}-\d{2}[ T][\d:.+]+"), "TIME"),
    (re.compile(r"\d{8}_\d{6}_\d{6}"), "RUN"),
    (re.compile(r"\b\d+\.\d+ (?=s\b|h\b)"), "# "),
)


def steady(text: str) -> str:
    """Return a line without what differs from run to run."""
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return text


def is_shown(line: str, output: list[str]) -> bool:
    """Return whether the output holds a line as a page shows it; `…` stands for anything."""
    parts = [re.escape(part) for part in steady(line).split("…")]
    return any(re.fullmatch(".*".join(parts), steady(said)) for said in output)


def made_by(target: str) -> str:
    """Return the command of a Makefile target."""
    recipe = re.search(
        rf"^{target}:.*\n\t@\$\(BIN\)/(.+)$", (REPOSITORY / "Makefile").read_text(), re.MULTILINE
    )
    assert recipe is not None, f"`make {target}` runs no command of ours"
    return recipe[1]


def runnable(page: str) -> list[Block]:
    return [
        block
        for block in blocks(page)
        if block.runs and (block.language in ("sh", "console", "python") or block.file)
    ]


@pytest.fixture
def world(
    page: str,
    project: Path,
    empty_project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """The folder a reader of the page stands in."""
    if page.startswith(EXAMPLES) or page in IN_AN_EXAMPLE:
        example = REPOSITORY / (IN_AN_EXAMPLE.get(page) or (REPOSITORY / page).parent)
        ignored = shutil.ignore_patterns("warehouse")
        root = shutil.copytree(example, tmp_path / "example", ignore=ignored)
        monkeypatch.chdir(root)
        return root
    if page in FROM_NOTHING:
        root = tmp_path / "nothing"
        root.mkdir()
        monkeypatch.chdir(root)
        return root
    root = empty_project if page in FROM_THE_START else project
    for folder in ("gx", "checkpoints"):
        shutil.copytree(
            REPOSITORY / folder, root / folder, ignore=shutil.ignore_patterns("uncommitted")
        )
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    monkeypatch.chdir(root)
    return root


def install(package: Path, site: Path) -> None:
    """Build a package's wheel and unpack it, as an installer does."""
    with contextlib.chdir(package):
        wheel = site.parent / build_wheel(str(site.parent))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)


def search(words: list[str]) -> list[str]:
    """Return the lines that `grep` finds in the repository."""
    ended = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()


def run_script(words: list[str], folder: Path) -> list[str]:
    """Return the lines that a script of the reader's folder prints."""
    ended = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return ended.stdout.splitlines()


def missing(shown: list[str], output: list[str]) -> list[str]:
    """Return the lines that a page shows and the output lacks."""
    return [line for line in shown if line != "…" and not is_shown(line, output)]


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if runnable(page) and page not in {*OTHER_TOOLS, *FEW_FOLLOW}],
)
def test_a_page_does_what_it_says(
    page: str,
    world: Path,
    site: Path,
    command: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
):
    follow(page, world, site, command, monkeypatch)


@pytest.mark.parametrize("page", FEW_FOLLOW)
def test_a_page_that_few_follow(
    page: str,
    world: Path,
    site: Path,
    command: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
):
    follow(page, world, site, command, monkeypatch)


def follow(
    page: str,
    world: Path,
    site: Path,
    command: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Do what a page says, in a folder."""
    names: dict[str, Any] = {}
    here = world
    for block in runnable(page):
        place = f"{page}:{block.line}"
        if block.file is not None:
            file = here / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
            continue
        if block.language == "python":
            exec(compile(block.text, place, "exec"), names)  # noqa: S102 - our own pages
            continue
        for typed, shown in block.commands():
            words = shlex.split(typed)
            if words[:4] == ["python", "-m", "pip", "install"]:
                install(world / words[4], site)
                continue
            if words[0] == "cd":
                here /= words[1]
                monkeypatch.chdir(here)
                continue
            if words[0] in ("grep", "python"):
                found = search(words) if words[0] == "grep" else run_script(words[1:], here)
                assert not missing(shown, found), f"{place}: `{typed}` finds {found}"
                continue
            words = shlex.split(made_by(words[1])) if words[0] == "make" else words
            assert words[0] == "spectra-gx", f"{place}: `{typed}` is no command of ours"
            ended = command(*words[1:])
            output = (ended.out + ended.err).splitlines()
            last = typed == block.commands()[-1][0]
            wanted = block.exit_code if last else 0
            assert ended.code == wanted, f"{place}: `{typed}` ended with\n{ended.out}{ended.err}"
            lost = missing(shown, output)
            assert not lost, f"{place}: `{typed}` does not print {lost}, but {output}"


def test_what_is_not_run_is_little_and_known():
    left = {
        page: sum(not block.runs for block in blocks(page))
        for page in PAGES
        if not all(block.runs for block in blocks(page))
    }

    assert left == NOT_RUN


def test_there_are_five_walks_of_three_commands_at_most():
    page = blocks("docs/contributing/walks.md")
    text = read("docs/contributing/walks.md")
    starts = [text.count("\n", 0, at.end()) + 1 for at in re.finditer(r"\n\n(?=## )", text)]
    walks = [
        [
            typed
            for block in page
            if start < block.line < end and block.language in ("sh", "console")
            for typed, _ in block.commands()
        ]
        for start, end in pairwise([*starts, text.count("\n") + 1])
    ]

    assert len(walks) == 5
    assert [walk for walk in walks if not 1 <= len(walk) <= 3] == []


def test_a_console_that_shows_something_else_is_found():
    assert is_shown("✓ a  passed  0.57 s", ["✓ a  passed  1.02 s"])
    assert is_shown('{"ready": true, …}', ['{"ready": true, "stage": "source"}'])
    assert not is_shown("✓ a  24/25 rules  0.57 s", ["✓ a  25/25 rules  0.57 s"])
    assert not is_shown("passed", ["not passed"])
