"""An activity that somebody logs by hand, checked before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import UsageError
from spectra_gx.runner import argument_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STATUSES = ("Success", "Failed")


def _status(name: str, value: object) -> str:
    if value not in _STATUSES:
        raise UsageError(f"`{name}` is {' or '.join(_STATUSES)}, not {str(value)[:40]!r}")
    return str(value)


_CHECKS: Mapping[str, Callable[[str, object], object]] = {
    "target_table": argument_checks.name,
    "key_column": argument_checks.name,
    "project_key": argument_checks.name,
    "row_count": argument_checks.count,
    "field_count": argument_checks.count,
    "status": _status,
    "duration_seconds": argument_checks.seconds,
    "error_message": argument_checks.text,
}


def activity_of(
    entity_name: object, details: Mapping[str, object], redact: Callable[[str], str]
) -> dict[str, object]:
    """Return an activity as the log stores it; what has no column becomes metadata.

    Raises:
        UsageError: A value does not fit its column.
    """
    columns = {name: value for name, value in details.items() if name in _CHECKS}
    metadata = {name: value for name, value in details.items() if name not in _CHECKS}
    return activity_row(entity_name, columns, metadata, redact)


def activity_row(
    entity_name: object,
    columns: Mapping[str, object],
    metadata: Mapping[str, object],
    redact: Callable[[str], str],
) -> dict[str, object]:
    """Return an activity as the log stores it.

    `redact` hides secrets in texts that the caller may have from anywhere.

    Raises:
        UsageError: A value does not fit its column.
    """
    given = {name: value for name, value in columns.items() if value is not None}
    row = {name: _CHECKS[name](name, value) for name, value in given.items()}
    if "error_message" in row:
        row["error_message"] = redact(str(row["error_message"]))
    return {
        "entity_name": argument_checks.name("entity_name", entity_name),
        **row,
        "metadata": argument_checks.json_text(metadata, redact),
    }
