"""Record a warehouse as a version of the code leaves it: `python record_warehouse.py NAME`.

Run it with the Python of an environment in which that version is installed, in a checkout of it;
it uses the command line and files alone. See `warehouses/README.md`.
"""

from __future__ import annotations

import contextlib
import io
import json
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

ARCHIVES = Path(__file__).parent / "warehouses"
LEFT_OUT = ("/Files/docs/", "/Files/validations/", "/__pycache__/")
"""Pages and what they are made of by GX, which are megabytes and are built again."""

AS_OF = "2026-11-28T22:00:00+00:00"

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.customer:
    primary_key: [id]
    columns:
      id: {type: long, required: true, min: 1}
      state: {type: string, required: true, enum: [new, known]}
  shop.event:
    primary_key: [n]
    columns:
      n: {type: long, required: true}
      kind: {type: string, required: true, enum: [view, cart]}
  shop.sale:
    primary_key: [day, n]
    columns:
      day: {type: date, required: true}
      n: {type: long, required: true}
  shop.price:
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      cents: {type: long, required: true, min: 0}
"""

BUILDERS = '''\
"""Builds the tables of the stage `shop` of what `landing.json` has."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa

from spectra_gx import table

LANDED = json.loads((Path(__file__).parents[1] / "landing.json").read_text("utf-8"))


@table("shop.customer", publish="merge")
def customer(run):
    """Customers that are new or have changed."""
    kind = pa.schema({"id": pa.int64(), "state": pa.string()})
    return pa.Table.from_pylist(LANDED["customer"], kind)


@table("shop.event", publish="append", watermark="n")
def event(run):
    """Events since the last batch."""
    rows = [row for row in LANDED["event"] if row["n"] > (run.watermark or 0)]
    return pa.Table.from_pylist(rows, pa.schema({"n": pa.int64(), "kind": pa.string()}))


@table("shop.sale", publish="replace_where")
def sale(run):
    """The sales of one day."""
    day = date.fromisoformat(LANDED["sale"]["day"])
    run.replace_where(f"day = date '{day}'")
    rows = [{"day": day, "n": n} for n in LANDED["sale"]["n"]]
    return pa.Table.from_pylist(rows, pa.schema({"day": pa.date32(), "n": pa.int64()}))


@table("shop.price")
def price(run):
    """All prices."""
    kind = pa.schema({"id": pa.int64(), "cents": pa.int64()})
    return pa.Table.from_pylist(LANDED["price"], kind)
