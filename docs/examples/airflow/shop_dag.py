"""The shop in Airflow: its stage every night, and its reports once that has published."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from airflow.sdk import DAG

from spectra_gx.integrations.airflow import (
    SpectraGXCheckOperator,
    SpectraGXHandoffSensor,
    SpectraGXRunOperator,
    published_tables,
)

WHERE = {
    "project": os.environ.get("SHOP", "/srv/shop"),
    "command": os.environ.get("SPECTRA_GX", "/opt/spectra-gx/bin/spectra-gx"),
}

with DAG("shop", schedule="@daily", start_date=datetime(2026, 11, 20, tzinfo=UTC), catchup=False):
    SpectraGXRunOperator(task_id="run_shop", stage="shop", retries=2, **WHERE)

with DAG("shop_reports", schedule=published_tables("shop"), catchup=False):
    ready = SpectraGXHandoffSensor(task_id="shop_ready", stage="shop", mode="reschedule", **WHERE)
    run = SpectraGXRunOperator(task_id="run_sales", stage="sales", retries=2, **WHERE)
    check = SpectraGXCheckOperator(task_id="check_sales", stage="sales", **WHERE)
    ready >> run >> check
