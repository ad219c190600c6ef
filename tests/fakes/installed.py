"""A package that is installed beside ours: a module and the dist-info that registers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def install(site: Path, package: str, code: str, entry_points: str) -> None:
    """Write a package as an installer leaves it.

    Args:
        site: A folder on `sys.path`.
        package: Its name, and that of its one module.
        code: The module's text.
        entry_points: The text of `entry_points.txt`.
    """
    (site / f"{package}.py").write_text(code, encoding="utf-8")
    info = site / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")
    (info / "RECORD").write_text(f"{package}.py,,\n")