'''

Landing = dict[str, Any]


def landing(
    customer: dict[int, str], event: dict[int, str], sale: tuple[str, list[int]], cents: int
) -> Landing:
    """Return what the shop's systems deliver for a batch."""
    return {
        "customer": [{"id": key, "state": state} for key, state in customer.items()],
        "event": [{"n": key, "kind": kind} for key, kind in event.items()],
        "sale": {"day": sale[0], "n": sale[1]},
        "price": [{"id": 1, "cents": cents}, {"id": 2, "cents": 2 * cents}],
    }


B1 = landing({1: "new", 2: "new"}, {1: "view", 2: "cart"}, ("2026-11-01", [1, 2]), 100)
MORE = {**landing({3: "new"}, {3: "view"}, ("2026-11-02", [1]), 0), "price": []}
"""Is written by something else, where a version has no builders."""
B2 = landing({2: "known", 3: "new"}, {3: "view", 4: "sold"}, ("2026-11-02", [1, 2, 3]), 110)
"""Where the version has a quarantine, event 4 is in it: it breaks a rule."""
B3 = landing({1: "known"}, {5: "cart"}, ("2026-11-02", [1, 9]), 120)
"""Is published and taken back."""
B4 = landing({4: "new"}, {5: "view", 6: "view"}, ("2026-11-03", [1]), 130)
"""Its run is killed when it has decided what to publish."""
B5 = landing({1: "known", 5: "new"}, {7: "cart"}, ("2026-11-01", [7]), 140)
"""Is published by the version of today."""


def command(project: Path, typed: str) -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it printed on stdout."""
    from spectra_gx.cli import main as spectra_gx  # noqa: PLC0415 - a child sets things up first

    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(project),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = spectra_gx(typed.split())
        except SystemExit as left:
            code = int(left.code or 0)
    assert "Traceback" not in out.getvalue() + err.getvalue(), (
        typed,
        out.getvalue(),
        err.getvalue(),
    )
    return code, out.getvalue() or err.getvalue()


def must(project: Path, typed: str, code: int = 0) -> None:
    ended = command(project, typed)
    assert ended[0] == code, f"`{typed}` ended with {ended}"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def build_source(project: Path, checkout: Path, *, quarantine: bool) -> None:
    """Run the source stage twice, and once without an answer of its source."""
    contract = project / "contracts/source.contract.yaml"
    contract.write_text((checkout / "contracts/source.contract.yaml").read_text("utf-8"), "utf-8")
    edit(contract, "max_age: 24h", "max_age: 5000w")
    must(project, "run source --sandbox")
    if quarantine:
        edit(contract, "    rows: {equals: 6}\n", "    rows: {min: 4}\n    quarantine: true\n")
        edit(
            contract,
            "config_value: {type: string, required: true}",
            "config_value: {type: string, required: true, min_length: 6}",
        )
    must(project, "run source --sandbox")
    must(project, "run source --sandbox --fault html", 3)


def build_shop_elsewhere(project: Path) -> None:
    """Let something else write two versions of the tables; check and record both."""
    for mode, batch in (("overwrite", B1), ("append", MORE)):
        day = date.fromisoformat(batch["sale"]["day"])
        sales = [{"day": day, "n": n} for n in batch["sale"]["n"]]
        for name, rows in {**batch, "sale": sales}.items():
            place = project / "warehouse/Tables/shop" / name
            if rows:
                write_deltalake(place, pa.Table.from_pylist(rows), mode=mode)
        must(project, "check shop --record")


def build_shop(project: Path) -> None:
    """Publish two batches, publish one and take it back, and die while publishing another."""
    contract = project / "contracts/shop.contract.yaml"
    edit(contract, "  shop.event:\n", "  shop.event:\n    quarantine: true\n")
    stages = project / "stages"
    stages.mkdir()
    (stages / "shop.py").write_text(BUILDERS, "utf-8")
    for number, batch in enumerate((B1, B2, B3), start=1):
        (project / "landing.json").write_text(json.dumps(batch), "utf-8")
        must(project, f"run shop --batch-id b{number}")
    must(project, "rollback shop --batch b3")
    (project / "landing.json").write_text(json.dumps(B4), "utf-8")
    died = subprocess.run([sys.executable, __file__, "--die", str(project)], check=False)
    assert died.returncode == 9, died
    assert [*project.glob("warehouse/Files/_staging/*/publish.json")]


def die(project: Path) -> None:
    """Run the batch b4 and end the process after the first table that it commits."""
    from spectra_gx.warehouse.publishing import commits  # noqa: PLC0415 - of some versions alone

    commit = commits._commit

    def last(*given: Any, **more: Any) -> Any:
        commit(*given, **more)
        os._exit(9)

    commits._commit = last
    command(project, "run shop --batch-id b4")


def answers(project: Path) -> dict[str, Any]:
    """Return what the version itself says and stores."""
    said: dict[str, Any] = {}
    for stage in ("source", "shop"):
        said[f"log {stage}"] = json.loads(command(project, f"log {stage} --json --last 50")[1])
        said[f"handoff {stage}"] = json.loads(command(project, f"handoff {stage} --json")[1])
        code, out = command(project, f"check {stage} --json --as-of {AS_OF}")
        said[f"check {stage}"] = {"exit code": code, **json.loads(out)}
    tables = project / "warehouse/Tables"
    for place in sorted(path.parent for path in tables.rglob("_delta_log")):
        if place.parent.name == "log":
            continue  # the command shows it
        table = DeltaTable(place)
        rows = table.to_pyarrow_table().to_pylist()
        said[f"table {place.relative_to(tables)}"] = {
            "version": table.version(),
            "rows": json.loads(json.dumps(rows, default=str)),
        }
    return said


def pack(project: Path, said: dict[str, Any], archive: Path) -> None:
    """Write the project and its answers as an archive that holds no time and no owner."""
    (project / "answers.json").write_text(json.dumps(said, indent=1, sort_keys=True), "utf-8")
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.PAX_FORMAT) as packed:
        for path in sorted(project.rglob("*")):
            name = path.relative_to(project).as_posix()
            if path.is_file() and not any(part in f"/{name}" for part in LEFT_OUT):
                held = path.read_bytes().replace(str(project).encode(), b"/recorded")
                member = tarfile.TarInfo(name)
                member.size = len(held)
                packed.addfile(member, io.BytesIO(held))
    archive.write_bytes(lzma.compress(content.getvalue(), preset=9))


def main(name: str) -> None:
    """Record the version that is installed, from the checkout that this process stands in."""
    import spectra_gx  # noqa: PLC0415 - the recorded version

    package = Path(spectra_gx.__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "contracts").mkdir()
        (project / "contracts/shop.contract.yaml").write_text(CONTRACT, "utf-8")
        quarantine = any(package.glob("cli/**/quarantine.py"))
        build_source(project, package.parent, quarantine=quarantine)
        if "--batch-id" in command(project, "run --help")[1]:
            build_shop(project)
        else:
            build_shop_elsewhere(project)
        pack(project, answers(project), ARCHIVES / f"{name}.tar.xz")


if __name__ == "__main__":
    if sys.argv[1] == "--die":
        die(Path(sys.argv[2]))
    else:
        main(sys.argv[1])
