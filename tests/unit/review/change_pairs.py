"""The pairs under `tests/changes`: a contract before and after one change of each kind."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.review.contract_review import review_files
from spectra_gx.review.git.changed_files import ChangedFiles
from spectra_gx.review.policy import Policy

if TYPE_CHECKING:
    from spectra_gx.review.review_result import Review

CHANGES = Path(__file__).parents[2] / "changes"
TODAY = date(2026, 11, 21)
FILE = "contracts/shop.contract.yaml"
NOWHERE = Path("no-such-project")


def sources(kind: str) -> tuple[bytes, bytes]:
    """Return the two files of a kind; an empty one stands for none."""
    folder = CHANGES / kind
    return (folder / "before.yaml").read_bytes(), (folder / "after.yaml").read_bytes()


def reviewed(old: bytes, new: bytes, policy: Policy | None = None, root: Path = NOWHERE) -> Review:
    """Return the review of one contract, beside the others of a project."""
    before, after = ({FILE: text} if text else {} for text in (old, new))
    difference = ChangedFiles("before", "after", before, after, root)
    return review_files(difference, root, policy or Policy(), TODAY)
