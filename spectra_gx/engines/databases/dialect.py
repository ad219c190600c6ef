"""What a database writes in another way than DataFusion does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_name

if TYPE_CHECKING:
    from spectra_gx.engines.dialect.dialect_parity import Target

Rewrite = Callable[[Any], Any]
"""From a typed node, whose operands are rewritten, to what takes its place; or to itself."""

Read = Callable[[str], str]
"""From a column's quoted name to what reads it as its Delta type."""


@dataclass(frozen=True)
class Dialect:
    """How DataFusion's SQL is written for one database, so that the answer is the same."""

    sqlglot: str
    """The name of its SQL in sqlglot."""

    target: Target
    """What contract SQL may be made of."""

    functions: Mapping[str, str]
    """Function of DataFusion's, or marker → template in the database's SQL: `{0}` is an argument.

    What is not listed, and not among sqlglot's own, is refused.
    """

    regex: Callable[[str], str | None]
    """From a pattern as Rust and Python read it to the database's; None where it has none."""

    match: str
    """Template: does the text `{0}` match the pattern `{1}`?"""

    precision: int
    """The digits that decimals have at most."""

    rewrites: Mapping[type, Rewrite] = field(default_factory=dict)
    """Kind of node → how it is written; the nearest kind counts."""

    quote: Callable[[str], str] = quote_name
    """From a name to how it is written."""

    prepare: Callable[[Any], Any] = lambda tree: tree
    """What is done to a typed tree before its nodes are rewritten."""

    read_sorted: Read = lambda read: read
    """From what reads a text to what reads it where texts are ordered or grouped."""

    fetch: Rewrite = lambda node: node
    """How a value is written that is fetched."""

    closed: bool = False
    """Whether a kind of node that is not among the rewrites is refused."""
