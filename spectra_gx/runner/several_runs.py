"""The result of several runs, one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.display import DisplayedResult, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.runner.run_result import RunResult


def run_in_order(runs: Sequence[tuple[str, Callable[[], RunResult]]]) -> RunsResult:
    """Start runs one after another, up to the first that fails; each has a name."""
    ended: list[RunResult] = []
    for _, start in runs:
        ended.append(start())
        if ended[-1].exit_code != 0:
            break
    return RunsResult(tuple(ended), tuple(name for name, _ in runs[len(ended) :]))


@dataclass(frozen=True, repr=False)
class RunsResult(DisplayedResult):
    """How runs ended of which each began only after the one before had succeeded."""

    runs: tuple[RunResult, ...]
    not_started: tuple[str, ...] = ()
    """Stages after the first that failed, or days: the runs of one stage, a day each."""

    @property
    def success(self) -> bool:
        """Return whether every run was started and succeeded."""
        return not self.not_started and all(run.success for run in self.runs)

    @property
    def exit_code(self) -> int:
        """Return the worst of the runs' exit codes."""
        return max((run.exit_code for run in self.runs), default=0)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "runs": [run.to_dict() for run in self.runs],
            "not_started": list(self.not_started),
        }

    def _headline(self) -> str:
        ended = [f"{_label(run)} {run.status}" for run in self.runs]
        return ", ".join([*ended, *(f"{one} not started" for one in self.not_started)])

    def _rows(self) -> Rows:
        ended = [(_label(run), run.status, run.identity.execution_id) for run in self.runs]
        waiting = [(one, "not started", None) for one in self.not_started]
        by_day = any(run.parameters.batch_day for run in self.runs)
        return ("day" if by_day else "stage", "status", "execution id"), [*ended, *waiting]


def _label(run: RunResult) -> str:
    """Return what distinguishes a run from the others."""
    day = run.parameters.batch_day
    return run.contract.name if day is None else day.isoformat()
