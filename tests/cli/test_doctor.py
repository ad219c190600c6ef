"""`spectra-gx doctor` over real projects, tables and sources."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from importlib import resources

import pyarrow as pa
import pytest

from spectra_gx.sources.faults import Fault, FaultKind
from spectra_gx.sources.zephyr.sandbox import Sandbox
from spectra_gx.store.kernel_locks import hold_lock
from tests.fakes.tables import bytes_of, folder, replace

TOKEN = "not-a-real-token-0123456789"
WEBHOOK = f"nonsense://not-a-real-webhook/{TOKEN}"


@pytest.fixture
def doctor(project, command, monkeypatch):
    """Ask the doctor about a project; give its exit code, and its lines by what they are about."""

    def ask(*arguments, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, str(value))
        ended = command("doctor", "--json", "--project", project, *arguments)
        lines = {}
        for found in json.loads(ended.out)["findings"]:
            lines.setdefault(found["about"], []).append(
                f"{found['level']}: {found['said']} → {found['mend']}"
            )
        return ended.code, {about: "\n".join(found) for about, found in lines.items()}

    return ask


def connected(sandbox, token=None):
    return {
        "BASE_URL": sandbox.base_url,
        "BASE_PATH": sandbox.base_path,
        "API_TOKEN": token or sandbox.token.get_secret_value(),
    }


def test_a_healthy_project(project, doctor, command):
    command("compile", "--project", project)
    before = bytes_of(project)
    with Sandbox() as sandbox:
        code, found = doctor(**connected(sandbox))
        served = sandbox.served
    assert code == 0
    assert found["versions"].startswith("ok: Python 3.")
    assert found["contracts"] == "ok: no problems in 2 contracts → None"
    assert found["artefacts"] == "ok: up to date → None"
    assert found["settings"] == (
        "ok: set in the environment: BASE_URL, BASE_PATH, API_TOKEN (a secret) → None"
    )
    assert found["warehouse"].startswith("ok: ")
    assert found["tables"] == "ok: 8 of 8 declared tables can be read → None"
    assert found["staging"] == "ok: no leftovers of interrupted runs → None"
    assert found["locks"] == "ok: no lock is taken → None"
    assert found["webhook"].startswith("warning: no webhook is set: nobody is notified of failures")
    assert found["source"].startswith("ok: answered in ")
    assert served == 1
    assert bytes_of(project) == before


def test_a_screen_for_people(project, command):
    ended = command("doctor", "--sandbox", "--project", project)
    assert ended.code == 0
    levels = {line.split()[0] for line in ended.out.splitlines()[:-1]}
    assert levels == {"ok", "warning"}
    assert "ok       sandbox    answered in " in ended.out
    assert ended.out.splitlines()[-1] == "0 problems, 2 warnings"


def test_a_source_that_refuses_the_token(doctor):
    with Sandbox() as sandbox:
        code, found = doctor(**connected(sandbox, token=TOKEN))
    assert code == 1
    assert found["source"].startswith("problem: `GET /project/details` answered 401")
    assert "→ set API_TOKEN to a token that is valid" in found["source"]


def test_a_source_that_fails_is_asked_once(doctor):
    with Sandbox(faults=[Fault(FaultKind.SERVER_ERROR)]) as sandbox:
        code, found = doctor(**connected(sandbox))
        assert sandbox.served == 1
    assert (code, found["source"].startswith("problem: ")) == (1, True)


def test_a_source_that_is_not_there(doctor):
    with Sandbox() as sandbox:
        gone = connected(sandbox)
    code, found = doctor(**gone)
    assert (code, found["source"].startswith("problem: ")) == (1, True)
    code, found = doctor(**gone, SOURCE_SYSTEM="jira")
    assert found["source"].startswith("warning: SOURCE_SYSTEM is `jira`, but contract `source`")
    assert "\nproblem: `GET /project/details`" in found["source"]


def test_a_setting_that_a_contract_overrides_is_no_problem(doctor):
    with Sandbox() as sandbox:
        code, found = doctor(**connected(sandbox), SOURCE_SYSTEM="jira")
    assert code == 0
    assert "warning: SOURCE_SYSTEM is `jira`, but contract `source` says" in found["source"]
    assert "→ change one of them\nok: answered in " in found["source"]


def test_no_secret_is_printed_wherever_it_is_set(project, command, monkeypatch, tmp_path):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "aws_secret_access_key").write_text(f"{TOKEN}-file", encoding="utf-8")
    (project / ".env").write_text(
        f"API_TOKEN={TOKEN}\nBASE_URL=http://user:{TOKEN}@127.0.0.1:1\nBASE_PATH=/x\n"
        f"DISCORD_WEBHOOK_URL_ZEPHYR={WEBHOOK}\n",
        encoding="utf-8",
    )
    (project / "pyproject.toml").write_text(
        f'[tool.spectra-gx]\naws_session_token = "{TOKEN}"\nsource_name = "Here"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("SECRETS_DIR", str(secrets))
    monkeypatch.setenv("DISCORD_WEBHOOK_URL", WEBHOOK)
    for more in ((), ("--json",), ("--debug",)):
        ended = command("doctor", "--project", project, *more)
        assert ended.code == 1
        assert TOKEN not in ended.out + ended.err
    said = command("doctor", "--project", project).out
    for line in (
        "set in the environment: DISCORD_WEBHOOK_URL (a secret)\n",
        "API_TOKEN (a secret), DISCORD_WEBHOOK_URL_ZEPHYR (a secret)\n",
        "set in SECRETS_DIR: AWS_SECRET_ACCESS_KEY (a secret)\n",
        "set in pyproject.toml: AWS_SESSION_TOKEN (a secret), SOURCE_NAME\n",
        "DISCORD_WEBHOOK_URL is neither a Discord webhook nor an Apprise URL",
    ):
        assert line in said


def test_settings_that_cannot_be_used(doctor):
    code, found = doctor(TEST_PROJECT_ID="abc")
    assert (code, "TEST_PROJECT_ID" in found["settings"]) == (1, True)
    assert found.keys() == {"versions", "contracts", "artefacts", "settings"}


def test_contracts_that_are_broken(project, doctor):
    file = project / "contracts" / "source.contract.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("owner:", "ownr:"), encoding="utf-8")
    code, found = doctor()
    assert code == 1
    assert "contracts/source.contract.yaml:" in found["contracts"]
    assert "`spectra-gx lint` shows them all" in found["contracts"]
    assert "artefacts" not in found


def test_no_project_at_all(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    ended = command("doctor")
    assert ended.code == 1
    assert "problem  contracts" in ended.out
    assert not any(tmp_path.iterdir())


def test_artefacts_that_are_stale(doctor):
    code, found = doctor()
    assert code == 0
    assert found["artefacts"].startswith("warning: ")
    assert "`spectra-gx compile`" in found["artefacts"]


def test_tables_that_cannot_be_read(project, doctor):
    for file in (project / "warehouse" / "Tables" / "source" / "endpoints").glob("*.parquet"):
        file.unlink()
    shutil.rmtree(folder(project, "source.portfolio"))
    naive = pa.table({"config_key": ["a"], "at": [datetime(2026, 1, 31)]})
    replace(project, "source.config", naive)
    code, found = doctor()
    assert code == 1
    assert "problem: version 0 of table `source.endpoints` cannot be read" in found["tables"]
    assert (
        "`source.config` requires Delta reader 3 and writer 7 with timestampNtz" in found["tables"]
    )
    assert (
        "6 of 8 declared tables can be read; `source.portfolio` does not exist yet"
        in found["tables"]
    )


def test_a_warehouse_that_is_none(project, doctor):
    code, found = doctor("--warehouse", "s3://bucket/lake")
    assert (code, "AWS_ACCESS_KEY_ID" in found["warehouse"]) == (1, True)
    assert "tables" not in found
    code, found = doctor(WAREHOUSE="ftp://host/lake")
    assert (code, "WAREHOUSE" in found["settings"]) == (1, True)
    code, found = doctor(WAREHOUSE=project / "contracts" / "source.contract.yaml")
    assert (code, "is a file, not a folder" in found["warehouse"]) == (1, True)
    code, found = doctor(WAREHOUSE="nowhere/yet")
    assert (code, "does not exist yet" in found["warehouse"]) == (0, True)
    assert not (project / "nowhere").exists()


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (None, "write a contract, then `spectra-gx run <stage>`"),
        ("shop", "the first run creates it: `spectra-gx run shop`"),
        ("source", "the first run creates it: `spectra-gx run source --sandbox`"),
    ],
)
def test_a_first_run_is_of_a_stage_that_the_project_has(tmp_path, command, stage, said):
    (tmp_path / "contracts").mkdir()
    if stage is not None:
        text = f"contract: {stage}\nversion: 1.0.0\nowner: x\n"
        text += "tables: {shop.a: {columns: {a: long}}}\n"
        (tmp_path / "contracts" / f"{stage}.contract.yaml").write_text(text)
    ended = command("doctor", "--project", tmp_path)
    assert said in ended.out
    assert command("docs", "--project", tmp_path).err.endswith("first: `spectra-gx run <stage>`\n")


def test_what_others_left_behind(project, doctor):
    files = project / "warehouse" / "Files"
    (files / "_staging" / "source_zephyr_1").mkdir(parents=True)
    with hold_lock(files / "_locks" / "publish-source.lock", by="source_zephyr_2", wait=0):
        code, found = doctor()
    assert code == 0
    assert "run `source_zephyr_1` was interrupted" in found["staging"]
    assert "`publish-source` is taken by `source_zephyr_2`" in found["locks"]
    assert (files / "_staging" / "source_zephyr_1").is_dir()


def test_the_sandbox_of_each_system_is_called(project, command):
    shipped = resources.files("spectra_gx.sources.jira").joinpath("contracts")
    with resources.as_file(shipped) as folder:
        shutil.copytree(folder, project / "contracts", dirs_exist_ok=True)
    ended = command("doctor", "--sandbox", "--project", project)
    assert ended.out.count("ok       sandbox") == 2
