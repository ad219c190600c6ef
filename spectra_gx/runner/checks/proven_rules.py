"""Rules that the activity log proves to have passed on a version of a table.

Only rules about single rows are proven for good: a row that passed one passes it wherever it is, at
any time, as long as the rule and the columns are the same. Time changes the verdict of a rule that
reads the run's clock, so it is never proven.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.compiler.rule_compilation import compile_rule
from spectra_gx.contract.clocks import reads_clock
from spectra_gx.contract.rules.catalogue import KINDS
from spectra_gx.errors import WarehouseError
from spectra_gx.validation.results import Status, TableResult
from spectra_gx.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.contract.model import Rule, Table
    from spectra_gx.runner.ports import ActivityLog

logger = logging.getLogger(__name__)

_REMEMBERED = 1000
"""Checkpoints of the log that are searched for proven rules."""


@dataclass(frozen=True)
class ProvenRules:
    """The rules that passed on a version of a table."""

    version: int
    content: str
    """Hash of the files that it consisted of."""

    fingerprints: Mapping[str, str]
    """Rule → its fingerprint when it passed."""

    def contains(self, rule: Rule, table: Table) -> bool:
        """Return whether this very rule passed on every row of that version."""
        return self.fingerprints.get(rule.id) == rule_fingerprint(rule, table)

    def rules_of(self, table: Table) -> set[str]:
        """Return the rules of a table that need not be checked again on the rows of the version."""
        return {rule.id for rule in table.rules if is_row_rule(rule) and self.contains(rule, table)}


def proof_metadata(table: Table, result: TableResult, content: str) -> Mapping[str, Any]:
    """Return the metadata of a checkpoint's row in the log.

    `content` is the hash of the files that the table consisted of.
    """
    passed = {rule.id for rule in result.rules if rule.status is Status.PASSED}
    return {
        "content": content,
        "proven": {
            rule.id: rule_fingerprint(rule, table)
            for rule in table.rules
            if rule.id in passed and is_row_rule(rule)
        },
    }


def read_checkpoints(log: ActivityLog) -> Sequence[Mapping[str, Any]]:
    """Return the newest checkpoints of a log, oldest first; without them everything is checked."""
    try:
        return log.runs("checkpoint", _REMEMBERED)
    except WarehouseError as error:
        logger.warning("everything is checked, as the log cannot be read: %s", error.message)
        return []


def read_proven_rules(
    rows: Sequence[Mapping[str, Any]], table: Table, version: int | None = None
) -> ProvenRules | None:
    """Return what the newest checkpoint of a table, or of a version of it, proves, if there is one.

    `rows` are of the log, oldest first.
    """
    for row in reversed(rows):
        if row["record_type"] != "checkpoint" or row["table_name"] != table.name:
            continue
        kept = json.loads(row["metadata"] or "{}")
        if "content" not in kept or row["delta_version"] is None:
            continue
        if version in (None, row["delta_version"]):
            return ProvenRules(row["delta_version"], kept["content"], kept["proven"])
    return None


def is_row_rule(rule: Rule) -> bool:
    """Return whether a rule is about single rows, and none may break it."""
    return KINDS[rule.kind].row_by_row and not rule.is_lenient and not reads_clock(rule)


def rule_fingerprint(rule: Rule, table: Table) -> str:
    """Return a hash of all that decides whether a row passes a rule, this package included."""
    compiled = compile_rule(rule)
    facts = [
        __version__,
        [table.name, table.location, str(table.format)],
        [[column.name, column.type, column.timezone] for column in table.columns],
        [compiled["type"], compiled["kwargs"]],
    ]
    text = json.dumps(facts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
