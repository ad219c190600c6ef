"""Whole runs on object stores that fail, or whose lock is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from spectra_gx.cli import main as spectra_gx
from spectra_gx.store.addresses import StoreKind
from tests.campaign import batch_stage
from tests.campaign.batch_stage import StoredStage
from tests.campaign.kill_points import run
from tests.fakes.stages import StageProject
from tests.fakes.stores.fault_proxy import Fault
from tests.fakes.stores.served_store import ServedStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.store.conftest import Faulty

PAUSED = """
import sys
from tests.campaign.kill_points import Death, run_here
run_here(sys.argv[1], sys.argv[2:], Death("table committed", pauses=True))
"""
REPOSITORY = Path(__file__).parents[3]


def project(root: Path) -> StageProject:
    return StageProject(root, batch_stage.CONTRACT, {"stages/shop.py": batch_stage.BUILDERS})


@pytest.mark.parametrize("kind", StoreKind)
def test_a_paused_run_publishes_nothing_more_and_another_completes_its_batch(
    kind: StoreKind, object_store: Callable[[StoreKind], ServedStore], tmp_path: Path
):
    served = object_store(kind)
    warehouse = served.new_root()
    settings = {"WAREHOUSE": warehouse, **served.settings}
    root = project(tmp_path).root
    lines = (f"{name}='{value}'\n" for name, value in settings.items())
    (root / ".env").write_text("".join(lines), encoding="utf-8")
    assert run(root, ["run", "shop", "--batch-id", "p0-0"]) == 0

    command = [sys.executable, "-c", PAUSED, str(root), "run", "shop", "--batch-id", "p0-1"]
    with subprocess.Popen(command, cwd=REPOSITORY) as paused:
        assert os.waitid(os.P_PID, paused.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT) is not None
        assert paused.poll() is None
        assert run(root, ["run", "shop", "--batch-id", "p0-2"]) == 0
        paused.send_signal(signal.SIGCONT)
        assert paused.wait() == 3

    printed = (root / "output.txt").read_text(encoding="utf-8")
    assert "lost its lock" in printed
    assert "batch `p0-1` of the dead run" in printed
    served.download(warehouse, tmp_path / "stored")
    stage = StoredStage(tmp_path / "stored")
    batches = ["p0-0", "p0-1", "p0-2"]
    assert [*batch_stage.violations(stage, batches), *batch_stage.leftovers(stage)] == []
    assert [*batch_stage.unsettled(stage, batches)] == []
    assert [about["batch_id"] for about in stage.commits("shop.latest")] == batches
    [own] = {about["lock_token"] for about in stage.commits("shop.latest")[2:]}
    assert own > stage.commits("shop.batches")[1]["lock_token"]


def test_a_run_whose_token_expires_shows_how_it_ended(
    faulty: Faulty,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
):
    root = project(tmp_path).root
    for name, value in ServedStore(faulty.kind, faulty.proxy.address).settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WAREHOUSE", faulty.root)
    expired = "<Error><Code>ExpiredToken</Code><Message>MYTOKEN</Message></Error>"
    commit = r"Tables/shop/latest/_delta_log/\d{20}\.json"
    faulty.proxy.put(Fault("403", "PUT", commit, body=expired, then=1_000_000))

    code = spectra_gx(["run", "shop", "--batch-id", "p0-0", "--project", str(root)])

    printed = "".join(capfd.readouterr())
    assert faulty.did
    assert code == 3
    assert "the token has expired; get a new one, then run again" in printed
    assert "published: shop.batches v0" in printed
    assert "! shop run failed" in printed
    assert "the run is not in the activity log" in printed
    assert "MYTOKEN" not in printed
