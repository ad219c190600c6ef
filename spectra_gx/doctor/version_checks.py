"""Check that the installed versions are within this package's bounds."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from spectra_gx.doctor.findings import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OURS = "spectra-gx"
_NAMED = ("great-expectations", "deltalake", "pandas", "pyarrow", "numpy")
_TRAPS = {"marshmallow": ", where a checkpoint ends early on a numpy value"}
"""What a version out of bounds does, where that is known."""


def check_versions(version_of: Callable[[str], str] = metadata.version) -> Iterator[Finding]:
    """Yield whether Python and every package that is needed are within their bounds.

    Args:
        version_of: Package → its installed version; raises `PackageNotFoundError`.
    """
    about = metadata.metadata(_OURS)
    wanted = SpecifierSet(about["Requires-Python"] or "")
    python = platform.python_version()
    if not wanted.contains(python, prereleases=True):
        message = f"Python {python} is running, {wanted} is needed"
        yield Finding(Level.PROBLEM, "versions", message, "make a virtual environment with another")
    wrong = [*_wrong(version_of)]
    yield from wrong
    if not wrong:
        named = ", ".join(f"{name} {version_of(name)}" for name in (_OURS, *_NAMED))
        yield Finding(Level.OK, "versions", f"Python {python}, {named}")


def _wrong(version_of: Callable[[str], str]) -> Iterator[Finding]:
    for text in metadata.requires(_OURS) or ():
        need = Requirement(text)
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        fix = f'`pip install "{need.name}{need.specifier}"`'
        try:
            installed = version_of(need.name)
        except metadata.PackageNotFoundError:
            message = f"{need.name} is not installed, {need.specifier} is needed"
            yield Finding(Level.PROBLEM, "versions", message, fix)
            continue
        if not need.specifier.contains(installed, prereleases=True):
            trap = _TRAPS.get(need.name, "")
            message = f"{need.name} {installed} is installed{trap}; {need.specifier} is needed"
            yield Finding(Level.PROBLEM, "versions", message, fix)
