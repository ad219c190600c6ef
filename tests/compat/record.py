"""Record what a version of the code leaves behind and answers: `python -m tests.compat.record`.

Run it in a checkout of that version into which this folder was copied. It writes projects, as that
version left them, and its answers to every command of `scenarios.py` into one archive. What was
recorded with a version stays as it is: later versions are held against it.
"""

from __future__ import annotations

import io
import json
import lzma
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from deltalake import write_deltalake

from tests.compat.outcomes import differences
from tests.compat.scenarios import SCENARIOS, Player, edit, run_command

REPOSITORY = Path(__file__).parents[2]
ARCHIVE = Path(__file__).parent / "data" / "0.1.0.tar.xz"
LEFT_OUT = ("/Files/docs/static/",)
"""Fonts and pictures of GX's own, megabytes of them."""

SHOP = """\
contract: shop
version: 1.2.0
owner: Shop Team
tables:
  shop.customers:
    description: Who buys.
    primary_key: [id]
    rows: {min: 1}
    columns:
      id: {type: long, required: true, min: 1}
      name: {type: string, required: true, max_length: 20, classification: pii}
      country: {type: string, enum: [AT, CH, DE]}
      email: {type: string, format: {value: email, severity: warning}}
      since: {type: date, required: true}
    rules:
      - {id: long-name, column: name, min_length: 2, severity: info}
  shop.orders:
    location: incoming/orders.csv
    format: csv
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      customer_id: {type: long, required: true}
      total: {type: "decimal(8,2)", min: 0}
      status: {type: string, enum: {value: [open, paid, sent], mostly: 0.5}}
    rules:
      - {id: customer-known, references: {columns: [customer_id], table: shop.customers, to: [id]}}
  shop.lines:
    location: incoming/lines.parquet
    format: parquet
    columns:
      order_id: {type: long, required: true}
      amount: {type: integer, above: 0}
    rules:
      - id: order-known
        sql: select * from {table} where order_id not in (select id from {shop.orders})
environments:
  small:
    shop.customers.rows: {min: 2}
    shop.orders.customer-known: {severity: info}
"""

UNTIDY = """\
version:   2.0.0
contract:  untidy
owner: 'Tests'   # who
tables:
    untidy.one:
        columns:
            id:   { type:  long,required: true }   # the key

            name:
                type:    string
        primary_key: [ id ]
"""


def build_source(folder: Path) -> None:
    """Build what four runs of the source stage leave behind."""
    shutil.copytree(REPOSITORY / "contracts", folder / "contracts")
    contract = folder / "contracts/source.contract.yaml"
    edit(contract, "max_age: 24h", "max_age: 5000w")
    run(folder, "run source --sandbox", 0)
    edit(contract, "    rows: {equals: 6}\n", "    rows: {min: 4}\n    quarantine: true\n")
    edit(
        contract,
        "config_value: {type: string, required: true}",
        "config_value: {type: string, required: true, min_length: 6}",
    )
    run(folder, "run source --sandbox", 0)
    run(folder, "run source --sandbox --fault html", 3)
    edit(contract, "rows: {min: 4}", "rows: {min: 400}")
    run(folder, "run source --sandbox", 1)
    edit(contract, "rows: {min: 400}", "rows: {min: 4}")
    run(folder, "compile", 0)


def build_shop(folder: Path) -> None:
    """Build a project whose tables something else built, checked and recorded once."""
    write(folder / "contracts/shop.contract.yaml", SHOP)
    customers = pa.table(
        {
            "id": pa.array([1, 2, 3], pa.int64()),
            "name": ["Ada", "Bo", "C"],
            "country": ["AT", "CH", "FR"],
            "email": ["ada@example.com", "bo", None],
            "since": pa.array([20000, 20001, 20002], pa.int32()).cast(pa.date32()),
        }
    )
    write_deltalake(folder / "warehouse/Tables/shop/customers", customers)
    orders = "id,customer_id,total,status\n1,1,9.50,open\n2,2,0.00,paid\n3,9,-1.00,lost\n"
    write(folder / "warehouse/incoming/orders.csv", orders)
    lines = pa.table(
        {
            "order_id": pa.array([1, 1, 8], pa.int64()),
            "amount": pa.array([1, 0, 2], pa.int32()),
        }
    )
    pq.write_table(lines, folder / "warehouse/incoming/lines.parquet")
    run(folder, "compile", 0)
    run(folder, "check shop --record", 1)


