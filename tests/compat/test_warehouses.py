"""A warehouse that an earlier version wrote goes on under the code of today."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
from deltalake import DeltaTable

from tests.compat.record_warehouse import ARCHIVES, AS_OF, B1, B2, B4, B5, BUILDERS, MORE, Landing
from tests.compat.scenarios import commit, edit, run_command

if TYPE_CHECKING:
    from pathlib import Path

WITH_BUILDERS = ("5-281508b", "6-bb7c2c0")
"""Versions that publish in modes; in the others something else writes the tables of the shop."""

QUARANTINED: dict[str, dict[str, int]] = {
    "2-a84b468": {"source.config": 2},
    "3-d13eb64": {"source.config": 2},
    "4-04c2595": {"source.config": 2},
    "5-281508b": {"shop.event": 1, "source.config": 2},
    "6-bb7c2c0": {"shop.event": 1, "source.config": 2},
}
"""Version → table → rows in quarantine; the oldest version has none."""

DIGESTS = {
    "1-34e5720": "138ca7cc5718509c9d4846c31c412de663a999cdc846e5123cbf707062040d86",
    "2-a84b468": "50f9fa48ba00909b783409b3fa5679d06a46f8c28ce579be2cb611c0c45fe8fe",
    "3-d13eb64": "27bee7ffaebf5d5480c06a60ac53c25e10325bf7538c690006b60534d3f7bfb3",
    "4-04c2595": "1f7a26c949328f340051d2989084b8fddf88f586aa5a8b2b7f4ac80af6cb3e47",
    "5-281508b": "ff1e2d3f69fa912b162e244f5e21a7db05841eee5118c0fba54d443578a25351",
    "6-bb7c2c0": "04f398406337fb3516be44343532220a8d899304adf4ecffd2932c9ec6c54a61",
}
"""What was recorded with a version is not recorded again."""


@pytest.fixture(params=sorted(DIGESTS))
def version(request: pytest.FixtureRequest) -> str:
    """One of the versions that were recorded."""
    return str(request.param)


@pytest.fixture
def project(version: str, tmp_path: Path) -> Path:
    """The project and the warehouse as that version left them."""
    with tarfile.open(ARCHIVES / f"{version}.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


def must(project: Path, typed: str, code: int = 0) -> str:
    """Type a command; return what it prints."""
    ended, out = run_command(project, typed.split(), {})
    assert ended == code, f"`{typed}` ended with {ended}: {out}"
    return out


def answer(project: Path, typed: str, code: int = 0) -> Any:
    return json.loads(must(project, f"{typed} --json", code))


def recorded(project: Path) -> dict[str, Any]:
    """Return what the version itself said of its warehouse."""
    return dict(json.loads((project / "answers.json").read_text("utf-8")))


def rows(project: Path, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table, read without our code."""
    table = DeltaTable(project / "warehouse/Tables" / name.replace(".", "/"))
    return sorted(tuple(map(str, row.values())) for row in table.to_pyarrow_table().to_pylist())


def published(*batches: Landing) -> dict[str, list[tuple[Any, ...]]]:
    """Return what plain Python makes of batches, in the modes of the builders."""
    customer: dict[int, str] = {}
    event: dict[int, str] = {}
    sale: dict[str, list[int]] = {}
    price: list[tuple[int, int]] = []
    for batch in batches:
        customer |= {row["id"]: row["state"] for row in batch["customer"]}
        event |= {row["n"]: row["kind"] for row in batch["event"] if row["kind"] != "sold"}
        sold = batch["sale"]
        sale[sold["day"]] = sold["n"]
        price = [(row["id"], row["cents"]) for row in batch["price"]] or price
    found: dict[str, list[tuple[Any, ...]]] = {
        "shop.customer": [*customer.items()],
        "shop.event": [*event.items()],
        "shop.sale": [(day, n) for day, numbers in sale.items() for n in numbers],
        "shop.price": [*price],
    }
    return {name: sorted(tuple(map(str, row)) for row in kept) for name, kept in found.items()}


def stored(project: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows(project, name) for name in published(B1)}


def deliver(project: Path, batch: Landing) -> None:
    """Put a batch where the builders look for it."""
    (project / "landing.json").write_text(json.dumps(batch), "utf-8")
    (project / "stages").mkdir(exist_ok=True)
    (project / "stages/shop.py").write_text(BUILDERS, "utf-8")


def test_the_recordings_are_those_that_the_versions_made():
    found = {
        path.name.removesuffix(".tar.xz"): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in ARCHIVES.glob("*.tar.xz")
    }

    assert found == DIGESTS


