"""Read the options of a table, from the decorator, the SQL header or pyproject.toml."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.durations import read_duration
from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.contract.sql.guard import SqlRefused, guard_condition
from spectra_gx.contract.sql.placeholders import zone_literals
from spectra_gx.runner.building.sql_values import fill_in_samples
from spectra_gx.warehouse.publishing.options import (
    PublishMode,
    PublishOptions,
    can_be_watermark,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spectra_gx.contract.model import Table
    from spectra_gx.contract.problems import Report
    from spectra_gx.runner.building.declared.declarations import Written

_ONLY_IN = {
    "order_by": PublishMode.MERGE,
    "delete_where": PublishMode.MERGE,
    "replace_where": PublishMode.REPLACE_WHERE,
}
_INSTANTS = ("date", "timestamp")


class _OptionReader:
    """Reads the options of one table; what is wrong is reported at its place."""

    def __init__(
        self, table: Table, given: Mapping[str, Written], reports: Mapping[str, Report]
    ) -> None:
        self._table = table
        self._given = given
        self._reports = reports

    def read(self) -> PublishOptions:
        options = PublishOptions()
        for name, read in _READ.items():
            if name in self._given:
                options = replace(options, **read(self, name, self._given[name].value))
        self._check(options)
        return options

    def mode(self, name: str, value: Any) -> dict[str, Any]:
        if isinstance(value, str) and value in [*PublishMode]:
            return {"publish": PublishMode(value)}
        hint = did_you_mean(str(value), [*PublishMode]) or f"; write {_or(PublishMode)}"
        return self._refuse(name, f"`publish` has no mode {quote(str(value))}{hint}")

    def column(self, name: str, value: Any) -> dict[str, Any]:
        columns = [column.name for column in self._table.columns]
        if isinstance(value, str) and value in columns:
            return {name: value}
        hint = did_you_mean(str(value), columns) or ""
        return self._refuse(
            name,
            f"`{name}` names no column of {quote(self._table.name)}: {quote(str(value))}{hint}",
        )

    def watermark(self, name: str, value: Any) -> dict[str, Any]:
        found = self.column(name, value)
        column = self._table.column(found[name]) if found else None
        if column is None or not column.type or can_be_watermark(column.type):
            return found
        return self._refuse(
            name,
            f"`{name}` of {quote(self._table.name)}: column {quote(column.name)} is "
            f"`{column.type}`, which cannot be a watermark; choose a number, a text, a date or a "
            "`timestamp`",
        )

    def duration(self, name: str, value: Any) -> dict[str, Any]:
        try:
            return {name: read_duration(value)}
        except (ValueError, TypeError, AttributeError):
            return self._refuse(
                name, f"`{name}` is a time such as `2h` or `1d`, not {quote(str(value))}"
            )

    def condition(self, name: str, value: Any) -> dict[str, Any]:
        columns = {column.name: column.sensitive for column in self._table.columns}
        try:
            if not isinstance(value, str):
                raise SqlRefused("it is no text")
            guard_condition(
                zone_literals(fill_in_samples(value)), table=self._table.name, columns=columns
            )
        except SqlRefused as refused:
            return self._refuse(name, f"`{name}` of {quote(self._table.name)}: {refused}")
        return {name: value}

    def allowed(self, name: str, value: Any) -> dict[str, Any]:
        if value == "allow":
            return {f"allow_{name}": True}
        return self._refuse(name, f'`{name}` is "allow" or left out, not {quote(str(value))}')

    def _refuse(self, name: str, message: str) -> dict[str, Any]:
        """Report an option, which is left at its default."""
        place = self._given[name].place
        self._reports[place.file].add(place, message)
        return {}

    def _check(self, options: PublishOptions) -> None:
        """Report options that contradict each other, or the contract."""
        mode, name = options.publish, self._table.name
        for option, only in _ONLY_IN.items():
            if option in self._given and mode is not only:
                self._refuse(
                    option, f"`{option}` has an effect only with `publish: {only}`; leave it out"
                )
        if mode is PublishMode.MERGE and not self._table.primary_key:
            self._refuse(
                "publish",
                f"`merge` needs the `primary_key` of {quote(name)}; declare it in the contract",
            )
        if "lateness" in self._given:
            if mode is PublishMode.APPEND:
                self._refuse(
                    "lateness",
                    "`lateness` with `append` would add rows twice; use `merge`, or leave it out",
                )
            elif options.watermark is None and "watermark" not in self._given:
                self._refuse("lateness", "`lateness` needs a `watermark`; name its column")
        if "future" in self._given and "watermark" not in self._given:
            self._refuse("future", "`future` needs a `watermark`; name its column")
        self._note_lost_rows(options)

    def _note_lost_rows(self, options: PublishOptions) -> None:
        column = None if options.watermark is None else self._table.column(options.watermark)
        if column is None:
            return
        place = self._given["watermark"].place
        if options.publish is PublishMode.APPEND and column.type in _INSTANTS:
            self._reports[place.file].note(
                place,
                f"`append` with the watermark {quote(column.name)} loses rows of the same "
                f"{column.type} that come later; use a column that strictly grows, or `merge`",
            )
        if options.publish is PublishMode.REPLACE:
            self._reports[place.file].note(
                place,
                f"`replace` keeps no row that is not built again, so a builder that reads from the "
                f"watermark {quote(column.name)} on loses the others; use `merge` or `append`",
            )


def read_options(
    table: Table, given: Mapping[str, Written], reports: Mapping[str, Report]
) -> PublishOptions:
    """Return the options of a table; what is wrong is left at its default.

    Args:
        table: The table.
        given: Its options, as they are written.
        reports: File → where its problems are reported.
    """
    return _OptionReader(table, given, reports).read()


def _or(words: Any) -> str:
    *others, last = (f"`{word}`" for word in words)
    return f"{', '.join(others)} or {last}"


_READ: Mapping[str, Callable[[_OptionReader, str, Any], dict[str, Any]]] = {
    "publish": _OptionReader.mode,
    "watermark": _OptionReader.watermark,
    "lateness": _OptionReader.duration,
    "order_by": _OptionReader.column,
    "delete_where": _OptionReader.condition,
    "replace_where": _OptionReader.condition,
    "empty": _OptionReader.allowed,
    "future": _OptionReader.allowed,
}
