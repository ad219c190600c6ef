"""The resource that says which project is run, and by which command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagster import ConfigurableResource

from spectra_gx.integrations.command import Command, CommandResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class SpectraGX(ConfigurableResource[Any]):
    """A project, and the command that runs it."""

    project: str
    """Folder that contains `contracts/`."""

    environment: str | None = None
    """The one of the project whose settings and overrides of contracts are used."""

    command: str = "spectra-gx"
    """The one on the PATH, or the path of that of another environment."""

    env: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    """Variables beside those of the process."""

    def run(self, arguments: Sequence[str], log: Callable[[str], object]) -> CommandResult:
        """Run a command of `spectra-gx` to its end; an interrupted step stops it first.

        Args:
            arguments: The command and its options, without the project.
            log: Takes each line of its log.

        Raises:
            CommandNotFoundError: It cannot be started.
        """
        chosen = [] if self.environment is None else ["--environment", self.environment]
        where = ["--project", self.project, *chosen]
        return Command([*arguments, "--json", *where], self.command, self.env).run(log)
