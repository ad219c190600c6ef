"""A contract as the plain document that its file would hold, everything written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.formatting import format_contract
from spectra_gx.contract.problems import Report
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.errors import ContractError

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract


def to_document(contract: StageContract) -> dict[str, Any]:
    """Return the contract in the language's own keys, so that none of them can be forgotten.

    Raises:
        ContractError: It cannot be written.
    """
    report = Report(contract.file or contract.name)
    root = parse_yaml(dump_contract(contract).encode(), report)
    if root is None or report.problems:
        raise ContractError(report.problems)
    said: dict[str, Any] = plain_value(root)
    return said


def render_contract(contract: StageContract) -> str:
    """Return the text of a contract's file in its canonical form."""
    return format_contract(dump_contract(contract).encode(), contract.name)


def column_mapping(said: Any) -> dict[str, Any]:
    """Return what is said of a column as a mapping; a bare type is one key."""
    return said if isinstance(said, dict) else {"type": said}


def key_value(said: Any) -> Any:
    """Return the value behind a key of a column, without its options."""
    return said.get("value") if isinstance(said, dict) else said


def has_options(said: Any) -> bool:
    """Return whether a key of a column is written with options."""
    return isinstance(said, dict)
