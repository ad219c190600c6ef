"""The endpoint catalogue that ships with the package."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from spectra_gx.sources.probing.probe_rules import UNKNOWN, ProbeClass, ProbeRule
from spectra_gx.sources.source import Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Deployment(StrEnum):
    """What Jira is installed as."""

    CLOUD = "cloud"
    DATA_CENTER = "data_center"

    @property
    def label(self) -> str:
        """Return what people call it."""
        return {"cloud": "Jira Cloud", "data_center": "Jira Data Center"}[self.value]


@dataclass(frozen=True)
class OmittedEndpoint:
    """A published endpoint that is not in the catalogue, and why."""

    deployment: Deployment
    http_method: str
    path: str
    """Below the host or, on Data Center, below `/rest`."""

    reason: str


@dataclass(frozen=True)
class Catalogue:
    """Every endpoint of version 2 of Jira's REST API, and what was left out of it."""

    endpoints: tuple[Endpoint, ...]
    """Cloud's in published order, then Data Center's own; unique on (full_path, http_method)."""

    deployments: Mapping[tuple[str, str], frozenset[Deployment]]
    """full_path and http_method → where the endpoint exists."""

    probed_on: Mapping[tuple[str, str], frozenset[Deployment]]
    """The same for where it may be probed: Cloud has removed some that it still publishes."""

    left_out: tuple[OmittedEndpoint, ...]

    def probed_by(self, deployment: Deployment | None) -> Sequence[Endpoint]:
        """Return the endpoints, of which those that a deployment lacks are not probed.

        Args:
            deployment: None where it is not known, so that only what both have is probed.
        """
        return [self._restrict(endpoint, deployment) for endpoint in self.endpoints]

    def _restrict(self, endpoint: Endpoint, deployment: Deployment | None) -> Endpoint:
        known = self.deployments[endpoint.key]
        if not endpoint.probe.is_probed:
            return endpoint
        if deployment is None and len(self.probed_on[endpoint.key]) == len(Deployment):
            return endpoint
        if deployment in self.probed_on[endpoint.key]:
            return endpoint
        if deployment is None:
            reason = "not known whether this deployment has it"
        else:
            reason = f"{'removed' if deployment in known else 'not there'} on {deployment.label}"
        return replace(endpoint, probe=ProbeRule(ProbeClass.EXCLUDED, reason))


@cache
def load_catalogue() -> Catalogue:
    """Return Jira's catalogue."""
    text = resources.files(__package__).joinpath("jira_endpoints.json").read_text("utf-8")
    stored = json.loads(text)
    rows = {(row["full_path"], row["http_method"]): row for row in stored["endpoints"]}
    return Catalogue(
        endpoints=tuple(_endpoint(row) for row in rows.values()),
        deployments={key: _deployments(row) for key, row in rows.items()},
        probed_on={
            key: _deployments({"deployments": row["deployments"], **row.get("probe", {})})
            for key, row in rows.items()
        },
        left_out=tuple(
            OmittedEndpoint(**{**row, "deployment": Deployment(row["deployment"])})
            for row in stored["left_out"]
        ),
    )


def _deployments(row: Mapping[str, Any]) -> frozenset[Deployment]:
    return frozenset(Deployment(name) for name in row["deployments"])


def _endpoint(row: Mapping[str, Any]) -> Endpoint:
    texts = ("full_path", "http_method", "endpoint_path", "category", "description")
    return Endpoint(
        **{name: row[name] for name in (*texts, "requires_auth", "hierarchical")},
        query_parameters=tuple(row["query_parameters"]),
        path_parameters=tuple(row["path_parameters"]),
        resource=f"{row['description']} [{row['full_path']}]",
        probe=_probe(row["probe"]) if "probe" in row else UNKNOWN,
    )


def _probe(rule: Mapping[str, Any]) -> ProbeRule:
    return ProbeRule(
        ProbeClass(rule["class"]), rule.get("reason"), rule.get("ids", {}), rule.get("query", {})
    )
