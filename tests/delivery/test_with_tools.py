"""What is delivered, in the eyes of tools that know its formats."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from spectra_gx.runner.calls import Call, CallPurpose
from spectra_gx.telemetry.metrics.prometheus_text import metrics_text
from spectra_gx.telemetry.metrics.samples import take_samples
from tests.delivery.test_examples import CONTAINERFILE, DEPLOY, pins
from tests.docs.pages import REPOSITORY
from tests.fakes import runs
from tests.fakes.service import ServedProjectInThread

TOOLS = Path(os.environ["DELIVERY"])


def run(*words: str | Path, code: int = 0) -> str:
    ended = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_hadolint_finds_nothing_in_the_image():
    assert run(TOOLS / "hadolint", DEPLOY / "Containerfile") == ""


def test_hadolint_would_find_something(tmp_path: Path):
    bad = tmp_path / "Containerfile"
    bad.write_text(CONTAINERFILE.replace("USER 10001:10001", "USER root"))

    assert "DL3002" in run(TOOLS / "hadolint", bad, code=1)


def test_the_schedule_is_valid_in_kubernetes(tmp_path: Path):
    job = DEPLOY / "kubernetes.yaml"
    said = run(TOOLS / "kubernetes-validate", "--strict", job)
    assert "passed for resource cronjob/shop" in said

    wrong = tmp_path / "job.yaml"
    wrong.write_text(job.read_text("utf-8").replace("concurrencyPolicy", "concurencyPolicy"))
    assert "concurencyPolicy" in run(TOOLS / "kubernetes-validate", "--strict", wrong, code=1)


@pytest.mark.parametrize(
    ("copied", "names"),
    [
        (
            ["spectra-gx@.service", "spectra-gx@.timer"],
            ["spectra-gx@shop.service", "spectra-gx@shop.timer"],
        ),
        (["spectra-gx-serve.service"], ["spectra-gx-serve.service"]),
    ],
)
def test_systemd_accepts_the_units(tmp_path: Path, copied: list[str], names: list[str]):
    for name in copied:
        shutil.copy(DEPLOY / name, tmp_path)
    service = tmp_path / copied[0]
    text = service.read_text("utf-8").replace("/opt/spectra-gx/bin/spectra-gx", "/bin/true")
    service.write_text(text)
    verify = ("systemd-analyze", "verify", "--man=no", *(tmp_path / name for name in names))
    assert run(*verify) == ""

    service.write_text(text.replace("ProtectHome=yes", "ProtectHomes=yes"))
    assert "ProtectHomes" in run(*verify)


@pytest.mark.parametrize("name", ["spectra-gx@.service", "spectra-gx-serve.service"])
def test_systemd_finds_the_services_little_exposed(name: str):
    said = run("systemd-analyze", "security", "--offline=true", "--threshold=20", DEPLOY / name)

    [exposure] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert float(exposure) < 2


def test_compose_accepts_the_service_and_its_prometheus(tmp_path: Path):
    (tmp_path / "secrets").mkdir()
    for name in ("prometheus-token", "scheduler-token"):
        (tmp_path / "secrets" / name).touch()
    config = ("docker-compose", "--project-directory", tmp_path, "--file")
    run(*config, DEPLOY / "compose.yaml", "config", "--quiet")

    wrong = tmp_path / "compose.yaml"
    wrong.write_text((DEPLOY / "compose.yaml").read_text("utf-8").replace("read_only", "readonly"))
    assert "readonly" in run(*config, wrong, "config", "--quiet", code=1)


def test_prometheus_accepts_how_it_reads_the_service():
    run("promtool", "check", "config", "--syntax-only", DEPLOY / "prometheus.yml")


def test_the_sbom_names_every_package_that_is_locked(tmp_path: Path):
    shutil.copytree(REPOSITORY / ".ci", tmp_path / ".ci")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, tmp_path)
    ready = tmp_path / ".venv-delivery/.ready"
    (ready.parent).mkdir()
    (ready.parent / "bin").symlink_to(TOOLS)
    ready.touch()
    subprocess.run(["make", "--silent", "sbom"], cwd=tmp_path, check=True)
    listed = json.loads((tmp_path / "dist/spectra-gx.cdx.json").read_text("utf-8"))

    found = {one["name"]: one["version"] for one in listed["components"]}
    assert (listed["bomFormat"], listed["metadata"]["component"]["name"]) == (
        "CycloneDX",
        "spectra-gx",
    )
    assert found == {name: version for name, (version, _) in pins(".ci/image.lock").items()}
    assert all(one["purl"].startswith("pkg:pypi/") for one in listed["components"])


def check_metrics(text: bytes) -> tuple[int, bytes]:
    """Return what promtool makes of a text of metrics."""
    ended = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, check=False
    )
    return ended.returncode, ended.stderr


def test_promtool_accepts_metrics_and_alert_rules():
    rules = REPOSITORY / "spectra_gx/telemetry/files/prometheus-alerts.yml"
    assert "12 rules found" in run("promtool", "check", "rules", rules)
    call = Call("GET /a", 0.2, 1, purpose=CallPurpose.PROBE)
    ended = runs.run(runs.FAILED, calls=[call], steps=(("Validate", 1.0),), publish_seconds=2.0)
    assert check_metrics(metrics_text(take_samples(ended))) == (0, b"")


def test_promtool_accepts_the_metrics_of_the_service(tmp_path: Path):
    with ServedProjectInThread(tmp_path) as service:
        service.ask("GET", "/healthz")
        shown = service.ask("GET", "/metrics").text
    assert "spectra_gx_service_requests_total{" in shown
    assert check_metrics(shown.encode()) == (0, b"")


def test_promtool_would_find_something():
    code, said = check_metrics(b"# TYPE a_total gauge\na_total 1\n")
    assert code != 0
    assert b"a_total" in said
