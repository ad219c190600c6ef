"""The service and its Prometheus, as Compose is told to start them."""

from __future__ import annotations

import re
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from spectra_gx.cli.parser import build_parser
from spectra_gx.service.server import STOP_SECONDS
from spectra_gx.settings.model import Settings
from tests.delivery.test_examples import CONTAINERFILE, DEPLOY
from tests.docs.pages import REPOSITORY
from tests.fakes.service import READ_TOKEN, ServedProjectInThread
from tests.fakes.service import TOKENS as SERVED_TOKENS

if TYPE_CHECKING:
    from pathlib import Path

COMPOSE = DEPLOY / "compose.yaml"
DECLARED: Any = yaml.safe_load(COMPOSE.read_text("utf-8"))
SERVICE = DECLARED["services"]["spectra-gx"]
PROMETHEUS = DECLARED["services"]["prometheus"]
SCRAPED: Any = yaml.safe_load((DEPLOY / "prometheus.yml").read_text("utf-8"))
GUIDE = (REPOSITORY / "docs/guides/serve.md").read_text("utf-8")


def test_the_command_and_the_settings_are_some_that_there_are():
    words = SERVICE["command"]
    parsed = build_parser(words[0]).parse_args(words)
    assert (parsed.command, parsed.host, parsed.port) == ("serve", "0.0.0.0", 8000)  # noqa: S104
    assert {name.lower() for name in SERVICE["environment"]} <= {*Settings.model_fields}


@pytest.mark.parametrize("one", [SERVICE, PROMETHEUS], ids=["spectra-gx", "prometheus"])
def test_neither_may_do_more_than_it_has_to(one: Any):
    assert int(one["user"].partition(":")[0]) > 0
    assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in one["ports"])
    assert {*one["secrets"]} <= {*DECLARED["secrets"]}


def test_it_runs_as_the_user_and_in_the_places_of_the_image():
    assert f"USER {SERVICE['user']}\n" in CONTAINERFILE
    places = [volume.split(":")[1] for volume in SERVICE["volumes"]]
    assert places == ["/project", "/project/warehouse"]
    assert all(place in CONTAINERFILE for place in places)
    assert SERVICE["environment"]["METRICS_FILE"].startswith("/project/warehouse/")
    assert SERVICE["stop_grace_period"] == "3m"
    assert STOP_SECONDS < 180


def test_the_tokens_are_credentials_of_the_guide():
    [text] = [
        found
        for found in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
        if "prometheus-token" in found
    ]
    named = tomllib.loads(text)["tool"]["spectra-gx"]["credentials"]
    files = {one["service_token"] for one in named.values()}
    assert {f"file:/run/secrets/{name}" for name in SERVICE["secrets"]} == files
    assert {PROMETHEUS["secrets"][0]} < {*SERVICE["secrets"]}


def test_prometheus_asks_where_the_service_answers_and_by_a_token_that_it_has():
    [job] = SCRAPED["scrape_configs"]
    [port] = re.findall(r":(\d+)$", SERVICE["ports"][0])
    assert job["static_configs"] == [{"targets": [f"spectra-gx:{port}"]}]
    [secret] = PROMETHEUS["secrets"]
    assert job["authorization"] == {"credentials_file": f"/run/secrets/{secret}"}
    mounted = [volume.split(":")[1] for volume in PROMETHEUS["volumes"]]
    assert f"/etc/prometheus/{SCRAPED['rule_files'][0]}" in mounted


@pytest.mark.parametrize("stopped", [False, True])
def test_it_is_healthy_as_long_as_it_answers(tmp_path: Path, stopped: bool):
    _, command, *words = SERVICE["healthcheck"]["test"]
    with ServedProjectInThread(tmp_path, SERVED_TOKENS) as service:
        port = service.port
        if not stopped:
            assert service.ask("GET", "/metrics").status == 401
            assert service.ask("GET", "/metrics", token=READ_TOKEN).status == 200
            assert ended_with(command, words, port) == 0
    if stopped:
        assert ended_with(command, words, port) == 1


def ended_with(command: str, words: list[str], port: int) -> int:
    asked = [word.replace(":8000/", f":{port}/") for word in words]
    assert asked != words
    return subprocess.run([command, *asked], capture_output=True, check=False).returncode
