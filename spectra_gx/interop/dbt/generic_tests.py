"""dbt's own tests, and those of dbt_utils, as rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_literal, quote_name
from spectra_gx.interop.foreign.sql import NotConvertibleError, convert_condition, take_flag
from spectra_gx.interop.gx.mapped_rules import (
    ColumnKey,
    ListedRule,
    MappedRule,
    TableKey,
    unique_rule,
)

if TYPE_CHECKING:
    from spectra_gx.interop.dbt.references import References
    from spectra_gx.interop.dbt.test_item import DbtTest
    from spectra_gx.interop.foreign.draft import ForeignTable


@dataclass(frozen=True)
class Subject:
    """What a test is about."""

    test: DbtTest
    table: ForeignTable
    references: References
    dialect: str | None

    @property
    def column(self) -> str:
        """The column's name in the contract.

        Raises:
            NotConvertibleError: The test names no column.
        """
        if self.test.column is None:
            raise NotConvertibleError("it names no column")
        return self.table.column(self.test.column, self.test.arguments.path)

    def condition(self, text: str) -> str:
        """Return SQL of dbt in the dialect of contracts."""
        return convert_condition(text, self.dialect)

    def several(self, key: str) -> list[str]:
        """Return the columns that an argument lists, by their names in the contract."""
        listed = self.test.arguments.take(key, list) or []
        if not listed or not all(isinstance(name, str) for name in listed):
            raise NotConvertibleError(f"`{key}` must list the names of columns")
        return [self.table.column(name, self.test.arguments.path) for name in listed]

    def values(self, key: str) -> list[Any]:
        """Return listed values in the form that the column's type has; nulls pass without."""
        listed = self.test.arguments.take(key, list)
        if listed is None:
            raise NotConvertibleError(f"`{key}` must be a list of values")
        for value in listed:
            self.plain(value)
        return [self.typed(value) for value in listed if value is not None]

    def plain(self, value: Any) -> Any:
        """Return a value; a template has none before dbt runs."""
        if isinstance(value, str) and "{{" in value:
            raise NotConvertibleError("it contains a template, known only at run time")
        return value

    def typed(self, value: Any) -> Any:
        """Return a value as the column's type has it: dbt compares numbers with texts."""
        known = self.table.draft.at((*self.table.column_path(self.column), "type"))
        if isinstance(value, str) and known in ("byte", "short", "integer", "long"):
            return int(value) if value.lstrip("-").isdigit() else value
        if known == "string" and type(value) in (int, float):
            return str(value)
        if isinstance(value, str) and known == "boolean":
            return {"true": True, "false": False}.get(value.lower(), value)
        return value


@dataclass(frozen=True)
class Mapped:
    """The rules of a test, and the query whose rows dbt counts as its failures."""

    rules: tuple[MappedRule, ...]
    failing: str | None = None
    note: str | None = None
    """What is not quite the same."""


Mapper = Callable[[Subject], Mapped]
WITHOUT_VALUE = "the rule also fails where no row has a value, on which the test passes"
MAPPERS: dict[str, Mapper] = {}
"""Name of a test → the function that maps it, which takes the arguments that it understands."""


def maps(*names: str) -> Callable[[Mapper], Mapper]:
    """Register a function as the mapper of these tests."""

    def register(function: Mapper) -> Mapper:
        MAPPERS.update(dict.fromkeys(names, function))
        return function

    return register


def selected(subject: Subject, what: str, condition: str, *, end: str = "") -> str:
    """Return a query on the table's rows that the test looks at."""
    parts = [part for part in (condition, subject.test.where) if part]
    where = " and ".join(f"({part})" for part in parts)
    return f"select {what} from {{table}}" + (f" where {where}" if where else "") + end


@maps("not_null")
def _not_null(subject: Subject) -> Mapped:
    column = subject.column
    failing = selected(subject, "*", f"{quote_name(column)} is null")
    return Mapped((ColumnKey(column, "required", True),), failing)


