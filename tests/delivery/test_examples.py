"""The image and the schedules of the examples are what the code needs, and no more."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.requirements import Requirement

from spectra_gx.cli.parser import build_parser
from spectra_gx.service.server import STOP_SECONDS
from spectra_gx.settings.loading import load_settings
from spectra_gx.settings.model import Settings
from spectra_gx.warehouse.log import activity_log
from tests.docs.pages import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

DEPLOY = REPOSITORY / "docs/examples/deploy"


def unit(name: str) -> dict[str, list[str]]:
    """Return the settings of a unit, whatever their section."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def job() -> Any:
    """The specification of the CronJob."""
    return yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text("utf-8"))["spec"]


def test_the_schedules_type_commands_that_there_are(job: Any):
    [container] = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    [start] = unit("spectra-gx@.service")["ExecStart"]

    for words in (container["args"], shlex.split(start.replace("%i", "shop"))[1:]):
        parsed = build_parser(words[0]).parse_args(words)
        assert (parsed.stages, parsed.environment) == (["shop"], "prod")


def test_the_service_is_started_by_a_command_that_there_is():
    service = unit("spectra-gx-serve.service")
    words = shlex.split(service["ExecStart"][0])[1:]
    parsed = build_parser(words[0]).parse_args(words)
    assert (parsed.command, parsed.host, parsed.environment) == ("serve", "127.0.0.1", "prod")
    assert service["KillMode"] == ["mixed"]  # runs are ended by the server, and not twice
    assert (service["TimeoutStopSec"], STOP_SECONDS < 180) == (["3min"], True)


def test_a_batch_of_cron_and_of_github_is_published_once():
    crontab = (DEPLOY / "crontab").read_text("utf-8").splitlines()[-1]
    workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text("utf-8"))
    script = workflow["jobs"]["shop"]["steps"][-1]["run"]
    commands = [line for line in (crontab, *script.splitlines()) if "spectra-gx run" in line]
    for command in commands:
        words = shlex.split(command.partition("spectra-gx ")[2].partition(" || ")[0])
        parsed = build_parser(words[0]).parse_args(words)
        assert (parsed.stages, parsed.environment) == (["shop"], "prod")
        assert parsed.batch_id
    assert len(commands) == 2


@pytest.mark.parametrize(("ends", "starts"), [([3, 3, 0], 3), ([3, 3, 3], 3), ([1], 1), ([0], 1)])
def test_the_workflow_tries_again_what_could_not_be_run(tmp_path, ends, starts):
    workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text("utf-8"))
    script = workflow["jobs"]["shop"]["steps"][-1]["run"]
    (tmp_path / "codes").write_text("".join(f"{code}\n" for code in ends))
    fakes = """
sleep() { :; }
spectra-gx() {
    local code; code=$(head -n 1 codes); sed -i 1d codes; echo "$*" >>started; return "$code"
}
"""
    ended = subprocess.run(
        ["bash", "-e", "-c", fakes + script], cwd=tmp_path, env={"GITHUB_RUN_ID": "7"}, check=False
    )
    assert ended.returncode == ends[-1]
    assert (tmp_path / "started").read_text().splitlines() == [
        "run shop --environment prod --batch-id 7"
    ] * starts


def test_only_what_could_not_be_run_is_tried_again(job: Any):
    spec = job["jobTemplate"]["spec"]
    failing, ignored = spec["podFailurePolicy"]["rules"]
    assert failing["action"] == "FailJob"
    assert failing["onExitCodes"]["values"] == [1, 2]
    assert failing["onExitCodes"]["containerName"] == "spectra-gx"
    assert ignored["action"] == "Ignore"
    assert spec["backoffLimit"] > 0
    assert spec["template"]["spec"]["restartPolicy"] == "Never"  # the policy needs it

    service = unit("spectra-gx@.service")
    assert (service["Restart"], service["RestartForceExitStatus"]) == (["no"], ["3"])
    assert service["StartLimitBurst"] == ["4"]


def test_a_run_that_is_told_to_end_has_the_time_to_record_it(job: Any):
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] > activity_log._LONGEST
    assert unit("spectra-gx@.service")["TimeoutStopSec"] == ["3min"]
    assert activity_log._LONGEST < 180


def test_the_pod_may_do_nothing_but_run(job: Any):
    assert job["concurrencyPolicy"] == "Forbid"
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert "serviceAccountName" not in pod
    assert pod["securityContext"]["runAsNonRoot"] is True
    [container] = pod["containers"]
    allowed = container["securityContext"]
    assert allowed["readOnlyRootFilesystem"] is True
    assert allowed["allowPrivilegeEscalation"] is False
    assert allowed["capabilities"] == {"drop": ["ALL"]}
    writable = {
        mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")
    }
    assert writable == {"/tmp"}  # noqa: S108 - of the container
    assert not any(
        "secret" in str(entry).lower() and "valueFrom" in entry for entry in container["env"]
    )


def test_mounted_secrets_are_found_as_kubernetes_lays_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Behind two links, beside folders whose names begin with dots."""
    dated = tmp_path / "..2026_11_29_02_30_00.123"
    dated.mkdir()
    (dated / "API_TOKEN").write_text("token-of-a-pod\n")
    (tmp_path / "..data").symlink_to(dated.name)
    (tmp_path / "API_TOKEN").symlink_to("..data/API_TOKEN")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))

    token = load_settings().api_token
    assert token is not None
    assert token.get_secret_value() == "token-of-a-pod"


def test_the_service_loads_settings_that_there_are():
    service = unit("spectra-gx@.service")
    names = [entry.partition(":")[0] for entry in service["LoadCredential"]]
    assert {name.lower() for name in names} <= {*Settings.model_fields}
    assert "SECRETS_DIR=%d" in service["Environment"]
    assert service["User"] if "User" in service else service["DynamicUser"] == ["yes"]


CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")


def test_the_image_copies_what_there_is_and_runs_as_nobody():
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", CONTAINERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert names
    assert [name for name in names if not (REPOSITORY / name).exists()] == []

    final = CONTAINERFILE[CONTAINERFILE.rindex("\nFROM ") :]
    assert re.findall(r"^USER (.*)$", final, re.MULTILINE) == ["10001:10001"]
    assert 'ENTRYPOINT ["spectra-gx"]' in final
    assert "COPY --from=build" in final


def pins(lock: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the version and the hashes of each package that a lock names."""
    text = (REPOSITORY / lock).read_text("utf-8").replace("\\\n", " ")
    found = re.findall(r"^([a-z0-9.-]+)(?:\[.*?\])?==([^\s;]+)(.*)$", text, re.MULTILINE)
    return {
        name: (version, frozenset(re.findall(r"sha256:[0-9a-f]{64}", rest)))
        for name, version, rest in found
    }


def test_the_image_has_what_the_tests_ran_on():
    tested, image = pins("requirements.lock"), pins(".ci/image.lock")

    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    names = ("aws", "azure", "mcp", "service", "vault")
    extras = (project["optional-dependencies"][name] for name in names)
    wanted = {Requirement(one).name for one in [*project["dependencies"], *chain(*extras)]}
    assert wanted - image.keys() == set(), "`make lock` writes .ci/image.lock"
    assert {name: pin for name, pin in image.items() if tested.get(name) != pin} == {}
    assert not {"pytest", "mypy", "moto", "pip", "uv", "hatchling"} & image.keys()
