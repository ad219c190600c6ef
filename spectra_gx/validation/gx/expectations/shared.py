"""Base classes of our expectations: their wording, and the shape of their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.row_conditions import (  # noqa: TC002 - pydantic reads it
    RowConditionType,
)
from great_expectations.render.components import (
    LegacyRendererType,
    RenderedStringTemplateContent,
)
from great_expectations.render.renderer.renderer import renderer

Metrics = Mapping[str, Any]
Validated = dict[str, Any]
"""`success` and `result`, as GX's own expectations return them."""


def map_result(
    *, evaluated: int, unexpected: int, rows: Sequence[Mapping[str, Any]], mostly: float = 1.0
) -> Validated:
    """Return a result shaped as GX's map expectations shape theirs."""
    share = 1.0 if evaluated == 0 else (evaluated - unexpected) / evaluated
    # A query may return more rows than the table has; without evaluated rows, one is too many.
    success = unexpected == 0 or (evaluated > 0 and mostly < 1 and share >= mostly)
    return {
        "success": success,
        "result": {
            "element_count": evaluated,
            "missing_count": 0,
            "unexpected_count": unexpected,
            "unexpected_percent": 100 * unexpected / evaluated if evaluated else None,
            "partial_unexpected_list": list(rows),
        },
    }


class OurExpectation(BatchExpectation):
    """Renders what it expects on a data docs page."""

    wording: ClassVar[str] = ""
    """The sentence, its arguments as `$name`."""

    wording_of_more: ClassVar[Mapping[str, str]] = {}
    """Argument → what is added to the sentence where it is given."""

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls,
        configuration: Any = None,
        result: Any = None,
        runtime_configuration: Any = None,
        **_: Any,
    ) -> list[RenderedStringTemplateContent]:
        del result, runtime_configuration
        arguments = dict(configuration.kwargs) if configuration else {}
        params = {name: _spelt(name, value) for name, value in arguments.items()}
        more = (text for name, text in cls.wording_of_more.items() if arguments.get(name))
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={"template": cls.wording + "".join(more), "params": params},
            )
        ]


def _spelt(name: str, value: Any) -> Any:
    """Return an argument as a sentence names it."""
    if not isinstance(value, list):
        return value
    if name == "path":
        return ".".join("items" if step is None else step for step in value)
    return ", ".join(map(str, value))


class RowsExpectation(OurExpectation):
    """Expects something of rows; the engine computes their counts as three metrics."""

    column_list: list[str]
    mostly: float = 1.0
    row_condition: RowConditionType = None

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "column_list", "row_condition")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        evaluated, unexpected, rows = (metrics[name] for name in self.metric_dependencies)
        return map_result(evaluated=evaluated, unexpected=unexpected, rows=rows, mostly=self.mostly)


def rows_metrics(base: str) -> tuple[str, str, str]:
    """Return the metrics about rows that an expectation needs: evaluated, failing, a sample."""
    return (f"{base}.filtered_row_count", f"{base}.unexpected_count", f"{base}.unexpected_rows")


class ExpectRuleToBeEvaluated(OurExpectation):
    """Replace a rule that cannot be evaluated on this table, and report why; never successful."""

    wording: ClassVar[str] = "$rule could not be evaluated: $reason"
    rule: str
    reason: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ()
    success_keys: ClassVar[tuple[str, ...]] = ("rule", "reason")

    def _validate(self, metrics: Metrics, *_: Any, **__: Any) -> Validated:
        del metrics
        return {"success": False, "result": {"observed_value": self.reason}}
