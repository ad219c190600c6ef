"""Running a contract: Great Expectations over pinned Delta tables, one scan a table."""

from spectra_gx.validation.deferred import HEAVY, defer
from spectra_gx.validation.importing import import_gx_quickly

defer(*HEAVY)
import_gx_quickly()
