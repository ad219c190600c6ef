"""Where settings come from, which source wins, and what is never repeated."""

from __future__ import annotations

import sys
from datetime import timedelta
from types import ModuleType, SimpleNamespace

import pytest
from pydantic import SecretStr

from spectra_gx.errors import ConfigurationError
from spectra_gx.settings import ADDRESSES, GitHubSettings, GitLabSettings, Settings, load_settings

SECRET = "fake-token-0123456789"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A project, and a folder of mounted files."""
    (tmp_path / "mounted").mkdir()
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "mounted"))
    return tmp_path


@pytest.fixture
def library(monkeypatch):
    """Fabric's Variable Library, with whatever the test puts into it."""
    held = {}
    module = ModuleType("notebookutils")
    module.variableLibrary = SimpleNamespace(getLibrary=lambda name: held[name])
    monkeypatch.setitem(sys.modules, "notebookutils", module)
    monkeypatch.setenv("VARIABLE_LIBRARY", "spectra")
    held["spectra"] = {}
    return held["spectra"]


def test_defaults_suffice_without_any_source(tmp_path):
    settings = load_settings(tmp_path)
    assert (settings.source_system, settings.source_name) == (None, None)
    assert settings.warehouse_of(tmp_path) == str(tmp_path / "warehouse")
    assert settings.webhooks(None) == settings.webhooks("zephyr") == ()


def test_the_first_source_that_knows_a_name_wins(here, library, monkeypatch):
    def names():
        return load_settings(here).source_name

    (here / "pyproject.toml").write_text('[tool.spectra-gx]\nsource_name = "toml"\n')
    assert names() == "toml"
    library["SOURCE_NAME"] = "library"
    assert names() == "library"
    (here / "mounted" / "SOURCE_NAME").write_text("mounted\n")
    assert names() == "mounted"
    (here / ".env").write_text("SOURCE_NAME=dotenv\n")
    assert names() == "dotenv"
    monkeypatch.setenv("SOURCE_NAME", "environment")
    assert names() == "environment"
    assert load_settings(here, source_name="caller").source_name == "caller"


