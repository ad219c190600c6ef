"""Operators for `spectra-gx run` and `spectra-gx check`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from spectra_gx.integrations.airflow.assets import emit_events, published_tables
from spectra_gx.integrations.airflow.links import DataDocsLink
from spectra_gx.integrations.airflow.tasks import StageTask
from spectra_gx.integrations.command import PASSED
from spectra_gx.integrations.outcome import broken_rules, rule_line, runs_in, summarize, table_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context

    from spectra_gx.integrations.outcome import Run


class SpectraGXCheckOperator(StageTask):
    """Checks existing tables, and changes nothing: `spectra-gx check`."""

    subcommand: ClassVar[str] = "check"

    def execute(self, context: Context) -> Run | list[Run]:
        """Run the command; return its counts, a list of them where it ran once a day.

        Raises:
            AirflowFailException: The data violates the contract, or the contract or an option is
                invalid: another try would end the same.
            AirflowException: It could not be done now; Airflow tries again.
        """
        result = self.run_command(self.subcommand, context)
        runs = runs_in(result)
        for run in runs:
            for line in table_lines(run):
                self.log.info("%s", line)
            for rule in broken_rules(run):
                self.log.warning("%s", rule_line(rule))
        self.report(runs, context)
        if result.exit_code != PASSED:
            raise self.failure(result)
        found = [summarize(run) for run in runs]
        return found[0] if len(found) == 1 else found

    def report(self, runs: Sequence[Run], context: Context) -> None:
        """Tell Airflow of what ended, however it did."""


class SpectraGXRunOperator(SpectraGXCheckOperator):
    """Builds a stage's tables, checks and publishes them: `spectra-gx run`.

    Each table that it publishes is an event of an asset, with its version, rows and data docs.
    """

    subcommand = "run"
    operator_extra_links = (DataDocsLink(),)

    docs_url: str | None = None
    """Address of the page of its run; known once it has ended."""

    def __init__(self, *, stage: str, **kwargs: Any) -> None:
        """Take what is run; arguments are those of `StageTask`."""
        outlets = [*(kwargs.pop("outlets", None) or ()), published_tables(stage)]
        super().__init__(stage=stage, outlets=outlets, **kwargs)

    def report(self, runs: Sequence[Run], context: Context) -> None:
        """Keep where the run's page is, and tell of the tables that it published."""
        self.docs_url = next((run["docs_url"] for run in reversed(runs)), None)
        emit_events(context, self.stage, runs)
