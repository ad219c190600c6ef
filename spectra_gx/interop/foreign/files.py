"""Reading the files of other tools; what is wrong with one is reported with its place."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from spectra_gx.contract.problems import Report
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml
from spectra_gx.errors import ContractError, Problem


def read_mapping(source: bytes, file: str, what: str) -> dict[str, Any]:
    """Return the mapping in a YAML or JSON file; `what` is said of a file that is something else.

    Raises:
        ContractError: It cannot be parsed, or is not a mapping.
    """
    content = read_json(source, file, what) if file.endswith(".json") else read_yaml(source, file)
    if not isinstance(content, dict):
        raise refused(file, what)
    return content


def read_yaml(source: bytes, file: str) -> Any:
    """Return the content of a YAML file.

    Raises:
        ContractError: It cannot be parsed.
    """
    report = Report(file)
    root = parse_yaml(source, report)
    if root is None or report.problems:
        raise ContractError(report.problems)
    return plain_value(root)


def read_json(source: bytes, file: str, what: str) -> Any:
    """Return the content of a JSON file.

    Raises:
        ContractError: It cannot be parsed.
    """
    try:
        return json.loads(source.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg}; {what}"
        raise ContractError([Problem(file, error.lineno, error.colno, message)]) from None
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise ContractError([Problem(file, 1, 1, f"not valid JSON in UTF-8; {what}")]) from None


def read_text(source: bytes, file: str) -> str:
    """Return the text of a file.

    Raises:
        ContractError: It is not UTF-8.
    """
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(file, "not a text file in UTF-8; convert it first") from None


def refused(file: str, reason: str, line: int = 1, column: int = 1) -> ContractError:
    """Return the error for a file that is not what it should be."""
    return ContractError([Problem(file, line, column, reason)])


def stem(file: str) -> str:
    """Return a file's name without its endings: `orders` of `models/orders.odcs.yaml`."""
    return PurePath(file).name.partition(".")[0]
