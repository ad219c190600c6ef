"""Break one thing in a stored table, and exactly the rules that speak of it must not pass."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from spectra_gx.contract.checks.readable_tables import readable_tables
from spectra_gx.contract.checks.rule_reads import tables_read
from spectra_gx.contract.loading import load_project
from tests.conftest import REPOSITORY
from tests.fakes.tables import PREPARE, SOURCE, edit, folder, replace, stored

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

PORTFOLIO, CONFIG, CREDENTIALS, ENDPOINTS, CHECKS = SOURCE
CONTRACT = load_project(REPOSITORY)["source"]

NAMED_BY: dict[str, set[str]] = {
    "source.portfolio.total_endpoints": {"source.portfolio.totals-agree"},
    "source.portfolio.hierarchical_endpoints": {"source.portfolio.hierarchical-agree"},
    "source.portfolio.endpoint_categories": {"source.portfolio.categories-agree"},
    "source.portfolio.auth_status": {
        "source.portfolio.auth-ok",
        "source.portfolio.auth-check-dated",
        "source.portfolio.credentials-agree",
    },
    "source.portfolio.last_auth_check": {"source.portfolio.auth-check-dated"},
    "source.portfolio.endpoint_success_rate": {
        "source.portfolio.success-rate-floor",
        "source.portfolio.success-rate-agrees",
    },
    "source.config.config_key": {"source.config.primary_key", "source.config.stage-is-source"},
    "source.config.config_value": {"source.config.stage-is-source"},
    "source.credentials.validation_status": {"source.portfolio.credentials-agree"},
    "source.endpoints.full_path": {
        "source.endpoints.primary_key",
        "source.endpoints.resource-composed",
        "source.endpoint_checks.endpoints-known",
    },
    "source.endpoints.http_method": {
        "source.endpoints.primary_key",
        "source.endpoint_checks.endpoints-known",
    },
    "source.endpoints.category": {"source.portfolio.categories-agree"},
    "source.endpoints.hierarchical": {"source.portfolio.hierarchical-agree"},
    "source.endpoints.description": {"source.endpoints.resource-composed"},
    "source.endpoints.resource": {"source.endpoints.resource-composed"},
    "source.endpoint_checks.full_path": {
        "source.endpoint_checks.primary_key",
        "source.endpoint_checks.endpoints-known",
    },
    "source.endpoint_checks.http_method": {
        "source.endpoint_checks.primary_key",
        "source.endpoint_checks.endpoints-known",
    },
    "source.endpoint_checks.outcome": {
        "source.endpoint_checks.reason-given",
        "source.endpoint_checks.probes-dated",
        "source.portfolio.success-rate-agrees",
    },
    "source.endpoint_checks.reason": {"source.endpoint_checks.reason-given"},
    "source.endpoint_checks.status_code": {"source.endpoint_checks.no-401"},
    "source.endpoint_checks.latency_ms": {"source.endpoint_checks.probes-dated"},
    "source.endpoint_checks.checked_at": {"source.endpoint_checks.probes-dated"},
}
"""Column → rules, of whichever table, that name it beside its own keys."""

OTHER_TYPE = {
    "string": pa.binary(),
    "date": pa.timestamp("us", "UTC"),
    "integer": pa.int64(),
    "timestamp": pa.string(),
    "boolean": pa.string(),
    "double": pa.float32(),
    "array<string>": pa.string(),
}


def side_by_side(alone: Collection[str], columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Return columns in a few groups: one of each table a group, those not `alone` in one go.

    A group never holds two columns that the same cross-table rule names.
    """
    groups: dict[int, list[str]] = defaultdict(list)
    for table in SOURCE:
        own = [column for column in columns if column.startswith(f"{table}.")]
        named = [column for column in own if column in alone]
        for index, column in enumerate(named if table == PORTFOLIO else named[::-1]):
            groups[index].append(column)
        groups[len(columns)] += [column for column in own if column not in alone]
    return [tuple(group) for _, group in sorted(groups.items())]