def build_kinds(folder: Path) -> None:
    """Build the tables of the reference of rules: each breaks one kind."""
    sys.path.insert(0, str(REPOSITORY / "docs"))
    import rule_pages as pages  # noqa: PLC0415 - a module of the recorded version

    kinds = [kind for kind in pages.CATALOGUE if pages.Stand.EVERY_STAGE not in kind.stands]
    tables = {pages._table_name(kind): pages._declared(kind) for kind in kinds}
    tables["source.categories"] = {"columns": {"name": "string"}}
    tables["demo.absent"] = {"columns": {"name": "string"}}
    contract = {"contract": "demo", "version": "1.0.0", "owner": "Docs", "tables": tables}
    write(
        folder / "contracts/demo.contract.yaml",
        yaml.safe_dump(contract, sort_keys=False, allow_unicode=True),
    )
    built = {pages._table_name(kind): pa.table(pages._arrays(kind)) for kind in kinds}
    built["source.categories"] = pa.table({"name": ["known"]})
    for name, table in built.items():
        write_deltalake(folder / "warehouse/Tables" / name.replace(".", "/"), table)


def build_contracts(folder: Path) -> None:
    """Copy the contracts that the tests of that version hold its words against."""
    golden = REPOSITORY / "tests/golden"
    for path in sorted((golden / "lint/invalid").glob("*.yaml")):
        write(folder / "invalid" / path.name, path.read_text("utf-8"))
    write(
        folder / "contracts/shop.contract.yaml",
        (golden / "suites/every_kind.contract.yaml").read_text("utf-8"),
    )
    for path in sorted((golden / "lint/valid").glob("*.yaml")):
        text = path.read_text("utf-8")
        name = yaml.safe_load(text)["contract"]
        write(folder / f"contracts/{name}.contract.yaml", text)
    write(folder / "untidy.contract.yaml", UNTIDY)
    run(folder, "compile", 0)


def build_changes(folder: Path) -> None:
    """Copy the pair of contracts of every kind of change."""
    for pair in sorted((REPOSITORY / "tests/changes").iterdir()):
        for side in ("before.yaml", "after.yaml"):
            write(folder / pair.name / side, (pair / side).read_text("utf-8"))


def build_review(folder: Path) -> None:
    """Build the shop, with a policy of what changes count as."""
    build_shop(folder)
    policy = """\
[tool.spectra-gx.review]
severity = {"rule-renamed" = "info"}
ignore = ["description-changed"]
unneeded = "warning"

[[tool.spectra-gx.review.waivers]]
change = "column-nullable"
path = "shop.customers.name"
owner = "Shop Team"
reason = "Known."
expires = "2127-01-31"
"""
    write(folder / "pyproject.toml", policy)


def build_words(folder: Path) -> None:
    """Copy the contracts that commands are tried on."""
    shutil.copytree(REPOSITORY / "contracts", folder / "contracts")


BUILDERS = {
    "source": build_source,
    "shop": build_shop,
    "kinds": build_kinds,
    "contracts": build_contracts,
    "changes": build_changes,
    "review": build_review,
    "words": build_words,
}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def run(project: Path, typed: str, code: int) -> None:
    ended = run_command(project, typed.split(), {})
    assert ended[0] == code, f"`{typed}` ended with {ended}"


def main() -> None:
    """Build every project, play every scenario twice, and pack both."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for name, build in BUILDERS.items():
            project = root / "projects" / name
            project.mkdir(parents=True)
            build(project)
            answers = [play(name, project, root / f"play-{time}") for time in "12"]
            unsteady = [*differences(*answers)]
            assert not unsteady, "\n".join(unsteady)
            text = json.dumps(answers[0], indent=1, sort_keys=True, ensure_ascii=False)
            write(root / "answers" / f"{name}.json", f"{text}\n")
            print(name, len(answers[0]), flush=True)  # noqa: T201 - says how far it is
        pack(root)


def play(name: str, project: Path, folder: Path) -> dict[str, object]:
    """Return the answers of a scenario, played on a copy of a project."""
    copy = folder / name
    shutil.copytree(project, copy)
    player = Player(copy)
    SCENARIOS[name](player)
    return player.outcomes


def pack(root: Path) -> None:
    """Write projects and answers as an archive that holds no time and no owner."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for folder in ("projects", "answers"):
            for path in sorted((root / folder).rglob("*")):
                name = path.relative_to(root).as_posix()
                if path.is_file() and not any(part in name for part in LEFT_OUT):
                    held = path.read_bytes()
                    if path.parent.name == "_delta_log":  # says where the table was created
                        held = held.replace(str(root).encode(), b"/recorded")
                    assert str(root).encode() not in held, name
                    member = tarfile.TarInfo(name)
                    member.size = len(held)
                    archive.addfile(member, io.BytesIO(held))
    ARCHIVE.parent.mkdir(exist_ok=True)
    ARCHIVE.write_bytes(lzma.compress(content.getvalue(), preset=9))


if __name__ == "__main__":
    main()
