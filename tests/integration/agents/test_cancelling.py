"""Progress of checks, and their end when an agent cancels; the slice `service` runs these."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.integration.agents.agent import Agent, agent_of, over_http, served, stdio_agent
from tests.integration.agents.silent_store import CONTRACT, SilentStore, silent_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHOLE = [(1.0, 2.0, "shop.customers"), (2.0, 2.0, "shop.orders")]


@pytest.fixture
def store() -> Iterator[SilentStore]:
    with silent_store() as found:
        yield found


@pytest.fixture
def environment(store: SilentStore, tmp_path: Path) -> dict[str, str]:
    """What a server gets: a store that does not answer, and a folder for scratch of its own."""
    (tmp_path / "scratch").mkdir()
    return {**store.settings, "TMPDIR": str(tmp_path / "scratch")}


@pytest.fixture
def root(shop: Path, tmp_path: Path) -> Path:
    """The shop, with a stage whose check has to wait."""
    root = shutil.copytree(shop, tmp_path / "shop")
    (root / "contracts" / "parcels.contract.yaml").write_text(CONTRACT, encoding="utf-8")
    return root


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def cancel_a_check(agent: Agent, store: SilentStore) -> None:
    """Return when what carried it out is gone."""
    call = agent.portal.start_task_soon(agent.client.call_tool, "check_stage", {"stage": "parcels"})
    with store.asked():
        call.cancel()


def progress_of_a_check(agent: Agent) -> list[tuple[float, float | None, str | None]]:
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(done: float, total: float | None, message: str | None) -> None:
        heard.append((done, total, message))

    async def check() -> bool:
        answer = await agent.client.call_tool(
            "check_stage", {"stage": "shop"}, progress_callback=hear
        )
        return bool(answer.is_error)

    assert not agent.portal.call(check)
    return heard


def test_over_standard_streams_a_check_reports_and_is_cancelled(root, tmp_path, store, environment):
    before = files(root)
    with stdio_agent(root, environment=environment) as agent:
        cancel_a_check(agent, store)
        assert progress_of_a_check(agent) == WHOLE
        [scratch] = (tmp_path / "scratch").iterdir()  # of the process that has just checked
        cancel_a_check(agent, store)
        assert agent.ask("latest_results", stage="shop")["verdict"] == "failed"
        assert not scratch.exists()
    assert files(root) == before
    assert files(tmp_path / "scratch") == set()


def test_over_http_a_check_reports_and_is_cancelled(root, tmp_path, store, environment):
    before = files(root)
    with served(root, environment=environment) as address:
        for mode in ("auto", "legacy"):
            with agent_of(over_http(address), mode=mode) as agent:
                cancel_a_check(agent, store)
                assert progress_of_a_check(agent) == WHOLE
    assert files(root) == before
    assert files(tmp_path / "scratch") == set()
