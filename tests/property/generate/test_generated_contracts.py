"""Whatever contract is drawn: what is generated passes, or fails exactly the named rules."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import event, given
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import UsageError
from spectra_gx.generate.plan.broken_rules import BY_ROW, WHOLE
from tests.drawing import drawn
from tests.fakes.generated import checked, generate
from tests.property.contract.documents import documents
from tests.property.generate.related_tables import related_tables
from tests.property.interop.contracts import contracts

if TYPE_CHECKING:
    from spectra_gx.generate.generation import Written

NO_ROWS = re.compile("satisfies all rules that apply to a row|leave too few rows for all others")
ADVISED = re.compile(r"--break (\S+)=…")


def _parsed(document: dict[str, Any]) -> Any:
    return parse_contract(json.dumps(document, ensure_ascii=False).encode(), "demo.yaml")


@drawn(4, many=20)
@given(documents() | contracts() | related_tables(), st.integers(1, 40), st.integers(0, 9))
def test_what_is_generated_passes(document, rows, seed):
    contract = _parsed(document)
    with tempfile.TemporaryDirectory() as folder:
        written = generate(contract, Path(folder), rows=rows, seed=seed)
        found = checked(contract, Path(folder))
    wrong = {rule.id: rule.message for rule in found.values() if rule.status != "passed"}
    assert wrong.keys() <= written.unbuilt.keys(), wrong


@drawn(5, many=40)
@given(
    documents() | related_tables(),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=4),
    st.integers(2, 5),
    st.integers(0, 9),
)
def test_rules_are_broken_and_no_other(document, numbers, count, seed):
    contract = _parsed(document)
    rules = [rule for rule in contract.rules() if rule.kind in BY_ROW | WHOLE]
    chosen = {rules[number % len(rules)].id for number in numbers}
    kinds = {rule.id: rule.kind for rule in rules}
    with tempfile.TemporaryDirectory() as folder:
        try:
            written = _broken(contract, Path(folder), chosen, count, seed)
        except UsageError as refused:
            event("refused")
            assert any(one in str(refused) for one in chosen) or NO_ROWS.search(str(refused))
            return
        found = checked(contract, Path(folder))
    event(f"broken: {', '.join(sorted({kinds[one] for one in chosen}))}")
    failing = {one.id: one.unexpected for one in found.values() if one.status != "passed"}
    assert failing.keys() - written.unbuilt.keys() == chosen
    assert {one: failing[one] for one in chosen if kinds[one] in BY_ROW} == written.breaks


def _broken(contract: Any, folder: Path, chosen: set[str], count: int, seed: int) -> Written:
    """Break rules, and those that a refusal says are broken with them, which are added."""
    kinds = {rule.id: rule.kind for rule in contract.rules()}
    asked = [one if kinds[one] in WHOLE else f"{one}={count}" for one in sorted(chosen)]
    try:
        return generate(contract, folder, *asked, rows=40, seed=seed)
    except UsageError as refused:
        more = set(ADVISED.findall(str(refused))) - chosen
        if not more:
            raise
        chosen |= more
        return _broken(contract, folder, chosen, count, seed)
