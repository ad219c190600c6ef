"""A dialogue of an agent and the server, as it is recorded.

`python -m tests.integration.agents.dialogue` records it again, for git to show what changed.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.integration.agents.agent import Agent, stdio_agent
from tests.integration.agents.shop import CONTRACT, make_shop

if TYPE_CHECKING:
    from collections.abc import Sequence

RECORDED = Path(__file__).with_name("dialogue.json")

NARROWER = CONTRACT.replace("enum: [AT, CH]", "enum: [AT]").replace("1.2.0", "1.2.1")

STEPS: Sequence[tuple[str, dict[str, Any]]] = (
    ("list_stages", {}),
    ("latest_results", {"stage": "shop"}),
    ("explain_failure", {"stage": "shop", "table": "shop.orders"}),
    ("explain_rule", {"rule": "shop.orders.known-customer"}),
    ("read_contract", {"stage": "shop", "table": "shop.orders"}),
    ("search_contracts", {"query": "customer pii"}),
    ("run_history", {"stage": "shop"}),
    ("handoff_state", {"stage": "shop"}),
    ("lint_contract", {"contract": "contract: shop\nversion: 1.2.0\ntabels: {}\n"}),
    ("diff_contract", {"stage": "shop", "contract": NARROWER}),
    ("latest_results", {"stage": "shopp"}),
)

_VOLATILE = (
    (re.compile(r"\d{8}_\d{6}_\d{6}"), "RUN"),
    (re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(\+00:00| UTC)"), "TIME"),
    (re.compile(r'"seconds": [\d.]+'), '"seconds": 0'),
    (re.compile(r"ended \d+\.\d h ago"), "ended H h ago"),
)


def hold(agent: Agent) -> str:
    """Hold the dialogue; return it as it is recorded."""
    said = []
    for tool, arguments in STEPS:
        failed, text = agent.call(tool, **arguments)
        answer = {"refused": text} if failed else {"answer": json.loads(text)}
        said.append({"tool": tool, "arguments": arguments, **answer})
    text = json.dumps(said, indent=1, ensure_ascii=False)
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return text + "\n"


def main() -> None:
    """Record the dialogue."""
    with tempfile.TemporaryDirectory() as folder, stdio_agent(make_shop(Path(folder) / "p")) as one:
        RECORDED.write_text(hold(one), encoding="utf-8")


if __name__ == "__main__":
    main()
