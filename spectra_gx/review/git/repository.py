"""Read the contracts of a commit with git plumbing: no checkout, nothing written."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from spectra_gx.contract.loading import FOLDER
from spectra_gx.errors import UsageError
from spectra_gx.store.credentials.own_processes import own_environment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_DEFAULT_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
_TWO_FILES = "compare two files with `spectra-gx diff OLD.yaml NEW.yaml`"


class Repository:
    """The git repository of a project."""

    def __init__(self, root: Path) -> None:
        """Open it.

        Raises:
            UsageError: Git is not installed, or the project is not in a repository.
        """
        self._root = root
        ended = self._git("rev-parse", "--is-shallow-repository", "--is-inside-work-tree")
        if ended.returncode:
            raise UsageError(
                f"`{root}` is not in a git repository; `git init` makes one, or {_TWO_FILES}"
            )
        self._shallow = ended.stdout.split()[:1] == [b"true"]

    def commit(self, ref: str) -> str:
        """Return the id of the commit that a ref names.

        Raises:
            UsageError: There is none.
        """
        ended = self._git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
        )
        if ended.returncode:
            fix = "fetch it, or check the name"
            raise UsageError(f"`{ref}` is not a commit in this repository{self._hint(fix)}")
        return ended.stdout.decode().strip()

    def base(self) -> tuple[str, str]:
        """Return the merge base of HEAD and the default branch, and that branch's name.

        Raises:
            UsageError: There is no commit, no default branch, or nothing in common with it.
        """
        listed = self._git("for-each-ref", "--format=%(refname)", *_DEFAULT_BRANCHES)
        found = set(listed.stdout.decode().split())
        branch = next((name for name in _DEFAULT_BRANCHES if name in found), None)
        if branch is None:
            if self._git("rev-parse", "--verify", "--quiet", "HEAD").returncode:
                raise UsageError(
                    "this repository has no commit yet; commit the contracts first, or "
                    f"{_TWO_FILES}"
                )
            raise UsageError("no default branch was found; name a ref with `--against REF`")
        name = branch.removeprefix("refs/remotes/").removeprefix("refs/heads/")
        name = name.removesuffix("/HEAD")
        return self.merge_base(branch, name), name

    def merge_base(self, other: str, name: str | None = None) -> str:
        """Return the merge base of HEAD and a commit that messages call `name`.

        Raises:
            UsageError: They have nothing in common.
        """
        ended = self._git("merge-base", "HEAD", other)
        if ended.returncode:
            message = f"HEAD has no commit in common with `{name or other}`"
            fix = "name a ref with `--against REF`"
            raise UsageError(f"{message}{self._hint(fix)}")
        return ended.stdout.decode().split()[0]

    def parents(self, ref: str) -> list[str]:
        """Return the ids of the parents of a commit, as far as this clone has them."""
        ended = self._git("rev-parse", "--revs-only", f"{ref}^@")
        return ended.stdout.decode().split()

    @property
    def folder(self) -> str:
        """The project's folder in the repository; empty for the root."""
        return os.fsdecode(self._git("rev-parse", "--show-prefix").stdout).rstrip("/\n")

    def contracts(self, commit: str) -> dict[str, str]:
        """Return the files under `contracts/` of a commit: path from the project → blob id."""
        listed = self._git("ls-tree", "-z", commit, f"{FOLDER}/")
        entries = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
        blobs = (entry.split("\t", 1) for entry in entries if entry)
        return {path: entry.split()[2] for entry, path in blobs if entry.split()[1] == "blob"}

    def read(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of blobs, by id.

        Raises:
            UsageError: This clone lacks one of them.
        """
        wanted = list(dict.fromkeys(blobs))
        if not wanted:
            return {}
        data = self._git("cat-file", "--batch", stdin="\n".join([*wanted, ""]).encode()).stdout
        contents: dict[str, bytes] = {}
        for blob in wanted:
            head, _, data = data.partition(b"\n")
            if not head.startswith(blob.encode() + b" blob "):
                raise UsageError("the history of this clone is incomplete; run `git fetch`")
            size = int(head.split()[2])
            contents[blob], data = data[:size], data[size + 1 :]
        return contents

    def _hint(self, fix: str) -> str:
        if self._shallow:
            return "; this clone is shallow: run `git fetch --unshallow`, or check out all history"
        return f"; {fix}"

    def _git(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = own_environment("GIT_", LC_ALL="C", GIT_OPTIONAL_LOCKS="0")
        try:
            return subprocess.run(  # noqa: S603 - fixed words, and refs behind --end-of-options
                ["git", *arguments],  # noqa: S607 - the git that the person uses
                cwd=self._root,
                env=environment,
                input=stdin,
                capture_output=True,
                check=False,
            )
        except OSError:
            raise UsageError(f"git could not be run; install it, or {_TWO_FILES}") from None
