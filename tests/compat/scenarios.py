"""What was recorded with the version before, and is done again with the version of today.

Each scenario plays on a project folder as the version before left it; it uses the command line and
the files alone, so that it runs with any version of the code.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from deltalake import DeltaTable, write_deltalake

import spectra_gx
from spectra_gx.cli import main
from tests.compat.outcomes import at_least, parsed, steady, without_added

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.compat.outcomes import Outcome

AS_OF = ("--as-of", "2026-11-28T12:00:00+00:00")
"""The clock of checks, so that the age of stored rows does not count."""

CLOSED = "json://127.0.0.1:9/"
"""A webhook at which nobody listens."""

COMMANDS = (
    *("", "run", "check", "log", "docs", "quarantine", "handoff", "notify", "init", "lint", "fmt"),
    *("compile", "diff", "review", "import", "export", "doctor", "sandbox", "completion"),
    *("quarantine list", "quarantine show", "quarantine release", "notify digest", "notify test"),
)

MEMBERS = {
    "Project": "open contracts lint init fmt compile stale diff review contract check run log "
    "quarantined quarantined_rows release handoff docs build_docs doctor context settings "
    "warehouse",
    "NotebookSession": "initialise execute validate record finalise log_activity",
    "SourceStageValidation": "validate_all_source_tables",
    "PrepareStageHelpers": "initialize_prepare_stage",
}
"""What notebooks and pipelines call from Python."""


class Player:
    """Types commands in a project and keeps what they answer."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.outcomes: dict[str, Outcome] = {}

    def command(
        self,
        typed: str,
        form: str = "json",
        *,
        name: str = "",
        env: Mapping[str, str] | None = None,
    ) -> Any:
        """Keep how a command ends and what it prints on stdout; return what it printed."""
        code, out = run_command(self.project, typed.split(), env or {})
        said = parsed(form, out) if out else None
        self.keep(name or typed, {"exit code": code, "stdout": said})
        return said

    def keep(self, name: str, value: Any) -> None:
        """Keep anything that JSON can hold."""
        assert name not in self.outcomes, name
        plain = json.loads(json.dumps(value, default=str).replace(str(self.project), "PROJECT"))
        self.outcomes[name] = steady(plain)

    def table(self, place: str) -> None:
        """Keep the columns and rows of a Delta table that the project wrote."""
        delta = DeltaTable(self.project / "warehouse" / "Tables" / place)
        rows = steady(json.loads(json.dumps(delta.to_pyarrow_table().to_pylist(), default=str)))
        protocol = delta.protocol()
        self.keep(
            f"table {place}",
            {
                "columns": [f"{field.name}: {field.type}" for field in delta.schema().fields],
                "rows": sorted(
                    rows, key=lambda row: json.dumps(without_added(row), sort_keys=True)
                ),
                "protocol": [protocol.min_reader_version, protocol.min_writer_version],
                "version": delta.version(),
            },
        )

    def files(self, place: str, pattern: str) -> None:
        """Keep which files there are; later versions may add some."""
        root = self.project / place
        found = [path.relative_to(root).as_posix() for path in root.rglob(pattern)]
        self.keep(f"files {place}/{pattern}", at_least(steady(name) for name in found))

    def contents(self, place: str) -> None:
        """Keep all JSON below a folder."""
        root = self.project / place
        for path in sorted(root.rglob("*.json")):
            name = f"contents {place}/{steady(path.relative_to(root).as_posix())}"
            number = sum(kept.startswith(name) for kept in self.outcomes)
            self.keep(f"{name} {number}", json.loads(path.read_text("utf-8")))

    def anchors(self, page: str) -> None:
        """Keep where links lead that alerts and other pages hold."""
        text = (self.project / "warehouse/Files/docs" / page).read_text("utf-8")
        marks = (part.partition('"')[0] for part in text.split(' id="')[1:])
        self.keep(f"anchors {page}", at_least(mark for mark in marks if mark.startswith("rule-")))