def test_an_empty_variable_is_no_answer(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_NAME", "")
    assert load_settings(tmp_path).source_name is None


def test_a_library_that_has_not_a_name_is_asked_for_the_others(here, library):
    library["API_TOKEN"] = SECRET
    token = load_settings(here).api_token
    assert token is not None
    assert token.get_secret_value() == SECRET


def test_a_library_outside_fabric_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("VARIABLE_LIBRARY", "spectra")
    monkeypatch.setitem(sys.modules, "notebookutils", None)
    with pytest.raises(
        ConfigurationError, match="names `spectra`, but this is not a Fabric notebook"
    ):
        load_settings(tmp_path)


def test_the_systems_own_webhook_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("DISCORD_WEBHOOK_URL", "json://127.0.0.1/general")
    monkeypatch.setenv("DISCORD_WEBHOOK_URL_ZEPHYR", "json://127.0.0.1/zephyr")
    monkeypatch.setenv("DISCORD_WEBHOOK_URL_JIRA", "json://127.0.0.1/jira")

    monkeypatch.setenv("DISCORD_WEBHOOK_URL_MY_CRM", "json://127.0.0.1/crm")
    settings = load_settings(tmp_path, systems=["zephyr", "My CRM"])

    def told(system):
        return [url.get_secret_value()[17:] for url in settings.webhooks(system)]

    assert told("zephyr") == ["zephyr", "general"]
    assert told("My CRM") == ["crm", "general"]
    assert told("jira") == told(None) == ["general"]
    monkeypatch.setenv("SOURCE_SYSTEM", "jira")
    settings = load_settings(tmp_path)
    assert told("jira") == ["jira", "general"]


def test_a_severity_may_have_a_webhook_of_its_own(tmp_path, monkeypatch):
    assert load_settings(tmp_path).named_webhooks() == {}
    for name in ("", "_ZEPHYR", "_INFO", "_CRITICAL"):
        monkeypatch.setenv(f"DISCORD_WEBHOOK_URL{name}", f"json://127.0.0.1/general{name}")
    settings = load_settings(tmp_path, systems=["zephyr"])
    assert [*settings.severity_webhooks()] == ["critical", "info"]
    assert [*settings.named_webhooks()] == [
        "DISCORD_WEBHOOK_URL_CRITICAL",
        "DISCORD_WEBHOOK_URL_INFO",
        "DISCORD_WEBHOOK_URL_ZEPHYR",
        "DISCORD_WEBHOOK_URL",
    ]


WEBHOOKS = ("", "_CRITICAL", "_WARNING", "_INFO", "_ZEPHYR")


@pytest.mark.parametrize("which", WEBHOOKS)
@pytest.mark.parametrize("name", ["NOTIFY_URL", "DISCORD_WEBHOOK_URL"])
@pytest.mark.parametrize("place", ["environment", "mounted", "library", "dotenv", "pyproject"])
def test_a_webhook_has_two_names(put, here, name, which, place):
    put(place, f"{name}{which}".lower(), "json://127.0.0.1")
    settings = load_settings(here, systems=["zephyr"])
    [(named, url)] = settings.named_webhooks().items()
    assert (named, url.get_secret_value()) == (f"{name}{which}", "json://127.0.0.1")
    severity = which.removeprefix("_").lower()
    if severity in ("critical", "warning", "info"):
        assert settings.severity_webhooks() == {severity: url}
    else:
        assert settings.webhooks("zephyr") == (url,)
    assert settings.secrets() == (url,)


@pytest.mark.parametrize("which", WEBHOOKS)
def test_two_names_of_a_webhook_may_not_differ(here, monkeypatch, which):
    monkeypatch.setenv(f"NOTIFY_URL{which}", f"json://127.0.0.1/{SECRET}")
    (here / ".env").write_text(f"DISCORD_WEBHOOK_URL{which}=json://127.0.0.1/{SECRET}\n")
    settings = load_settings(here, systems=["zephyr"])
    assert [*settings.named_webhooks()] == [f"NOTIFY_URL{which}"]

    (here / ".env").write_text(f"DISCORD_WEBHOOK_URL{which}=json://127.0.0.1/other\n")
    with pytest.raises(ConfigurationError) as raised:
        load_settings(here, systems=["zephyr"])
    assert str(raised.value) == (
        f"NOTIFY_URL{which} and DISCORD_WEBHOOK_URL{which} are two names for one setting and have "
        f"different values; unset DISCORD_WEBHOOK_URL{which}"
    )


def test_how_people_want_to_be_told(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTIFY_REMINDER", "2d")
    monkeypatch.setenv("NOTIFY_RUNS", "false")
    monkeypatch.setenv("DOCS_URL", "https://docs.example.com/spectra/")
    settings = load_settings(tmp_path)
    assert settings.notify_reminder == timedelta(days=2)
    assert settings.notify_runs is False
    assert settings.docs_url == "https://docs.example.com/spectra"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTIFY_REMINDER", "soon"),
        ("NOTIFY_REMINDER", "0h"),
        ("DOCS_URL", f"https://user:{SECRET}@docs.example.com"),
        ("DOCS_URL", f"https://docs.example.com/?sig={SECRET}"),
        ("RUNBOOK_URL", f"javascript:{SECRET}"),
        ("RUNBOOK_URL", "https://["),
        ("RUNBOOK", f"../{SECRET}"),
        ("RUNBOOK", f"/etc/{SECRET}"),
    ],
)
def test_an_address_that_could_hold_a_secret_is_refused(name, value, tmp_path, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name) as raised:
        load_settings(tmp_path)
    assert SECRET not in str(raised.value)


def test_secrets_are_in_no_text_of_the_settings(tmp_path, monkeypatch):
    webhooks = ("", "_ZEPHYR", "_CRITICAL", "_WARNING", "_INFO")
    for name in ("API_TOKEN", *(f"DISCORD_WEBHOOK_URL{which}" for which in webhooks)):
        monkeypatch.setenv(name, SECRET)
    settings = load_settings(tmp_path)
    assert (
        SECRET not in f"{settings!r}{settings}{settings.model_dump()}{settings.model_dump_json()}"
    )


def test_a_bad_value_is_named_and_not_repeated(tmp_path, monkeypatch):
    monkeypatch.setenv("TEST_PROJECT_ID", SECRET)
    with pytest.raises(ConfigurationError, match="TEST_PROJECT_ID") as raised:
        load_settings(tmp_path)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_every_missing_part_of_the_address_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("BASE_PATH", "/rest")
    with pytest.raises(ConfigurationError, match="BASE_URL and API_TOKEN not set"):
        load_settings(tmp_path).source_address("zephyr", "source")


