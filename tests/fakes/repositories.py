"""Git repositories made by hand."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def git(folder: Path, *arguments: str) -> str:
    """Run git there as nobody in particular; return what it prints."""
    who = ("-c", "user.name=Tests", "-c", "user.email=tests@example.com")
    ended = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return ended.stdout.strip()


def commit(folder: Path, said: str = "more") -> str:
    """Commit everything there; return the commit's id."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", said)
    return git(folder, "rev-parse", "HEAD")


def set_apart(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Keep this machine's git settings, and the repository around a folder, out of it."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder))
