"""What a suite is: a contract, and what writes its tables into a warehouse as Delta."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spectra_gx.contract.model import StageContract

Suite = tuple[StageContract, Callable[[Path], None]]
