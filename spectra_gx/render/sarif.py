"""Render findings as SARIF 2.1.0 for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from spectra_gx.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spectra_gx.errors import Problem


def sarif_log(
    found: Iterable[tuple[str, Problem]],
    *,
    command: str,
    rules: Mapping[str, str],
    helps: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return a log of one run.

    Args:
        found: Level (error, warning or note) and finding; files are named from the repository's
            root.
        command: The command that found them; the ids of rules start with it.
        rules: Every family a finding may be of, with its purpose.
        helps: What to do about a finding of a family, where there is more to say.
    """
    order = {family: index for index, family in enumerate(rules)}
    driver = {
        "name": "spectra-gx",
        "semanticVersion": __version__,
        "rules": [
            {
                "id": f"{command}/{family}",
                "shortDescription": {"text": purpose},
                **({"help": {"text": helps[family]}} if helps and family in helps else {}),
            }
            for family, purpose in rules.items()
        ],
    }
    results = [
        {
            "ruleId": f"{command}/{problem.family}",
            "ruleIndex": order[problem.family],
            "level": level,
            "message": {"text": problem.message},
            "locations": [{"physicalLocation": _place(problem)}],
        }
        for level, problem in found
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
        "sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }


def _place(problem: Problem) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(problem.file), "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": problem.line,
            "startColumn": problem.column,
            "endLine": problem.line,  # without an end column, the region goes to the line's end
        },
    }