def run_command(project: Path, words: list[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Run one command in this process; return its exit code and what it printed on stdout."""
    return ended_command(project, words, env)[:2]


def ended_command(project: Path, words: list[str], env: Mapping[str, str]) -> tuple[int, str, str]:
    """Run one command in this process; return its exit code, its stdout and its stderr."""
    before, here = os.environ.copy(), os.getcwd()  # noqa: PTH109 - restored by the same word
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in "12")
    os.environ.update(env)
    os.chdir(project)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words)
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    said = out.buffer.getvalue().decode(), err.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert "Traceback" not in "".join(said), said
    return code, *said


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def commit(project: Path, said: str) -> None:
    for words in ("init -q -b main", "add -A", f"commit -q --allow-empty -m {said}"):
        who = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")
        subprocess.run(["git", *who, *words.split()], cwd=project, check=True)


def play_source(play: Player) -> None:
    """The source stage, after four runs: one passed, two rows quarantined, no source, failed."""
    stored = play.command("log source --json")
    runs = [row["execution_id"] for row in stored if row["record_type"] == "run"]
    play.command(" ".join(["check source --json", *AS_OF]))
    play.command(" ".join(["check source --json --version 0 --table source.config", *AS_OF]))
    play.command("check source --json --table source.nothing")
    play.command("log --json --last 1")
    play.command("quarantine list --json")
    play.command("quarantine show source.config --json")
    play.command(
        "quarantine show source.config --last 1 --rule source.config.config_value.min_length --json"
    )
    play.command("handoff source --json")
    play.command("notify digest --json --since 5000w")
    play.command("notify test --json", env={"DISCORD_WEBHOOK_URL": CLOSED})
    play.command("docs --json")
    play.command("doctor --sandbox --json")
    play.command("compile --check", "text")
    play.command("lint --format json")
    play.command("fmt --check", "text")
    play.command("init source.config source.endpoints", "yaml")
    play.table("log/sourcelog")
    play.table("quarantine/source_config")
    play.contents("warehouse/Files/results")
    # From here on the version of today goes on with what the version before left.
    play.command("docs build --json")
    play.files("warehouse/Files/docs", "*.html")
    play.anchors("tables/source/source.config.html")
    play.command("run source --sandbox --preview --json")
    settings = {
        "WORKSPACE_ID": "w",
        "LAKEHOUSE_ID": "l",
        "LAKEHOUSE_NAME": "n",
        "NOTEBOOK_NAME": "nightly",
        "SOURCE_NAME": "Ours",
        "DISCORD_WEBHOOK_URL": CLOSED,
        "DOCS_URL": "https://docs.example.com",
        "RUNBOOK_URL": "https://runbook.example.com",
    }
    play.command("run source --sandbox --json", name="run, quarantining", env=settings)
    play.command("handoff source --json", name="handoff, ready")
    play.command("run source --sandbox --fault html --json", name="run, no source")
    fewer = "run source --sandbox --fault forbidden:1@/release --json"
    play.command(fewer, name="run, a call fewer")
    play.command(
        f"quarantine release source.config --json --run {runs[1]}", name="quarantine release"
    )
    edit(play.project / "contracts/source.contract.yaml", "min_length: 6", "min_length: 2")
    play.command(f"quarantine release source.config --json --run {runs[1]}", name="release all")
    edit(play.project / "contracts/source.contract.yaml", "rows: {min: 4}", "rows: {min: 400}")
    play.command("run source --sandbox --json", name="run, failed")
    play.command("run source --sandbox --publish-anyway --json", name="run, published anyway")
    play.command("handoff source --json", name="handoff, refused")
    # A later version checks first whether the source stage is ready, which it is not.
    asked = "run prepare --json --no-handoff"
    play.command(asked, name="run, of others' tables")
    play.command("log source --json", name="log, in the end")
    play.table("source/config")
    for place in ("log/sourcelog", "quarantine/source_config"):
        play.outcomes[f"before: {place}"] = play.outcomes.pop(f"table {place}")
        play.table(place)
    play.files("warehouse/Files/results", "*.json")
    play.files("warehouse/Files/validations", "*.json")
    play.files("warehouse/Files/_locks", "*")


def play_shop(play: Player) -> None:
    """Tables that something else builds: Delta, CSV and Parquet, checked and recorded."""
    play.command(" ".join(["check shop --json", *AS_OF]))
    play.command("check shop --changed --record --json")
    customers = play.project / "warehouse/Tables/shop/customers"
    added = DeltaTable(customers).to_pyarrow_table().slice(0, 1)
    write_deltalake(customers, added, mode="append")
    play.command("check shop --changed --record --json", name="check, of a row added")
    play.command("run shop --json")
    play.command("log shop --json")
    play.command("handoff shop --json")
    play.command("check shop --environment small --json")
    play.command("init shop.customers", "yaml")
    play.command("init warehouse/incoming/orders.csv --stage shop", "yaml")
    play.contents("warehouse/Files/validations")


def play_kinds(play: Player) -> None:
    """Every rule kind, each broken by a table of its own."""
    play.command(" ".join(["check demo --json", *AS_OF]))
    play.command("compile", "text")
    for folder in ("gx", "checkpoints"):
        play.contents(folder)
    play.command("lint --format json")


def play_contracts(play: Player) -> None:
    """Contracts of every form: linted, compiled, exported and brought back."""
    for path in sorted(play.project.glob("invalid/*.yaml")):
        for form in ("json", "sarif", "github"):
            typed = f"lint {path.relative_to(play.project)} --format {form}"
            play.command(typed, "json" if form == "sarif" else form)
    play.command("lint --format json")
    play.command("compile --check", "text")
    for stage in ("shop", "source", "every-key"):
        for form in ("odcs", "jsonschema", "markdown", "ddl"):
            play.command(f"export {form} {stage} -o {stage}.{form}", "text")
            play.keep(f"{stage} as {form}", (play.project / f"{stage}.{form}").read_text("utf-8"))
        play.command(f"import odcs {stage}.odcs", "yaml")
    suites = sorted(play.project.glob("gx/expectations/shop/*.json"))
    play.command(" ".join(["import gx", *map(str, suites)]), "yaml", name="import gx")
    play.command("fmt untidy.contract.yaml", "text")
    play.keep("formatted", (play.project / "untidy.contract.yaml").read_text("utf-8"))
    play.command("compile", "text")
    for folder in ("gx", "checkpoints"):
        play.contents(folder)


def play_changes(play: Player) -> None:
    """Every kind of change, by itself."""
    for pair in sorted(path for path in play.project.iterdir() if path.is_dir()):
        play.command(f"diff {pair.name}/before.yaml {pair.name}/after.yaml --format json")


def play_review(play: Player) -> None:
    """A branch on which a contract changed, with the policy and the tables of the project."""
    project = play.project
    commit(project, "before")
    contract = project / "contracts/shop.contract.yaml"
    edit(contract, "name: {type: string, required: true", "name: {type: string")
    edit(contract, "{id: long-name,", "{id: longest-name,")
    edit(contract, "enum: [AT, CH, DE]", "enum: [AT, CH]")
    edit(contract, "    description: Who buys.\n", "")
    for form in ("json", "sarif", "junit", "github"):
        typed = f"diff --against HEAD --replay 2 --format {form}"
        play.command(typed, "json" if form == "sarif" else form)
    play.command("review --against HEAD --replay 2 --format json")
    play.command("diff --against HEAD --fix --format json")
    play.keep("fixed", parsed("yaml", contract.read_text("utf-8")))


def play_words(play: Player) -> None:
    """Commands, options, settings, exit codes and names of Python."""
    for name in COMMANDS:
        play.command(f"{name} --help".strip(), "help")
    from spectra_gx.settings import Settings  # noqa: PLC0415 - a plain module of the package

    play.keep("settings", at_least(Settings.model_fields))
    play.keep("names of Python", at_least(spectra_gx.__all__))
    for kind, members in MEMBERS.items():
        held = set(dir(getattr(spectra_gx, kind)))
        play.keep(f"members of {kind}", {name: name in held for name in members.split()})
    play.command("--version", "text")
    for typed in ("nothing", "run nothing", "check source --version x", "lint nothing.yaml"):
        play.command(typed, "text")


SCENARIOS: Mapping[str, Callable[[Player], None]] = {
    "source": play_source,
    "shop": play_shop,
    "kinds": play_kinds,
    "contracts": play_contracts,
    "changes": play_changes,
    "review": play_review,
    "words": play_words,
}
