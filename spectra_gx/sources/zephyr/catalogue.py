"""The endpoint catalogue that ships with the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from spectra_gx.sources.probing.probe_rules import UNKNOWN, ProbeRule
from spectra_gx.sources.source import Endpoint


@dataclass(frozen=True)
class OmittedEndpoint:
    """A row of the published list that does not ship unchanged, and why."""

    published_row: int
    """Counts from 0."""

    full_path: str
    http_method: str | None
    """None when the published row names none."""

    reason: str


@dataclass(frozen=True)
class Catalogue:
    """Every endpoint of a source's published API, and what was left out of it."""

    endpoints: tuple[Endpoint, ...]
    """In published order; unique on (full_path, http_method)."""

    left_out: tuple[OmittedEndpoint, ...]


@cache
def load_catalogue() -> Catalogue:
    """Return the Zephyr Enterprise catalogue."""
    text = resources.files(__package__).joinpath("zephyr_endpoints.json").read_text("utf-8")
    stored = json.loads(text)
    return Catalogue(
        endpoints=tuple(_endpoint(row) for row in stored["endpoints"]),
        left_out=tuple(OmittedEndpoint(**row) for row in stored["left_out"]),
    )


def _endpoint(row: dict[str, Any]) -> Endpoint:
    lists = {name: tuple(row[name]) for name in ("query_parameters", "path_parameters")}
    probe = row.get("probe")
    return Endpoint(
        **{**row, **lists, "probe": UNKNOWN if probe is None else ProbeRule.from_json(probe)},
        resource=f"{row['description']} [{row['full_path']}]",
    )
