"""Tables that a command, a job before the run, or the caller delivers."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from spectra_gx import Project, RunParameters, UsageError
from tests.fakes.stages import StageProject

if TYPE_CHECKING:
    from pathlib import Path

CUSTOMERS = pa.table({"id": [1, 2], "country": ["AT", "CH"]})
ORDERS = pa.table({"id": [10], "customer": [1]})
BUILT = {"shop.customers": CUSTOMERS.to_pylist(), "shop.orders": ORDERS.to_pylist()}
COMMAND = f"""\
    [tool.spectra-gx.stages.shop]
    command = "{sys.executable} build.py one 'two words'"
"""
SCRIPT = """\
    import json, os, sys
    from pathlib import Path

    staging = Path(os.environ["SPECTRA_STAGING"])
    assert sys.argv[1:] == ["one", "two words"]
    assert os.listdir(staging) == ["shop"] and not os.listdir(staging / "shop")
    assert Path(os.environ["SPECTRA_WATERMARKS"]).read_text() == "{}"
    assert os.environ["SPECTRA_EXECUTION_ID"].startswith("shop_2")
    assert os.environ["SPECTRA_BATCH_ID"]
    assert len(os.environ["SPECTRA_BATCH_DAY"]) == 10
    print("building", "fake-" + "secret-of-the-test", file=sys.stderr)
    print(json.dumps(sorted(os.environ)))
"""
WRITING = (
    SCRIPT
    + """\

    import pyarrow as pa, pyarrow.parquet as pq
    from deltalake import write_deltalake

    folder = staging / "shop" / "customers"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"id": [1, 2], "country": ["AT", "CH"]}), folder / "part.parquet")
    write_deltalake(staging / "shop" / "orders", pa.table({"id": [10], "customer": [1]}))
