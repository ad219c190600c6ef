"""A lock file installs what it names, whatever has been published since."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path


def wheel(folder: Path, name: str, version: str, *metadata: str) -> str:
    """Write a wheel without code; return the line that locks it."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        lines = ("Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata)
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{about}/METADATA", "\n".join(lines) + "\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock of two packages, and an index that offers a newer release of one of them."""
    offered = tmp_path / "offered"
    offered.mkdir()
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        wheel(offered, "outer", "1.0", "Requires-Dist: inner[extra]>=1")
        + wheel(offered, "inner", "1.0", "Provides-Extra: extra")
    )
    wheel(offered, "inner", "2.0", "Provides-Extra: extra")
    monkeypatch.setenv("UV_FIND_LINKS", str(offered))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    return lock


def test_what_a_lock_names_is_installed_where_a_newer_release_is_on_offer(
    lock: Path, tmp_path: Path
):
    folder = tmp_path / "env"
    # Who has bytecode switched off gets it all the same: every start would compile it anew.
    environment = os.environ | {"PYTHON": sys.executable, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([REPOSITORY / ".ci" / "install", folder, lock], env=environment, check=True)

    [packages] = folder.glob("lib/python*/site-packages")
    assert {path.name for path in packages.glob("*er-*.dist-info")} == {
        "inner-1.0.dist-info",
        "outer-1.0.dist-info",
    }
    assert list(packages.glob("__pycache__/inner.*.pyc"))


@pytest.mark.parametrize("file", ["action.yml", "Makefile"])
def test_every_environment_is_made_by_that_script(file: str):
    text = (REPOSITORY / file).read_text("utf-8")

    assert ".ci/install" in text
    assert "--requirement requirements.lock" not in text
    assert "-r requirements.lock" not in text
