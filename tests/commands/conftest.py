"""Other tools, found as a user has them: on the PATH, behind this interpreter."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Path(sys.executable).parent
    path = [str(here), os.environ["COMMANDS"], os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(path))


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Copy an example, and go there."""

    def copy(name: str) -> Path:
        ignored = shutil.ignore_patterns("warehouse", "target", "logs", ".meltano")
        root = tmp_path / "example"
        shutil.copytree(REPOSITORY / name, root, ignore=ignored)
        monkeypatch.chdir(root)
        return root

    return copy
