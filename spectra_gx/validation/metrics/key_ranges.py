"""Cut a large table into ranges of its key, so that grouping by it needs little memory.

Grouping keeps every distinct key at once. Equal keys fall into one range, so ranges can be grouped
one after another. Where the cuts lie is only a guess at equal parts: whatever it is, every row
falls into exactly one range. Where no cut falls between files, each range reads the whole table: it
is then cheaper to group it once, by way of the disk.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from spectra_gx.engines.sql_text import Operand, conjunction, literal
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_BYTES_A_ROW = 120
"""About what grouping keeps for a distinct key."""

_SAMPLED = 20_000
_CUTTABLE = (
    *("byte", "short", "integer", "long", "float", "double", "decimal"),
    *("string", "date", "timestamp", "timestamp_ntz"),
)
_EXACT = ("byte", "short", "integer", "long", "date", "string")
"""Types whose statistics never leave out a value that is there: texts are cut short outwards."""


def range_conditions(
    batch: MetricBatch,
    keys: Mapping[str, Operand],
    condition: str,
    rows_at_once: int | None = None,
) -> list[str]:
    """Return conditions that cut the rows with a key into ranges, each with whole groups.

    `rows_at_once` is about how many rows a range may have; without it, as many as fit into memory.
    """
    rows_at_once = rows_at_once or _rows_at_once(batch)
    parts = -(-batch.row_count // rows_at_once)
    cuttable = {name: key for name, key in keys.items() if key.type.startswith(_CUTTABLE)}
    if parts <= 1 or not cuttable:
        return ["true"]
    key, cuts = _cuts_between_files(batch, cuttable, rows_at_once) or _sampled_cuts(
        batch, [*cuttable.values()], condition, parts
    )
    return list(_between(key, cuts))


def range_sources(
    batch: MetricBatch, keys: Mapping[str, Operand], rows_at_once: int | None = None
) -> list[str]:
    """Return what to select from for ranges of rows, each with whole groups and files of its own.

    They are in the order of the key that is cut, and under the table's own name. The table itself
    is all there is where no cut falls between files.
    """
    if rows_at_once is None and not batch.session.capabilities.bounded_memory:
        return [OWN_TABLE]
    rows_at_once = rows_at_once or _rows_at_once(batch)
    exact = {name: key for name, key in keys.items() if key.type in _EXACT}
    found = _cuts_between_files(batch, exact, rows_at_once)
    if found is None or batch.row_count <= rows_at_once:
        return [OWN_TABLE]
    return [batch.rows_within(span) for span in _between(*found)]


def _rows_at_once(batch: MetricBatch) -> int:
    if not batch.session.capabilities.bounded_memory:
        return max(batch.row_count, 1)
    return batch.snapshot.memory * 2**20 // _BYTES_A_ROW


def _between(key: Operand, cuts: Sequence[Any]) -> Iterator[str]:
    """Yield a condition for each range, in order; the last takes nulls."""
    edges = [literal(cut, key.type) for cut in cuts]
    for low, high in zip([None, *edges], [*edges, None], strict=True):
        least = f"{key.sql} >= {low}" if low is not None else None
        most = f"{key.sql} < {high}" if high is not None else None
        if most is None and least is not None:
            least = f"{least} OR {key.sql} IS NULL"
        yield conjunction(least, most)


def _cuts_between_files(
    batch: MetricBatch, keys: Mapping[str, Operand], rows_at_once: int
) -> tuple[Operand, list[Any]] | None:
    """Return cuts that no file crosses; each range then reads its own files alone."""
    for column, key in keys.items():
        range_sources = batch.file_spans(column)
        cuts: list[Any] = []
        reached, rows, largest = None, 0, 0
        for low, high, count in range_sources:
            if reached is not None and low > reached and rows + count > rows_at_once:
                cuts.append(low)
                rows = 0
            rows += count
            largest = max(largest, rows)
            reached = high if reached is None else max(reached, high)
        if cuts and largest <= 2 * rows_at_once:
            return key, cuts
    return None


def _sampled_cuts(
    batch: MetricBatch, keys: Sequence[Operand], condition: str, parts: int
) -> tuple[Operand, list[Any]]:
    """Return cuts at even distances of a sample, of the key with the most values."""
    share = min(1.0, _SAMPLED / batch.row_count)
    selected = ", ".join(f"{key.sql} AS k{index}" for index, key in enumerate(keys))
    drawn = conjunction(condition, f"random() < {share!r}")
    rows = batch.rows(f"SELECT {selected} FROM {OWN_TABLE} WHERE {drawn}")
    columns = [
        sorted(row[f"k{index}"] for row in rows if _is_ordered(row[f"k{index}"]))
        for index in range(len(keys))
    ]
    index = max(range(len(keys)), key=lambda place: len(set(columns[place])))
    values = columns[index]
    cuts = [values[len(values) * part // parts] for part in range(1, parts)] if values else []
    return keys[index], list(dict.fromkeys(cuts))


def _is_ordered(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))
