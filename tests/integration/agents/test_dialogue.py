"""What an agent asks and is answered, over standard streams, with the protocol's own client."""

from __future__ import annotations

import json

from spectra_gx.contract.rules.catalogue import CATALOGUE
from tests.integration.agents.dialogue import RECORDED, hold

WRITING = {"run_stage"}


def test_the_dialogue_is_as_recorded(agent):
    # `python -m tests.integration.agents.dialogue` records it again.
    assert hold(agent) == RECORDED.read_text("utf-8")


def test_no_tool_writes_unless_the_server_was_started_so(agent):
    tools = agent.tools()
    assert len(tools) == 12
    assert {tool.name for tool in tools}.isdisjoint(WRITING)
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert agent.refused("run_stage", stage="shop") == "Unknown tool: run_stage"


def test_every_tool_says_what_it_does_and_takes_in_few_words(agent):
    for tool in agent.tools():
        assert tool.description
        for schema in tool.input_schema["properties"].values():
            assert schema["description"], tool.name
        assert len(json.dumps(tool.input_schema)) + len(tool.description) < 1200


def test_resources_are_contracts_rules_and_results(agent, shop):
    contract = (shop / "contracts" / "shop.contract.yaml").read_text("utf-8")
    assert agent.read("spectra-gx://contracts/shop") == contract.rstrip("\n")
    rules = json.loads(agent.read("spectra-gx://reference/rules"))
    assert [rule["key"] for rule in rules] == [kind.key for kind in CATALOGUE]
    stages = json.loads(agent.read("spectra-gx://stages"))["stages"]
    assert [(one["stage"], one["latest"]["verdict"]) for one in stages] == [("shop", "failed")]


def test_prompts_name_tools_that_exist(agent):
    names = {tool.name for tool in agent.tools()}
    asked = [
        agent.prompt("explain_red_stage", stage="shop"),
        agent.prompt("propose_contract", table="shop.orders"),
        agent.prompt("review_change", stage="shop"),
    ]
    for text in asked:
        words = {word.strip("`,.;:") for word in text.split() if word.startswith("`")}
        assert words & names
        assert {word for word in words if "_" in word} <= names


def test_long_lists_come_in_pages(agent):
    whole = agent.ask("read_contract", stage="shop")
    rest = agent.ask("read_contract", stage="shop", offset=30)
    assert rest["total"] == whole["total"]
    assert rest["first_line"] == 31
    text = whole["contract"]["text"].splitlines()
    assert rest["contract"]["text"].splitlines() == text[30:]
    assert "next_offset" not in rest
