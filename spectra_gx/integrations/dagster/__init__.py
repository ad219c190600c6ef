"""Stages as assets of Dagster, and rules of contracts as asset checks.

Contracts are read where the code location is; the work is done by the command `spectra-gx`, which
may be that of another environment.
"""

from spectra_gx.integrations.dagster.definitions import build_asset_checks, build_stage_assets
from spectra_gx.integrations.dagster.resource import SpectraGX

__all__ = ["SpectraGX", "build_asset_checks", "build_stage_assets"]
