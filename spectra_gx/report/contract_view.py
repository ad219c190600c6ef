"""The source of a contract, line by line, with the rules that each line defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.report.addresses import line_anchor, rule_anchor, runs_page
from spectra_gx.report.html_filters import tone
from spectra_gx.report.rule_views import rule_groups, short_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from spectra_gx.contract.model import StageContract

_LINES = 20_000
_WORST_FIRST = ("errored", "failed", "warning", "info")


def contract_view(
    contract: StageContract, file: Path | None, known: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what a contract's page shows.

    `known` is rule id → its latest `status`, and the `page` with its details.
    """
    severities = {rule.id: str(rule.severity) for rule in contract.rules()}

    def result(rule: str) -> dict[str, Any]:
        latest = known.get(rule, {"status": None, "page": None})
        return {"id": rule, **latest, "tone": tone(latest["status"], severities.get(rule))}

    chips: dict[int, list[dict[str, Any]]] = {}
    groups = {
        rule: group for table in contract.tables for rule, group in rule_groups(table).items()
    }
    for rule in contract.rules():
        if rule.place is not None:
            chips.setdefault(rule.place.line, []).append(
                {
                    **result(rule.id),
                    "anchor": rule_anchor(rule.id),
                    "name": short_name(rule.id, rule.table, groups.get(rule.id)),
                }
            )
    text = _source(file)
    lines = [] if text is None else text.split("\n")
    return {
        "contract": contract,
        "runs_page": runs_page(contract.name),
        "file": file_name(contract),
        "readable": text is not None,
        "cut": max(len(lines) - _LINES, 0),
        "lines": [
            {
                "number": number,
                "anchor": line_anchor(number),
                "text": line.rstrip("\r"),
                "comment": line.lstrip().startswith("#"),
                "chips": sorted(chips.get(number, ()), key=_rank),
                "tone": _worst_tone(chips.get(number, ())),
            }
            for number, line in enumerate(lines[:_LINES], start=1)
        ],
        "guarantees": [
            {
                "id": guarantee.id,
                "says": guarantee.says,
                "proofs": [result(rule) for rule in guarantee.proven_by],
            }
            for guarantee in contract.guarantees
        ],
    }


def file_name(contract: StageContract) -> str:
    """Return the name of a contract's file, without the folders of this machine."""
    return (contract.file or f"{contract.name}.contract.yaml").replace("\\", "/").split("/")[-1]


def _rank(chip: Mapping[str, Any]) -> int:
    return _WORST_FIRST.index(chip["tone"]) if chip["tone"] in _WORST_FIRST else len(_WORST_FIRST)


def _worst_tone(chips: Iterable[Mapping[str, Any]]) -> str | None:
    """Return how a line looks whose rules do not all pass."""
    tones = {chip["tone"] for chip in chips}
    return next((one for one in _WORST_FIRST if one in tones), None)


def _source(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return text.removesuffix("\n")
