"""Watermarks: the largest value of a column that was built, where the next batch begins."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import isnan
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.errors import UsageError, ValidationError, WarehouseError
from spectra_gx.warehouse.delta.commits import commit_infos
from spectra_gx.warehouse.publishing.options import can_be_watermark
from spectra_gx.warehouse.publishing.queries import fetch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deltalake import DeltaTable

_WHOLE = ("byte", "short", "integer", "long")


@dataclass(frozen=True)
class Watermark:
    """The largest value of a column that was built so far."""

    column: str
    type: str
    """As a contract writes it."""

    value: str | None
    """As text; None where no row had a value."""

    def to_dict(self) -> dict[str, str | None]:
        """Return it as a commit stores it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Any) -> Watermark | None:
        """Return what a commit stored; None for anything else."""
        if not isinstance(stored, dict) or not {"column", "type", "value"} <= stored.keys():
            return None
        return cls(str(stored["column"]), str(stored["type"]), stored["value"])

    @property
    def python(self) -> Any:
        """The value as Python has it."""
        return None if self.value is None else from_text(self.value, self.type)

    def earlier(self, by: timedelta) -> Watermark:
        """Return it moved back, which only days and instants can be."""
        value = self.python
        if not by or not isinstance(value, date):
            return self
        if not isinstance(value, datetime):
            by = timedelta(days=-(-by // timedelta(days=1)))  # a day is as late as its last hour
        return Watermark(self.column, self.type, as_text(_back(value, by)))


def _back(value: date, by: timedelta) -> date:
    """Return a day or an instant moved back, but not beyond the first one there is."""
    try:
        return value - by
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if isinstance(value, datetime) else date.min


def as_text(value: Any) -> str:
    """Return a value as the text of a watermark."""
    if isinstance(value, datetime):
        instant = value.astimezone(UTC)
        return instant.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    if isinstance(value, Decimal):
        return f"{value:f}"  # engines read no decimal with an exponent
    return value.isoformat() if isinstance(value, date) else str(value)


def from_text(text: str, type_text: str) -> Any:
    """Return the value that a watermark's text says.

    Raises:
        UsageError: It is none of that type.
    """
    try:
        value = _parsed(text, type_text)
        if isinstance(value, float | Decimal) and isnan(value):
            raise ValueError
        return value
    except (ValueError, InvalidOperation):
        raise UsageError(
            f"{text!r} is not a value of type `{type_text}`; write it as {_example(type_text)}"
        ) from None


def _parsed(text: str, type_text: str) -> Any:
    if type_text in _WHOLE:
        return int(text)
    if type_text.startswith("decimal"):
        return Decimal(text)
    if type_text in ("double", "float"):
        return float(text)
    if type_text == "date":
        return date.fromisoformat(text)
    if type_text == "timestamp":
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    return text


def _example(type_text: str) -> str:
    examples = {"date": "`2026-11-28`", "timestamp": "`2026-11-28T09:30:00Z`"}
    return examples.get(type_text, "a number")


def largest(
    name: str,
    column: str,
    type_text: str,
    good: Sequence[DeltaTable],
    quarantined: Sequence[DeltaTable],
    now: datetime,
    *,
    allow_future: bool = False,
) -> Watermark:
    """Return the watermark of a batch: of all its rows, whatever becomes of them.

    A null does not count, nor a value in the future of a quarantined row.

    Args:
        name: The table.
        column: The column.
        type_text: Its type.
        good: The batch's rows.
        quarantined: Those of it that are quarantined.
        now: The run's clock.
        allow_future: Whether a good row may have a later value than it.

    Raises:
        ValidationError: A good row has a value in the future.
        WarehouseError: The column's type cannot be a watermark.
    """
    if not can_be_watermark(type_text):
        raise WarehouseError(
            f"column `{column}` of `{name}` is `{type_text}`, which cannot be a watermark; "
            "choose a number, a text, a date or a timestamp"
        )
    found = [_largest(table, name, column, type_text, None) for table in good]
    limit = _latest(type_text, now)
    too_late = limit is not None and any(value is not None and value > limit for value in found)
    if too_late and not allow_future:
        raise ValidationError(
            f"rows of `{name}` have a later `{column}`, its watermark, than the run's clock, "
            f'{as_text(limit)}; correct them, or allow it with `future="allow"`',
            code="future_watermark",
        )
    found += [_largest(table, name, column, type_text, limit) for table in quarantined]
    values = [value for value in found if value is not None]
    return Watermark(column, type_text, as_text(max(values)) if values else None)


def _latest(type_text: str, now: datetime) -> date | None:
    if type_text == "date":
        return now.astimezone(UTC).date()
    return now.astimezone(UTC) if type_text == "timestamp" else None


def _largest(table: DeltaTable, name: str, column: str, type_text: str, limit: date | None) -> Any:
    quoted = quote_name(column)
    met = ["true"]
    if type_text in ("double", "float"):
        met.append(f"NOT isnan({quoted})")
    if limit is not None:
        kind = "date" if type_text == "date" else "timestamp"
        met.append(f"{quoted} <= {kind} '{as_text(limit)}'")
    what = f"the watermark `{column}` of table `{name}` cannot be read"
    sql = f"SELECT max({quoted}) AS v FROM s WHERE {' AND '.join(met)}"
    try:
        return fetch({"s": table}, sql, what).column("v")[0].as_py()
    except (ValueError, OverflowError):
        raise WarehouseError(
            f"{what}: its largest value lies beyond the year 9999; correct it"
        ) from None


def later(before: Watermark | None, built: Watermark) -> Watermark:
    """Return the watermark after a batch: the later of two, since it never decreases."""
    if before is None or before.value is None or before.column != built.column:
        return built
    if built.value is None:
        return Watermark(built.column, built.type, before.value)
    kept = max(from_text(before.value, built.type), from_text(built.value, built.type))
    return Watermark(built.column, built.type, as_text(kept))


def stored_watermark(table: DeltaTable, column: str) -> tuple[Watermark | None, bool]:
    """Return the watermark of the newest commit that has one of this column.

    Returns:
        It, and whether the commits know: a rollback to before the first one says that there is
        none, whatever the batches had that it took back.
    """
    for _, info in commit_infos(table):
        about = info.get("spectra_gx")
        if not isinstance(about, dict):
            continue
        found = Watermark.from_dict(about.get("watermark"))
        if found is not None and found.column == column:
            return found, True
        if about.get("rolled_back"):
            return None, True
    return None, False


def missing_watermark(name: str, column: str) -> WarehouseError:
    """Return the error of a table that has rows, but no watermark from which to go on."""
    return WarehouseError(
        f"table `{name}` has rows, but neither its commits nor the log have a watermark of "
        f"`{column}`; say where to begin with `--since`, or build all of it with `--full`",
        code="watermark_missing",
    )
