"""What Airflow reads of us by the entry point `apache_airflow_provider`."""

from __future__ import annotations

from typing import Any

from spectra_gx.version import __version__

_PACKAGE = "spectra_gx.integrations.airflow"


def get_provider_info() -> dict[str, Any]:
    """Return the provider's name, and the class of its links, which the web server may load."""
    return {
        "package-name": "spectra-gx",
        "name": "spectra-gx",
        "description": "Data contracts: run stages, check tables, wait for handoffs.",
        "versions": [__version__],
        "extra-links": [f"{_PACKAGE}.links.DataDocsLink"],
        "operators": [
            {"integration-name": "spectra-gx", "python-modules": [f"{_PACKAGE}.operators"]}
        ],
        "sensors": [{"integration-name": "spectra-gx", "python-modules": [f"{_PACKAGE}.sensors"]}],
    }
