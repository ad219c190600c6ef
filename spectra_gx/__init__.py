"""Data contracts that are really checked, on Great Expectations and Delta.

Names are imported when they are first used: what checks tables takes seconds to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spectra_gx.version import __version__

if TYPE_CHECKING:
    from spectra_gx.causes import Cause
    from spectra_gx.contract.linting import LintResult
    from spectra_gx.doctor.findings import Finding
    from spectra_gx.errors import (
        ActivityLogError,
        AuthenticationError,
        AuthorizationError,
        BuilderError,
        ConfigurationError,
        ContractError,
        DiskFullError,
        EngineError,
        ExternalServiceError,
        FileError,
        HandoffError,
        NotebookError,
        NotFoundError,
        OutOfMemoryError,
        OutOfOrderError,
        OverBudgetError,
        Problem,
        QueryFailedError,
        RefusedSqlError,
        RunInterruptedError,
        SchemaMismatchError,
        SnapshotChangedError,
        SpectraError,
        TableNotFoundError,
        TableUnreadableError,
        UsageError,
        ValidationError,
        WarehouseError,
    )
    from spectra_gx.generate.result import Generation
    from spectra_gx.notebook import (
        NotebookSession,
        PrepareStageHelpers,
        SourceStageValidation,
        context,
        display_portfolio_summary,
    )
    from spectra_gx.notify.digest_message import SentDigest
    from spectra_gx.notify.webhook_test import WebhookResult
    from spectra_gx.project import Project
    from spectra_gx.review.change import Change
    from spectra_gx.review.git.github_event import Event
    from spectra_gx.review.project_review import ProjectReview
    from spectra_gx.review.review_result import ContractReview, Review
    from spectra_gx.runner.alerts.silences import Acknowledgement, Mute
    from spectra_gx.runner.building.decorator import table
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.handoff.readiness import Readiness, ReadinessCheck
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.quarantine.release import Release
    from spectra_gx.runner.run_result import RunResult
    from spectra_gx.runner.several_runs import RunsResult
    from spectra_gx.sources.faults import Fault, FaultKind
    from spectra_gx.sources.source_system import Connection, SourceSystem
    from spectra_gx.validation.results import RuleResult, StageResult, Status, TableResult
    from spectra_gx.warehouse.maintenance.erasure_result import Erasure
    from spectra_gx.warehouse.maintenance.log_backup import LogBackup, LogRestore
    from spectra_gx.warehouse.maintenance.results import MaintenanceResult
    from spectra_gx.warehouse.quarantine_tables import QuarantineEntry

__all__ = [
    "Acknowledgement",
    "ActivityLogError",
    "AuthenticationError",
    "AuthorizationError",
    "BuilderError",
    "Cause",
    "Change",
    "ConfigurationError",
    "Connection",
    "ContractError",
    "ContractReview",
    "ContractUpdate",
    "DiskFullError",
    "EngineError",
    "Erasure",
    "Event",
    "ExternalServiceError",
    "Fault",
    "FaultKind",
    "FileError",
    "Finding",
    "Generation",
    "HandoffError",
    "LintResult",
    "LogBackup",
    "LogRestore",
    "MaintenanceResult",
    "Mute",
    "NotFoundError",
    "NotebookError",
    "NotebookSession",
    "OutOfMemoryError",
    "OutOfOrderError",
    "OverBudgetError",
    "PrepareStageHelpers",
    "Problem",
    "Project",
    "ProjectReview",
    "QuarantineEntry",
    "QueryFailedError",
    "Readiness",
    "ReadinessCheck",
    "RefusedSqlError",
    "Release",
    "Review",
    "RuleResult",
    "Run",
    "RunInterruptedError",
    "RunParameters",
    "RunResult",
    "RunsResult",
    "SchemaMismatchError",
    "SentDigest",
    "SnapshotChangedError",
    "SourceStageValidation",
    "SourceSystem",
    "SpectraError",
    "StageResult",
    "Status",
    "TableNotFoundError",
    "TableResult",
    "TableUnreadableError",
    "UsageError",
    "ValidationError",
    "WarehouseError",
    "WebhookResult",
    "__version__",
    "context",
    "display_portfolio_summary",
    "table",
]

_HOMES = {
    "Acknowledgement": "runner.alerts.silences",
    "Change": "review.change",
    "Connection": "sources.source_system",
    "ContractReview": "review.review_result",
    "ContractUpdate": "project.contract_updates",
    "Erasure": "warehouse.maintenance.erasure_result",
    "Event": "review.git.github_event",
    "Fault": "sources.faults",
    "FaultKind": "sources.faults",
    "Finding": "doctor.findings",
    "Generation": "generate.result",
    "LintResult": "contract.linting",
    "LogBackup": "warehouse.maintenance.log_backup",
    "LogRestore": "warehouse.maintenance.log_backup",
    "MaintenanceResult": "warehouse.maintenance.results",
    "Mute": "runner.alerts.silences",
    "NotebookSession": "notebook",
    "PrepareStageHelpers": "notebook",
    "Project": "project",
    "ProjectReview": "review.project_review",
    "QuarantineEntry": "warehouse.quarantine_tables",
    "Readiness": "runner.handoff.readiness",
    "ReadinessCheck": "runner.handoff.readiness",
    "Release": "runner.quarantine.release",
    "Review": "review.review_result",
    "RuleResult": "validation.results",
    "Run": "runner.building.run",
    "RunParameters": "runner.parameters",
    "RunResult": "runner.run_result",
    "RunsResult": "runner.several_runs",
    "SentDigest": "notify.digest_message",
    "SourceStageValidation": "notebook",
    "SourceSystem": "sources.source_system",
    "StageResult": "validation.results",
    "Status": "validation.results",
    "TableResult": "validation.results",
    "WebhookResult": "notify.webhook_test",
    "context": "notebook",
    "display_portfolio_summary": "notebook",
    "table": "runner.building.decorator",
}
"""Public name → the module that defines it; the others are errors."""


def __getattr__(name: str) -> Any:
    """Import a public name from the module that defines it."""
    if name not in __all__:
        raise AttributeError(f"module `spectra_gx` has no attribute `{name}`")
    return getattr(import_module(f"spectra_gx.{_HOMES.get(name, 'errors')}"), name)
