"""Read which rules somebody wants to be broken: `RULE=1%`, `RULE=10` or `RULE`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean, quote
from spectra_gx.errors import UsageError
from spectra_gx.generate.plan.broken_rules import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.contract.model import StageContract

_AMOUNT = re.compile(r"(?P<share>\d{1,3}(?:\.\d{1,6})?)%|(?P<rows>\d{1,10})", re.ASCII)
_WHOLE = 100


def read_breaks(texts: Iterable[str], contract: StageContract) -> list[Broken]:
    """Return the rules that are to be broken, in the order given.

    Raises:
        UsageError: A text cannot be read, names no rule of the contract, or one a second time.
    """
    rules = {rule.id: rule for rule in contract.rules()}
    found: dict[str, Broken] = {}
    for text in texts:
        name, _, amount = (text, "", "") if text in rules else text.rpartition("=")
        if name not in rules:
            shown = name or text
            raise UsageError(
                f"no rule of contract `{contract.name}` has the id {quote(shown)}"
                + (did_you_mean(shown, rules) or "; `check --verbose` lists them")
            )
        if name in found:
            raise UsageError(f"`--break {name}` is given twice; keep one of them")
        found[name] = Broken(rules[name], *_read_amount(text, amount))
    return list(found.values())


def _read_amount(text: str, amount: str) -> tuple[float | None, int | None]:
    if not amount:
        return None, None
    match = _AMOUNT.fullmatch(amount)
    share = float(match["share"]) if match and match["share"] else None
    rows = int(match["rows"]) if match and match["rows"] else None
    if match is None or share == 0 or rows == 0 or (share is not None and share > _WHOLE):
        raise UsageError(
            f"`--break {text}` says no amount; write a share such as `=1%`, or a number of rows "
            "such as `=10`"
        )
    return (None if share is None else share / _WHOLE), rows
