"""The expectations that GX does not have.

GX registers an expectation when its class is made; importing this package is enough.
"""

from spectra_gx.validation.gx.expectations import (
    ages,
    earlier_runs,
    keys,
    nested,
    numbers,
    queries,
    rule_conditions,
    schemas,
)

__all__ = [
    "ages",
    "earlier_runs",
    "keys",
    "nested",
    "numbers",
    "queries",
    "rule_conditions",
    "schemas",
]
