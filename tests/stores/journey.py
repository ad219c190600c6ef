"""What people do with a warehouse, command by command, wherever it is."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from deltalake import DeltaTable

from tests.campaign.batch_histories import DAYS, EVENTS, ORDERS, PRICES, Stage
from tests.compat.outcomes import steady
from tests.compat.scenarios import edit, run_command
from tests.fakes.repositories import commit, git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.fakes.stores.served_store import ServedStore

STAGE = Stage("journey", (ORDERS, EVENTS, DAYS, PRICES))
TABLES = (*STAGE.tables, "shop.counts")
CONTRACT = "contracts/shop.contract.yaml"


class Journey:
    """A project whose warehouse is in a store, or in its own folder; keeps every answer."""

    def __init__(self, root: Path, served: ServedStore | None) -> None:
        self.root = root
        self.served = served
        self.warehouse = served.new_root() if served else str(root / "warehouse")
        self.answers: dict[str, Any] = {}
        STAGE.write(root)
        edit(root / CONTRACT, "on_failure: abort", "on_failure: abort\nhandoff:\n  to: billing")

    @property
    def environment(self) -> dict[str, str]:
        """Return all that another store needs."""
        return {"WAREHOUSE": self.warehouse, **(self.served.settings if self.served else {})}

    def type(self, typed: str, name: str = "") -> Any:
        """Type a command and keep its answer, but for what differs from place to place."""
        code, out = run_command(self.root, typed.split(), self.environment)
        said = json.loads(out) if "json" in typed else None
        plain = out.replace(self.warehouse, "WAREHOUSE").replace(str(self.root), "PROJECT")
        answer = json.loads(plain) if said is not None else plain
        self.answers[name or typed] = {"exit code": code, "stdout": steady(answer)}
        return said

    def do(self, typed: str) -> None:
        """Type a command whose answer is about the place itself; it has to succeed."""
        code, out = run_command(self.root, typed.split(), self.environment)
        assert code == 0, out

    def rows(self, name: str) -> Counter[tuple[Any, ...]]:
        """Return the rows of a published table, read with deltalake alone."""
        options = self.served.options if self.served else None
        uri = f"{self.warehouse}/Tables/{name.replace('.', '/')}"
        rows = DeltaTable(uri, storage_options=options).to_pyarrow_table().to_pylist()
        return Counter(tuple(row.values()) for row in rows)

    # -- parts of the journey --------------------------------------------------------------------

    def run_days(self, last: int) -> None:
        """Run the stage on each day, with its batch, and once more for the last."""
        for day in range(1, last + 1):
            STAGE.deliver(self.root, day)
            self.type(f"run shop --batch-id b{day} --json")
        self.type(f"run shop --batch-id b{last} --json", "run the last batch again")

    def look(self) -> None:
        """Ask what there is."""
        self.type("log shop --json")
        self.type("quarantine list --json")
        self.type("quarantine show shop.orders --json")
        self.type("handoff shop --json")

    def check(self) -> None:
        """Check everything, what has changed, and an older version."""
        self.type("check shop --json")
        self.type("check shop --changed --json")
        self.type("check shop --table shop.orders --version 0 --json")

    def change_a_rule(self) -> None:
        """Compare a tightened contract with the one before, on the rows that are stored."""
        git(self.root, "init", "-q", "-b", "main")
        (self.root / ".gitignore").write_text("warehouse/\n", encoding="utf-8")
        commit(self.root, "before")
        edit(self.root / CONTRACT, "enum: [new, paid, gone]", "enum: [paid, gone]")
        self.type("diff --against HEAD --replay 3 --format json")
        git(self.root, "checkout", "-q", "--", CONTRACT)

    def take_back(self, batch: str) -> None:
        """Take a batch back, and look at the log."""
        self.type(f"rollback shop --batch {batch} --json")
        self.type("log shop --json", "log after the rollback")

    def care(self) -> None:
        """Examine the warehouse, compact and vacuum it, and write the data docs once more."""
        self.do("doctor --json")
        self.do("maintain --apply --json")
        self.do("docs build")


def differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the answers that differ, each with both."""
    return [
        f"{name}:\n{json.dumps(answer, indent=1)}\n{json.dumps(found.get(name), indent=1)}"
        for name, answer in expected.items()
        if found.get(name) != answer
    ]
