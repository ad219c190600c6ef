"""Source systems, found by a contract's `system`.

Another package adds one through the entry point group `spectra_gx.sources`: the entry point's name
is the system, its value a `SourceSystem`. It is imported only where it is needed.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.source_system import SourceSystem

if TYPE_CHECKING:
    from spectra_gx.contract.model import StageContract
    from spectra_gx.sources.recorded_client import RecordedClient
    from spectra_gx.sources.source import Source
    from spectra_gx.sources.source_system import Connection

GROUP = "spectra_gx.sources"
DEFAULT_SYSTEM = "zephyr"
"""What the source stage reads where neither its contract nor SOURCE_SYSTEM names a system."""

_MEMBERS = (
    "system",
    "traits",
    "calls",
    "found",
    "authenticate",
    "check_access",
    "endpoints",
    "probe",
    "credential_details",
)
"""What a client has."""

_OWN = {
    name: EntryPoint(name, f"{GROUP}.{name}.registration:{name.upper()}", GROUP)
    for name in (DEFAULT_SYSTEM, "jira")
}


def known_systems() -> list[str]:
    """Return the names of all systems that can be read, our own first."""
    return [*_OWN, *sorted({point.name for point in entry_points(group=GROUP)} - _OWN.keys())]


def find_system(name: str) -> SourceSystem | None:
    """Return the system of this name; None where nothing reads it.

    Raises:
        ConfigurationError: What another package registered cannot be used.
    """
    if name in _OWN:
        return _load(_OWN[name])
    found = [*entry_points(group=GROUP, name=name)]
    if len({point.value for point in found}) > 1:
        packages = " and ".join(sorted(_package(point) for point in found))
        raise ConfigurationError(
            f"the source system `{name}` is registered by {packages}; uninstall all but one"
        )
    return _load(found[0]) if found else None


def require_system(name: str, place: str) -> SourceSystem:
    """Return the system of this name.

    Args:
        name: The system.
        place: What names it, for people: a contract or a setting.

    Raises:
        ConfigurationError: Nothing reads it, or what does cannot be used.
    """
    system = find_system(name)
    if system is None:
        known = " and ".join(f"`{one}`" for one in known_systems())
        raise ConfigurationError(
            f"{place} names the system `{name}`, and this version reads {known}; change it there, "
            "or install the package that reads it"
        )
    return system


def connect_source(system: SourceSystem, connection: Connection) -> Source:
    """Return a client of a system; nothing is sent yet.

    Raises:
        ConfigurationError: It is of an older version of its package, and lacks what is used now.
    """
    source = system.connect(connection)
    missing = [f"`{name}`" for name in _MEMBERS if not hasattr(source, name)]
    if missing:
        found = entry_points(group=GROUP, name=system.name)
        package = _package(next(iter(found))) if found else "an unknown package"
        raise ConfigurationError(
            f"the client of the source system `{system.name}` of {package} has no "
            f"{' and no '.join(missing)}; update that package, whose client derives from "
            "`spectra_gx.sources.source.Source`"
        )
    client: RecordedClient | None = getattr(source, "client", None)
    if connection.headers and client is not None:
        client.add_headers(connection.headers)
    return source


def connect_http(system: SourceSystem, connection: Connection) -> RecordedClient:
    """Return what `run.http` is for builders of a project: what a system's client sends with.

    Raises:
        ConfigurationError: The system's client sends with something of its own.
    """
    client: RecordedClient | None = getattr(connect_source(system, connection), "client", None)
    if client is None:
        raise ConfigurationError(
            f"the source system `{system.name}` offers no client for builders; "
            "update the package that reads it, or use a client of your own"
        )
    return client


def system_title(name: str) -> str:
    """Return what people call a system; its name where nothing can read it."""
    try:
        system = find_system(name)
    except ConfigurationError:
        return name  # connecting to it says why
    return name if system is None else system.title


def select_system(contract: StageContract | None, setting: str | None) -> tuple[str, str]:
    """Return the system that a stage reads, and what names it, for people.

    Args:
        contract: The stage's; None where there is none.
        setting: SOURCE_SYSTEM, which only counts where the contract names no system.
    """
    if contract is not None and contract.system:
        return contract.system, f"contract `{contract.name}`"
    return setting or DEFAULT_SYSTEM, "SOURCE_SYSTEM"


def ignored_setting(contract: StageContract, setting: str | None) -> str | None:
    """Return a sentence where SOURCE_SYSTEM has no effect; None where it agrees or is not set."""
    if not contract.system or setting in (None, contract.system):
        return None
    return (
        f"SOURCE_SYSTEM is `{setting}`, but contract `{contract.name}` says "
        f"`system: {contract.system}`, which counts; change one of them"
    )


def _load(point: EntryPoint) -> SourceSystem:
    try:
        system = point.load()
    except Exception as error:  # noqa: BLE001 - another package's import may raise anything
        reason = f"raises {type(error).__name__} when it is imported"
    else:
        if isinstance(system, SourceSystem) and system.name == point.name:
            return system
        reason = f"is not a `SourceSystem` of the name `{point.name}`"
    raise ConfigurationError(
        f"the source system `{point.name}` of {_package(point)} cannot be used: `{point.value}` "
        f"{reason}; update or uninstall that package"
    )


def _package(point: EntryPoint) -> str:
    return f"`{point.dist.name}`" if point.dist is not None else "an unknown package"
