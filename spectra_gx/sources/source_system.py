"""What the registry knows about a source system: how to connect to it, and its sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from spectra_gx.sources.faults import FaultKind
from spectra_gx.sources.setting_names import BARE, SettingNames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from enum import StrEnum

    from pydantic import SecretStr

    from spectra_gx.sources.faults import Fault
    from spectra_gx.sources.source import Source


@dataclass(frozen=True)
class Connection:
    """Where a source is and how to read it."""

    base_url: str
    """Scheme, host and port."""

    base_path: str
    token: SecretStr
    project_id: int | str | None = None
    """Project of the source whose path is walked; its first one without it."""

    user: str | None = None
    """Who the token belongs to, where a system asks for it."""

    timeout_seconds: float = 10.0
    """To connect, and between two pieces of an answer."""

    retry: bool = True
    """Whether a call that fails is tried again."""

    settings: SettingNames = BARE
    """What these are called, for messages."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """What goes with every call beside its own headers: the trace that it is a part of."""


class Sandbox(Protocol):
    """A local server that answers as a source system does."""

    base_path: str
    token: SecretStr

    @property
    def base_url(self) -> str:
        """Where it listens."""

    def serve_forever(self) -> None:
        """Wait until it is stopped or the process is interrupted."""


class StartSandbox(Protocol):
    """Makes a sandbox that runs while it is entered."""

    def __call__(
        self, *, faults: Sequence[Fault] = (), port: int = 0
    ) -> AbstractContextManager[Sandbox]:
        """Return one that shows these faults; port 0 is any free one."""


class StartSandboxOnDay(Protocol):
    """Makes a sandbox whose data are those of a day."""

    def __call__(
        self, day: int, *, faults: Sequence[Fault] = ()
    ) -> AbstractContextManager[Sandbox]:
        """Return one with the data of this day, counted from 0; it is on any free port."""


@dataclass(frozen=True)
class SourceSystem:
    """A source system, as a package registers it."""

    name: str
    """The contract's `system`."""

    title: str
    """What people call it."""

    connect: Callable[[Connection], Source]
    """Returns a client; nothing is sent yet."""

    sandbox: StartSandbox
    faults: Iterable[StrEnum] = FaultKind
    """What the sandbox can do wrong."""

    contracts: str | None = None
    """The package whose folder `contracts/` contains the contracts of its stages."""

    sandbox_on_day: StartSandboxOnDay | None = None
    """For a sandbox whose data change from day to day."""
