"""What the worker does with tables, in this process: checks and profiles that write nothing."""

from __future__ import annotations

import shutil

import pyarrow as pa
import pytest

from spectra_gx import Project, UsageError
from spectra_gx.contract.loading import parse_contract
from spectra_gx.integrations.mcp import tasks
from spectra_gx.integrations.mcp.findings import Visibility
from spectra_gx.integrations.mcp.project_access import ProjectAccess, classified_contract
from spectra_gx.integrations.mcp.result_tools import results_of
from tests.integration.agents.shop import CONTRACT


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_check_has_findings_as_a_run_has_and_writes_nothing(shop, tmp_path):
    root = shutil.copytree(shop, tmp_path / "shop")
    stricter = CONTRACT.replace("total: {type: double, min: 0}", "total: {type: double, min: 2}")
    (root / "contracts" / "shop.contract.yaml").write_text(stricter, encoding="utf-8")
    before = contents(root)
    found = tasks.check(Project.open(root), "shop", "shop.orders")
    assert contents(root) == before
    project, contract = ProjectAccess(root).open_stage("shop")
    shown = Visibility(contract, classified_contract(project, contract), samples=False)
    answer = results_of(shown, found)
    assert answer.summary == "`shop` failed: 10 passed, 1 failed, 0 errored"
    [finding] = answer.not_passed
    assert (finding.rule, finding.line, finding.unexpected) == ("shop.orders.total.min", 20, 1)
    assert finding.samples is None


def test_a_profile_quotes_no_value_unless_samples_may_leave(shop, tmp_path):
    root = shutil.copytree(shop, tmp_path / "shop")
    project = Project.open(root)
    ids = list(range(200))
    regions = pa.table({"id": ids, "name": ["North", "South"] * 100})
    project.warehouse.write("shop.regions", regions, execution_id="made_by_hand")
    shown, _ = tasks.profile(project, "shop.regions", True)
    assert "North" in shown
    text, left_out = tasks.profile(project, "shop.regions", False)
    assert "North" not in text
    assert left_out == ["shop.regions.id.min", "shop.regions.name.enum"]
    [table] = parse_contract(text.encode(), "profile").tables
    assert table.primary_key == ("id",)
    with pytest.raises(UsageError, match=r"the warehouse has no table 'shop\.nowhere'"):
        tasks.profile(project, "shop.nowhere", False)
