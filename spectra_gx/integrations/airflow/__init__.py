"""Run stages, check tables and wait for handoffs in Apache Airflow 3.

The work is done by the command `spectra-gx`, which may be that of another environment: nothing else
of spectra-gx is imported here.
"""

from spectra_gx.integrations.airflow.assets import published_tables
from spectra_gx.integrations.airflow.links import DataDocsLink
from spectra_gx.integrations.airflow.operators import (
    SpectraGXCheckOperator,
    SpectraGXRunOperator,
)
from spectra_gx.integrations.airflow.sensors import SpectraGXHandoffSensor

__all__ = [
    "DataDocsLink",
    "SpectraGXCheckOperator",
    "SpectraGXHandoffSensor",
    "SpectraGXRunOperator",
    "published_tables",
]
