"""Check one table that is in a database already, as a contract's `location` names it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tests.contract.checking import contract_of
from tests.databases.places import validated

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.validation.results import RuleResult


def check_at(address: str, declared: str, root: Path) -> dict[str, RuleResult]:
    """Return the results of a table's rules by id, without the table's name.

    Args:
        address: Where the table is.
        declared: The rest of its entry, in YAML.
        root: A folder that may be empty.
    """
    server = address.startswith(("postgresql:", "mysql:"))
    entry = f"location: '{address}'\n" + ("credentials: tables\n" if server else "")
    entry += textwrap.dedent(declared)
    contract = contract_of("shop.a:\n" + textwrap.indent(entry, "  "))
    found = validated(contract, root)
    return {rule.removeprefix("shop.a."): one for rule, one in found.items()}


def verdicts(found: dict[str, RuleResult], *rules: str) -> list[tuple[str, int | None, list[str]]]:
    """Return status, count of failing rows and keys of rules."""
    return [
        (
            str(found[rule].status),
            found[rule].unexpected,
            [str(*key.values()) for key in found[rule].keys],
        )
        for rule in rules
    ]