@maps("unique")
def _unique(subject: Subject) -> Mapped:
    column, name = subject.column, quote_name(subject.column)
    end = f" group by {name} having count(*) > 1"
    failing = selected(subject, name, f"{name} is not null", end=end)
    return Mapped((ColumnKey(column, "unique", True),), failing)


@maps("accepted_values")
def _accepted_values(subject: Subject) -> Mapped:
    column, values = subject.column, subject.values("values")
    subject.test.arguments.take("quote", object)
    return Mapped((ColumnKey(column, "enum", values),), _other_values(subject, "not in", values))


@maps("dbt_utils.not_accepted_values")
def _not_accepted_values(subject: Subject) -> Mapped:
    column, values = subject.column, subject.values("values")
    subject.test.arguments.take("quote", object)
    return Mapped((ColumnKey(column, "not_in", values),), _other_values(subject, "in", values))


def _other_values(subject: Subject, word: str, values: list[Any]) -> str:
    name = quote_name(subject.column)
    listed = ", ".join(map(quote_literal, values))
    return selected(subject, name, f"{name} {word} ({listed})", end=f" group by {name}")


@maps("relationships", "dbt_utils.relationships_where")
def _relationships(subject: Subject) -> Mapped:
    test, column = subject.test, subject.column
    parent = subject.references.resolve(test.arguments.text("to") or "")
    there = parent.column(test.arguments.text("field") or "", test.arguments.path)
    if "from_condition" in test.arguments or "to_condition" in test.arguments:
        raise NotConvertibleError("a reference cannot have conditions; write it as a `sql` rule")
    rule = {"references": {"columns": [column], "table": parent.name, "to": [there]}}
    name, key = quote_name(column), quote_name(there)
    keys = f"select {key} from {{{parent.name}}} where {key} is not null"
    failing = selected(subject, name, f"{name} is not null and {name} not in ({keys})")
    return Mapped((ListedRule(rule),), failing)


@maps("dbt_utils.unique_combination_of_columns")
def _unique_combination(subject: Subject) -> Mapped:
    subject.test.arguments.take("quote_columns", object)
    columns = subject.several("combination_of_columns")
    names = ", ".join(map(quote_name, columns))
    end = f" group by {names} having count(*) > 1"
    failing = selected(subject, names, "", end=end)
    if all(map(subject.table.is_required, columns)):
        return Mapped((unique_rule(columns),), failing)
    # dbt counts keys with a null, which `unique` ignores.
    return Mapped((ListedRule({"sql": failing}),), failing)


@maps("dbt_utils.expression_is_true")
def _expression(subject: Subject) -> Mapped:
    text = subject.test.arguments.text("expression") or ""
    if subject.test.column is not None:
        text = f"{quote_name(subject.column)} {text}"
    condition = subject.condition(text)
    broken = selected(subject, "*", f"not ({condition})")
    return Mapped((ListedRule({"sql": broken}),), broken)


@maps("dbt_utils.accepted_range")
def _accepted_range(subject: Subject) -> Mapped:
    arguments, column = subject.test.arguments, subject.column
    inclusive = take_flag(arguments, "inclusive") is not False
    keys = (
        ("min_value", "min" if inclusive else "above"),
        ("max_value", "max" if inclusive else "below"),
    )
    signs = {"min": ">=", "above": ">", "max": "<=", "below": "<"}
    rules: list[MappedRule] = []
    conditions = []
    for word, key in keys:
        bound = subject.plain(arguments.take(word, int, float, str))
        if bound is None:
            continue
        text = str(bound) if not isinstance(bound, str) else subject.condition(bound)
        condition = f"{quote_name(column)} {signs[key]} {text}"
        conditions.append(condition)
        if isinstance(bound, str):
            rules.append(ListedRule({"sql": selected(subject, "*", f"not ({condition})")}))
        else:
            rules.append(ColumnKey(column, key, bound))
    if not rules:
        raise NotConvertibleError("it has no bound")
    return Mapped(tuple(rules), selected(subject, "*", f"not ({' and '.join(conditions)})"))


