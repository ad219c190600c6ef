"""`import` and `export`: what goes to stdout, what to stderr, and how they end."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

ODCS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
name: orders
version: 1.0.0
status: active
domain: trade
team: {name: Shop Team}
schema:
  - name: shop.orders
    properties:
      - {name: id, logicalType: integer, required: true}
      - {name: state, logicalType: string, quality: [{type: text, description: Be good}]}
"""
CONTRACT = """\
contract: orders
version: 1.0.0
status: active
owner: Shop Team

tables:
  shop.orders:
    extra_columns: fail
    columns:
      id: {type: integer, required: true}
      state: string
"""
LOST = """
# Not converted exactly:
# schema[0].properties[1].quality[0]: 'Be good' is text only, and a rule must be executable
# domain: the contract language has no equivalent
"""
DBT = """\
models:
  - name: orders
    meta: {team: Shop}
    columns:
      - {name: id, data_type: bigint, data_tests: [not_null, unique]}
      - name: total
        data_type: numeric(12, 2)
        data_tests:
          - dbt_utils.accepted_range: {min_value: 0, config: {severity: warn}}
"""
SUITE = {
    "name": "shop.orders",
    "expectations": [
        {"type": "expect_column_values_to_be_of_type", "kwargs": {"column": "a", "type_": "long"}},
        {"type": "expect_the_moon", "kwargs": {"column": "a"}},
    ],
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder outside of any project, with files to import."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.odcs.yaml").write_text(ODCS, encoding="utf-8")
    (tmp_path / "suite.json").write_text(json.dumps(SUITE), encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_import_odcs_shows_the_contract_and_names_what_is_lost(command):
    ended = command("import", "odcs", "orders.odcs.yaml")
    assert ended.code == 0
    assert ended.out == CONTRACT.replace("state: string", "state: {type: string}") + LOST
    assert ended.err == (
        "schema[0].properties[1].quality[0]: 'Be good' is text only, and a rule must be "
        "executable\n"
        "domain: the contract language has no equivalent\n"
        "2 things could not be converted exactly\n"
    )


def test_what_is_imported_lints_and_comes_back(folder, command):
    assert command("import", "odcs", "orders.odcs.yaml", "-o", "made.yaml").out == ""
    assert command("lint", "made.yaml").code == 0
    assert command("export", "odcs", "made.yaml", "-o", "again.odcs.yaml").code == 0
    ended = command("import", "odcs", "again.odcs.yaml")
    assert ended.out + LOST == (folder / "made.yaml").read_text(encoding="utf-8")
    assert ended.err == "everything was converted\n"


@pytest.mark.usefixtures("folder")
def test_import_gx_names_what_a_suite_does_not_know(command):
    ended = command("import", "gx", "suite.json")
    assert ended.code == 0
    assert "owner: unknown" in ended.out
    assert ended.err == (
        "suite.json: has no owner; replace 'unknown'\n"
        "suite.json: has no version; used '0.1.0'\n"
        "suite.json.expectations[1]: `expect_the_moon`: not a core expectation of GX; write "
        "it as a `sql` rule\n"
        "3 things could not be converted exactly\n"
    )


def test_a_secret_in_a_foreign_file_is_not_shown(folder, command):
    secret = "ghp_" + "fake" * 6
    (folder / "orders.odcs.yaml").write_text(
        ODCS.replace("domain: trade", f"{secret}: x\ndescription: {{purpose: {secret}}}"),
        encoding="utf-8",
    )
    ended = command("import", "odcs", "orders.odcs.yaml")
    assert ended.code == 0
    assert secret not in ended.out + ended.err
    assert "description.purpose: left out: this looks like a secret" in ended.err


def test_import_dbt_lints_clean_and_comes_back_from_the_export(folder, command):
    (folder / "orders.yml").write_text(DBT, encoding="utf-8")
    assert command("import", "dbt", "orders.yml", "-o", "made.yaml").code == 0
    made = (folder / "made.yaml").read_text("utf-8")
    assert "# models[0].meta: the contract language has no equivalent" in made
    assert command("lint", "made.yaml").code == 0
    assert command("export", "dbt", "made.yaml", "-o", "again.yml").code == 0
    again = command("import", "dbt", "again.yml").out
    assert 'total: {type: "decimal(12,2)", min: {value: 0, severity: warning}}' in again


@pytest.mark.usefixtures("folder")
def test_import_as_json_names_the_losses(command):
    ended = command("import", "odcs", "orders.odcs.yaml", "--json")
    said = json.loads(ended.out)
    assert said["contract"] == CONTRACT.replace("state: string", "state: {type: string}")
    assert [loss["path"] for loss in said["losses"]] == [
        "schema[0].properties[1].quality[0]",
        "domain",
    ]
    assert ended.err == ""


def test_soda_contracts_are_written_one_for_each_table(empty_project, command):
    folder = empty_project / "soda"
    folder.mkdir()
    ended = command("export", "soda", "source", "--project", empty_project, "-o", folder)
    assert (ended.code, ended.out) == (0, "")
    names = sorted(path.name for path in folder.iterdir())
    assert names[0].startswith("source.")
    assert len(names) > 1
    again = command("import", "soda", *sorted(folder.iterdir()))
    assert again.code == 0


@pytest.mark.parametrize("form", ["odcs", "jsonschema", "markdown", "ddl", "dbt", "soda"])
def test_export_of_a_project_s_stage(form, empty_project, command):
    file = empty_project / "out"
    ended = command("export", form, "source", "--project", empty_project, "-o", file)
    assert (ended.code, ended.out) == (0, "")
    shown = command("export", form, "source", "--project", empty_project)
    assert shown.out == file.read_text(encoding="utf-8")
    assert shown.err == ended.err


def test_the_project_s_compiled_suites_come_back_whole(empty_project, command, monkeypatch):
    monkeypatch.chdir(empty_project)
    assert command("compile").code == 0
    suites = sorted((empty_project / "gx/expectations/source").glob("*.json"))
    assert command("import", "gx", *suites, "-o", "contracts/source.contract.yaml").code == 0
    before = {path: path.read_bytes() for path in suites}
    shutil.rmtree(empty_project / "gx")
    (empty_project / "contracts/prepare.contract.yaml").unlink()
    assert command("compile").code == 0
    for path, compiled in before.items():
        made, known = json.loads(path.read_bytes()), json.loads(compiled)
        assert sorted(map(str, made["expectations"])) == sorted(map(str, known["expectations"]))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("import", "odcs", "none.yaml"), "error: `none.yaml` cannot be read: No such file"),
        (("import", "odcs", "."), "error: `.` cannot be read: Is a directory"),
        (("import", "odcs", "suite.json"), "suite.json:1:1: not an ODCS file"),
        (("import", "gx", "orders.odcs.yaml"), "orders.odcs.yaml:1:1: not valid JSON"),
        (("import", "odcs", "orders.odcs.yaml", "suite.json"), "import one at a time"),
        (("import", "xml", "x"), "invalid choice: 'xml'"),
        (
            ("import", "datacontract", "suite.json"),
            "suite.json:1:1: not a file of the Data Contract",
        ),
        (("import", "dbt", "orders.odcs.yaml"), "orders.odcs.yaml:1:1: not a file of dbt"),
        (("import", "soda", "orders.odcs.yaml"), "orders.odcs.yaml:1:1: not a file of Soda"),
        (("import", "ddl", "suite.json"), "suite.json:1:"),
        (("import", "ddl", "suite.json", "--dialect", "cobol"), "`cobol` is not a dialect"),
        (
            ("import", "avro", "suite.json", "--dialect", "spark"),
            "`--dialect` is for dbt, soda, ddl",
        ),
        (("import", "odcs", "orders.odcs.yaml", "-o", "no/x"), "`no/x` cannot be written"),
        (("export", "odcs", "orders.odcs.yaml"), "orders.odcs.yaml:1:1"),
        (("export", "xml", "source"), "invalid choice: 'xml'"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_a_sentence(arguments, told, command):
    ended = command(*arguments)
    assert ended.code == 2
    assert told in ended.err
    assert ended.out == ""


def test_nothing_heavy_is_imported(folder):
    (folder / "orders.yml").write_text(DBT, encoding="utf-8")
    code = (
        "import sys; from spectra_gx.cli import main; "
        "assert main(['import', 'odcs', 'orders.odcs.yaml']) == 0; "
        "assert main(['import', 'gx', 'suite.json']) == 0; "
        "assert main(['import', 'dbt', 'orders.yml']) == 0; "
        "print(sorted({'great_expectations', 'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ended.stdout.endswith("[]\n")
