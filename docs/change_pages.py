"""The page of change kinds: each is shown by the pair of contracts that the tests hold it to."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.review.change_kinds import BUMPS, CHANGES, WITHOUT_BUMP
from spectra_gx.review.contract_review import review_files
from spectra_gx.review.git.changed_files import ChangedFiles
from spectra_gx.review.policy import KEYS, TABLE, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.review.change_kinds import ChangeKind

PAIRS = Path(__file__).parents[1] / "tests" / "changes"

_OPENING = """\
What `spectra-gx diff` reports. An id is permanent: waivers and policies name it. *Tightens* affects
the producer, whose data may fail from now on; *loosens* affects the consumer, who loses a promise;
*both* affects both; *undetermined* cannot be decided from contracts alone; *none* affects nobody.
The severity decides which version a change needs: critical a major one, warning a minor one, info a
patch. The reasons are in
[why a change counts as it does](../concepts/why-a-change-counts.md).

Below is each kind with the difference between its two test contracts, and the message of `diff`.

"""

_POLICY = """\
## Policy

The policy of a project is in its pyproject.toml, under `[{table}]`:

{keys}
A waiver allows one change: it is still reported, but needs no version. It names the change's id and
path (or rule), is valid through the day it expires, and fails the diff from the next day on: always
if it is in a changed contract, and if it is in the policy, as soon as it applies to a change.

"""


def changes_page() -> str:
    """Return the reference of change kinds, and of the policy."""
    keys = "".join(f"- `{key}`: {meaning}\n" for key, meaning in KEYS.items())
    kinds = ["\n".join(_section(kind)) for kind in CHANGES.values()]
    return _OPENING + _POLICY.format(table=TABLE, keys=keys) + "\n".join(kinds)


def _section(kind: ChangeKind) -> Iterator[str]:
    hurts = " and ".join(kind.hurts) or "nobody for sure"
    step = "no version" if kind.id in WITHOUT_BUMP else f"a {BUMPS[kind.severity]} version"
    yield f"## {kind.id}\n"
    way = f"*{kind.direction.capitalize()}*, hurts {hurts}"
    yield f"{kind.purpose} {way}; {kind.severity}, needs {step}.\n"
    before, after = ((PAIRS / kind.id / f"{side}.yaml").read_text() for side in ("before", "after"))
    yield "```diff"
    yield from _lines(before, after)
    yield "```\n"
    yield f"> {_said(kind, before, after)}\n"


def _lines(before: str, after: str) -> Iterator[str]:
    """Yield the lines that differ."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    for line in lines:
        if not line.startswith(("---", "+++", "@@")):
            yield line


def _said(kind: ChangeKind, before: str, after: str) -> str:
    name = "contracts/shop.contract.yaml"
    old, new = ({name: text.encode()} if text else {} for text in (before, after))
    nowhere = Path("no-such-project")
    found = review_files(
        ChangedFiles("before", "after", old, new, nowhere), nowhere, Policy(), date(2026, 11, 21)
    )
    return next(change.message for change in found.changes if change.id == kind.id)