@maps("dbt_utils.not_empty_string")
def _not_empty(subject: Subject) -> Mapped:
    column = subject.column
    if take_flag(subject.test.arguments, "trim_whitespace") is False:
        return Mapped((ColumnKey(column, "min_length", 1),))
    return Mapped((ColumnKey(column, "pattern", "[^ ]"),))


@maps("dbt_utils.at_least_one")
def _at_least_one(subject: Subject) -> Mapped:
    query = f"select count({quote_name(subject.column)}) from {{table}}"
    _refuse_groups(subject)
    return Mapped((ListedRule({"sql_value": {"query": query, "min": 1}}),))


@maps("dbt_utils.not_constant")
def _not_constant(subject: Subject) -> Mapped:
    _refuse_groups(subject)
    name = quote_name(subject.column)
    counted = selected(subject, f"count(distinct {name}) as n", "")
    return Mapped((ListedRule({"sql": f"select n from ({counted}) as counted where n = 1"}),))


@maps("dbt_utils.not_null_proportion")
def _not_null_proportion(subject: Subject) -> Mapped:
    _refuse_groups(subject)
    least = subject.test.arguments.take("at_least", int, float)
    most = subject.test.arguments.take("at_most", int, float)
    bounds = {"max": 1 - (least or 0), **({} if most in (None, 1, 1.0) else {"min": 1 - most})}
    shares = {key: round(float(bound), 12) for key, bound in bounds.items()}
    rule = ListedRule({"column": subject.column, "null_share": shares})
    return Mapped((rule,), note=WITHOUT_VALUE)


@maps("dbt_utils.equal_rowcount")
def _equal_rowcount(subject: Subject) -> Mapped:
    _refuse_groups(subject)
    other = subject.references.resolve(subject.test.arguments.text("compare_model") or "")
    return Mapped((TableKey("rows", {"same_as": other.name}),))


@maps("dbt_utils.fewer_rows_than")
def _fewer_rows(subject: Subject) -> Mapped:
    _refuse_groups(subject)
    other = subject.references.resolve(subject.test.arguments.text("compare_model") or "")
    both = f"select (select count(*) from {{table}}) - (select count(*) from {{{other.name}}})"
    return Mapped((ListedRule({"sql_value": {"query": both, "max": -1}}),))


@maps("dbt_utils.recency")
def _recency(subject: Subject) -> Mapped:
    _refuse_groups(subject)
    arguments = subject.test.arguments
    arguments.take("ignore_time_component", object)
    column = subject.table.column(arguments.text("field") or "", arguments.path)
    age = duration(arguments.take("interval", int), arguments.text("datepart"))
    rule = ListedRule({"freshness": {"column": column, "max_age": age}})
    return Mapped((rule,), note=WITHOUT_VALUE)


@maps("dbt_utils.sequential_values")
def _sequential(subject: Subject) -> Mapped:
    _refuse_groups(subject)
    arguments = subject.test.arguments
    step, part = arguments.take("interval", int) or 1, arguments.text("datepart")
    if part not in (None, "day"):
        raise NotConvertibleError(f"a sequence cannot have steps of a {part}")
    return Mapped((ColumnKey(subject.column, "sequence", {"step": step}),))


def duration(count: Any, unit: str | None) -> str:
    """Return a duration of the contract language.

    Raises:
        NotConvertibleError: It has no such unit.
    """
    unit_letter = {"second": "s", "minute": "m", "hour": "h", "day": "d", "week": "w"}
    letter = unit_letter.get((unit or "").strip().lower().rstrip("s"))
    if type(count) is not int or count < 1 or letter is None:
        raise NotConvertibleError("its interval is not a whole number of a unit up to weeks")
    return f"{count}{letter}"


def _refuse_groups(subject: Subject) -> None:
    if subject.test.arguments.take("group_by_columns", object):
        raise NotConvertibleError("a rule looks at the whole table, not at groups of its rows")
