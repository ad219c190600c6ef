"""Check contracts with Great Expectations over pinned Delta tables, one scan per table."""

from spectra_gx.validation.gx.fast_import import speed_up_gx_import
from spectra_gx.validation.gx.lazy_imports import HEAVY, defer_imports

defer_imports(*HEAVY)
speed_up_gx_import()
