"""What other people's CI runs of ours: the action, the hooks, and the examples of the pages."""

from __future__ import annotations

import re
import shlex
import subprocess
from typing import Any

import pytest
import yaml

from spectra_gx.cli.parser import COMMANDS, build_parser
from tests.docs.pages import REPOSITORY, blocks

ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))
PAGE = "docs/integrations/review-in-ci.md"
OURS = "YOUR-ORGANISATION/spectra-gx@COMMIT"
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")


def example(key: str) -> dict[str, Any]:
    """Return the page's first example that has a key at its top."""
    documents = (yaml.safe_load(block.text) for block in blocks(PAGE) if block.language == "yaml")
    return next(document for document in documents if key in document)


def steps() -> list[dict[str, Any]]:
    return [*ACTION["runs"]["steps"], *example("jobs")["jobs"]["review"]["steps"]]


def test_every_foreign_action_is_pinned_to_a_commit_and_says_which_version_that_is():
    used = [step["uses"] for step in steps() if "uses" in step]
    assert len(used) == 3
    assert [name for name in used if name != OURS and not PINNED.fullmatch(name)] == []
    for text in ((REPOSITORY / "action.yml").read_text("utf-8"), (REPOSITORY / PAGE).read_text()):
        for line in text.splitlines():
            if PINNED.search(line):
                assert re.search(r"@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line)


def test_the_least_permissions_are_asked_for():
    workflow = example("jobs")
    assert workflow["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "pull_request" in workflow[True]  # YAML 1.1 reads the key `on` so
    checkout = workflow["jobs"]["review"]["steps"][0]
    assert checkout["with"] == {"fetch-depth": 2, "persist-credentials": False}


def test_no_script_holds_what_somebody_else_can_write():
    scripts = [step["run"] for step in steps() if "run" in step]
    assert len(scripts) == 2
    assert [script for script in scripts if "${{" in script] == []


def test_what_runs_python_does_not_stand_in_the_checkout():
    for step in ACTION["runs"]["steps"]:
        if " -m " in step.get("run", ""):
            assert step["working-directory"] == "${{ github.action_path }}"


@pytest.mark.parametrize(
    ("comment", "replay", "arguments"),
    [
        ("true", "", ["review", "--post"]),
        ("false", "", ["review"]),
        ("true", "30", ["review", "--post", "--replay", "30"]),
        ("true", "3; rm", ["review", "--post", "--replay", "3; rm"]),
    ],
)
def test_the_action_types_what_its_inputs_mean(tmp_path, comment, replay, arguments):
    program = tmp_path / "spectra-gx" / "bin" / "spectra-gx"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nfor word in "$@"; do echo "$word"; done\nexit 1\n')
    program.chmod(0o755)
    review = ACTION["runs"]["steps"][-1]
    assert review["env"].keys() == {"COMMENT", "GITHUB_TOKEN", "REPLAY", "WAREHOUSE"}
    ended = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", review["run"]],
        env={
            "PATH": "/usr/bin:/bin",
            "RUNNER_TEMP": str(tmp_path),
            "COMMENT": comment,
            "REPLAY": replay,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.splitlines()) == (1, arguments), ended.stderr


def test_every_input_is_described_and_used():
    text = (REPOSITORY / "action.yml").read_text("utf-8")
    for name, said in ACTION["inputs"].items():
        assert said["description"]
        assert "default" in said
        assert f"${{{{ inputs.{name} }}}}" in text
    used = set(example("jobs")["jobs"]["review"]["steps"][-1].get("with", {}))
    assert used <= ACTION["inputs"].keys()


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_a_command_of_ours_on_contracts(hook):
    program, command, *options = shlex.split(hook["entry"])
    assert (program, hook["language"]) == ("spectra-gx", "python")
    assert command in COMMANDS
    files = ["contracts/shop.contract.yaml"] if hook.get("pass_filenames", True) else []
    build_parser(command).parse_args([command, *options, *files])
    assert re.search(hook["files"], "contracts/shop.contract.yaml")
    assert not re.search(hook["files"], "docs/contracts.md")


def test_the_page_names_every_hook():
    [repository] = example("repos")["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in HOOKS]


def test_the_example_for_gitlab_types_commands_of_ours():
    script = example("contracts")["contracts"]["script"]
    typed = [shlex.split(line.split(" > ")[0]) for line in script if line.startswith("spectra-gx")]
    assert len(typed) == 2
    for _, *words in typed:
        build_parser(words[0]).parse_args(words)
