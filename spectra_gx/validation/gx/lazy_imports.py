"""Defer heavy modules that GX imports at once and needs for a single expectation or a chart.

A stand-in takes their place until anything in them is used; then the real module takes
its own place again. Nothing is left out: what needs them merely pays for them itself.
"""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

HEAVY = ("scipy.stats", "altair", "boto3")
"""KL divergence and its chart, together two fifths of what importing GX costs; its way to S3."""


class _StandIn(ModuleType):
    """Becomes the real module as soon as anything in it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__path__", "__version__"):
            # What looks at every module there is must not load this one; what imports a part does.
            raise AttributeError(name)
        return getattr(_real(self), name)

    def __dir__(self) -> list[str]:
        return dir(_real(self))


def defer_imports(*names: str) -> None:
    """Put stand-ins for modules that are installed and not imported yet."""
    for name in names:
        if name in sys.modules:
            continue
        parent, _, child = name.rpartition(".")
        path = importlib.import_module(parent).__path__ if parent else None
        spec = PathFinder.find_spec(name, path)
        if spec is None:
            continue
        module = _StandIn(name)
        module.__spec__ = spec
        module.__file__ = spec.origin
        sys.modules[name] = module
        if parent:
            setattr(sys.modules[parent], child, module)


def _real(stand_in: ModuleType) -> ModuleType:
    name = stand_in.__name__
    if sys.modules.get(name) is stand_in:
        del sys.modules[name]
    return importlib.import_module(name)
