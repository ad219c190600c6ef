"""Parser of `location`: a path, a pattern of paths, an address of a store or a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.contract.database_addresses import (
    SecretInAddressError,
    is_database_address,
    parse_database_address,
)
from spectra_gx.contract.parsers.parser import TEXT, ParseContext, Parser, read_text

if TYPE_CHECKING:
    from spectra_gx.contract.yaml.nodes import Node


def _read_location(node: Node, context: ParseContext) -> str | None:
    text = read_text(node, context)
    if text is None or not is_database_address(text):
        return text
    try:
        parse_database_address(text)
    except ValueError as error:
        family = "secret" if isinstance(error, SecretInAddressError) else None
        context.report.add(node, f"{context.what} {error}", family)
        return None
    return text


LOCATION = Parser(TEXT.words, TEXT.schema, _read_location)
