"""A source system, as the builder of its tables sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from spectra_gx.sources.probing.probe_rules import UNKNOWN, ProbeRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.runner.calls import Call
    from spectra_gx.sources.probing.probe_rules import ProbeRequest


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of a source's published API."""

    endpoint_path: str
    full_path: str
    http_method: str
    category: str
    description: str
    requires_auth: bool
    hierarchical: bool
    query_parameters: tuple[str, ...]
    path_parameters: tuple[str, ...]
    resource: str
    probe: ProbeRule = field(default=UNKNOWN, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """Return full_path and http_method, which are unique in a catalogue."""
        return self.full_path, self.http_method

    @property
    def is_probed(self) -> bool:
        """Whether a run may probe it at all; never anything but a GET."""
        return self.http_method == "GET" and self.probe.is_probed

    @property
    def skip_reason(self) -> str:
        """Return why a run may not probe it."""
        return self.probe.skip_reason if self.http_method == "GET" else "only GETs are probed"


@dataclass(frozen=True)
class SourceTraits:
    """What a source declares about itself; nothing of it is measured."""

    auth_method: str
    """How it is authenticated, for `auth_method` of the portfolio: `api_token`."""

    supports_incremental: bool
    """Whether changed rows can be read without all others."""


class Source(Protocol):
    """A source system; every request that it sends is one of its `calls`.

    A class that derives from it inherits what a source without ids and probes answers.
    """

    system: str
    """As a contract's `system` names it."""

    traits: SourceTraits
    """What it declares about itself."""

    @property
    def calls(self) -> Sequence[Call]:
        """Every call attempted so far, in order."""

    @property
    def found(self) -> Mapping[str, Any]:
        """Level of the hierarchy → the row that the walk found there, which fills probes' ids."""
        return {}

    def authenticate(self) -> None:
        """Prove that the token is accepted; its call has the purpose `authentication`.

        Raises:
            SpectraError: It is not, or the source cannot be reached; critical.
        """

    def check_access(self) -> bool:
        """Walk one path down the hierarchy; return whether every level could be read.

        Never raises for what the source answers: failed calls are in `calls`.
        """

    def endpoints(self) -> Sequence[Endpoint]:
        """Return the source's endpoint catalogue, in its published order."""

    def probe(self, request: ProbeRequest) -> Call:
        """Send a request once and drop what it answers; never raises for what that is."""
        raise NotImplementedError(f"`{self.system}` declares how `{request.path}` is probed")

    def credential_details(self) -> Mapping[str, Any]:
        """Return column → value of what its credentials table has beside the common columns."""
        return {}
