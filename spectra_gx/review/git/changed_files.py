"""Find the contract files that differ between a commit and the work tree, or two files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.contract.loading import FOLDER, POINTS_OUTSIDE, SUFFIX, points_outside
from spectra_gx.errors import UsageError
from spectra_gx.review.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True)
class ChangedFiles:
    """Contents of the files that differ, before and now."""

    old_name: str
    """Name of the old side in messages."""

    new_name: str
    old: Mapping[str, bytes]
    """By the file's name in messages: its path from the project, or as a person gave it."""

    new: Mapping[str, bytes]
    folder: Path
    """Where the names of files start."""


def files_changed_since(root: Path, ref: str | None, paths: Sequence[str]) -> ChangedFiles:
    """Return how contracts differ between a commit and the work tree.

    Without a ref that is the merge base with the default branch, and without paths every contract.

    Raises:
        UsageError: There is no such commit or path, or no repository.
    """
    repository = Repository(root)
    commit, name = repository.base() if ref is None else (repository.commit(ref), ref)
    before = {
        path: blob for path, blob in repository.contracts(commit).items() if _is_contract(path)
    }
    after = {path.relative_to(root).as_posix(): path for path in _contracts(root)}
    chosen = set(_chosen(root, paths, before.keys() | after.keys()))
    now = {path: read_contract(file) for path, file in after.items() if path in chosen}
    changed = {
        path: source
        for path, source in now.items()
        if path not in before or _blob_id(source, before[path]) != before[path]
    }
    gone = {
        path: blob
        for path, blob in before.items()
        if path in chosen and (path in changed or path not in now)
    }
    contents = repository.read(gone.values())
    old = {path: contents[blob] for path, blob in gone.items()}
    label = f"{name}@{commit[:12]}" if ref is None else name
    return ChangedFiles(label, "work tree", old, changed, root)


def two_files(old: str, new: str) -> ChangedFiles:
    """Return how two files differ.

    Raises:
        UsageError: One of them cannot be read.
    """
    before, after = (read_contract(Path(name)) for name in (old, new))
    return ChangedFiles(old, new, {old: before}, {new: after}, Path.cwd())


def possible_consumers(root: Path, stages: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the contract files of a project that may consume one of these stages."""
    stage_names = [stage.encode() for stage in stages]
    for path in _contracts(root):
        source = read_contract(path)
        if b"consumes" in source and any(word in source for word in stage_names):
            yield path.relative_to(root).as_posix(), source


def _contracts(root: Path) -> list[Path]:
    return sorted((root / FOLDER).glob(f"?*{SUFFIX}"))


def _is_contract(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder == FOLDER and name.endswith(SUFFIX) and name != SUFFIX


def _chosen(root: Path, paths: Sequence[str], known: set[str]) -> Iterator[str]:
    """Yield the known files that paths mean; each must mean one."""
    if not paths:
        yield from known
    for path in paths:
        start = Path(path).absolute()
        meant = {f"{FOLDER}/{path}{SUFFIX}"}
        if start.is_relative_to(root.absolute()):
            meant.add(start.relative_to(root.absolute()).as_posix())
        found = [
            name for name in known if "." in meant or any(_is_under(name, one) for one in meant)
        ]
        if not found:
            raise UsageError(
                f"`{path}` is not a contract, neither before nor now; name a file or a stage"
            )
        yield from found


def _is_under(name: str, meant: str) -> bool:
    return name == meant or name.startswith(f"{meant}/")


def read_contract(path: Path) -> bytes:
    """Return the bytes of a contract file.

    Raises:
        UsageError: It cannot be read, or is a link that leads out of its project.
    """
    if points_outside(path):
        raise UsageError(f"`{path}`: {POINTS_OUTSIDE}")
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise UsageError(f"`{path}` cannot be read: {reason.lower()}; check the path") from None


def _blob_id(source: bytes, like: str) -> str:
    """Return the id that git gives to contents, by the hash that another id is made with."""
    digest = hashlib.sha256 if len(like) > 40 else hashlib.sha1  # noqa: PLR2004 - SHA-1 in hex
    return digest(b"blob %d\0" % len(source) + source).hexdigest()
