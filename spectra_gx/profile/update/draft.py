"""A contract's file with what is to be inserted, and the proof that nothing else changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.loading import parse_document
from spectra_gx.contract.yaml.cst import list_comments
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.errors import UsageError

if TYPE_CHECKING:
    from spectra_gx.profile.update.insertion import Insertion, YamlFile


@dataclass
class Draft:
    """A file, and what is to be inserted."""

    file: YamlFile
    name: str
    insertions: list[Insertion] = field(default_factory=list)
    """Of those at one place, the first come first."""

    added: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)

    def has_likes(self, table: str) -> bool:
        """Return whether another table is `like` a table, and would have its new columns, too."""
        tables = self.file.entry("tables")
        names = [one.name for one in (tables.entries or () if tables else ())]
        likes = [self.file.entry("tables", name, "like") for name in names]
        return any(like is not None and like.text == table for like in likes)


def refuse_loss(source: bytes, updated: bytes, draft: Draft) -> None:
    """Refuse a text that says anything else than before beside what was added.

    Raises:
        UsageError: It does.
    """
    before, after = parse_document(source, draft.name), parse_document(updated, draft.name)
    if before.root is not None and after.root is not None:
        text = updated.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        kept = not Counter(list_comments(draft.file.text)) - Counter(list_comments(text))
        sound = len(after.report.problems) <= len(before.report.problems)
        if kept and sound and _contains(plain_value(after.root), plain_value(before.root)):
            return
    listed = "\n".join(one.text.rstrip("\n") for one in draft.insertions)
    raise UsageError(f"`{draft.name}` cannot be changed safely; add by hand what is new:\n{listed}")


def _contains(new: Any, old: Any) -> bool:
    """Return whether a value is another one, but for entries at the end of its mappings.

    Of lists, only `rules` may have more.
    """
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return bool(new == old)
    if list(new)[: len(old)] != list(old):
        return False
    return all(
        new[key][: len(old[key])] == old[key]
        if key == "rules" and isinstance(old[key], list)
        else _contains(new[key], old[key])
        for key in old
    )
