"""A hostile contract, hostile arguments and what must not leave."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx.errors import ContractError
from spectra_gx.integrations.mcp.contract_tools import ContractTools
from spectra_gx.integrations.mcp.project_access import ProjectAccess
from spectra_gx.integrations.mcp.result_tools import ResultTools
from tests.fakes.projects import spellings
from tests.integration.agents.shop import (
    CONTRACT,
    OPEN_VALUE,
    ORDER,
    PERSON,
    SECRET,
)

if TYPE_CHECKING:
    from tests.integration.agents.agent import Agent

READS = (
    ("list_stages", {}),
    ("read_contract", {"stage": "shop"}),
    ("search_contracts", {"query": "customer"}),
    ("explain_rule", {"rule": "shop.customers.email.format"}),
    ("latest_results", {"stage": "shop"}),
    ("explain_failure", {"stage": "shop"}),
    ("run_history", {"stage": "shop"}),
    ("handoff_state", {"stage": "shop"}),
    ("lint_contract", {"contract": CONTRACT.replace("shop", "shop2")}),
    (
        "diff_contract",
        {"stage": "shop", "contract": CONTRACT.replace("owner: ", f"owner: {ORDER} ")},
    ),
)

FOREIGN = (
    "/etc/passwd",
    "../../../etc/passwd",
    "contracts/shop.contract.yaml",
    "shop.contract.yaml",
    "shop\0",
    "postgresql://host/db#a.b",
    "shop.*",
    "С" * 5000,
)


def quoted_and_bare(value: Any) -> tuple[list[str], list[str]]:
    """Return the texts of an answer that are quoted, and all others."""
    quoted: list[str] = []
    bare: list[str] = []

    def walk(one: Any) -> None:
        match one:
            case {"quoted": str(), "text": str(text)}:
                quoted.append(text)
            case dict():
                for part in one.values():
                    walk(part)
            case list():
                for part in one:
                    walk(part)
            case str():
                bare.append(one)

    walk(value)
    return quoted, bare


@pytest.fixture(scope="module")
def answers(agent: Agent) -> dict[str, Any]:
    """What every tool that reads answers."""
    return {tool: agent.ask(tool, **arguments) for tool, arguments in READS}


@pytest.mark.parametrize("tool", [tool for tool, _ in READS])
def test_words_of_others_are_quoted_and_nothing_else_has_them(answers, tool):
    _, bare = quoted_and_bare(answers[tool])
    assert bare
    assert not [text for text in bare if "IGNORE" in text or "SYSTEM" in text]


def test_the_orders_are_there_to_be_quoted(answers):
    quoted, _ = quoted_and_bare(answers)
    assert sum(ORDER in text for text in quoted) >= 4


def test_no_classified_value_no_secret_and_no_sample_leaves(answers, agent):
    said = json.dumps(answers, ensure_ascii=False)
    said += agent.read("spectra-gx://stages") + agent.read("spectra-gx://contracts/shop")
    assert PERSON not in said
    assert OPEN_VALUE not in said
    assert not [one for one in spellings(SECRET) if one.decode("latin-1") in said]


@pytest.mark.parametrize("name", FOREIGN, ids=range(len(FOREIGN)))
def test_what_is_no_name_is_refused_in_one_sentence(agent, name):
    is_harmless(agent.refused("explain_failure", stage=name))
    is_harmless(agent.refused("check_stage", stage="shop", table=name))


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("read_contract", {"stage": FOREIGN[0]}),
        ("latest_results", {"stage": FOREIGN[0]}),
        ("handoff_state", {"stage": FOREIGN[0]}),
        ("run_history", {"stage": FOREIGN[0]}),
        ("check_stage", {"stage": FOREIGN[0]}),
        ("diff_contract", {"stage": FOREIGN[0], "contract": CONTRACT}),
        ("explain_rule", {"rule": FOREIGN[0]}),
        ("read_contract", {"stage": "shop", "table": FOREIGN[0]}),
        ("explain_failure", {"stage": "shop", "table": FOREIGN[0]}),
        ("explain_failure", {"stage": "shop", "rule": FOREIGN[0]}),
    ],
)
def test_no_argument_of_a_tool_is_a_path(agent, tool, arguments):
    is_harmless(agent.refused(tool, **arguments))


def is_harmless(text: str) -> None:
    assert len(text) < 400
    assert "root:" not in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    "uri",
    [
        "spectra-gx://contracts/..%2F..%2Fetc%2Fpasswd",
        "spectra-gx://contracts/%2Fetc%2Fpasswd",
        "spectra-gx://contracts/../../etc/passwd",
        "file:///etc/passwd",
        "spectra-gx://contracts/shop.contract.yaml",
    ],
)
def test_a_resource_is_no_path(agent, uri):
    assert agent.read(uri).startswith("refused: ")


def test_words_do_not_get_into_a_prompt_as_a_name(agent):
    assert agent.prompt("explain_red_stage", stage=ORDER).startswith("refused: there is no stage")
    assert agent.prompt("propose_contract", table=ORDER).startswith("refused: the warehouse has no")


def test_a_proposed_contract_reads_no_data_and_no_file(agent, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("id\n4711\n", encoding="utf-8")
    foreign = CONTRACT.replace(
        "  shop.orders:\n", f"  shop.orders:\n    location: {secret}\n    format: csv\n"
    )
    said = json.dumps(
        [
            agent.call("lint_contract", contract=foreign),
            agent.call("diff_contract", stage="shop", contract=foreign),
        ]
    )
    assert "4711" not in said


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n",
        "[" * 100_000,
        "contract: !!python/object/apply:os.system [id]\n",
        "contract: shop\n" + "x: 1\n" * 30_000,
    ],
    ids=["aliases", "deep", "tags", "repeated"],
)
def test_a_text_that_is_made_to_harm_is_answered(agent, text):
    answer = agent.ask("lint_contract", contract=text)
    assert answer["total"] > 0
    assert len(json.dumps(answer)) < 40_000


def test_a_contract_that_is_too_long_is_refused(agent):
    assert "at most 200000 characters" in agent.refused("lint_contract", contract="x" * 200_001)


def test_a_contract_that_is_a_link_out_of_the_project_is_not_read(shop, tmp_path):
    root = shutil.copytree(shop, tmp_path / "shop")
    outside = tmp_path / "outside.yaml"
    outside.write_text(CONTRACT.replace("shop", "linked"), encoding="utf-8")
    (root / "contracts" / "linked.contract.yaml").symlink_to(outside)
    (root / "runbook.md").unlink()
    (root / "runbook.md").symlink_to("/etc/passwd")
    access = ProjectAccess(root, samples=True)
    with pytest.raises(ContractError, match="a link that leads out of the project"):
        ContractTools(access).read_contract("linked")
    [linked, _] = ContractTools(access).list_stages().stages
    assert (linked.stage, linked.version, linked.problems) == ("linked", None, 1)
    failure = ResultTools(access).explain_failure("shop")
    assert "root:" not in failure.model_dump_json()
    assert failure.runbook.text.text.startswith("The contract failed")
    # Nobody knows what the contract that cannot be read classifies.
    assert all(cause.samples is None for cause in failure.causes)


def test_samples_leave_only_where_nothing_is_classified(shop):
    answer = ResultTools(ProjectAccess(shop, samples=True)).explain_failure("shop")
    said = answer.model_dump_json()
    assert OPEN_VALUE in said
    assert PERSON not in said


def test_a_column_that_is_classified_since_is_hidden_in_earlier_results(shop, tmp_path):
    root = shutil.copytree(shop, tmp_path / "shop")
    path = root / "contracts" / "shop.contract.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("tags: [region]", "classification: pii"), encoding="utf-8")
    said = ResultTools(ProjectAccess(root, samples=True)).explain_failure("shop").model_dump_json()
    assert OPEN_VALUE not in said
    assert "may read one" in said
