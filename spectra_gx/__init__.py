"""Data contracts that are really checked, on Great Expectations and Delta.

Names are imported when they are first used: what checks tables takes seconds to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spectra_gx.version import __version__

_HOMES = {
    "Project": "spectra_gx.project",
    "RunParameters": "spectra_gx.runner.parameters",
    "NotebookSession": "spectra_gx.notebook",
    "SourceStageValidation": "spectra_gx.notebook",
    "PrepareStageHelpers": "spectra_gx.notebook",
    "display_portfolio_summary": "spectra_gx.notebook",
    "context": "spectra_gx.notebook",
    "SpectraError": "spectra_gx.errors",
    "Cause": "spectra_gx.errors",
    "StageResult": "spectra_gx.validation.results",
    "TableResult": "spectra_gx.validation.results",
    "RuleResult": "spectra_gx.validation.results",
}

__all__ = [
    "Cause",
    "NotebookSession",
    "PrepareStageHelpers",
    "Project",
    "RuleResult",
    "RunParameters",
    "SourceStageValidation",
    "SpectraError",
    "StageResult",
    "TableResult",
    "__version__",
    "context",
    "display_portfolio_summary",
]

if TYPE_CHECKING:
    from spectra_gx.errors import Cause, SpectraError
    from spectra_gx.notebook import (
        NotebookSession,
        PrepareStageHelpers,
        SourceStageValidation,
        context,
        display_portfolio_summary,
    )
    from spectra_gx.project import Project
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.validation.results import RuleResult, StageResult, TableResult


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module `spectra_gx` has no attribute `{name}`")
    return getattr(import_module(_HOMES[name]), name)
