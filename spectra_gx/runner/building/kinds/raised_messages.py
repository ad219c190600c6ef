"""What an error of somebody else's code says, without the stack traces that some carry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_LINES = 10
_MOST_LETTERS = 1000

_JAVA = re.compile(r"\s+at [\w.$<>/@-]+\(|\s*\.\.\. \d+ more|(Driver|JVM) stacktrace:")
_PYTHON = re.compile(r"\s*Traceback \(most recent call")
"""How a line of a stack trace begins."""

_CAUSE = re.compile(r"Caused by: (.+)")


def raised_message(error: BaseException, redact: Callable[[str], str]) -> str:
    """Return the first lines of an error's message, and the last cause that its trace names.

    Errors of Spark contain the stack trace of another process: hundreds of lines.

    Args:
        error: What was raised.
        redact: Hides secrets; before the text is cut, so that no part of one is left.
    """
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - it is somebody else's class
        return ""
    lines = [line.rstrip() for line in redact(text).splitlines() if line.strip()]
    traced = (at for at, line in enumerate(lines) if _JAVA.match(line) or _PYTHON.match(line))
    end = next(traced, len(lines))
    said = _shortened("\n".join(lines[: min(end, _MOST_LINES)]))
    cause = _cause(lines[end:])
    return said if cause is None or cause in said else _shortened(f"{said}; caused by {cause}")


def _cause(trace: Sequence[str]) -> str | None:
    """Return the last cause that a stack trace names."""
    if not trace:
        return None
    if _PYTHON.match(trace[0]):
        # The error follows the frames, which are indented.
        return next((line for line in trace[1:] if not line[:1].isspace()), None)
    return next((found[1] for line in reversed(trace) if (found := _CAUSE.match(line))), None)


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"
