"""Environments for contenders that need what the project does not: one each, from pinned lists."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CONTENDERS = Path(__file__).parent / "contenders"


def interpreter_of(contender: str, environments: Path) -> str:
    """Return the Python that runs a contender; its environment is made when its list changed.

    A contender that has no list beside it runs in ours.
    """
    wanted = CONTENDERS / f"{contender}.txt"
    if not wanted.exists():
        return sys.executable
    home = environments / contender
    python, installed = home / "bin" / "python", home / "installed.txt"
    if not installed.exists() or installed.read_bytes() != wanted.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        install = ["pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(wanted)]
        subprocess.run([str(python), "-m", *install], check=True)
        installed.write_bytes(wanted.read_bytes())
    return str(python)
