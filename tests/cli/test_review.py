"""`spectra-gx review` as a job runs it: printed, posted, brought up to date, and careful."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.github import NUMBER, REPOSITORY, TOKEN, GitHubServer, event
from tests.fakes.projects import traces
from tests.fakes.repositories import commit, git, set_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# Apprise, which the package of notifiers brings, still looks for a module that 3.13 drops.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MARKER = "<!-- spectra-gx diff -->\n"
TEXT = """\
contract: shop
version: 1.0.0
owner: Shop Team
tables:
  shop.orders:
    columns:
      state: {type: string, enum: [open, done]}
"""
NARROWED = TEXT.replace("[open, done]", "[open]")
BUMPED = NARROWED.replace("1.0.0", "1.1.0")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Callable[..., Any]) -> Path:
    """A compiled project on `change`, which left `main`; and the folder a job stands in."""
    set_apart(monkeypatch, tmp_path)
    root = tmp_path / "project"
    (root / "contracts").mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    write(root, TEXT)
    monkeypatch.chdir(root)
    command("compile")
    commit(root)
    git(root, "switch", "-qc", "change")
    return root


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubServer]:
    """GitHub, as a job with a token reaches it."""
    with GitHubServer() as github:
        monkeypatch.setenv("GITHUB_API_URL", github.url)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN.get_secret_value())
        yield github


def write(root: Path, text: str) -> None:
    (root / "contracts" / "shop.contract.yaml").write_text(text)


def event_file(root: Path, **more: Any) -> Path:
    base, head = (git(root, "rev-parse", name) for name in ("main", "change"))
    file = root.parent / "event.json"
    file.write_text(json.dumps(event(base, head, **more)))
    return file


def test_a_dry_run_prints_exactly_what_is_posted_and_then_replaced(root, command, server):
    write(root, NARROWED)
    command("compile")
    commit(root)
    dry = command("review", "--event", event_file(root))
    assert (dry.code, server.requests) == (1, [])
    assert dry.out.startswith(f"{MARKER}### ❌ A contract needs a higher version\n")
    posted = command("review", "--event", event_file(root), "--post")
    assert (posted.code, posted.out) == (1, dry.out)
    assert posted.err == f"comment created on {REPOSITORY}#{NUMBER}\n"
    assert [comment["body"] for comment in server.comments] == [dry.out.removesuffix("\n")]
    write(root, BUMPED)
    commit(root)
    mended = command("review", "--event", event_file(root), "--post")
    assert mended.code == 0
    assert mended.err == f"comment updated on {REPOSITORY}#{NUMBER}\n"
    [comment] = server.comments
    assert comment["body"] == mended.out.removesuffix("\n")
    assert comment["body"].startswith(f"{MARKER}### ✅ The contract changes can be merged\n")


def test_the_job_knows_the_event_itself(root, command, monkeypatch):
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event_file(root)))
    base = git(root, "rev-parse", "main")
    ended = command("review")
    assert (ended.code, ended.err) == (0, "")
    shown = f"main\\@\N{ZERO WIDTH SPACE}{base[:12]}"
    assert f"No contract changed since {shown}." in ended.out


def test_without_an_event_it_is_compared_with_the_default_branch(root, command):
    write(root, NARROWED)
    assert command("review").code == 1
    assert command("review", "--against", "HEAD").code == 1
    assert "nothing was posted: this is about no pull request" in command("review", "--post").err


def test_stale_artefacts_fail_it(root, command):
    write(root, BUMPED)
    ended = command("review")
    assert ended.code == 1
    assert ended.out.startswith(f"{MARKER}### ❌ Compiled files are out of date\n")
    assert ended.out.count("gx/expectations/shop/orders.json") == 1
    assert ended.out.endswith(
        "\n\nRun `spectra-gx compile` and commit what it writes:\n\n<details>\n"
        "<summary>compiled files out of date: 1</summary>\n\n"
        "- gx/expectations/shop/orders.json\n\n</details>\n"
    )
    assert ended.out.index("enum-value-removed") < ended.out.index("spectra-gx compile")
    command("compile")
    mended = command("review")
    assert mended.code == 0
    assert mended.out.startswith(f"{MARKER}### ✅ The contract changes can be merged\n")
    assert "compiled files" not in mended.out


def test_an_invalid_contract_is_told_and_nothing_else(root, command, server):
    write(root, TEXT.replace("enum", "enmu").replace("owner: Shop Team", "owner: '@everyone'"))
    ended = command("review", "--event", event_file(root), "--post")
    assert ended.code == 2
    assert ended.out.startswith(f"{MARKER}### ❌ A contract is invalid\n")
    assert "| contracts/shop.contract.yaml\\:7\\:29 | unknown key 'enmu'" in ended.out
    assert "did you mean 'enum'?" in ended.out
    assert [comment["body"] for comment in server.comments] == [ended.out.removesuffix("\n")]


def test_json_tells_all_of_it(root, command):
    write(root, NARROWED)
    ended = command("review", "--format", "json")
    said = json.loads(ended.out)
    assert (ended.code, said["exit_code"]) == (1, 1)
    assert said["problems"] == []
    assert said["stale"] == ["gx/expectations/shop/orders.json"]
    assert [change["id"] for change in said["review"]["changes"]] == ["enum-value-removed"]
    write(root, "contract: shop\n")
    said = json.loads(command("review", "--format", "json").out)
    assert (said["review"], said["exit_code"]) == (None, 2)
    assert said["problems"][0]["file"] == "contracts/shop.contract.yaml"


@pytest.mark.usefixtures("root")
def test_the_summary_of_the_job_grows(command, monkeypatch, tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    ended = command("review")
    assert summary.read_text() == "before\n" + ended.out
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    ended = command("review")
    assert ended.code == 3
    assert "cannot be written: is a directory; correct it" in ended.err


@pytest.mark.parametrize("fork", ["stranger/contracts", None])
def test_a_fork_is_told_on_its_own_page_only(root, command, server, monkeypatch, tmp_path, fork):
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    write(root, BUMPED)
    command("compile")
    file = event_file(root, fork=fork)
    ended = command("review", "--event", file, "--post", "--replay", "3")
    assert ended.code == 0
    assert ended.err == "nothing was posted: the pull request comes from a fork\n"
    assert server.requests == []
    assert "> nothing was replayed\\: the checkout may come from a fork" in ended.out
    assert "Replay on stored versions" not in ended.out
    assert summary.read_text() == ended.out
    told = command("review", "--event", file, "--post-for-forks", "--replay", "3")
    assert (told.code, told.out) == (0, ended.out)
    assert len(server.comments) == 1


def test_a_diff_in_the_job_of_a_fork_replays_nothing(root, command, monkeypatch):
    write(root, BUMPED)
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event_file(root, fork="stranger/contracts")))
    ended = command("diff", "--replay", "3")
    assert ended.code == 0
    assert "note: nothing was replayed: the checkout may come from a fork" in ended.err
    assert "replay of" not in ended.out


def test_nor_does_the_job_of_a_fork_on_gitlab(root, command, monkeypatch):
    write(root, BUMPED)
    monkeypatch.setenv("CI_MERGE_REQUEST_PROJECT_PATH", "shop/contracts")
    for source, replays in (("stranger/contracts", 0), ("shop/contracts", 1)):
        monkeypatch.setenv("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", source)
        ended = command("diff", "--replay", "3")
        assert ended.out.count("replay of shop.orders") == replays
        assert ended.err.count("nothing was replayed") == 1 - replays


def test_an_event_that_cannot_be_read_replays_nothing_either(root, command, monkeypatch, tmp_path):
    write(root, BUMPED)
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "none.json"))
    ended = command("diff", "--replay", "3")
    assert (ended.code, ended.out) == (2, "")
    assert command("diff").code == 0


def test_what_cannot_be_posted_is_printed_all_the_same(root, command, server, monkeypatch):
    write(root, NARROWED)
    server.status = 502
    ended = command("review", "--event", event_file(root), "--post")
    assert ended.code == 3
    assert ended.err.startswith("error: GitHub answered 502; ")
    assert ended.out.startswith(MARKER)
    monkeypatch.delenv("GITHUB_TOKEN")
    ended = command("review", "--event", event_file(root), "--post")
    assert ended.code == 3
    assert ended.err.startswith("error: GITHUB_TOKEN not set; ")


def test_the_token_goes_where_the_environment_says_and_is_shown_nowhere(
    root, command, server, monkeypatch, tmp_path
):
    with GitHubServer() as thief:
        (root / ".env").write_text(f"GITHUB_API_URL={thief.url}\n")
        (root / "pyproject.toml").write_text(f'[tool.spectra-gx]\ngithub_api_url = "{thief.url}"\n')
        ended = command("review", "--event", event_file(root), "--post", "--debug")
        monkeypatch.delenv("GITHUB_API_URL")
        monkeypatch.setenv("GITHUB_TOKEN", "fake\ttoken")  # refused before anything is sent
        command("review", "--event", event_file(root), "--post")
    assert thief.requests == []
    assert server.methods == ["GET", "POST"]
    sent = {request.authorization for request in server.requests}
    assert sent == {f"Bearer {TOKEN.get_secret_value()}"}
    assert TOKEN.get_secret_value() not in ended.out + ended.err
    assert list(traces(TOKEN.get_secret_value(), tmp_path)) == []


def test_a_project_below_the_root_has_a_comment_of_its_own(root, command, monkeypatch):
    inner = root / "data" / "shop --> x"
    inner.mkdir(parents=True)
    (root / "contracts").rename(inner / "contracts")
    monkeypatch.chdir(inner)
    command("compile")
    ended = command("review")
    assert ended.out.startswith("<!-- spectra-gx diff data/shop%20--%3E%20x -->\n### ")


def test_a_published_table_answers_for_its_past(project, command, monkeypatch, tmp_path):
    set_apart(monkeypatch, tmp_path)
    monkeypatch.chdir(project)
    git(project, "init", "-q", "-b", "main")
    (project / ".gitignore").write_text("/warehouse/\n")
    commit(project)
    file = project / "contracts" / "source.contract.yaml"
    text = file.read_text().replace("[GET, POST, PUT, DELETE]", "[GET, POST, PUT]")
    file.write_text(text.replace("version: 1.1.0", "version: 1.2.0", 1))
    ended = command("diff", "--replay", "5")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert "replay of source.endpoints, 1 changed rule on 1 version: 1 would have failed" in lines
    [version] = [line for line in lines if line.startswith("  ✗ version 0 of ")]
    assert version.endswith(": failed (then: passed with contract 1.1.0)")
    assert any(
        line.startswith("      source.endpoints.http_method.enum (critical): 12 of 223 rows: ")
        and "`http_method` is not one of GET, POST, PUT, " in line
        and 'first at {"full_path": "' in line
        for line in lines
    )
    [table] = json.loads(command("diff", "--replay", "5", "--format", "json").out)["replay"]
    assert (table["table"], table["obstacle"]) == ("source.endpoints", None)
    [version] = table["versions"]
    assert (version["version"], version["verdict"], version["rows"]) == (0, "failed", 223)
    assert version["logged"]["verdict"] == "passed"
    [rule] = version["rules"]
    assert (rule["unexpected"], len(rule["keys"])) == (12, 12)
    comment = command("review", "--replay", "1").out
    assert "**Replay on stored versions:** source.endpoints, 1 changed rule on 1 version" in comment
    assert "<summary>1 version</summary>" in comment
