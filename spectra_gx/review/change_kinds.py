"""The catalogue of change kinds: every id, its meaning, direction and severity.

Ids are permanent: waivers and policies name them. A different meaning is a new kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.model import Severity
from spectra_gx.review.change import Bump, Direction, Party

if TYPE_CHECKING:
    from collections.abc import Mapping

TIGHTENS, LOOSENS, BOTH = Direction.TIGHTENS, Direction.LOOSENS, Direction.BOTH
UNDETERMINED, NONE = Direction.UNDETERMINED, Direction.NONE

HURTS = {
    TIGHTENS: (Party.PRODUCER,),
    LOOSENS: (Party.CONSUMER,),
    BOTH: (Party.PRODUCER, Party.CONSUMER),
    UNDETERMINED: (),
    NONE: (),
}
SEVERITIES = {
    TIGHTENS: Severity.WARNING,
    LOOSENS: Severity.CRITICAL,
    BOTH: Severity.CRITICAL,
    UNDETERMINED: Severity.WARNING,
    NONE: Severity.INFO,
}
BUMPS = {Severity.CRITICAL: Bump.MAJOR, Severity.WARNING: Bump.MINOR, Severity.INFO: Bump.PATCH}
"""The step of the version that a change of a severity needs."""

WITHOUT_BUMP = frozenset({"contract-added", "contract-mended"})
"""Kinds of changes without an old version to count from."""


@dataclass(frozen=True)
class ChangeKind:
    """One kind of change."""

    id: str
    purpose: str
    """One sentence, the same everywhere."""

    direction: Direction
    """The direction of most changes of the kind; a change may have another."""

    severity: Severity
    hurts: tuple[Party, ...]


def _kind(
    change: str, direction: Direction, purpose: str, severity: Severity | None = None
) -> ChangeKind:
    return ChangeKind(
        change, purpose, direction, severity or SEVERITIES[direction], HURTS[direction]
    )


_KINDS = (
    # contracts
    _kind("contract-added", TIGHTENS, "A stage has a contract for the first time.", Severity.INFO),
    _kind("contract-removed", LOOSENS, "A contract was removed."),
    _kind("contract-renamed", BOTH, "A stage was renamed."),
    _kind(
        "contract-mended", UNDETERMINED, "The old contract could not be read; the new one can."
    ),
    # tables
    _kind("table-added", TIGHTENS, "A table was added."),
    _kind("table-removed", LOOSENS, "A table was removed."),
    _kind("table-renamed", BOTH, "A table with the same columns was renamed."),
    _kind("table-location-changed", UNDETERMINED, "A table is stored somewhere else."),
    _kind("table-format-changed", BOTH, "A table is stored in another format."),
    _kind("quarantine-changed", UNDETERMINED, "Invalid rows are quarantined, or no longer."),
    _kind("extra-columns-narrowed", TIGHTENS, "Undeclared columns are allowed less."),
    _kind("extra-columns-widened", LOOSENS, "Undeclared columns are allowed more."),
    _kind("column-order-changed", BOTH, "Columns whose order is checked were reordered."),
    _kind("columns-reordered", NONE, "Columns whose order is not checked were reordered."),
    # columns
    _kind("column-added", TIGHTENS, "A column was added, which the producer must fill."),
    _kind(
        "column-removed",
        BOTH,
        "A column was removed; only loosens where undeclared columns are allowed.",
    ),
    _kind("column-renamed", BOTH, "A column with the same type and rules was renamed."),
    _kind("column-type-changed", BOTH, "A column has another type."),
    _kind(
        "column-type-widened",
        BOTH,
        "A column has a type that can store every value of the old one.",
        Severity.WARNING,
    ),
    _kind("column-required", TIGHTENS, "A column may no longer be null."),
    _kind("column-nullable", LOOSENS, "A column may now be null."),
    _kind("timezone-changed", UNDETERMINED, "Local times of a column are in another zone."),
    _kind("classification-raised", UNDETERMINED, "A column is more sensitive."),
    _kind(
        "classification-lowered",
        UNDETERMINED,
        "A column is less sensitive; blocks if it was confidential or pii.",
    ),
    _kind("masking-dropped", UNDETERMINED, "A column is no longer masked; blocks until waived."),
    # keys
    _kind("unique-added", TIGHTENS, "Values must be unique."),
    _kind("unique-removed", LOOSENS, "Values no longer have to be unique."),
    _kind("unique-columns-changed", BOTH, "Other columns must be unique together."),
    _kind("primary-key-added", TIGHTENS, "A primary key was added."),
    _kind("primary-key-removed", LOOSENS, "A primary key was removed."),
    _kind("primary-key-changed", BOTH, "Other columns are the primary key."),
    # values
    _kind("enum-value-added", LOOSENS, "A value was added to the allowed ones."),
    _kind("enum-value-removed", TIGHTENS, "A value is no longer allowed."),
    _kind("enum-values-swapped", BOTH, "Some values are now allowed, others no longer."),
    _kind("not-in-value-added", TIGHTENS, "A value is now forbidden."),
    _kind("not-in-value-removed", LOOSENS, "A value is no longer forbidden."),
    _kind("const-changed", BOTH, "The only allowed value changed."),
    _kind("range-narrowed", TIGHTENS, "A bound of a column's values leaves less room."),
    _kind("range-widened", LOOSENS, "A bound of a column's values leaves more room."),
    _kind("length-narrowed", TIGHTENS, "A bound of a text's length leaves less room."),
    _kind("length-widened", LOOSENS, "A bound of a text's length leaves more room."),
    _kind("length-changed", BOTH, "The exact length of a text changed."),
    _kind("pattern-narrowed", TIGHTENS, "A pattern matches part of what it matched."),
    _kind("pattern-widened", LOOSENS, "A pattern matches all that it matched, and more."),
    _kind("pattern-changed", UNDETERMINED, "A pattern changed, and neither contains the other."),
    _kind("format-changed", BOTH, "The format of a text changed."),
    # row counts, freshness and statistics
    _kind("row-count-narrowed", TIGHTENS, "A bound of the row count leaves less room."),
    _kind("row-count-widened", LOOSENS, "A bound of the row count leaves more room."),
    _kind("row-count-reference-changed", UNDETERMINED, "The row count must match another table."),
    _kind("freshness-narrowed", TIGHTENS, "Data must be younger."),
    _kind("freshness-widened", LOOSENS, "Data may be older."),
    _kind("statistic-narrowed", TIGHTENS, "A bound of a statistic leaves less room."),
    _kind("statistic-widened", LOOSENS, "A bound of a statistic leaves more room."),
    _kind("quantile-changed", UNDETERMINED, "Another quantile is checked."),
    _kind("sorting-changed", BOTH, "The order of rows changed."),
    _kind("partitioning-changed", BOTH, "A table is partitioned by other columns."),
    # relations and queries
    _kind("reference-added", TIGHTENS, "A foreign key was added."),
    _kind("reference-removed", LOOSENS, "A foreign key was removed."),
    _kind("reference-changed", BOTH, "A foreign key points elsewhere."),
    _kind("comparison-narrowed", TIGHTENS, "A comparison is true of fewer values."),
    _kind("comparison-widened", LOOSENS, "A comparison is true of more values."),
    _kind("comparison-changed", BOTH, "A comparison changed."),
    _kind("sql-changed", UNDETERMINED, "The SQL of a rule changed."),
    _kind("expectation-changed", UNDETERMINED, "An expectation of GX or its arguments changed."),
    # any rule
    _kind("rule-added", TIGHTENS, "A rule was added."),
    _kind("rule-removed", LOOSENS, "A rule was removed."),
    _kind("rule-replaced", BOTH, "A rule of the same id is of another kind."),
    _kind("rule-renamed", NONE, "A rule was renamed and is otherwise the same."),
    _kind("rule-columns-changed", BOTH, "A rule checks other columns."),
    _kind("severity-raised", TIGHTENS, "The severity of a rule was raised."),
    _kind("severity-lowered", LOOSENS, "The severity of a rule was lowered."),
    _kind("mostly-raised", TIGHTENS, "More rows must pass a rule."),
    _kind("mostly-lowered", LOOSENS, "Fewer rows must pass a rule."),
    _kind(
        "where-added",
        LOOSENS,
        "A rule applies to fewer rows; undetermined where it does not check row by row.",
    ),
    _kind(
        "where-removed",
        TIGHTENS,
        "A rule applies to every row; undetermined where it does not check row by row.",
    ),
    _kind("where-changed", UNDETERMINED, "A rule applies to other rows."),
    # between stages
    _kind("guarantee-added", TIGHTENS, "A guarantee was added."),
    _kind("guarantee-removed", LOOSENS, "A guarantee was removed."),
    _kind("guarantee-proof-added", TIGHTENS, "One more rule proves a guarantee."),
    _kind("guarantee-proof-removed", LOOSENS, "A rule no longer proves a guarantee."),
    _kind("guarantee-reworded", NONE, "A guarantee with the same proofs was reworded."),
    _kind("handoff-added", TIGHTENS, "A handoff to a next stage was added."),
    _kind("handoff-removed", LOOSENS, "The handoff to the next stage was removed."),
    _kind("handoff-target-changed", BOTH, "The handoff goes to another stage."),
    _kind("handoff-requirement-added", TIGHTENS, "The handoff requires one more rule."),
    _kind("handoff-requirement-removed", LOOSENS, "The handoff no longer requires a rule."),
    _kind("handoff-age-narrowed", TIGHTENS, "The handoff requires a more recent run."),
    _kind("handoff-age-widened", LOOSENS, "The handoff accepts an older run."),
    _kind(
        "on-failure-changed",
        LOOSENS,
        "Other tables are published, or no longer, when one of the stage fails.",
    ),
    _kind("consumes-range-changed", BOTH, "Other versions of a stage are accepted."),
    _kind("need-added", TIGHTENS, "More is needed from another stage."),
    ChangeKind(
        "need-removed", "Less is needed from another stage, which affects nobody.", LOOSENS,
        Severity.INFO, (),
    ),
    _kind("need-changed", BOTH, "Something else is needed from a column of another stage."),
    _kind("environment-changed", UNDETERMINED, "The overrides of an environment changed."),
    _kind("inputs-changed", UNDETERMINED, "The inputs of the source changed."),
    _kind("system-changed", UNDETERMINED, "The source system changed."),
    # metadata
    _kind("description-changed", NONE, "A description changed."),
    _kind("owner-changed", NONE, "The owner of the contract or of a table changed."),
    _kind("contact-changed", NONE, "The contact of the owner changed."),
    _kind("purpose-changed", NONE, "The purpose was reworded."),
    _kind("runbook-changed", NONE, "The runbook of the stage is elsewhere."),
    _kind("status-changed", NONE, "The status of the contract changed."),
    _kind("tags-changed", NONE, "Tags changed."),
    _kind("examples-changed", NONE, "Examples changed."),
    _kind("waivers-changed", NONE, "Waivers changed."),
    _kind("changelog-changed", NONE, "The changelog changed."),
    _kind("range-changed", BOTH, "A bound moved with the run's clock, in either direction."),
    # last, since SARIF names kinds by their index
    _kind("table-credentials-changed", NONE, "A table is opened by another credential."),
    _kind("sequence-changed", BOTH, "A sequence runs in other steps."),
    _kind("set-reference-changed", BOTH, "A column must have the values of another column."),
    _kind("severity-shares-narrowed", TIGHTENS, "Fewer failing rows reach a severity."),
    _kind("severity-shares-widened", LOOSENS, "More failing rows are needed for a severity."),
    _kind("severity-shares-changed", BOTH, "Other shares of failing rows reach severities."),
    _kind("expected-changed", UNDETERMINED, "Bounds are learnt from other earlier runs."),
    _kind("csv-format-changed", BOTH, "The CSV files of a table are read in another way."),
)  # fmt: skip

CHANGES: Mapping[str, ChangeKind] = {kind.id: kind for kind in _KINDS}
