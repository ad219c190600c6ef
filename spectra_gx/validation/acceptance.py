"""Which expectations of a suite GX refuses to make, and why, before one refusal stops them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def refused_by_gx(expectations: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the rule and the reason of every expectation whose arguments GX does not take."""
    for expectation in expectations:
        kwargs = dict(expectation["kwargs"])
        try:
            ExpectationConfiguration(type=expectation["type"], kwargs=kwargs).to_domain_obj()
        except (TypeError, ValueError) as error:  # pydantic's own errors are ValueErrors
            said = " ".join(str(error).split())
            yield expectation["meta"]["rule"], f"Great Expectations refuses its arguments: {said}"
