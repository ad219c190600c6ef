"""Run a parsed command; every error becomes a sentence on stderr and an exit code."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from spectra_gx.cli.output import escape_controls, in_environment, report
from spectra_gx.errors import ContractError, SpectraError

if TYPE_CHECKING:
    import argparse

logger = logging.getLogger(__name__)


def run_command(arguments: argparse.Namespace) -> int:
    """Carry out a parsed command; every error ends as a sentence on stderr and an exit code."""
    environment = arguments.environment
    _set_up_logging(environment, debug=arguments.debug, quiet=arguments.quiet)
    try:
        return int(arguments.execute(arguments))
    except ContractError as error:
        from spectra_gx.render.lint_text import problems_text

        report(problems_text(error.problems))
        return error.exit_code
    except SpectraError as error:
        report(f"error: {in_environment(error.message, environment)}")
        return error.exit_code
    except KeyboardInterrupt:
        report("interrupted")
        return 3
    except OSError as error:
        logger.debug("the command ended early", exc_info=True)
        report(f"error: {_refusal(error)}")
        return 3
    except Exception as error:  # no traceback ever reaches a user
        logger.debug("the command ended early", exc_info=True)
        report(
            f"error: the command ended early with {type(error).__name__}; this is a defect of "
            "spectra-gx: run it again with `--debug` and report what it prints"
        )
        return 3


def _refusal(error: OSError) -> str:
    """Return what this machine refused, as a sentence with the next step."""
    reason = (error.strerror or type(error).__name__).lower()
    what = "something" if error.filename is None else f"`{error.filename}`"
    return f"{what} cannot be read or written: {reason}; check its permissions and the disk"


class _Formatter(logging.Formatter):
    def __init__(self, environment: str | None) -> None:
        super().__init__("%(levelname)s: %(message)s")
        self._environment = environment

    def format(self, record: logging.LogRecord) -> str:
        return in_environment(escape_controls(super().format(record)), self._environment)


def _set_up_logging(environment: str | None, *, debug: bool, quiet: bool) -> None:
    """Send our own log to stderr; what libraries log is theirs, and may contain what we redact."""
    root = logging.getLogger()
    if not root.handlers:
        # Without any handler Python prints their warnings itself, and GX logs whole tracebacks.
        root.addHandler(logging.NullHandler())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(environment))
    ours = logging.getLogger("spectra_gx")
    ours.handlers[:] = [handler]
    ours.setLevel(logging.DEBUG if debug else logging.WARNING if quiet else logging.INFO)
    ours.propagate = False
