"""What the image has locked is enough for what the image is started for."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

import pytest

from tests.delivery.test_examples import pins
from tests.docs.pages import REPOSITORY
from tests.fakes.served_process import PROGRAM, ServedProcess

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of an environment that has only what the image has, by links to what is here."""
    folder = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    [packages] = folder.glob("lib/python3*/site-packages")
    for name in pins(".ci/image.lock"):
        link_package(name, packages)
    (packages / "spectra_gx.pth").write_text(f"{REPOSITORY}\n")
    return str(folder / "bin/python")


def link_package(name: str, packages: Path) -> None:
    """Link the folders and files of a package; one of another platform is not here."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return
    for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
        link = packages / top
        if not link.exists():
            link.symlink_to(str(found.locate_file(top)))


def test_the_image_can_serve(image: str, tmp_path: Path):
    class InTheImage(ServedProcess):
        python = image

    project = tmp_path / "shop"
    subprocess.run([image, "-c", PROGRAM, "new", project], check=True, capture_output=True)
    with InTheImage(project) as service:
        assert service.run_to_its_end("weather")["result"]["verdict"] == "passed"
        metrics = service.ask("GET", "/metrics").text
        code, said = service.stop()
    assert 'spectra_gx_run_status{environment="",stage="weather",status="passed"} 1.0' in metrics
    assert (code, "Traceback" in said) == (0, False)


def test_the_image_can_serve_agents(image: str):
    """The server ends with its input."""
    serve = [image, "-c", PROGRAM, "mcp", "--project", REPOSITORY]
    ended = subprocess.run(serve, input=b"", capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_what_is_not_locked_is_not_there(image: str):
    absent = subprocess.run([image, "-c", "import duckdb"], capture_output=True, check=False)
    assert b"No module named 'duckdb'" in absent.stderr
