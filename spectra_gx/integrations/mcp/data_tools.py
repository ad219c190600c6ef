"""Tools that read tables, in the worker of the server, and the one that writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import Context

from spectra_gx.display import counted
from spectra_gx.integrations.mcp import tasks
from spectra_gx.integrations.mcp.answers import Proposal, Results, quoted
from spectra_gx.integrations.mcp.contract_tools import find_table
from spectra_gx.integrations.mcp.findings import Visibility
from spectra_gx.integrations.mcp.project_access import classified_contract
from spectra_gx.integrations.mcp.result_tools import results_of
from spectra_gx.integrations.mcp.tool import StageName, TableName, tool
from spectra_gx.integrations.mcp.worker import Progress, Task

if TYPE_CHECKING:
    from spectra_gx.integrations.mcp.project_access import ProjectAccess
    from spectra_gx.integrations.mcp.worker_process import Report, WorkerPool

LONGEST_CHECK = 600.0
"""Seconds that a check or a profile may take."""

_LONGEST_PROPOSAL = 40_000


class CheckTools:
    """Checks and profiles tables; writes nothing."""

    def __init__(self, access: ProjectAccess, pool: WorkerPool) -> None:
        """Take the project, and what reads its tables."""
        self._access = access
        self._pool = pool

    @tool("Check a stage")
    async def check_stage(
        self, stage: StageName, context: Context[Any, Any], table: TableName | None = None
    ) -> Results:
        """Check the tables of a stage as they are now, or one of them; nothing is recorded.

        The first check of a server takes seconds more than later ones. One runs at a time.
        """
        project, contract = self._access.open_stage(stage)
        if table is not None:
            find_table(contract, table)
        task = Task(tasks.check, self._access, (stage, table))
        result = await self._pool.perform(task, _report_to(context), seconds=LONGEST_CHECK)
        classified = classified_contract(project, contract)
        return results_of(Visibility(contract, classified, self._access.samples), result)

    @tool("Profile a table")
    async def profile_table(self, table: TableName, context: Context[Any, Any]) -> Proposal:
        """Propose a contract that a table of the warehouse passes as it is now.

        Rules that would quote values of the table are left out, unless the server was started with
        `--samples`. Nothing is written.
        """
        task = Task(tasks.profile, self._access, (table, self._access.samples))
        text, left_out = await self._pool.perform(task, _report_to(context), seconds=LONGEST_CHECK)
        return Proposal(
            summary=f"a contract of {counted(text.count(chr(10)), 'line')}; read and narrow it",
            table=table,
            contract=quoted("data", text, _LONGEST_PROPOSAL),
            left_out=left_out,
        )


class RunTools:
    """Runs stages; registered only where the server was started with `--allow-run`."""

    def __init__(self, access: ProjectAccess, pool: WorkerPool) -> None:
        """Take the project, and what runs its stages."""
        self._access = access
        self._pool = pool

    @tool("Run a stage", read_only=False)
    async def run_stage(self, stage: StageName, context: Context[Any, Any]) -> Results:
        """Run a stage: build its tables, check and publish them, record the run, send alerts.

        Ask a person before you call this. A run goes on where its caller gives up.
        """
        project, contract = self._access.open_stage(stage)
        task = Task(tasks.run, self._access, (stage,))
        result = await self._pool.perform_run(task, _report_to(context))
        classified = classified_contract(project, contract)
        return results_of(Visibility(contract, classified, self._access.samples), result)


def _report_to(context: Context[Any, Any]) -> Report:
    """Return what sends progress to a client that requested it."""

    async def report(progress: Progress) -> None:
        await context.report_progress(progress.done, progress.total, progress.about)

    return report
