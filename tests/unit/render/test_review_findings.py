"""A review in every form; whatever a contract says stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from spectra_gx.contract.model import Severity
from spectra_gx.render.github import workflow_commands
from spectra_gx.render.junit import review_junit
from spectra_gx.render.review_findings import (
    annotation_level,
    review_findings,
    rule_helps,
    rule_purposes,
)
from spectra_gx.render.review_markdown import LARGEST, MARKER, escape_markdown, review_markdown
from spectra_gx.render.review_text import review_text
from spectra_gx.render.sarif import sarif_log
from spectra_gx.review.change_kinds import CHANGES
from spectra_gx.review.policy import Policy
from tests.unit.review.change_pairs import reviewed, sources

HEAD = b"contract: shop\nversion: 1.0.0\nowner: Shop Team\ntables:\n  shop.orders:\n    columns:\n"
HOSTILE = [
    "@everyone and @shop/owners",
    "see #12 and GH-12",
    "<img src=x onerror=alert(1)>",
    "</details>",
    "`code` **bold** _it_ ~~no~~",
    "[link](https://example.com) https://example.com www.example.com",
    "a | b | c",
    "![x](https://example.com/x.png)",
    "::error file=x::y",
    "%0A::set-output name=a::b",
    "]]><x/>",
    "$x^2$ :tada:",
]


def of_values(*values: str) -> bytes:
    written = ", ".join(json.dumps(value) for value in values)
    return HEAD + f"      state: {{type: string, enum: [open, {written}]}}\n".encode()


def hostile_review():
    waiver = "waivers:\n  - {change: column-added, path: shop.orders.x, owner: '@all', "
    waiver += "reason: '| <b> @all', expires: '2127-01-01'}\n"
    new = of_values(*HOSTILE) + b"      x: long\n" + waiver.encode()
    return reviewed(of_values("paid"), new)


def big_review(count: int):
    """A review of many changes, each with a long name."""
    lines = [f"      {'long_name_' * 20}{number}: long\n" for number in range(count)]
    return reviewed(of_values("paid"), of_values("paid") + "".join(lines).encode())


# -- markdown --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_every_text_letter_by_letter(text):
    shown = escape_markdown(text)
    for special in "`*_[]<>|!~$:&(){}":
        assert not re.search(rf"(?<!\\){re.escape(special)}", shown)
    assert not re.search("[@#](?!\N{ZERO WIDTH SPACE})", shown)
    assert "GH-1" not in shown
    assert "www." not in shown
    without = re.sub(r"\\(.)", r"\1", shown).replace("\N{ZERO WIDTH SPACE}", "")
    assert without == text


def test_a_comment_holds_no_markup_but_its_own():
    text = review_markdown(hostile_review())
    tags = set(re.findall(r"(?<!\\)<(/?\w+|!--)", text))
    assert tags <= {"!--", "details", "/details", "summary", "/summary"}
    assert "@all" not in text
    assert "@everyone" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)


def test_a_comment_is_found_again_and_the_same_twice():
    text = review_markdown(hostile_review())
    assert text.startswith(f"{MARKER}\n")
    assert text.count(MARKER) == 1
    assert text == review_markdown(hostile_review())


def test_a_comment_fits_however_much_changed():
    review = big_review(800)
    text = review_markdown(review)
    assert len(text) < LARGEST
    [left] = re.findall(r"(\d+) more changes do not fit", text)
    assert int(left) + text.count("column-added") == len(review.changes) == 800


def test_the_worst_stands_first_and_the_small_is_folded():
    old = of_values("paid") + b"      x: long\n"
    new = of_values("paid", "sent").replace(b"owner: Shop", b"owner: Other") + b"      y: date\n"
    text = review_markdown(reviewed(old, new))
    places = [text.index(name) for name in ("column-removed", "column-added", "<details>")]
    assert places == sorted(places)
    assert text.index("<details>") < text.index("owner-changed")


def test_what_blocks_is_never_folded_away():
    old = of_values("paid") + b"      email: {type: string, classification: pii}\n"
    policy = Policy({"classification-lowered": Severity.INFO})
    review = reviewed(old, of_values("paid") + b"      email: string\n", policy)
    [row] = [row for row in review_markdown(review).splitlines() if row.startswith("| ⛔")]
    assert "classification-lowered" in row
    assert "<details>" not in review_markdown(replace(review, stale=()))
    assert "  ✗ " in review_text(review)
    assert "minor" not in review_text(review)


def test_nothing_changed_says_so():
    review = reviewed(HEAD + b"      x: long\n", HEAD + b"      x: long\n")
    assert "No contract changed since before" in review_markdown(review)
    assert review_text(review) == "no changes since before"


# -- text ------------------------------------------------------------------------------------------


def test_text_is_one_line_a_change_worst_first():
    old = of_values("paid") + b"      x: long\n"
    new = of_values("paid", "sent").replace(b"owner: Shop", b"owner: Other") + b"      y: date\n"
    text = review_text(reviewed(old, new)).replace("contracts/shop.contract.yaml", "FILE")
    assert text.splitlines()[:5] == [
        "shop 1.0.0 → 1.0.0: needs version 2.0.0",
        "  ✗ FILE:7:29: enum-value-added: `shop.orders.state.enum` also allows 'sent'",
        "  ✗ FILE:8:7: column-removed: column `shop.orders.x` was removed",
        "  ! FILE:8:7: column-added: column `shop.orders.y` was added",
        "  · minor: owner changed",
    ]


def test_text_stays_short_and_on_its_lines():
    lines = review_text(big_review(200)).splitlines()
    assert len(lines) < 30
    assert any("180 more" in line for line in lines)
    assert all(line.isprintable() for line in review_text(hostile_review()).splitlines())


# -- machines --------------------------------------------------------------------------------------


def test_json_says_what_is_promised():
    said = json.loads(json.dumps(reviewed(*sources("column-removed")).to_dict()))
    assert said["from"], said["to"] == ("before", "after")
    assert (said["required_bump"], said["declared_bump"]) == ("major", "none")
    assert said["verdict"] == "bump_needed"
    [change] = said["changes"]
    assert change == {
        "id": "column-removed",
        "path": "shop.orders.size",
        "rule": None,
        "contract": "shop",
        "direction": "both",
        "hurts": ["producer", "consumer"],
        "severity": "critical",
        "file": "contracts/shop.contract.yaml",
        "line": 8,
        "column": 7,
        "message": "column `shop.orders.size` was removed",
        "blocks": False,
        "breaks": [],
        "waived_until": None,
    }
    [contract] = said["contracts"]
    assert (contract["from_version"], contract["needed_version"]) == ("1.0.0", "2.0.0")


def test_annotations_are_one_command_a_line():
    found = list(review_findings(hostile_review()))
    lines = workflow_commands(found, title="spectra-gx diff").splitlines()
    assert len(lines) == len(found) == 4
    assert all(re.match(r"::(error|warning|notice) file=[^:]+,line=\d+", line) for line in lines)
    levels = [level for level, _ in found]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)


def test_what_passes_is_no_error():
    old, new = sources("column-removed")
    review = reviewed(old, new.replace(b"1.0.0", b"2.0.0"))
    assert [level for level, _ in review_findings(review)] == ["warning"]


def test_an_annotation_has_the_level_of_the_severity():
    old = of_values("paid") + b"      email: {type: string, classification: pii}\n      z: long\n"
    new = of_values("paid").replace(b"open, ", b"") + b"      email: string\n      y: date\n"
    review = reviewed(old, new)
    found = review_findings(review, annotation_level)
    assert [(level, problem.family) for level, problem in found] == [
        ("error", "version-too-low"),
        ("error", "classification-lowered"),
        ("error", "column-removed"),
        ("warning", "enum-value-removed"),
        ("warning", "column-added"),
    ]
    assert {level for level, _ in review_findings(review)} == {"error"}


def test_a_finding_says_why_it_counts_or_which_waiver_it_needs():
    old = of_values("paid") + b"      email: {type: string, classification: pii}\n      z: long\n"
    new = of_values("paid") + b"      email: string\n"
    version, lowered, removed = (said.message for _, said in review_findings(reviewed(old, new)))
    assert version == "`shop` needs version 2.0.0, not 1.0.0; `spectra-gx diff --fix` writes it"
    assert lowered == (
        "column `shop.orders.email` is not classified, was pii; needs a waiver "
        "(sensitive values would be shown): add "
        "{change: classification-lowered, path: shop.orders.email, owner: WHO, reason: WHY, "
        "expires: YYYY-MM-DD} under `waivers`, filled in"
    )
    assert removed == (
        "column `shop.orders.z` was removed (data may fail and consumers may break; major version)"
    )


@pytest.mark.parametrize("name", ["email", 'a"b`c</details>', "@everyone#1", "é|n"])
def test_a_waiver_that_is_pasted_and_filled_in_lets_the_change_through(name):
    column = f"      {json.dumps(name)}: ".encode()
    old = of_values("paid") + column + b"{type: string, classification: pii}\n"
    new = of_values("paid").replace(b"1.0.0", b"1.1.0") + column + b"string\n"
    text = review_markdown(reviewed(old, new))
    assert "### ⛔" in text
    [waiver] = re.findall(r"```yaml\n  (.*)\n  ```", text)
    assert not re.search(r"[<>@`#|]", waiver)
    filled = waiver.replace("WHO", "us").replace("WHY", "ok").replace("YYYY-MM-DD", '"2027-01-01"')
    assert reviewed(old, new + f"waivers:\n  {filled}\n".encode()).verdict == "ok"


def test_code_scanning_knows_every_kind_and_what_to_do():
    found = list(review_findings(hostile_review()))
    log = sarif_log(found, command="diff", rules=rule_purposes(), helps=rule_helps())
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} >= {f"diff/{kind}" for kind in CHANGES}
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["endLine"] == region["startLine"] >= 1


def test_junit_is_xml_whatever_a_contract_says():
    review = hostile_review()
    root = ElementTree.fromstring(review_junit(review))  # noqa: S314 - our own text
    [suite] = root
    assert suite.get("tests") == str(len(suite)) == str(len(review.changes) + 1)
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert failed[:2] == ["version", "enum-values-swapped shop.orders.state.enum"]
    assert suite.get("failures") == str(len(failed))