"""
)


def built(project: StageProject) -> dict[str, object]:
    return {name: project.rows(name) for name in BUILT}


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    folder = tmp_path / "left behind"
    (folder / "shop" / "customers").mkdir(parents=True)
    pq.write_table(CUSTOMERS, folder / "shop" / "customers" / "a.parquet")
    write_deltalake(str(folder / "shop" / "orders"), ORDERS)
    (folder / "_SUCCESS").touch()
    return folder


def test_a_folder_of_tables_is_checked_and_published(tmp_path, staged, command):
    project = StageProject(tmp_path / "project")
    ended = command("run", "shop", "--staged", staged, "--project", project.root)
    assert ended.code == 0, ended.err
    assert built(project) == BUILT
    assert (staged / "shop" / "customers" / "a.parquet").is_file()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("shop/customers/nothing.txt", "neither a Delta table nor a folder of Parquet files"),
        ("shop/coustomers/a.txt", "contains `shop.coustomers`, which contract `shop` does not"),
        ("a.txt", "contains no table of stage `shop`"),
    ],
)
def test_a_folder_that_cannot_be_taken(tmp_path, command, made, said):
    project = StageProject(tmp_path / "project")
    path = tmp_path / "left" / made
    path.parent.mkdir(parents=True)
    path.touch()
    ended = command("run", "shop", "--staged", tmp_path / "left", "--project", project.root)
    assert ended.code in (2, 3)
    assert said in ended.err + ended.out
    assert built(project) == {"shop.customers": [], "shop.orders": []}


def test_tables_of_the_caller(tmp_path):
    project = StageProject(tmp_path)
    given = {"shop.orders": iter(ORDERS.to_batches()), "shop.customers": CUSTOMERS.to_pandas()}
    assert project.project.run("shop", tables=given).exit_code == 0
    assert built(project) == BUILT
    with pytest.raises(UsageError, match="which contract `shop` does not declare"):
        raise_of(project.project.run("shop", tables={"shop.order": ORDERS}).error)


def raise_of(error: Exception | None) -> None:
    assert error is not None
    raise error


def test_what_nobody_delivers_is_built_by_its_own_builder(tmp_path):
    project = StageProject(tmp_path)
    project.write(
        "stages/shop/shop.orders.sql", "SELECT id * 10 AS id, id AS customer FROM {shop.customers}"
    )
    project.write("stages/shop/shop.customers.sql", "SELECT id, '' AS country FROM {shop.orders}")
    assert "needs" in project.lint()[0]
    (tmp_path / "stages/shop/shop.customers.sql").unlink()
    assert "nothing builds `shop.customers`" in project.lint()[0]
    project.write(
        "stages/shop.py",
        """\
        import pyarrow as pa
        from spectra_gx import table

        @table("shop.customers")
        def customers(run):
            raise AssertionError("not called: the caller has this table")
        """,
    )
    assert project.lint() == []
    ended = project.project.run("shop", tables={"shop.customers": CUSTOMERS})
    assert ended.exit_code == 0
    assert [row["id"] for row in project.rows("shop.orders")] == [10, 20]


def test_a_command_builds_tables(tmp_path, command, monkeypatch):
    monkeypatch.setenv("SHOP_PASSWORD", "fake-secret-of-the-test")
    monkeypatch.setenv("OTHER_TOKEN", "fake-other-secret")
    monkeypatch.setenv("HARMLESS", "yes")
    project = StageProject(tmp_path, files={"pyproject.toml": COMMAND, "build.py": WRITING})
    project.write("pyproject.toml", COMMAND + '    pass = ["SHOP_PASSWORD"]\n')
    assert project.lint() == []
    ended = command("run", "shop", "--project", tmp_path)
    assert ended.code == 0, ended.err
    assert built(project) == BUILT
    assert "building ‹redacted›" in ended.err
    names = ended.err.split("[", 1)[1]
    assert '"SHOP_PASSWORD"' in names
    assert '"HARMLESS"' in names
    assert "OTHER_TOKEN" not in names
    assert "SPECTRA_STAGING" not in os.environ


@pytest.mark.parametrize(
    ("settings", "script", "code", "said"),
    [
        ("", "raise SystemExit(1)", 3, "ended with exit code 1; its output names why"),
        ("failed_exit_codes = [1]", "raise SystemExit(1)", 1, "says that the data is bad"),
        ("failed_exit_codes = [1]", "raise SystemExit(2)", 3, "ended with exit code 2"),
        ("", "import os; os.kill(os.getpid(), 9)", 3, "ended with signal 9"),
        ('pass = ["NOT_SET"]', "", 3, "the secret NOT_SET is not set"),
    ],
)
def test_a_command_that_fails_publishes_nothing(tmp_path, command, settings, script, code, said):
    project = StageProject(
        tmp_path,
        files={
            "pyproject.toml": f"{COMMAND}    {settings}\n",
            "build.py": WRITING + f"    {script}\n",
        },
    )
    ended = command("run", "shop", "--project", tmp_path)
    assert ended.code == code
    assert said in ended.out + ended.err
    assert "Traceback" not in ended.err
    assert built(project) == {"shop.customers": [], "shop.orders": []}
    [row] = project.project.log("shop")
    assert row["status"] == "Failed"


@pytest.mark.parametrize("written", ["orders.parquet", "shop/orders/"])
def test_a_command_that_writes_no_table_publishes_nothing_new(tmp_path, command, written):
    project = StageProject(tmp_path, files={"pyproject.toml": COMMAND, "build.py": WRITING})
    assert command("run", "shop", "--project", tmp_path).code == 0
    made = "mkdir()" if written.endswith("/") else "touch(exist_ok=True)"
    project.write("build.py", f"{SCRIPT}    (staging / {written!r}).{made}\n")
    ended = command("run", "shop", "--project", tmp_path)
    assert ended.code == 3
    assert "the command of stage `shop` wrote no table; write each to" in ended.out
    assert [row["status"] for row in project.project.log("shop") if row["status"]][-1] == "Failed"
    assert built(project) == BUILT


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("shop/coustomers", "wrote `$SPECTRA_STAGING/shop/coustomers`, but the contract declares"),
        ("shop/orders", "`$SPECTRA_STAGING/shop/orders` is neither a Delta table nor a folder of"),
    ],
)
def test_a_command_that_writes_what_cannot_be_taken(tmp_path, command, written, said):
    project = StageProject(tmp_path, files={"pyproject.toml": COMMAND})
    project.write(
        "build.py",
        f'{SCRIPT}    (staging / "{written}").mkdir()\n'
        f'    (staging / "{written}" / "a.txt").touch()\n',
    )
    ended = command("run", "shop", "--project", tmp_path)
    assert ended.code == 3
    assert said in ended.out + ended.err
    assert "/staging/" not in ended.out + ended.err


def test_a_command_that_is_not_there(tmp_path, command):
    StageProject(
        tmp_path,
        files={"pyproject.toml": '[tool.spectra-gx.stages.shop]\ncommand = "no-such-program x"\n'},
    )
    ended = command("run", "shop", "--project", tmp_path)
    assert ended.code == 3
    assert "cannot be run: `no-such-program`: no such file or directory" in ended.out + ended.err


def test_a_command_ends_with_its_children_at_the_time_limit(tmp_path):
    beat = tmp_path / "beat"
    project = StageProject(
        tmp_path / "project",
        files={
            "pyproject.toml": COMMAND,
            "build.py": f"""\
                import subprocess, sys, time
                child = "while True: open({str(beat)!r}, 'a').write('x')"
                subprocess.run([sys.executable, "-c", child])
            """,
        },
    )
    opened = Project(project.root, None, {"builder_timeout": "2s"})
    began = time.monotonic()
    ended = opened.run("shop", RunParameters())
    assert (ended.exit_code, ended.error.code) == (3, "builder_timeout")
    assert "took over 0:00:02, which BUILDER_TIMEOUT allows" in ended.error.message
    assert time.monotonic() - began < 60
    size = beat.stat().st_size
    assert size > 0
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        assert beat.stat().st_size == size


def test_a_run_of_one_table_builds_what_needs_it(tmp_path, command):
    project = StageProject(tmp_path)
    project.write(
        "stages/shop.py",
        """\
        import pyarrow as pa
        from spectra_gx import Run, table

        @table("shop.customers")
        def customers(run: Run):
            return pa.table({"id": [1], "country": ["AT"]})

        @table("shop.orders")
        def orders(run: Run):
            return pa.table({"id": [10], "customer": run.built("shop.customers").to_arrow()["id"]})
        """,
    )
    assert command("run", "shop", "--project", tmp_path).code == 0
    one = command("run", "shop", "--table", "shop.orders", "--project", tmp_path)
    assert "published: shop.orders v1\n" in one.out
    both = command("run", "shop", "--table", "shop.customers", "--project", tmp_path)
    assert "published: shop.customers v1, shop.orders v2" in both.out
    none = command("run", "shop", "--table", "shop.nothing", "--project", tmp_path)
    assert none.code == 2
    assert "`--table shop.nothing` names no table that is built alone" in none.out + none.err


def test_pandas_is_a_frame_of_the_caller(tmp_path):
    project = StageProject(tmp_path)
    frame = pd.DataFrame({"id": [1, 2], "country": ["AT", "CH"]})
    ended = project.project.run("shop", tables={"shop.customers": frame, "shop.orders": ORDERS})
    assert ended.exit_code == 0
