"""What a contract takes from elsewhere: definitions, other tables, environments, earlier runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spectra_gx.cli import main
from spectra_gx.contract.language.environments import apply_environment
from spectra_gx.errors import UsageError
from spectra_gx.project import Project
from spectra_gx.validation.run.checkpoint import CheckpointRunner
from spectra_gx.warehouse.warehouse import Warehouse
from tests.contract.checking import contract_of, inputs_of, outcomes, store, validate

if TYPE_CHECKING:
    from spectra_gx.validation.results import RuleResult
    from spectra_gx.validation.run.checkpoint_data import EarlierRows

DEFINED = "definitions:\n  count: {type: long, required: true, min: 0}\n"


def test_rules_of_a_definition_are_judged(tmp_path: Path) -> None:
    contract = contract_of("shop.a:\n  columns: {n: {like: count, max: 5}}", DEFINED)
    store(tmp_path, "shop.a", {"n": "long"}, [(-1,), (6,), (None,)])
    found = outcomes(validate(contract, tmp_path))
    assert {id_: rule.unexpected for id_, rule in found.items() if ".n." in id_} == {
        "shop.a.n.type": None,
        "shop.a.n.required": 1,
        "shop.a.n.min": 1,
        "shop.a.n.max": 1,
    }


def test_columns_like_another_tables_are_judged_under_their_own_ids(tmp_path: Path) -> None:
    contract = contract_of(
        "shop.a:\n  columns: {n: {like: count}}\nshop.b:\n  like: shop.a\n  columns: {m: string}",
        DEFINED,
    )
    store(tmp_path, "shop.a", {"n": "long"}, [(1,)])
    store(tmp_path, "shop.b", {"n": "long", "m": "string"}, [(-1, "a")])
    found = outcomes(validate(contract, tmp_path))
    assert str(found["shop.a.n.min"].status) == "passed"
    assert str(found["shop.b.n.min"].status) == "failed"
    assert str(found["shop.b.columns"].status) == "passed"


# -- environments ----------------------------------------------------------------------------------

TABLES = "  shop.a:\n    rows: {min: 3}\n    columns: {n: {type: long, max: 5, enum: [1, 2]}}\n"
CONTRACT = f"""\
contract: shop
version: 1.0.0
owner: Tests
tables:
{TABLES}\
environments:
  dev:
    shop.a.rows: {{min: 1}}
    shop.a.n.max: {{value: 9, severity: info}}
    shop.a.n.enum: {{severity: warning}}
  elsewhere: {{shop.a.location: Tables/other/a}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "shop.contract.yaml").write_text(CONTRACT, encoding="utf-8")
    store(tmp_path / "warehouse", "shop.a", {"n": "long"}, [(9,), (8,)])
    store(tmp_path / "warehouse", "other.a", {"n": "long"}, [(1,)] * 3)
    return tmp_path


def test_an_environment_changes_bounds_and_severities(project: Path) -> None:
    strict = Project.open(project).check("shop")
    assert str(strict.verdict) == "failed"
    loose = Project(project, environment="dev").check("shop")
    found = {rule.id: rule for rule in loose.all_rules()}
    assert str(loose.verdict) == "passed"
    assert str(found["shop.a.rows"].status) == str(found["shop.a.n.max"].status) == "passed"
    assert found["shop.a.n.max"].severity == "info"
    enum = found["shop.a.n.enum"]
    assert (str(enum.status), enum.severity, enum.unexpected) == ("failed", "warning", 2)


def test_an_environment_changes_where_a_table_stands(project: Path) -> None:
    found = Project(project, environment="elsewhere").check("shop")
    assert (str(found.verdict), found.tables[0].rows) == ("passed", 3)


def test_an_environment_that_is_not_there_is_refused(project: Path) -> None:
    with pytest.raises(UsageError, match="has no environment 'devv' — did you mean 'dev'"):
        Project(project, environment="devv").check("shop")
    contract = contract_of("shop.a: {columns: {n: long}}")
    with pytest.raises(UsageError, match="has no environment 'dev'; it has none"):
        apply_environment(contract, "dev")


