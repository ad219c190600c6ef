"""The wheel, installed without any development tool, carries a whole first run."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPOSITORY
from tests.docs.pages import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UV = Path(sys.executable).with_name("uv")


def run(*command: str | Path, at: Path, expected: int = 0) -> str:
    ended = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    said = ended.stdout + ended.stderr
    assert ended.returncode == expected, said
    assert "Traceback" not in said
    return said


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment that holds the wheel and what it asks for."""
    root = tmp_path_factory.mktemp("installed")
    build = ("build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable)
    run(UV, *build, "--out-dir", root, REPOSITORY, at=root)
    [wheel] = root.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", root / "env", at=root)
    scripts = root / "env" / "bin"
    install = ("pip", "install", "--quiet", "--compile-bytecode", "--python", scripts / "python")
    run(UV, *install, "--constraint", REPOSITORY / "requirements.lock", wheel, at=root)
    return scripts


def test_a_first_run_needs_the_wheel_alone(
    scripts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", f"{scripts}{os.pathsep}{os.environ['PATH']}")
    page = [block for block in blocks("docs/install.md") if block.runs]
    for block in page:
        if block.file is not None:
            (tmp_path / block.file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.file).write_text(block.text, "utf-8")
            continue
        for typed, shown in block.commands():
            words = shlex.split(typed)
            said = run(scripts / words[0], *words[1:], at=tmp_path, expected=block.exit_code)
            assert shown[-1].split(":")[0] in said

    assert (tmp_path / "checkpoints" / "geo.cities.json").is_file()


def test_a_new_project_needs_the_wheel_alone(scripts: Path, tmp_path: Path):
    for system in ([], ["--system", "zephyr"]):
        run(scripts / "spectra-gx", "new", f"first{len(system)}", *system, at=tmp_path)
    said = run(scripts / "spectra-gx", "run", at=tmp_path / "first0")

    assert "published: weather.reading v0, weather.day v0" in said


def test_a_run_writes_to_its_warehouse_and_temporary_files_alone(
    scripts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As in the image: everything else is read-only, there is no home, and nobody who may all."""
    run(scripts / "spectra-gx", "new", "shop", at=tmp_path)
    project, temporary = tmp_path / "shop", tmp_path / "temporary"
    for folder in (project / "warehouse", temporary):
        folder.mkdir()
    for name in os.environ.keys() - {"PATH"}:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TMPDIR", str(temporary))
    as_nobody = ("setpriv", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all")
    folders = [path for path in [project, *project.rglob("*")] if path.is_dir()]
    with read_only(path for path in folders if path.name != "warehouse"):
        command = (*(as_nobody if os.geteuid() == 0 else ()), scripts / "spectra-gx")
        said = run(*command, "run", at=project)
        run(*command, "check", at=project)

    assert "published: weather.reading v0, weather.day v0" in said
    assert [*temporary.iterdir()] == []


@contextmanager
def read_only(folders: Iterable[Path]) -> Iterator[None]:
    """Let nobody add a file to folders."""
    before = {folder: folder.stat().st_mode for folder in folders}
    try:
        for folder in before:
            folder.chmod(0o555)
        yield
    finally:
        for folder, mode in before.items():
            folder.chmod(mode)


def test_no_development_tool_comes_along(scripts: Path):
    absent = "pytest", "hypothesis", "mypy", "sphinx", "playwright", "moto", "pyspark"
    listed = run(UV, "pip", "list", "--python", scripts / "python", at=scripts).split()

    assert "spectra-gx" in listed
    assert not {*absent} & {*listed}
