"""Derive stable ids from names: the same name always gives the same id."""

from __future__ import annotations

import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "spectra-gx")


def stable_id(*parts: str) -> str:
    """Return the uuid5 of a path of names."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))
