"""Render findings as GitHub workflow commands, which become annotations on lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spectra_gx.errors import Problem

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def workflow_commands(found: Iterable[tuple[str, Problem]], *, title: str) -> str:
    """Return one workflow command per finding.

    The message starts with the place, because the log of a job shows only the message.

    `found` is level (error, warning or note) and finding; unless files are named from the root of
    the repository, an annotation is shown nowhere.
    """
    return "\n".join(_command(level, problem, title) for level, problem in found)


def _command(level: str, problem: Problem, title: str) -> str:
    properties = {
        "file": problem.file,
        "line": problem.line,
        "col": problem.column,
        "title": f"{title} ({problem.family})",
    }
    listed = ",".join(
        f"{name}={_escape_property(str(value))}" for name, value in properties.items()
    )
    return f"::{_COMMANDS[level]} {listed}::{_escape(str(problem))}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
