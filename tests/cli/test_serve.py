"""The command `serve`, where it refuses to begin."""

from __future__ import annotations

import sys

import pytest

DECLARED = """\
[tool.spectra-gx.credentials.dashboards]
service_token = "env:DASHBOARDS_TOKEN"
service_role = "{role}"
"""


def test_others_are_served_only_with_tokens(empty_project, command):
    said = command("serve", "--host", "0.0.0.0", "--project", empty_project)  # noqa: S104 - refused
    assert said.code == 2
    assert said.err == (
        "error: `0.0.0.0` can be reached from other machines, and the project has no tokens; "
        "declare a credential with `service_token` in pyproject.toml, or leave `--host` out\n"
    )


def test_a_token_that_could_be_guessed_is_refused(empty_project, command, monkeypatch):
    (empty_project / "pyproject.toml").write_text(DECLARED.format(role="read"))
    said = command("serve", "--project", empty_project)
    assert (said.code, "DASHBOARDS_TOKEN" in said.err) == (3, True)
    monkeypatch.setenv("DASHBOARDS_TOKEN", "secret")
    said = command("serve", "--project", empty_project)
    assert said.code == 3
    assert "the token of credential `dashboards` has fewer than 24 characters" in said.err


def test_lint_knows_the_roles(empty_project, command):
    (empty_project / "pyproject.toml").write_text(DECLARED.format(role="admin"))
    said = command("lint", "--project", empty_project)
    assert said.code == 2
    assert "pyproject.toml:3:1: `service_role` is one of 'read' and 'run'" in said.out + said.err


@pytest.mark.parametrize("port", ["x", "99999"])
def test_a_port_that_is_none_is_refused(port, empty_project, command):
    said = command("serve", "--port", port, "--project", empty_project)
    assert said.code == 2
    assert "port" in said.err


def test_what_is_missing_is_named(empty_project, command, monkeypatch):
    monkeypatch.delitem(sys.modules, "spectra_gx.service.server", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    said = command("serve", "--project", empty_project)
    assert said.code == 3
    assert "run `pip install 'spectra-gx[service]'`" in said.err