@pytest.mark.parametrize(
    ("more", "code"), [([], 1), (["--environment", "dev"], 0), (["--environment", "prod"], 2)]
)
def test_check_is_told_the_environment(
    project: Path, capsys: pytest.CaptureFixture[str], more: list[str], code: int
) -> None:
    assert main(["check", "shop", "--project", str(project), "--json", *more]) == code
    out = capsys.readouterr().out
    if code < 2:
        assert json.loads(out)["verdict"] == ("failed" if code else "passed")


# -- rows beside those of earlier runs -------------------------------------------------------------

CHANGING = "shop.a:\n  rows: {change: {max: 20%}}\n  columns: {n: long}"


def _rows(root: Path, rows: int, earlier: EarlierRows) -> RuleResult:
    contract = contract_of(CHANGING)
    store(root, "shop.a", {"n": "long"}, [(1,)] * rows)
    runner = CheckpointRunner(inputs_of(contract, root, earlier))
    [table] = contract.tables
    [found] = [rule for rule in runner.run(table).result.rules if rule.id == "shop.a.rows"]
    return found


@pytest.mark.parametrize(
    ("rows", "before", "status"),
    [(8, 10, "passed"), (12, 10, "passed"), (7, 10, "failed"), (13, 10, "failed"),
     (0, 0, "passed"), (1, 0, "failed"), (5, None, "passed")],
)  # fmt: skip
def test_rows_may_move_so_far(tmp_path: Path, rows: int, before: int | None, status: str) -> None:
    found = _rows(tmp_path, rows, {} if before is None else {"shop.a": before})
    assert (str(found.status), found.observed, found.unexpected) == (status, rows, None)
    if status == "failed":
        said = "1 row" if rows == 1 else f"{rows} rows"
        assert found.message == (
            f"{said} where the contract wants at most 20% away from {before}, the last passed run's"
        )


def test_a_log_that_cannot_be_read_leaves_the_rule_errored(tmp_path: Path) -> None:
    found = _rows(tmp_path, 1, "the log is damaged")
    assert str(found.status) == "errored"
    assert found.message == (
        "could not be evaluated: the rows of the last passed run are not known: the log is damaged"
    )
    assert found.cause == "history_unreadable"


def test_the_log_is_asked_for_the_last_run_that_passed(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    text = CONTRACT[: CONTRACT.index("environments")].replace("{min: 3}", "{change: {max: 50%}}")
    text = text.replace(", max: 5, enum: [1, 2]", ", max: 5")
    (tmp_path / "contracts" / "shop.contract.yaml").write_text(text, encoding="utf-8")
    warehouse = tmp_path / "warehouse"
    project = Project.open(tmp_path)

    def check(rows: list[int], *, record: bool = True) -> RuleResult:
        store(warehouse, "shop.a", {"n": "long"}, [(row,) for row in rows])
        result = project.check("shop", record=record)
        return next(rule for rule in result.all_rules() if rule.id == "shop.a.rows")

    assert str(check([1, 1]).status) == "passed"  # no run before: nothing to move from
    assert str(check([1]).status) == "passed"  # 3 rows beside 2
    assert str(check([9]).status) == "passed"  # 4 beside 3, but this run failed as a whole
    found = check([1], record=False)  # 5 beside 3, the last that passed
    assert (str(found.status), found.observed) == ("failed", 5)
    assert found.message == (
        "5 rows where the contract wants at most 50% away from 3, the last passed run's"
    )


def test_a_damaged_log_does_not_count_as_none(tmp_path: Path) -> None:
    contract = contract_of(CHANGING)
    store(tmp_path, "shop.a", {"n": "long"}, [(1,)])
    broken = Path(Warehouse(tmp_path).table_uri("log.shoplog")) / "_delta_log"
    broken.mkdir(parents=True)
    (broken / f"{0:020}.json").write_text("{", encoding="utf-8")
    found = outcomes(validate(contract, tmp_path))["shop.a.rows"]
    assert str(found.status) == "errored"
    assert found.message.startswith("could not be evaluated: the rows of the last passed run")
