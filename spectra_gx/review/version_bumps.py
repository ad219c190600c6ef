"""Compare semantic versions, and compute the one that a change needs."""

from __future__ import annotations

from spectra_gx.review.change import Bump


def bump_between(old: str, new: str) -> Bump:
    """Return the largest step from one version up to another; none when it is no higher."""
    before, after = _parts(old), _parts(new)
    if after <= before:
        return Bump.NONE
    if after[0] > before[0]:
        return Bump.MAJOR
    return Bump.MINOR if after[1] > before[1] else Bump.PATCH


def is_lower(new: str, old: str) -> bool:
    """Return whether a version went down."""
    return _parts(new) < _parts(old)


def bump_version(version: str, bump: Bump) -> str:
    """Return the version after a step."""
    major, minor, patch = _parts(version)
    match bump:
        case Bump.MAJOR:
            return f"{major + 1}.0.0"
        case Bump.MINOR:
            return f"{major}.{minor + 1}.0"
        case Bump.PATCH:
            return f"{major}.{minor}.{patch + 1}"
        case _:
            return version


def _parts(version: str) -> tuple[int, int, int]:
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch
