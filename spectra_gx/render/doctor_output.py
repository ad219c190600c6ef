"""Render the findings of `doctor` as a screen and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spectra_gx.display import counted
from spectra_gx.doctor.findings import Finding, Level
from spectra_gx.render.screen_lines import Line, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

_TONES = {Level.OK: Tone.PASSED, Level.WARNING: Tone.WARNING, Level.PROBLEM: Tone.FAILED}


def doctor_screen(findings: Sequence[Finding]) -> list[Line]:
    """Return a line per finding, with its fix beside it, then their count."""
    width = max((len(finding.about) for finding in findings), default=0)
    lines = [_line(finding, width) for finding in findings]
    problems, warnings = _count(findings, Level.PROBLEM), _count(findings, Level.WARNING)
    message = f"{counted(problems, 'problem')}, {counted(warnings, 'warning')}"
    tone = Tone.FAILED if problems else Tone.WARNING if warnings else Tone.PASSED
    return [*lines, Line(message, tone)]


def _line(finding: Finding, width: int) -> Line:
    message = f"{finding.level:<7}  {finding.about:<{width}}  {finding.message}"
    fix = f" → {finding.fix}" if finding.fix else ""
    return Line(message + fix, _TONES[finding.level], len(finding.level))


def doctor_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings and their count."""
    return {
        "problems": _count(findings, Level.PROBLEM),
        "warnings": _count(findings, Level.WARNING),
        "findings": [found.to_dict() for found in findings],
    }


def _count(findings: Sequence[Finding], level: Level) -> int:
    return sum(finding.level is level for finding in findings)
