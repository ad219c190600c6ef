"""Find expectations that GX refuses to create, before one of them stops the whole suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from great_expectations.compatibility.pydantic import ValidationError
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from spectra_gx.causes import Cause, Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def find_refused_arguments(
    expectations: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, Obstacle]]:
    """Yield the rule and the reason of every expectation whose arguments GX does not take."""
    for expectation in expectations:
        kwargs = dict(expectation["kwargs"])
        try:
            ExpectationConfiguration(type=expectation["type"], kwargs=kwargs).to_domain_obj()
        except (TypeError, ValueError) as error:  # pydantic's own errors are ValueErrors
            reason = " ".join(_reason(error).split())
            message = f"Great Expectations refuses its arguments: {reason}"
            yield expectation["meta"]["rule"], Obstacle(Cause.ARGUMENTS_REFUSED, message)


def _reason(error: Exception) -> str:
    """Return what is wrong with which argument, without pydantic's words around it."""
    if not isinstance(error, ValidationError):
        return str(error)
    found: dict[str, str] = {}
    for fault in error.errors():
        named = str(fault["loc"][0])
        # An argument may be one of several kinds, and is then refused once for each.
        found.setdefault(
            named, fault["msg"] if named == "__root__" else f"`{named}`: {fault['msg']}"
        )
    return "; ".join(found.values())
