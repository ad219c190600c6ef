"""The shop as a project that an orchestrator runs by the command of our own environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import REPOSITORY

SPECTRA_GX = Path(sys.executable).with_name("spectra-gx")
HERE = Path(__file__).parent
DOCS = "https://docs.example.com/shop"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The shop on its first day, with a negative price: its run fails."""
    return deliver(tmp_path)


def deliver(folder: Path) -> Path:
    """Copy the shop into a folder, and deliver its first day."""
    root = folder / "shop"
    ignored = shutil.ignore_patterns("warehouse", "landing", "__pycache__")
    shutil.copytree(REPOSITORY / "docs/examples/shop", root, ignore=ignored)
    subprocess.run([sys.executable, "generate.py"], cwd=root, check=True, capture_output=True)
    settings = root / "pyproject.toml"
    settings.write_text(f'{settings.read_text()}docs_url = "{DOCS}"\n')
    return root


def fix_the_price(root: Path) -> None:
    """Correct the delivery: the run passes, and quarantines rows."""
    products = root / "landing/products.csv"
    products.write_text(products.read_text().replace(";-1.111,38;", ";1.111,38;"))


def check_types(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the types of our part of an orchestrator against its own, which our environment lacks.

    Args:
        name: The orchestrator's.
        folder: Where its Python is.
    """
    package = ["--package", f"spectra_gx.integrations.{name}", "--follow-imports", "silent"]
    command = [sys.executable, "-m", "mypy", "--python-executable", folder / "python", *package]
    cache = ["--cache-dir", os.devnull, "--config-file", "pyproject.toml"]
    return subprocess.run(
        [*command, *cache], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


def last_object(text: str) -> Any:
    """Return the JSON of the last line; an orchestrator logs to stdout, too."""
    return json.loads(text.splitlines()[-1])
