"""DAGs of the tests: a sensor that does not wait, and an environment that is told."""

from __future__ import annotations

import os
import sys

from airflow.sdk import DAG

from spectra_gx.integrations.airflow import SpectraGXCheckOperator, SpectraGXHandoffSensor

SHOP = os.environ["SHOP"]

with DAG("waiting", schedule=None):
    SpectraGXHandoffSensor(
        task_id="shop_ready",
        stage="shop",
        project=SHOP,
        command=os.environ["SPECTRA_GX"],
        timeout=0,
    )

with DAG("invalid", schedule=None):
    SpectraGXCheckOperator(
        task_id="check_nothing",
        stage="nothing",
        project=SHOP,
        command=os.environ["SPECTRA_GX"],
        retries=2,
    )

with DAG("spying", schedule=None):
    SpectraGXCheckOperator(
        task_id="spy",
        stage="shop",
        project="{{ dag.dag_id }}",
        environment="{{ ti.task_id }}",
        arguments=["--table", "{{ ti.dag_id }}.{{ ti.try_number }}"],
        command=[sys.executable, os.environ["SPY"]],
        env={"SAID": "{{ ti.task_id }}"},
    )
