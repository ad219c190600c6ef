"""Values that satisfy the condition of a rule kind that GX has no expectation for."""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.expectation import ColumnMapExpectation


class ExpectColumnValuesToSatisfyRule(ColumnMapExpectation):
    """Expect every value to satisfy the condition that a rule kind is compiled to."""

    rule_kind: str
    argument: Any

    map_metric: ClassVar[str] = "column_values.satisfy_rule"
    success_keys: ClassVar[tuple[str, ...]] = ("rule_kind", "argument", "mostly")