def test_a_system_of_its_own_name_is_never_mixed_with_the_bare_names(here, monkeypatch):
    for name, value in {"BASE_URL": "https://a", "BASE_PATH": "/a", "API_TOKEN": "a" * 12}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TEST_PROJECT_ID", "7")
    settings = load_settings(here, systems=["zephyr", "jira"])
    assert settings.source_address("zephyr", "source").base_url == "https://a"
    assert settings.source_address("jira", "source").project_id == 7
    with pytest.raises(ConfigurationError, match="JIRA_BASE_URL, JIRA_BASE_PATH and JIRA_API_T"):
        settings.source_address("jira", "source_jira")

    monkeypatch.setenv("JIRA_BASE_URL", "https://b")
    settings = load_settings(here, systems=["zephyr", "jira"])
    for stage in ("source", "source_jira"):
        with pytest.raises(ConfigurationError, match="JIRA_BASE_PATH and JIRA_API_TOKEN not set"):
            settings.source_address("jira", stage)

    monkeypatch.setenv("JIRA_BASE_PATH", "/b")
    monkeypatch.setenv("JIRA_API_TOKEN", "b" * 12)
    monkeypatch.setenv("JIRA_API_USER", "somebody")
    monkeypatch.setenv("JIRA_TEST_PROJECT_ID", "SHOP")
    settings = load_settings(here, systems=["zephyr", "jira"])
    address = settings.source_address("jira", "source_jira")
    assert address == settings.source_address("jira", "source")
    assert (address.base_url, address.base_path) == ("https://b", "/b")
    assert (address.user, address.project_id) == ("somebody", "SHOP")
    assert address.token == SecretStr("b" * 12)
    assert settings.source_address("zephyr", "source").token == SecretStr("a" * 12)
    assert SecretStr("b" * 12) in settings.secrets()


@pytest.mark.parametrize("address", ["jira_base_url", "jira_base_path"])
def test_a_branch_decides_no_more_about_a_system_than_about_the_bare_names(here, put, address):
    put("environment", "jira_api_token", SECRET)
    put("pyproject", address, "https://thief.example.com")
    with pytest.raises(ConfigurationError, match=f"{address.upper()} is set in pyproject.toml"):
        load_settings(here, systems=["jira"])
    (here / "pyproject.toml").write_text(
        f'[tool.spectra-gx]\n{address} = "https://thief.example.com"\nsource_system = "jira"\n'
    )
    assert getattr(load_settings(here, foreign=True), address) is None


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("pyproject.toml", b"[tool.spectra-gx\n", "is not valid TOML"),
        (".env", b"BASE_URL=\xff\xfe\n", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(file, content, said, tmp_path):
    (tmp_path / file).write_bytes(content)
    with pytest.raises(ConfigurationError, match=said):
        load_settings(tmp_path)


def test_a_folder_of_secrets_that_is_none_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match="not a folder; correct it"):
        load_settings(tmp_path)


