"""A contract as the document of its file, with everything written out."""

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
    """Return a contract as plain values under the keys of the contract language.

    Raises:
        ContractError: It cannot be written.
    """
    report = Report(contract.file or contract.name)
    root = parse_yaml(dump_contract(contract).encode(), report)
    if root is None or report.problems:
        raise ContractError(report.problems)
    document: dict[str, Any] = plain_value(root)
    return document


def render_contract(contract: StageContract) -> str:
    """Return the text of a contract's file in its canonical form."""
    return format_contract(dump_contract(contract).encode(), contract.name)


def column_mapping(content: Any) -> dict[str, Any]:
    """Return the content of a column as a mapping; a bare type is one key."""
    return content if isinstance(content, dict) else {"type": content}


def key_value(content: Any) -> Any:
    """Return the value of a column's key without its options."""
    return content.get("value") if isinstance(content, dict) else content


def has_options(content: Any) -> bool:
    """Return whether a key of a column is written with options."""
    return isinstance(content, dict)
