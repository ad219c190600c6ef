"""Running a contract: Great Expectations over pinned Delta tables, one scan a table."""

from spectra_gx.validation.deferred import HEAVY, defer

defer(*HEAVY)
