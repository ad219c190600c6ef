"""Render a review of contract changes as JUnit XML: one suite per contract, one case per change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from spectra_gx.render.review_findings import finding_message, gate_messages
from spectra_gx.review.review_result import ContractReview, Review, ReviewVerdict

if TYPE_CHECKING:
    from spectra_gx.review.change import Change

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def review_junit(review: Review) -> str:
    """Return one suite per contract, with a case for its version and one per change."""
    suites = "".join(map(_suite, review.contracts))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="spectra-gx diff">'
    return f"{head}\n{suites}</testsuites>"


def _suite(contract: ContractReview) -> str:
    cases = [_version(contract), *(_case(change, contract) for change in contract.changes)]
    failures = sum("<failure" in case for case in cases)
    head = f'name={_attribute(contract.contract)} tests="{len(cases)}" failures="{failures}"'
    return f"  <testsuite {head}>\n{''.join(cases)}  </testsuite>\n"


def _version(contract: ContractReview) -> str:
    reasons = [text for text, _ in gate_messages(contract)]
    if contract.verdict is ReviewVerdict.BLOCKED and not reasons:
        reasons = ["a change needs a waiver"]
    return _testcase(
        contract.contract, "version", contract.file, "; ".join(reasons), failed=bool(reasons)
    )


def _case(change: Change, contract: ContractReview) -> str:
    name, failed = f"{change.id} {change.path}", contract.fails_on(change)
    text = finding_message(change)
    return _testcase(contract.contract, name, change.place.file, text, failed=failed)


def _testcase(suite: str, name: str, file: str, text: str, *, failed: bool) -> str:
    head = f"classname={_attribute(suite)} name={_attribute(name)} file={_attribute(file)}"
    if failed:
        inner = f"<failure message={_attribute(text)}/>"
    else:
        inner = f"<system-out>{escape(_printable(text))}</system-out>" if text else ""
    return f"    <testcase {head}>{inner}</testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """Return a text without the characters that XML does not allow."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
