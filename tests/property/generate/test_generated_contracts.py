"""Whatever contract is drawn: what is generated passes, or fails the one rule that was named."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import UsageError
from spectra_gx.generate.plan.broken_rules import BY_ROW, WHOLE
from tests.drawing import drawn
from tests.fakes.generated import checked, generate
from tests.property.contract.documents import documents
from tests.property.interop.contracts import contracts


def _parsed(document: dict[str, Any]) -> Any:
    return parse_contract(json.dumps(document, ensure_ascii=False).encode(), "demo.yaml")


@drawn(4, many=20)
@given(documents() | contracts(), st.integers(1, 40), st.integers(0, 9))
def test_what_is_generated_passes(document, rows, seed):
    contract = _parsed(document)
    with tempfile.TemporaryDirectory() as folder:
        written = generate(contract, Path(folder), rows=rows, seed=seed)
        found = checked(contract, Path(folder))
    wrong = {rule.id: rule.message for rule in found.values() if rule.status != "passed"}
    assert wrong.keys() <= written.unbuilt.keys(), wrong


@drawn(4, many=20)
@given(documents(), st.integers(0, 10_000), st.integers(1, 3))
def test_one_rule_is_broken_and_no_other(document, number, count):
    contract = _parsed(document)
    rules = [rule for rule in contract.rules() if rule.kind in BY_ROW | WHOLE]
    assume(rules)
    rule = rules[number % len(rules)]
    asked = rule.id if rule.kind in WHOLE else f"{rule.id}={count}"
    with tempfile.TemporaryDirectory() as folder:
        try:
            written = generate(contract, Path(folder), asked, rows=40)
        except UsageError as refused:
            event(f"refused: {rule.kind}")
            assert rule.id in str(refused) or "satisfies all rules" in str(refused)
            return
        found = checked(contract, Path(folder))
    event(f"broken: {rule.kind}")
    if rule.kind in BY_ROW:
        assert found[rule.id].unexpected == written.breaks[rule.id]
    failing = {one.id for one in found.values() if one.status != "passed"}
    assert failing - written.unbuilt.keys() <= {rule.id}
