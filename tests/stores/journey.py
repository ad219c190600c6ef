"""What people do with a warehouse, command by command, wherever it is."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from deltalake import DeltaTable

from spectra_gx import NotebookSession, Project
from spectra_gx.store.access import StoreAccess
from spectra_gx.store.opening import open_store
from tests.campaign.batch_histories import DAYS, EVENTS, ORDERS, PRICES, Stage
from tests.compat.scenarios import ended_command
from tests.fakes.discord import DiscordServer
from tests.fakes.repositories import commit, git
from tests.stores.answers import Answer, steady

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from spectra_gx.store.store import Store
    from tests.fakes.stores.served_store import ServedStore

SHORT = Stage("short journey", (ORDERS, EVENTS))
WHOLE = Stage("journey", (ORDERS, EVENTS, DAYS, PRICES))
CONTRACT = "contracts/shop.contract.yaml"
JSON = "--json"


class Journey:
    """A project whose warehouse is in a store, or in its own folder; keeps every answer."""

    def __init__(self, root: Path, served: ServedStore | None, stage: Stage = WHOLE) -> None:
        self.root = root
        self.stage = stage
        self.tables = (*stage.tables, "shop.counts")
        self.served = served
        self.warehouse = served.new_root() if served else str(root / "warehouse")
        self.elsewhere = served.new_root() if served else str(root / "elsewhere")
        self.answers: dict[str, Answer] = {}
        self.environment = {
            "WAREHOUSE": self.warehouse,
            **(served.settings if served else {}),
        }
        stage.write(root)
        self.edit("on_failure: abort", "on_failure: abort\nhandoff:\n  to: billing")
        git(root, "init", "-q", "-b", "main")
        (root / ".gitignore").write_text("warehouse/\nelsewhere/\n", encoding="utf-8")
        commit(root, "before")

    @property
    def places(self) -> dict[str, str]:
        """Return what differs from place to place → how it is called here."""
        return {
            self.warehouse: "WAREHOUSE",
            self.elsewhere: "ELSEWHERE",
            str(self.root): "PROJECT",
            "warehouse/Files": "WAREHOUSE/Files",
            " (`spectra-gx docs open`)": "",
        }

    @property
    def store(self) -> Store:
        """Return the store of the warehouse."""
        access = self.served.access if self.served else StoreAccess()
        return open_store(self.warehouse, access)

    def type(self, typed: str, name: str = "") -> Any:
        """Type a command and keep its answer, but for what differs from place to place."""
        name = name or typed
        assert name not in self.answers, name
        words = [word.replace("~", " ") for word in typed.split()]
        code, *said = ended_command(self.root, words, self.environment)
        out, err = (steady(text, self.places) for text in said)
        self.answers[steady(name, self.places)] = Answer(code, out, err)
        return json.loads(said[0]) if "json" in typed else None

    def both(self, typed: str, name: str = "") -> Any:
        """Type a command that changes nothing for people and for programs."""
        self.type(typed, name)
        return self.type(f"{typed} {JSON}", name and f"{name} {JSON}")

    def rows(self, name: str) -> Counter[tuple[Any, ...]]:
        """Return the rows of a published table, read with deltalake alone."""
        rows = self.table(name).to_pyarrow_table().to_pylist()
        return Counter(tuple(row.values()) for row in rows)

    def table(self, name: str) -> DeltaTable:
        """Open a table with deltalake alone."""
        options = self.served.options if self.served else None
        uri = f"{self.warehouse}/Tables/{name.replace('.', '/')}"
        return DeltaTable(uri, storage_options=options)

    def edit(self, old: str, new: str) -> None:
        """Replace a text of the contract."""
        path = self.root / CONTRACT
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), "utf-8")

    @contextmanager
    def edited(self, old: str, new: str) -> Iterator[None]:
        """Replace a text of the contract for a while."""
        self.edit(old, new)
        yield
        git(self.root, "checkout", "-q", "--", CONTRACT)

    # -- parts of the journey --------------------------------------------------------------------

    def run_days(self, last: int) -> None:
        """Run the stage on each day, with its batch, and once more for the last."""
        for day in range(1, last + 1):
            self.stage.deliver(self.root, day)
            self.type(f"run shop --batch-id b{day}{f' {JSON}' if day % 2 else ''}")
        self.type(f"run shop --batch-id b{last} {JSON}", "run the last batch again")

    def look(self) -> None:
        """Ask what there is."""
        self.both("log shop")
        self.both("quarantine list")
        self.both("quarantine show shop.orders")
        self.both("handoff shop")
        self.both("docs")

    def check(self) -> None:
        """Check everything, what has changed, and an older version."""
        self.both("check shop")
        self.type(f"check shop --changed {JSON}")
        self.type(f"check shop --changed --record {JSON}")
        self.type("check shop --table shop.orders --version 0")
        self.type("check shop --table shop.orders --version 77")
        self.type(f"run shop --preview {JSON}")

    def change_a_rule(self) -> None:
        """Compare a tightened contract with the one before, on the rows that are stored."""
        with self.edited("enum: [new, paid, gone]", "enum: [paid, gone]"):
            for form in ("json", "text"):
                self.type(f"diff --against HEAD --replay 3 --format {form}")
            for form in ("json", "markdown"):
                self.type(f"review --against HEAD --replay 3 --format {form}")

    def fail(self) -> None:
        """Run a contract that the data violates, twice, and then one that it passes."""
        with DiscordServer() as alerts:
            self.environment["NOTIFY_URL"] = alerts.apprise_url
            with self.edited(
                "shop.counts:\n    rows: {min: 0}", "shop.counts:\n    rows: {min: 99}"
            ):
                self.type(f"run shop {JSON}", "run that fails")
                self.type("handoff shop", "handoff after a failure")
                self.type("run shop", "run that fails again")
            self.type("run shop --batch-id passes", "run that passes")
            self.type("notify digest --since 5000w --json")
            del self.environment["NOTIFY_URL"]
        sent = steady(json.dumps(alerts.messages), self.places)
        self.answers["alerts"] = Answer(len(alerts.messages), sent, "")

    def take_back(self, batch: str) -> None:
        """Take a batch back, and look at the log."""
        self.type("rollback shop --batch b1", "rollback of an older batch")
        self.type(f"rollback shop --batch {batch} {JSON}")
        self.type(f"log shop --last 2 {JSON}", "log after the rollback")

    def release(self) -> None:
        """Publish quarantined rows under a contract that lets them pass."""
        entries = self.type(f"quarantine list {JSON}", "quarantine before the release")["held"]
        run = next(one["execution_id"] for one in entries if one["table"] == EVENTS)
        self.type(f"quarantine release {EVENTS} --run {run} {JSON}", "release of nothing")
        with self.edited("enum: [view, cart]", "enum: [view, cart, odd]"):
            self.type(f"quarantine release {EVENTS} --run {run} {JSON}", "release")
        self.type(f"quarantine list {JSON}", "quarantine after the release")

    def use_a_notebook(self) -> None:
        """Run the stage step by step from Python."""
        overrides = {name.lower(): value for name, value in self.environment.items() if value}
        session = NotebookSession(
            "shop", project=Project(self.root, settings_overrides=overrides), batch_id="notebook"
        )
        for step in (session.initialise, session.execute, session.validate, session.record):
            step()
        result = session.finalise()
        self.answers["notebook"] = Answer(
            result.exit_code, steady(str(result.published), self.places), ""
        )

    def write_a_contract(self) -> None:
        """Create contracts of tables of the warehouse, and of files elsewhere."""
        self.type("init shop.orders shop.days")
        store = open_store(self.elsewhere, self.served.access if self.served else StoreAccess())
        store.write("in/people.csv", b"id,name\n1,Ada\n2,Grace\n")
        store.write("in/more/people.csv", b"id,name\n3,Mary\n")
        self.type(f"init {self.elsewhere}/in/people.csv --stage shop")
        self.type(f"init {self.elsewhere}/in/**/*.csv --stage shop")
        self.type(f"init {self.elsewhere}/in --stage shop")
        self.type(f"init {self.elsewhere}/in/nothing.csv --stage shop")
        self.type(f"init {self.elsewhere}/nothing --stage shop")
        self.type(f"init {self.warehouse}/Tables/shop/orders")

    def erase(self) -> None:
        """Erase one order from everything."""
        erase = f"erase {ORDERS} --where id~=~2"
        self.both(erase)
        self.type(f"{erase} --apply {JSON}")
        self.type(f"log shop --last 1 {JSON}", "log after the erasure")

    def maintain(self) -> None:
        """Merge small files, delete what nothing needs, and examine the warehouse."""
        for name in self.tables:
            self.table(name).alter.set_table_properties(
                {"delta.deletedFileRetentionDuration": "interval 0 seconds"}
            )
        self.environment |= {"COMPACT_AFTER": "2", "REPLAY_VERSIONS": "0"}
        self.both("maintain")
        self.type(f"maintain --apply {JSON}")
        self.type("maintain", "maintain once more")
        self.type(f"check shop {JSON}", "check after maintenance")

    def restore(self) -> None:
        """Lose the log, and restore it from a backup."""
        self.type(f"backup {self.elsewhere}/backup")
        self.store.delete_folder("Tables/log")
        self.type("log shop", "log that is lost")
        self.both(f"restore {self.elsewhere}/backup")
        self.type(f"restore {self.elsewhere}/backup --apply {JSON}")
        self.type(f"log shop {JSON}", "log that is restored")

    def rebuild_pages(self) -> None:
        """Write the data docs once more."""
        self.store.delete_folder("Files/docs")
        self.type("docs", "docs that are missing")
        self.type("docs build")
        names = "\n".join(sorted(self.store.sizes("Files/docs")))
        self.answers["pages"] = Answer(0, steady(names, self.places), "")

    def examine(self) -> None:
        """Look for what keeps the project from working, whatever settings reach its warehouse."""
        found = self.type(f"doctor {JSON}")["findings"]
        told = json.dumps([one for one in found if one["about"] != "settings"])
        code = self.answers.pop(f"doctor {JSON}").code
        self.answers["doctor"] = Answer(code, steady(told, self.places), "")
