"""Cut the keys of a batch into ranges, so that what groups or joins them needs little memory.

DataFusion keeps every key that it groups or joins by, and what it does beyond a memory limit is
not reliable for keys without order. Ranges are queried one after another. Where the cuts lie is a
guess at equal parts; whatever it is, each row falls into one range, and equal keys into the same.
"""

from __future__ import annotations

from collections import Counter
from math import ceil
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name, quote_text
from spectra_gx.warehouse.delta.reads import row_count
from spectra_gx.warehouse.delta.schemas import columns_of
from spectra_gx.warehouse.publishing.queries import fetch
from spectra_gx.warehouse.publishing.row_sql import column_list, row_by_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deltalake import DeltaTable

_BYTES_A_KEY = 120
"""About what grouping or joining keeps for a key, the length of its texts left out."""

_SAMPLED = 20_000
_EXACT = ("byte", "short", "integer", "long", "date", "string")
"""Types of which the statistics of a file never leave out a value that is there."""

_DIGITS = 4
"""Of a hexadecimal digest, by which keys are cut that have no such column."""


def key_ranges(
    batch: DeltaTable, key: Sequence[str], memory: float, *others: DeltaTable
) -> list[str]:
    """Return conditions on the columns of a key; each row meets exactly one.

    Args:
        batch: The rows whose keys are kept.
        key: The columns of the key.
        memory: Megabytes that the keys of a range may take.
        others: Tables that the conditions are used on, too.

    Raises:
        WarehouseError: The batch cannot be read.
    """
    rows = row_count(batch)
    if rows * _BYTES_A_KEY <= memory * 2**20 / 4:
        return ["true"]  # texts of hundreds of letters would fit, too
    sample = _sample(batch, key, rows)
    bytes_a_key = _BYTES_A_KEY + _text_length(sample)
    parts = ceil(rows * bytes_a_key / (memory * 2**20))
    if parts <= 1:
        return ["true"]
    types = columns_of(batch)
    partitioned = {
        column
        for table in (batch, *others)
        for column in table.metadata().partition_columns
    }  # fmt: skip
    for column in key:
        if types[column] in _EXACT and column not in partitioned:
            cuts = _cuts(sample[column], parts)
            if cuts is not None:
                return _between(quote_name(column), [_literal(cut) for cut in cuts])
    return _by_digest(key, parts)


def _sample(batch: DeltaTable, key: Sequence[str], rows: int) -> dict[str, list[Any]]:
    """Return values of some rows, by column; none of a column that Python cannot represent."""
    share = min(1.0, _SAMPLED / rows)
    found = fetch(
        {"s": batch},
        f"SELECT {column_list(key)} FROM s WHERE random() < {share!r}",
        "the keys of the batch cannot be read",
    )
    sample = {}
    for column in key:
        try:
            sample[column] = found.column(column).to_pylist()
        except (ValueError, OverflowError):
            sample[column] = []  # a day or an instant beyond Python's calendar
    return sample


def _text_length(sample: dict[str, list[Any]]) -> int:
    """Return how many bytes the texts of a key have on average."""
    lengths = [
        sum(len(value) for value in values if isinstance(value, str | bytes)) // len(values)
        for values in sample.values()
        if values
    ]
    return sum(lengths)


def _cuts(values: Sequence[Any], parts: int) -> list[Any] | None:
    """Return values between even parts of a sample; None where one value fills two parts."""
    present = sorted(value for value in values if value is not None)
    if len(present) < parts:
        return None
    [(_, most)] = Counter(present).most_common(1)
    if most * parts > 2 * len(values) or (len(values) - len(present)) * parts > 2 * len(values):
        return None
    cuts = [present[len(present) * part // parts] for part in range(1, parts)]
    return list(dict.fromkeys(cuts))


def _literal(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    return quote_text(value) if isinstance(value, str) else f"DATE {quote_text(value.isoformat())}"


def _between(value: str, cuts: Sequence[str]) -> list[str]:
    """Return a condition for each range, in order; the last takes nulls."""
    conditions = []
    for low, high in zip([None, *cuts], [*cuts, None], strict=True):
        least = [f"{value} >= {low}"] if low is not None else []
        most = [f"{value} < {high}"] if high is not None else []
        conditions.append(" AND ".join([*least, *most]) or "true")
    if cuts:
        conditions[-1] += f" OR {value} IS NULL"
    return [f"({condition})" for condition in conditions]


def _by_digest(key: Sequence[str], parts: int) -> list[str]:
    """Return ranges of a digest of the whole key, which are even whatever the keys are."""
    texts = ", ".join(f"CAST({quote_name(column)} AS VARCHAR)" for column in key)
    digest = f"md5(concat_ws('|', {texts}))"
    most = 16**_DIGITS
    parts = min(parts, most)
    cuts = [quote_text(f"{most * part // parts:0{_DIGITS}x}") for part in range(1, parts)]
    return [row_by_row(condition) for condition in _between(digest, cuts)]
