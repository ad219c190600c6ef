"""Source systems of other packages, as an installer leaves them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from spectra_gx import Project, RunParameters
from spectra_gx.errors import ConfigurationError
from spectra_gx.sources.registry import find_system, known_systems, system_title
from tests.fakes.installed import install

if TYPE_CHECKING:
    from pathlib import Path

ACME = '''
"""A source system of somebody else's; its sandbox is the one that ships."""

from spectra_gx.sources.source_system import SourceSystem
from spectra_gx.sources.zephyr.client import ZephyrSource
from spectra_gx.sources.zephyr.sandbox import Sandbox


class AcmeSource(ZephyrSource):
    system = "acme"


def connect(connection):
    return AcmeSource(connection.base_url, connection.base_path, connection.token)


ACME = SourceSystem("acme", "Acme Test Manager", connect, Sandbox)
'''
OLD = '''
"""A source of the first version, whose client has four members and derives from nothing."""

from spectra_gx.sources.source_system import SourceSystem
from spectra_gx.sources.zephyr.sandbox import Sandbox


class OldSource:
    calls = ()

    def authenticate(self): ...

    def check_access(self): ...

    def endpoints(self): ...


ACME = SourceSystem("acme", "Acme Test Manager", lambda connection: OldSource(), Sandbox)
'''
LANDING = """\
contract: landing
system: acme
version: 1.0.0
owner: Data Platform
tables:
  landing.projects: {columns: {name: string}}
"""
LANDING_MODULE = """\
import pyarrow as pa
from spectra_gx import table

@table("landing.projects")
def projects(run):
    rows = run.http.get_json("/project/details")
    return pa.table({"name": [row["name"] for row in rows]})
"""
ENTRY = "[spectra_gx.sources]\n{name} = {value}\n"


@pytest.fixture
def acme(site: Path) -> None:
    install(site, "acme_source", ACME, ENTRY.format(name="acme", value="acme_source:ACME"))


def test_only_our_own_systems_are_there_without_other_packages():
    assert known_systems() == ["zephyr", "jira"]
    zephyr = find_system("zephyr")
    assert zephyr is not None
    assert (zephyr.name, zephyr.title) == ("zephyr", "Zephyr Enterprise")
    assert find_system("acme") is None
    assert system_title("acme") == "acme"


@pytest.mark.usefixtures("acme")
def test_another_package_adds_a_system():
    assert known_systems() == ["zephyr", "jira", "acme"]
    assert "acme_source" not in sys.modules, "nothing needed it yet"
    acme = find_system("acme")
    assert acme is not None
    assert (acme.name, system_title("acme")) == ("acme", "Acme Test Manager")


@pytest.mark.usefixtures("acme")
def test_a_contract_that_names_its_system_is_run_through_it(empty_project: Path):
    file = empty_project / "contracts" / "source.contract.yaml"
    text = file.read_text("utf-8").replace("system: zephyr", "system: acme", 1)
    file.write_text(text.replace("enum: [zephyr]", "enum: [acme]"), "utf-8")

    ended = Project(empty_project).run("source", RunParameters(), sandbox=True)

    assert ended.error is None
    assert len(ended.calls) == 4 + 40
    assert set(ended.published) == {
        "source.config",
        "source.credentials",
        "source.endpoints",
        "source.endpoint_checks",
        "source.portfolio",
    }
    assert ended.identity.system == "acme"


@pytest.mark.usefixtures("acme")
def test_the_doctor_calls_the_system_of_the_contract(empty_project: Path, monkeypatch):
    file = empty_project / "contracts" / "source.contract.yaml"
    file.write_text(file.read_text("utf-8").replace("system: zephyr", "system: acme", 1), "utf-8")
    monkeypatch.setenv("SOURCE_SYSTEM", "zephyr")
    found = [one for one in Project(empty_project).doctor() if one.about == "source"]
    assert [(one.level, one.message) for one in found] == [
        (
            "warning",
            "SOURCE_SYSTEM is `zephyr`, but contract `source` says `system: acme`, which counts",
        ),
        ("warning", "BASE_URL, BASE_PATH and API_TOKEN not set: no source can be read"),
    ]


@pytest.mark.parametrize(
    ("code", "value", "reason"),
    [
        ("import nowhere_to_be_found", "acme_source:ACME", "raises ModuleNotFoundError"),
        ("raise SystemError('token=hunter2')", "acme_source:ACME", "raises SystemError when it is"),
        ("", "acme_source:ACME", "raises AttributeError when it is imported"),
        ("ACME = 'acme'", "acme_source:ACME", "is not a `SourceSystem` of the name `acme`"),
        (ACME.replace('m("acme"', 'm("other"'), "acme_source:ACME", "of the name `acme`"),
    ],
)
def test_a_package_that_cannot_be_used_is_named(site: Path, code: str, value: str, reason: str):
    install(site, "acme_source", code, ENTRY.format(name="acme", value=value))
    with pytest.raises(ConfigurationError) as caught:
        find_system("acme")
    assert f"the source system `acme` of `acme_source` cannot be used: `{value}`" in str(
        caught.value
    )
    assert reason in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert system_title("acme") == "acme"


def test_a_package_that_cannot_be_used_ends_the_run_which_is_recorded(
    site: Path, empty_project: Path
):
    install(site, "acme_source", "", ENTRY.format(name="acme", value="acme_source:ACME"))
    file = empty_project / "contracts" / "source.contract.yaml"
    file.write_text(file.read_text("utf-8").replace("system: zephyr", "system: acme", 1), "utf-8")
    ended = Project(empty_project).run("source", RunParameters(), sandbox=True)
    assert isinstance(ended.error, ConfigurationError)
    assert "`acme_source`" in ended.error.message
    assert ended.recorded


@pytest.mark.parametrize("stage", ["source", "landing"])
def test_a_client_of_an_older_version_is_named_with_what_it_lacks(
    site: Path, empty_project: Path, stage: str
):
    install(site, "acme_source", OLD, ENTRY.format(name="acme", value="acme_source:ACME"))
    file = empty_project / "contracts" / "source.contract.yaml"
    file.write_text(file.read_text("utf-8").replace("system: zephyr", "system: acme", 1), "utf-8")
    write_landing(empty_project)

    ended = Project(empty_project).run(stage, RunParameters(), sandbox=True)

    assert isinstance(ended.error, ConfigurationError), ended.error
    assert (
        "the client of the source system `acme` of `acme_source` has no `system` and no `traits`"
        in ended.error.message
    )
    assert "update that package" in ended.error.message


@pytest.mark.usefixtures("acme")
def test_run_http_is_what_a_client_sends_with(empty_project: Path):
    write_landing(empty_project)
    ended = Project(empty_project).run("landing", RunParameters(), sandbox=True)
    assert ended.error is None
    assert [call.name for call in ended.calls] == ["GET /project/details"]


def write_landing(root: Path) -> None:
    """Write a stage whose builder calls the system that its contract names."""
    (root / "contracts/landing.contract.yaml").write_text(LANDING, "utf-8")
    (root / "stages").mkdir()
    (root / "stages/landing.py").write_text(LANDING_MODULE, "utf-8")


def test_two_packages_of_one_system_are_refused(site: Path):
    for package in ("acme_source", "acme_other"):
        install(site, package, ACME, ENTRY.format(name="acme", value=f"{package}:ACME"))
    with pytest.raises(ConfigurationError, match="registered by `acme_other` and `acme_source`"):
        find_system("acme")


def test_ours_is_not_replaced(site: Path):
    install(site, "acme_source", "", ENTRY.format(name="zephyr", value="acme_source:ACME"))
    assert known_systems() == ["zephyr", "jira"]
    assert system_title("zephyr") == "Zephyr Enterprise"
