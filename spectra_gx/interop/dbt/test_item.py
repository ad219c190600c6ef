"""A test of dbt as it is written: its name, arguments, and configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.interop.foreign.counts import opposite, read_comparison
from spectra_gx.interop.foreign.sql import NotConvertibleError, refuse_templates, take_condition
from spectra_gx.interop.tracked_mapping import TrackedMapping

if TYPE_CHECKING:
    from spectra_gx.interop.losses import Loss
    from spectra_gx.interop.odcs.quality_check import Threshold

_CONFIG = (
    *("where", "severity", "warn_if", "error_if", "fail_calc", "enabled", "limit"),
    *("store_failures", "store_failures_as", "tags", "meta", "alias", "database", "schema"),
)
_BESIDE = ("name", "description", "test_name", "config", "arguments", "column_name", *_CONFIG)
_DEFAULT = re.compile(r"\s*(!=|<>|>)\s*0\s*")
_NO_WEIGHT = ("limit", "store_failures", "store_failures_as", "alias", "database", "schema")


@dataclass(frozen=True)
class Level:
    """A severity, and how many failures are accepted below it; None if not one is."""

    severity: str
    accepted: Threshold | None


@dataclass(frozen=True)
class DbtTest:
    """A test that is being imported."""

    kind: str
    """Its name with the package: `not_null`, `dbt_utils.accepted_range`."""

    arguments: TrackedMapping
    name: str | None
    """The name that its author gave it."""

    column: str | None
    levels: tuple[Level, ...]
    where: str | None
    description: str | None


def split_item(item: Any, path: str, losses: list[Loss]) -> tuple[str, TrackedMapping]:
    """Return the name of a test and everything that is said of it, in one mapping."""
    if isinstance(item, str):
        return item, TrackedMapping({}, path, losses)
    if not isinstance(item, dict):
        return "", TrackedMapping(item, path, losses)
    said = dict(item)
    kind = said.pop("test_name", None)
    if kind is None:
        kind = next((key for key in said if key not in _BESIDE), "")
        _spread(said, str(kind))
    for key in ("arguments", "config"):
        _spread(said, key)
    return str(kind), TrackedMapping(said, f"{path}.{kind}" if kind else path, losses)


def _spread(said: dict[str, Any], key: str) -> None:
    """Take the content of a key out of it; what is no mapping stays, and is reported as unread."""
    if isinstance(said.get(key), dict):
        said |= said.pop(key)
    elif said.get(key) is None:
        said.pop(key, None)


def read_test(kind: str, said: TrackedMapping, column: str | None, dialect: str | None) -> DbtTest:
    """Return a test with its configuration read.

    Raises:
        NotConvertibleError: Its configuration has no equal in the contract language.
    """
    if said.take("enabled", object) in (False, "false", "False"):
        raise NotConvertibleError("it is not enabled")
    calculation = said.take("fail_calc", object)
    if calculation and "".join(str(calculation).split()).lower() != "count(*)":
        raise NotConvertibleError("only `count(*)` is supported as `fail_calc`")
    where = take_condition(said, "where", dialect)
    for key in _NO_WEIGHT:
        said.take(key, object)
    return DbtTest(
        kind.removeprefix("dbt."),
        said,
        said.text("name"),
        said.text("column_name") or column,
        _levels(said),
        where,
        said.text("description"),
    )


def _levels(said: TrackedMapping) -> tuple[Level, ...]:
    severity = str(said.take("severity", object) or "error").lower()
    refuse_templates(severity)
    if severity not in ("error", "warn"):
        raise NotConvertibleError("its severity is neither error nor warn")
    warns, fails = (_accepted(said.take(key, object)) for key in ("warn_if", "error_if"))
    warning = Level("warning", warns)
    if severity == "warn":
        return (warning,)
    # A test whose every failure is an error has none left to warn of.
    return (Level("critical", fails), warning) if fails else (Level("critical", None),)


def _accepted(fails: Any) -> Threshold | None:
    """Return the numbers of failures that a test accepts; None if only 0 is accepted."""
    if not isinstance(fails, str | None):
        raise NotConvertibleError("its threshold is not a comparison with numbers")
    if fails is None or _DEFAULT.fullmatch(fails):
        return None
    refuse_templates(fails)
    test = opposite(read_comparison(fails))
    return None if test.is_zero else test
