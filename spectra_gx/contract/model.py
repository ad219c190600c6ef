"""A stage contract as frozen, comparable data.

Places are kept for messages and are not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.files.csv_format import PLAIN_CSV, CsvFormat
from spectra_gx.contract.files.table_format import TableFormat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Severity(StrEnum):
    """How much a failing rule matters; only `critical` gates."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class ExtraColumns(StrEnum):
    """What a column that the contract does not name means."""

    FAIL = "fail"
    WARN = "warn"
    ALLOW = "allow"


class OnFailure(StrEnum):
    """What a failing table means for the other tables of its stage."""

    ABORT = "abort"
    """Nothing of the stage is published."""

    CONTINUE = "continue"
    """The failing table keeps its published version; what passes without it is published."""


@dataclass(frozen=True)
class Place:
    """Where something was written; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Rule:
    """One executable promise about one table."""

    id: str
    """`<table>.<column>.<key>`, `<table>.<key>` or `<table>.<id>`; unique in the project."""

    table: str
    """Full name, `schema.table`."""

    kind: str
    """Key of the rule catalogue: `type`, `required`, `enum`, `rows.min`, `sql`, …"""

    columns: tuple[str, ...] = ()
    """Columns of the table that the rule names through keys (not inside SQL text)."""

    path: tuple[str | None, ...] = ()
    """Steps into the one column it names: a struct's field by name, None for an array's items."""

    argument: Any = None
    """What was written, normalised by the kind: a tuple for `enum`, text for `sql`, …"""

    severity: Severity = Severity.CRITICAL
    mostly: float = 1.0
    """Share of the evaluated rows that must satisfy the rule, in (0, 1]."""

    where: str | None = None
    """SQL expression; the rule applies only to rows that satisfy it."""

    shares: tuple[tuple[Severity, float], ...] = ()
    """Severities and the share of failing rows above which each is reached, the lowest first."""

    description: str | None = None
    place: Place | None = field(default=None, compare=False)

    @property
    def is_lenient(self) -> bool:
        """Whether some rows may break it."""
        return self.mostly < 1 or bool(self.shares)


SENSITIVE = ("confidential", "pii")
"""Classifications of values that never leave the table."""


@dataclass(frozen=True)
class Column:
    """A declared column and the rules its keys make, `type` first."""

    name: str
    type: str
    """Canonical Delta type text: `string`, `array<string>`, `decimal(12,2)`."""

    rules: tuple[Rule, ...]
    description: str | None = None
    classification: str | None = None
    """public, internal, confidential or pii."""

    masked: bool = False
    """Has `format: masked`."""

    timezone: str | None = None
    """Zone of a `timestamp_ntz` column's wall clock: `Europe/Berlin`."""

    fields: tuple[Column, ...] = ()
    """Of a struct whose fields are declared one by one; their rules have a `path`."""

    items: Column | None = None
    """Of an array whose items are declared with keys of their own; named `items`."""

    in_primary_key: bool = False
    tags: tuple[str, ...] = ()
    examples: tuple[Any, ...] = ()
    place: Place | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """What its rules' ids begin with: `<table>.<column>`, down to a field or an item."""
        return self.rules[0].id.removesuffix(".type")

    @property
    def sensitive(self) -> bool:
        """Whether its values, or any nested in them, must never leave the table."""
        return (
            self.masked
            or self.classification in SENSITIVE
            or any(part.sensitive for part in self.parts)
        )

    @property
    def parts(self) -> tuple[Column, ...]:
        """What is declared inside it."""
        return self.fields if self.items is None else (self.items,)

    def every_rule(self) -> Iterator[Rule]:
        """Yield its own rules, then those of what is declared inside it."""
        yield from self.rules
        for part in self.parts:
            yield from part.every_rule()

    @property
    def required(self) -> bool:
        """Whether null is refused in every row, by its own rule or by the primary key."""
        return self.in_primary_key or any(
            rule.kind == "required" and not rule.is_lenient and rule.where is None
            for rule in self.rules
        )


