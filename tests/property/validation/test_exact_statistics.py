"""Statistics of whole numbers and decimals meet a bound as Python's own fractions do."""

from __future__ import annotations

import statistics
import tempfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from hypothesis import example, given

from spectra_gx.validation.metrics.columns.exact_numbers import EXACT
from spectra_gx.validation.metrics.metric_queries import query_for
from spectra_gx.validation.metrics.metric_requests import Aggregate, MetricRequest
from tests.contract.checking import batch_of, store
from tests.drawing import drawn

if TYPE_CHECKING:
    from spectra_gx.validation.metrics.metric_batch import MetricBatch

BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}


@st.composite
def columns(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """Draw a type, and a few of its values: close to one another, or as far apart as it goes."""
    word = draw(st.sampled_from([*BITS, "decimal"]))
    if word in BITS:
        least, most, scale = -(2 ** (BITS[word] - 1)), 2 ** (BITS[word] - 1) - 1, 0
    else:
        precision = draw(st.integers(1, 38))
        scale = draw(st.integers(0, precision))
        most = 10**precision - 1
        least = -most
        word = f"decimal({precision},{scale})"
    middle = draw(st.integers(least, most) | st.sampled_from([least, 0, most]))
    near = st.integers(max(least, middle - 9), min(most, middle + 9))
    anywhere = st.integers(least, most) | st.sampled_from([least, -1, 0, 1, most])
    digits = draw(st.lists(st.none() | draw(st.sampled_from([near, anywhere])), max_size=9))
    if word in BITS:
        return word, digits
    return word, [None if d is None else EXACT.scaleb(Decimal(d), -scale) for d in digits]


def asked(batch: MetricBatch, base: str, **values: Any) -> Any:
    found = query_for(MetricRequest(base, "", ("x",), None, values), batch)
    if isinstance(found, Aggregate):
        return found.read(batch.aggregates([found.sql])[found.sql])
    return found()


def meets(observed: Any, number: Fraction, bounds: list[Any]) -> None:
    """Hold what was observed against bounds as the number that it should be."""
    for bound in [*bounds, float(number), int(number)]:
        written = Fraction(Decimal(str(bound)))
        assert (observed <= bound) == (number <= written), (observed, number, bound)
        assert (observed >= bound) == (number >= written), (observed, number, bound)
        assert (observed < bound) == (number < written), (observed, number, bound)
        assert (observed > bound) == (number > written), (observed, number, bound)


BOUND = st.integers(-(2**64), 2**64) | st.floats(allow_nan=False, allow_infinity=False)


@given(column=columns(), bound=BOUND, share=st.floats(0, 1))
@example(column=("decimal(10,1)", [Decimal("0.1"), Decimal("0.2"), Decimal("0.3")]),
         bound=0.2, share=0.5)  # fmt: skip
@example(column=("decimal(38,2)", [Decimal("9007199254740993.00")]), bound=2**53 + 1, share=0.5)
@example(column=("decimal(38,0)", [Decimal(10**38 - 1), Decimal(1 - 10**38)]), bound=0, share=0)
@drawn(25, many=2_000)
def test_statistics_meet_a_bound_as_fractions_do(
    column: tuple[str, list[Any]], bound: Any, share: float
):
    type_, values = column
    present = [Fraction(value) for value in values if value is not None]
    with tempfile.TemporaryDirectory() as folder:
        store(Path(folder), "shop.a", {"x": type_}, [(value,) for value in values])
        batch = batch_of(Path(folder), "shop.a")

        meets(asked(batch, "column.sum"), sum(present, start=Fraction(0)), [bound])
        if not present:
            assert asked(batch, "column.mean") is None
            assert asked(batch, "column.median") is None
            assert asked(batch, "column.standard_deviation") is None
            return
        meets(asked(batch, "column.mean"), sum(present) / len(present), [bound])
        meets(asked(batch, "column.median"), statistics.median(present), [bound])
        [quantile] = asked(batch, "column.quantile_values", quantiles=[share])
        meets(quantile, sorted(present)[round(share * (len(present) - 1))], [bound])
        deviation = asked(batch, "column.standard_deviation")
        if len(present) == 1:
            assert deviation is None
            return
        variance = statistics.variance(present)
        limit = abs(Fraction(Decimal(str(bound))))
        assert (deviation <= abs(bound)) == (variance <= limit**2)
        nearest = Fraction(str(deviation))
        assert abs(nearest**2 - variance) <= variance / 10**14