COLUMNS = [f"{table.name}.{column.name}" for table in CONTRACT.tables for column in table.columns]


def keys_of(column: str) -> set[str]:
    """Return the ids of the rules that a column's own keys make."""
    table, name = column.rsplit(".", 1)
    [found] = [c for t in CONTRACT.tables if t.name == table for c in t.columns if c.name == name]
    return {rule.id for rule in found.rules}


def check(command: Callable[..., Any], root: Path) -> tuple[int, dict[str, str]]:
    """Return the exit code and, of every rule that did not pass, the id and the status."""
    ended = command("check", "source", "--json", "--project", root)
    checked = json.loads(ended.out)
    rules = [*checked["rules"], *(rule for table in checked["tables"] for rule in table["rules"])]
    assert checked["declared"] == len(rules) == 122
    assert checked["declared"] == checked["passed"] + checked["failed"] + checked["errored"]
    return ended.code, {r["id"]: r["status"] for r in rules if r["status"] != "passed"}


@pytest.mark.parametrize("columns", side_by_side(NAMED_BY, COLUMNS), ids=" ".join)
def test_dropped_columns(columns: Sequence[str], project, command):
    for column in columns:
        table, name = column.rsplit(".", 1)
        replace(project, table, stored(project, table).drop_columns([name]))

    code, broken = check(command, project)

    tables = {column.rsplit(".", 1)[0] for column in columns}
    errored = {rule for column in columns for rule in keys_of(column) | NAMED_BY.get(column, set())}
    assert broken == {f"{table}.columns": "failed" for table in tables} | dict.fromkeys(
        errored, "errored"
    )
    assert code == 3


NULLS_OF: dict[str, set[str]] = {
    "source.portfolio.last_auth_check": {"source.portfolio.auth-check-dated"},
    "source.endpoint_checks.reason": {"source.endpoint_checks.reason-given"},
}
"""Column → rules of kind `required` about it, beside its own key."""


@pytest.mark.parametrize("columns", side_by_side(NAMED_BY, COLUMNS), ids=" ".join)
def test_columns_of_another_type(columns: Sequence[str], project, command):
    for column in columns:
        table, name = column.rsplit(".", 1)
        before = stored(project, table)
        index = before.schema.get_field_index(name)
        replace(project, table, before.set_column(index, *retyped(table, before, index)))

    code, broken = check(command, project)

    types = {f"{column}.type" for column in columns}
    keys = {rule for column in columns for rule in keys_of(column) | NAMED_BY.get(column, set())}
    # Whether a column is null can be asked whatever its type.
    null = {f"{column}.required" for column in columns}
    null |= {rule for column in columns for rule in NULLS_OF.get(column, set())}
    errored = keys - types - null
    assert broken == dict.fromkeys(types, "failed") | dict.fromkeys(errored, "errored")
    assert code == 3


def retyped(name: str, table: pa.Table, index: int) -> tuple[pa.Field, pa.Array]:
    field = table.schema.field(index)
    [declared] = [t for t in CONTRACT.tables if t.name == name]
    column = declared.column(field.name)
    assert column is not None
    other = OTHER_TYPE[column.type]
    values = table.column(index).to_pylist()
    if other == pa.string():
        values = [str(value) for value in values]
    elif other == pa.binary():
        values = [None if value is None else value.encode() for value in values]
    return pa.field(field.name, other), pa.array(values).cast(other)


ALSO_BROKEN_BY_NULL = {
    "source.portfolio.endpoint_success_rate": {"source.portfolio.success-rate-agrees"},
    "source.endpoint_checks.full_path": {"source.endpoint_checks.primary_key"},
    "source.endpoint_checks.http_method": {"source.endpoint_checks.primary_key"},
    "source.config.config_key": {"source.config.primary_key"},
    "source.credentials.validation_status": {"source.portfolio.credentials-agree"},
    "source.endpoints.full_path": {
        "source.endpoints.primary_key",
        "source.endpoints.resource-composed",
        "source.endpoint_checks.endpoints-known",
    },
    "source.endpoints.http_method": {
        "source.endpoints.primary_key",
        "source.endpoint_checks.endpoints-known",
    },
    "source.endpoints.category": {"source.portfolio.categories-agree"},
    "source.endpoints.hierarchical": {"source.portfolio.hierarchical-agree"},
}
"""Column → rules that a null in its last row breaks beside `required`."""