def test_somebody_elses_variables_are_none_of_ours(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("COLOUR=red\n")
    monkeypatch.setenv("COLOUR", "blue")
    assert not hasattr(load_settings(tmp_path), "colour")


# -- where a secret goes -----------------------------------------------------------------------

THIEF = {
    "base_url": "https://thief.example.com",
    "base_path": "/thief",
    "aws_endpoint_url": "https://thief.example.com",
    "aws_allow_http": "true",
    "azure_storage_account_name": "thief",
    "azure_storage_endpoint": "https://thief.example.com",
    "azure_authority_host": "https://thief.example.com",
    "azure_allow_http": "true",
    "google_base_url": "https://thief.example.com",
    "google_allow_http": "true",
    "vault_addr": "https://thief.example.com",
    "vault_cacert": "/thief.pem",
    "otel_exporter_otlp_endpoint": "https://thief.example.com",
    "otel_exporter_otlp_traces_endpoint": "https://thief.example.com",
    "otel_exporter_otlp_metrics_endpoint": "https://thief.example.com",
    "openlineage_url": "https://thief.example.com",
    "openlineage_endpoint": "thief",
}
PAIRS = [(secret, address) for secret, names in ADDRESSES.items() for address in names]
EASE = {"call": 0, "environment": 0, "mounted": 0, "library": 0, "dotenv": 1, "pyproject": 2}
"""How easily somebody who sends a branch writes there."""


def add(file, line):
    """Add a line to a file, unless it is already there."""
    lines = file.read_text() if file.exists() else ""
    if line not in lines:
        file.write_text(lines + line)


@pytest.fixture
def put(here, library, monkeypatch):
    """Set a value in one of the places; give what the call itself says."""
    said = {}

    def put(place, name, value):
        if place == "call":
            said[name] = value
        elif place == "environment":
            monkeypatch.setenv(name.upper(), value)
        elif place == "mounted":
            (here / "mounted" / name.upper()).write_text(value)
        elif place == "library":
            library[name.upper()] = value
        elif place == "dotenv":
            add(here / ".env", f"{name.upper()}={value}\n")
        else:
            add(here / "pyproject.toml", f'tool.spectra-gx.{name} = "{value}"\n')
        return said

    return put


@pytest.mark.parametrize("place", EASE)
@pytest.mark.parametrize("other", EASE)
def test_where_a_secret_goes_is_decided_where_it_is_set(here, put, place, other):
    for secret, address in PAIRS:
        put(place, secret, SECRET)
        said = put(other, address, THIEF[address])
    if EASE[other] <= EASE[place]:
        assert load_settings(here, **said).api_token == SecretStr(SECRET)
        return
    with pytest.raises(ConfigurationError, match="would decide where the secret goes") as raised:
        load_settings(here, **said)
    assert SECRET not in str(raised.value)
    assert "thief" not in str(raised.value)


@pytest.mark.parametrize(("secret", "address"), PAIRS)
def test_each_secret_and_address_is_held_to_that(here, put, secret, address):
    put("environment", secret, SECRET)
    put("pyproject", address, THIEF[address])
    said = f"{address.upper()} is set in pyproject.toml, but {secret.upper()}, .* the environment"
    with pytest.raises(ConfigurationError, match=said):
        load_settings(here)


def test_somebody_elses_branch_says_no_address_at_all(here, put):
    put("environment", "api_token", SECRET)
    put("environment", "aws_secret_access_key", SECRET)
    put("pyproject", "source_name", "Theirs")
    for address, value in THIEF.items():
        put("pyproject", address, value)
    settings = load_settings(here, foreign=True)
    assert {address: getattr(settings, address) for address in THIEF} == {
        "base_url": None,
        "base_path": None,
        "aws_endpoint_url": None,
        "aws_allow_http": False,
        "azure_storage_account_name": None,
        "azure_storage_endpoint": None,
        "azure_authority_host": None,
        "azure_allow_http": False,
        "google_base_url": None,
        "google_allow_http": False,
        "vault_addr": None,
        "vault_cacert": None,
        "otel_exporter_otlp_endpoint": None,
        "otel_exporter_otlp_traces_endpoint": None,
        "otel_exporter_otlp_metrics_endpoint": None,
        "openlineage_url": None,
        "openlineage_endpoint": "api/v1/lineage",
    }
    assert settings.source_name == "Theirs"


def test_every_setting_is_known_to_be_a_secret_an_address_or_neither():
    harmless = {
        "docs_url": "shown to people, never called",
        "runbook_url": "shown to people, never called",
        "aws_region": "one label of a host that is S3's",
        "endpoint_probes": "a number",
        "otel_exporter_otlp_headers": "a secret itself",
        "otel_traces_exporter": "a word",
        "otel_metrics_exporter": "a word",
    }
    fields = Settings.model_fields
    secrets = {name for name, field in fields.items() if "SecretStr" in str(field.annotation)}
    secrets.add("google_application_credentials")  # the file that it names is one
    webhooks = ("notify_url", "discord_webhook_url")
    itself_an_address = {name for name in secrets if name.startswith(webhooks)}
    assert secrets - itself_an_address == ADDRESSES.keys()
    sounds_so = ("url", "host", "path", "endpoint", "http", "proxy", "port", "server", "region")
    sounding = {name for name in fields if any(part in name for part in sounds_so)}
    known = {name for names in ADDRESSES.values() for name in names}
    assert sounding - itself_an_address - known == harmless.keys()


@pytest.mark.parametrize("kind", [GitHubSettings, GitLabSettings])
def test_what_ci_is_told_comes_from_the_environment_alone(kind, here, put, monkeypatch):
    monkeypatch.chdir(here)
    for name in kind.model_fields:
        for place in ("dotenv", "pyproject", "mounted", "library"):
            put(place, f"{kind.model_config['env_prefix']}{name}", "thief")
    assert "thief" not in str(kind().model_dump())


@pytest.mark.parametrize("region", ["x.thief.example.com/", "eu#", "a/b", "a@b", "a.b", "a\nb"])
def test_a_region_is_no_host(here, region):
    with pytest.raises(ConfigurationError, match="AWS_REGION"):
        load_settings(here, aws_region=region)
    assert load_settings(here, aws_region="eu-central-1").aws_region == "eu-central-1"