def test_it_is_read(version: str, project: Path):
    before = recorded(project)
    for stage in ("source", "shop"):
        was = before[f"log {stage}"]
        log = answer(project, f"log {stage} --last 50")
        assert [{key: row[key] for key in old} for old, row in zip(was, log, strict=True)] == was

        old = before[f"check {stage}"]
        assert verdicts(answer(project, f"check {stage} --as-of {AS_OF}", old["exit code"])) == (
            verdicts(old)
        )
        ready = before[f"handoff {stage}"]["ready"]
        assert answer(project, f"handoff {stage}", code=int(not ready))["ready"] is ready

    held = answer(project, "quarantine list")["held"]
    assert {row["table"]: row["rows"] for row in held} == QUARANTINED.get(version, {})
    must(project, "docs build")
    pages = {path.stem for path in (project / "warehouse/Files/docs/runs").rglob("*.html")}
    assert pages >= {row["execution_id"] for row in before["log shop"]}


def test_changed_rules_are_replayed_on_its_versions(project: Path):
    commit(project, "before")
    edit(
        project / "contracts/shop.contract.yaml", "required: true, min: 1", "required: true, min: 2"
    )
    told = json.loads(must(project, "diff --against HEAD --replay 2 --format json", 1))

    [replay] = told["replay"]
    found = [[rule["unexpected"] for rule in one["rules"]] for one in replay["versions"]]
    assert found == [[1], [1]]  # of each version, the customer 1


def test_the_source_stage_goes_on(project: Path):
    runs = run_ids(recorded(project)["log source"])
    must(project, "run source --sandbox")
    assert answer(project, "handoff source")["ready"] is True
    log = run_ids(answer(project, "log source --last 50"))
    assert (log[:-1], len(log)) == (runs, len(runs) + 1)


@pytest.mark.parametrize("version", sorted(QUARANTINED))
def test_rows_in_its_quarantine_are_released(version: str, project: Path):
    before = recorded(project)
    edit(project / "contracts/source.contract.yaml", "min_length: 6", "min_length: 2")
    run = run_ids(before["log source"])[1]
    released = answer(project, f"quarantine release source.config --run {run}")
    assert (released["released"], released["left"]) == (QUARANTINED[version]["source.config"], 0)
    assert len(rows(project, "source.config")) == len(before["table source/config"]["rows"]) + 2


def run_ids(log: list[dict[str, Any]]) -> list[str]:
    return [row["execution_id"] for row in log if row["record_type"] == "run"]


def test_the_shop_goes_on(version: str, project: Path):
    behind = (B1, B2, B4) if version in WITH_BUILDERS else (B1, MORE)
    deliver(project, B5)
    assert answer(project, "check shop --changed --record")["verdict"] == "passed"
    if version not in WITH_BUILDERS:
        assert "--since" in must(project, "run shop", 3)  # nothing says which events are new
    must(project, f"run shop --batch-id b5{since(version)}")  # finishes what is half published
    assert stored(project) == published(*behind, B5)
    must(project, "run shop --batch-id b5")  # is published already
    assert stored(project) == published(*behind, B5)

    must(project, "rollback shop --batch b5")
    assert stored(project) == published(*behind)
    if version in WITH_BUILDERS:
        must(project, "rollback shop --batch b2 --through")
        assert stored(project) == published(B1)
        deliver(project, B2)
        must(project, "run shop --batch-id b2")
        assert stored(project) == published(B1, B2)


def test_it_is_maintained_backed_up_and_restored(version: str, project: Path):
    before = recorded(project)
    must(project, "maintain --apply")
    whole = (B1, B2, B4) if version in WITH_BUILDERS else (B1, MORE)
    assert stored(project) == published(*whole)

    must(project, "backup saved")
    shutil.rmtree(project / "warehouse/Tables/log")
    must(project, "restore saved --apply")
    log = answer(project, "log source --last 50")
    assert [row["execution_id"] for row in log] == [
        row["execution_id"] for row in before["log source"]
    ]
    deliver(project, B5)
    must(project, f"run shop --batch-id b5{since(version)}")
    assert stored(project) == published(*whole, B5)


def since(version: str) -> str:
    """Return how a run says where events begin, the first time that one publishes them."""
    return "" if version in WITH_BUILDERS else " --since 3"


def verdicts(check: Any) -> dict[str, tuple[Any, ...]]:
    """Return version and rows of each table, and what became of each rule."""
    tables = {row["table"]: (row["delta_version"], row["rows"]) for row in check["tables"]}
    rules = [rule for table in check["tables"] for rule in table["rules"]]
    return tables | {rule["id"]: (rule["status"], rule["unexpected"]) for rule in rules}