REQUIRED = [
    f"{table.name}.{column.name}"
    for table in CONTRACT.tables
    for column in table.columns
    if column.required
]


@pytest.mark.parametrize("columns", side_by_side(ALSO_BROKEN_BY_NULL, REQUIRED), ids=" ".join)
def test_nulls(columns: Sequence[str], project, command):
    for column in columns:
        table, name = column.rsplit(".", 1)
        edit(project, table, lambda found, name=name: hit(found).update({name: None}))

    code, broken = check(command, project)

    expected = {f"{column}.required" for column in columns}.union(
        *(ALSO_BROKEN_BY_NULL.get(column, set()) for column in columns)
    )
    assert broken == dict.fromkeys(expected, "failed")
    assert code == 1


def hit(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a hierarchical endpoint, so that losing its mark is felt; else the first row."""
    return next((row for row in found if row.get("hierarchical")), found[0])


# -- values ----------------------------------------------------------------------------------------


Change = Callable[[list[dict[str, Any]]], object]


@dataclass(frozen=True)
class Corruption:
    """One thing broken, and the rules that must say so."""

    name: str
    changes: dict[str, Change]
    fails: set[str]


def value(column: str, to: Any) -> dict[str, Change]:
    table, name = column.rsplit(".", 1)
    return {table: lambda found: found[0].update({name: to})}


def setting(key: str, **changed: Any) -> dict[str, Change]:
    return {CONFIG: lambda found: next(r for r in found if r["config_key"] == key).update(changed)}


def plain(found: list[dict[str, Any]]) -> int:
    """Return where an endpoint outside the hierarchy stands."""
    return next(index for index, row in enumerate(found) if not row["hierarchical"])


def probed(**changed: Any) -> dict[str, Change]:
    """Change the check of an endpoint that answered."""
    return {
        CHECKS: lambda found: next(r for r in found if r["outcome"] == "Success").update(changed)
    }


ONE_BY_ONE = {"source.endpoint_checks.rows", "source.endpoint_checks.endpoints-known"}
AGREEMENT = {"source.portfolio.totals-agree", "source.portfolio.categories-agree"}

CORRUPTIONS = [
    Corruption(
        "method-patch",
        value("source.endpoints.http_method", "PATCH"),
        {"source.endpoints.http_method.enum", "source.endpoint_checks.endpoints-known"},
    ),
    Corruption(
        "row-dropped",
        {ENDPOINTS: lambda found: found.pop(plain(found))},
        AGREEMENT | ONE_BY_ONE,
    ),
    Corruption(
        "hierarchical-row-dropped",
        {ENDPOINTS: lambda found: found.remove(next(r for r in found if r["hierarchical"]))},
        AGREEMENT | ONE_BY_ONE | {"source.portfolio.hierarchical-agree"},
    ),
    Corruption(
        "two-rows-dropped",
        {ENDPOINTS: lambda found: (found.pop(plain(found)), found.pop(plain(found)))},
        AGREEMENT | ONE_BY_ONE | {"source.endpoints.rows"},
    ),
    Corruption(
        "endpoint-duplicated",
        {ENDPOINTS: lambda found: found.append(dict(found[plain(found)]))},
        AGREEMENT | {"source.endpoints.primary_key", "source.endpoint_checks.rows"},
    ),
    Corruption(
        "endpoint-in-place-of-another",
        {
            ENDPOINTS: lambda found: found[plain(found)].update(
                {k: found[-1][k] for k in ("full_path", "http_method", "description", "resource")}
            )
        },
        {"source.endpoints.primary_key", "source.endpoint_checks.endpoints-known"},
    ),
    Corruption(
        "hierarchy-flipped",
        {ENDPOINTS: lambda found: found[0].update(hierarchical=not found[0]["hierarchical"])},
        {"source.portfolio.hierarchical-agree"},
    ),
    Corruption(
        "category-renamed",
        value("source.endpoints.category", "none such"),
        {"source.portfolio.categories-agree"},
    ),
    Corruption(
        "resource-changed",
        value("source.endpoints.resource", "x"),
        {"source.endpoints.resource-composed"},
    ),
    Corruption(
        "version-no-semver",
        value("source.portfolio.contract_version", "1.0"),
        {"source.portfolio.contract_version.format"},
    ),
    Corruption(
        "categories-no-json",
        value("source.portfolio.endpoint_categories", "{testcases}"),
        {"source.portfolio.endpoint_categories.format", "source.portfolio.categories-agree"},
    ),
    Corruption(
        "categories-no-object",
        value("source.portfolio.endpoint_categories", "[1]"),
        {"source.portfolio.endpoint_categories.pattern", "source.portfolio.categories-agree"},
    ),
    Corruption(
        "totals-disagree",
        value("source.portfolio.total_endpoints", 224),
        {"source.portfolio.totals-agree"},
    ),
    Corruption(
        "total-negative",
        value("source.portfolio.total_endpoints", -1),
        {"source.portfolio.total_endpoints.min", "source.portfolio.totals-agree"},
    ),
    Corruption(
        "hierarchical-disagree",
        value("source.portfolio.hierarchical_endpoints", 54),
        {"source.portfolio.hierarchical-agree"},
    ),
    Corruption(
        "hierarchical-negative",
        value("source.portfolio.hierarchical_endpoints", -1),
        {"source.portfolio.hierarchical_endpoints.min", "source.portfolio.hierarchical-agree"},
    ),
    Corruption(
        "auth-unknown",
        value("source.portfolio.auth_status", "Unknown"),
        {"source.portfolio.auth-ok"},
    ),
    Corruption(
        "auth-failed",
        value("source.portfolio.auth_status", "Failed"),
        {"source.portfolio.auth-ok", "source.portfolio.credentials-agree"},
    ),
    Corruption(
        "auth-failed-everywhere",
        {
            PORTFOLIO: lambda found: found[0].update(auth_status="Failed", last_auth_check=None),
            CREDENTIALS: lambda found: found[0].update(validation_status="Failed"),
        },
        {"source.portfolio.auth-ok"},
    ),
    Corruption(
        "auth-status-unheard-of",
        value("source.portfolio.auth_status", "Maybe"),
        {
            "source.portfolio.auth_status.enum",
            "source.portfolio.auth-ok",
            "source.portfolio.credentials-agree",
        },
    ),
    Corruption(
        "auth-undated",
        value("source.portfolio.last_auth_check", None),
        {"source.portfolio.auth-check-dated"},
    ),
    Corruption(
        "rate-above-one",
        value("source.portfolio.endpoint_success_rate", 1.01),
        {"source.portfolio.endpoint_success_rate.max", "source.portfolio.success-rate-agrees"},
    ),
    Corruption(
        "rate-below-zero",
        value("source.portfolio.endpoint_success_rate", -0.01),
        {
            "source.portfolio.endpoint_success_rate.min",
            "source.portfolio.success-rate-floor",
            "source.portfolio.success-rate-agrees",
        },
    ),
    Corruption(
        "rate-low",
        value("source.portfolio.endpoint_success_rate", 0.5),
        {"source.portfolio.endpoint_success_rate.min", "source.portfolio.success-rate-agrees"},
    ),
    Corruption(
        "hierarchy-unreadable",
        value("source.portfolio.hierarchical_access_validated", False),
        {"source.portfolio.hierarchical_access_validated.const"},
    ),
    Corruption(
        "rate-not-a-number",
        value("source.portfolio.endpoint_success_rate", float("nan")),
        {
            "source.portfolio.endpoint_success_rate.min",
            "source.portfolio.endpoint_success_rate.max",
            "source.portfolio.success-rate-floor",
            "source.portfolio.success-rate-agrees",
        },
    ),
    Corruption(
        "status-idle", value("source.portfolio.status", "idle"), {"source.portfolio.status.const"}
    ),
    Corruption(
        "disabled",
        value("source.portfolio.is_enabled", False),
        {"source.portfolio.is_enabled.const"},
    ),
    Corruption(
        "portfolio-twice",
        {PORTFOLIO: lambda found: found.append(dict(found[0]))},
        {"source.portfolio.rows"},
    ),
    Corruption(
        "portfolio-empty", {PORTFOLIO: lambda found: found.clear()}, {"source.portfolio.rows"}
    ),
    Corruption("setting-dropped", {CONFIG: lambda found: found.pop()}, {"source.config.rows"}),
    Corruption(
        "setting-twice",
        {CONFIG: lambda found: found.append(dict(found[0]))},
        {"source.config.rows", "source.config.primary_key"},
    ),
    Corruption(
        "setting-in-place-of-another",
        setting("sdk_version", config_key="notebook_name"),
        {"source.config.primary_key"},
    ),
    Corruption(
        "setting-unheard-of",
        setting("sdk_version", config_key="colour"),
        {"source.config.config_key.enum"},
    ),
    Corruption(
        "stage-not-source",
        setting("stage", config_value="prepare"),
        {"source.config.stage-is-source"},
    ),
    Corruption(
        "credential-other-type",
        value("source.credentials.credential_type", "password"),
        {"source.credentials.credential_type.const"},
    ),
    Corruption(
        "credential-unmasked",
        value("source.credentials.credential_value", "fake-token-0123456789"),
        {"source.credentials.credential_value.format"},
    ),
    Corruption(
        "credential-refused",
        value("source.credentials.validation_status", "Failed"),
        {"source.portfolio.credentials-agree"},
    ),
    Corruption(
        "credential-status-unheard-of",
        value("source.credentials.validation_status", "Maybe"),
        {"source.credentials.validation_status.enum", "source.portfolio.credentials-agree"},
    ),
    Corruption(
        "credential-twice",
        {CREDENTIALS: lambda found: found.append(dict(found[0]))},
        {"source.credentials.rows"},
    ),
    Corruption(
        "credential-gone",
        {CREDENTIALS: lambda found: found.clear()},
        {"source.credentials.rows", "source.portfolio.credentials-agree"},
    ),
    Corruption("endpoint-refused", probed(status_code=401), {"source.endpoint_checks.no-401"}),
    Corruption(
        "outcome-unheard-of",
        value("source.endpoint_checks.outcome", "Maybe"),
        {
            "source.endpoint_checks.outcome.enum",
            "source.endpoint_checks.probes-dated",
            "source.portfolio.success-rate-agrees",
        },
    ),
    Corruption(
        "reason-missing",
        value("source.endpoint_checks.reason", None),
        {"source.endpoint_checks.reason-given"},
    ),
    Corruption(
        "latency-negative", probed(latency_ms=-1.0), {"source.endpoint_checks.latency_ms.min"}
    ),
    Corruption("probe-undated", probed(checked_at=None), {"source.endpoint_checks.probes-dated"}),
    Corruption(
        "last-outcome-unheard-of",
        value("source.endpoint_checks.last_outcome", "Maybe"),
        {"source.endpoint_checks.last_outcome.enum"},
    ),
    Corruption(
        "check-dropped", {CHECKS: lambda found: found.pop(0)}, {"source.endpoint_checks.rows"}
    ),
    Corruption(
        "check-twice",
        {CHECKS: lambda found: found.append(dict(found[0]))},
        {"source.endpoint_checks.rows", "source.endpoint_checks.primary_key"},
    ),
    Corruption(
        "check-of-another-endpoint",
        value("source.endpoint_checks.full_path", "/none"),
        {"source.endpoint_checks.endpoints-known"},
    ),
    Corruption("rows-in-another-order", {ENDPOINTS: lambda found: found.reverse()}, set()),
]


READS = {
    rule.id: {rule.table, *tables_read(rule, readable_tables(CONTRACT, {}))}
    for rule in CONTRACT.rules()
}
WARNINGS = {rule.id for rule in CONTRACT.rules() if rule.severity == "warning"}


def is_independent(one: Corruption, other: Corruption) -> bool:
    """Return whether neither can break, or spare, a rule that is expected of the other."""

    def reach(corruption: Corruption) -> set[str]:
        return set(corruption.changes).union(*(READS[rule] for rule in corruption.fails))

    return reach(one).isdisjoint(other.changes) and reach(other).isdisjoint(one.changes)


def independent(corruptions: Sequence[Corruption]) -> list[list[Corruption]]:
    """Return corruptions in few groups, each of which ends with one exit code."""
    groups: list[list[Corruption]] = []
    for one in corruptions:
        for group in groups:
            if (one.fails <= WARNINGS) == (group[0].fails <= WARNINGS) and all(
                is_independent(one, other) for other in group
            ):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


@pytest.mark.parametrize(
    "group", independent(CORRUPTIONS), ids=lambda group: " ".join(one.name for one in group)
)
def test_a_wrong_value(group: Sequence[Corruption], project, command):
    for corruption in group:
        for table, change in corruption.changes.items():
            edit(project, table, change)

    code, broken = check(command, project)

    fails = {rule for corruption in group for rule in corruption.fails}
    assert broken == dict.fromkeys(fails, "failed")
    assert code == (1 if fails - WARNINGS else 0)


def test_a_column_that_nobody_declared(project, command):
    for table in SOURCE:
        before = stored(project, table)
        more = before.append_column("surprise", pa.array(["x"] * before.num_rows))
        replace(project, table, more)
    assert check(command, project) == (1, {f"{table}.columns": "failed" for table in SOURCE})


def test_columns_in_another_order_break_nothing(project, command):
    before = stored(project, ENDPOINTS)
    replace(project, ENDPOINTS, before.select(before.column_names[::-1]))
    assert check(command, project) == (0, {})


def test_a_table_that_nobody_declared_is_a_warning(project, command):
    replace(project, "source.surprise", pa.table({"a": [1]}))
    assert check(command, project) == (0, {"source.undeclared_tables": "failed"})
    assert (
        "no contract names `source.surprise`"
        in command("check", "source", "--project", project).out
    )


@pytest.mark.parametrize("table", [CREDENTIALS, ENDPOINTS])
def test_a_table_that_is_gone_leaves_none_of_its_rules_passed(table: str, project, command):
    folder(project, table).rename(project / "elsewhere")

    code, broken = check(command, project)

    [declared] = [t for t in CONTRACT.tables if t.name == table]
    reads_it = {
        ENDPOINTS: AGREEMENT | ONE_BY_ONE | {"source.portfolio.hierarchical-agree"},
        CREDENTIALS: {"source.portfolio.credentials-agree"},
    }[table]
    assert broken == dict.fromkeys({rule.id for rule in declared.rules} | reads_it, "errored")
    assert code == 3


def test_an_unreadable_table_is_errored_not_failed(project, command):
    for file in folder(project, ENDPOINTS).glob("*.parquet"):
        file.write_bytes(b"no parquet")
    code, broken = check(command, project)
    assert code == 3
    assert set(broken.values()) == {"errored"}
    assert "source.endpoints.http_method.enum" in broken


def test_every_rule_is_broken_by_something_here():
    reached = {rule for corruption in CORRUPTIONS for rule in corruption.fails}
    reached |= {f"{table}.columns" for table in SOURCE} | {"source.undeclared_tables"}
    reached |= {f"{column}.type" for column in COLUMNS}
    reached |= {f"{column}.required" for column in REQUIRED}
    assert {rule.id for rule in CONTRACT.rules()} - reached == set()
    assert not any(table in reached for table in PREPARE)