@dataclass(frozen=True)
class Table:
    """A declared table."""

    name: str
    """`schema.table`."""

    columns: tuple[Column, ...]
    table_rules: tuple[Rule, ...]
    """Rules of table keys and of the `rules:` list; `columns` first."""

    description: str | None = None
    primary_key: tuple[str, ...] = ()
    extra_columns: ExtraColumns = ExtraColumns.FAIL
    location: str | None = None
    """Path, pattern of paths or address; None for `Tables/<schema>/<table>` of the warehouse. A
    relative path starts at the warehouse."""

    credentials: str | None = None
    """The name of the credential that opens an address in an object store or a database."""

    format: TableFormat = TableFormat.DELTA
    csv: CsvFormat = PLAIN_CSV
    quarantine: bool = False
    """Whether rows that break critical row rules are quarantined when it is published."""

    owner: str | None = None
    """Who answers for it; the contract's owner without it."""

    tags: tuple[str, ...] = ()
    place: Place | None = field(default=None, compare=False)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of the table in the order written: table keys, columns, then the list."""
        return (
            *self.table_rules,
            *(rule for column in self.columns for rule in column.every_rule()),
        )

    @cached_property
    def sensitive_columns(self) -> frozenset[str]:
        """Names of the columns whose values must never leave the table."""
        return frozenset(column.name for column in self.columns if column.sensitive)

    def column(self, name: str) -> Column | None:
        """Return the declared column of exactly that name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Guarantee:
    """A promise in words and the rules that prove it."""

    id: str
    says: str
    proven_by: tuple[str, ...]
    """Rule ids."""


@dataclass(frozen=True)
class Handoff:
    """What the next stage checks before it starts."""

    to: str
    requires: tuple[str, ...]
    """Rule ids that must have passed."""

    max_age: str | None = None


@dataclass(frozen=True)
class Need:
    """What a consumer needs of another stage's contract."""

    stage: str
    version: str
    """Accepted versions, `>=3.0,<4`."""

    tables: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """table → column → {type, required}."""


@dataclass(frozen=True)
class Waiver:
    """A change let through until a day."""

    change: str
    path: str
    owner: str
    reason: str
    expires: str
    """ISO date."""


@dataclass(frozen=True)
class Release:
    """One entry of the contract's changelog."""

    version: str
    date: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Inputs:
    """How the stage reaches its source; names only, never values."""

    auth_method: str | None = None
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """What is different where the contract is not held against production."""

    name: str
    rules: Mapping[str, Mapping[str, Any]]
    """Rule id → what replaces it: `argument`, `severity`, or both."""

    locations: Mapping[str, str] = field(default_factory=dict)
    """Table → where it is stored."""


SOURCE_TABLES = ("portfolio", "config", "credentials", "endpoints")
"""What a stage declares in the schema of its own name if a source system builds it."""


@dataclass(frozen=True)
class StageContract:
    """A whole contract."""

    name: str
    version: str
    owner: str
    tables: tuple[Table, ...]
    system: str | None = None
    status: str = "active"
    contact: str | None = None
    purpose: str | None = None
    inputs: Inputs = Inputs()
    guarantees: tuple[Guarantee, ...] = ()
    handoff: Handoff | None = None
    on_failure: OnFailure = OnFailure.ABORT
    runbook: str | None = None
    """Address or path of what to do when the stage fails; None for the shipped runbook."""

    consumes: tuple[Need, ...] = ()
    environments: tuple[Environment, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    changelog: tuple[Release, ...] = ()
    file: str | None = field(default=None, compare=False)

    @property
    def describes_source(self) -> bool:
        """Whether its tables describe a source system, which then builds them."""
        return all(self.table(f"{self.name}.{table}") for table in SOURCE_TABLES)

    @property
    def undeclared_tables_rule(self) -> Rule:
        """The stage's own rule: no table exists in its schemas that no contract declares."""
        return Rule(
            id=f"{self.name}.undeclared_tables",
            table="",
            kind="undeclared_tables",
            severity=Severity.WARNING,
        )

    def rules(self) -> Iterator[Rule]:
        """Yield every declared rule: the stage's own, then table by table."""
        yield self.undeclared_tables_rule
        for table in self.tables:
            yield from table.rules

    @property
    def table_names(self) -> tuple[str, ...]:
        """The declared tables' names."""
        return tuple(table.name for table in self.tables)

    def table(self, name: str) -> Table | None:
        """Return the declared table of exactly that name."""
        return next((table for table in self.tables if table.name == name), None)
