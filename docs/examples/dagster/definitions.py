"""The shop in Dagster: its stages as assets, the rules of its contracts as checks."""

from __future__ import annotations

import os

from dagster import Definitions, RetryPolicy

from spectra_gx.integrations.dagster import SpectraGX, build_stage_assets

PROJECT = os.environ.get("SHOP", "/srv/shop")
AGAIN = RetryPolicy(max_retries=2, delay=float(os.environ.get("RETRY_DELAY", "300")))

definitions = Definitions(
    assets=[
        build_stage_assets("shop", project=PROJECT, retry_policy=AGAIN),
        build_stage_assets("sales", project=PROJECT, retry_policy=AGAIN),
    ],
    resources={
        "spectra_gx": SpectraGX(
            project=PROJECT,
            command=os.environ.get("SPECTRA_GX", "/opt/spectra-gx/bin/spectra-gx"),
        )
    },
)
