"""Build in staging, publish in one commit a table, and what crashes and rivals leave behind."""

import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from spectra_gx.errors import SchemaMismatchError, TableNotFoundError, WarehouseError
from spectra_gx.warehouse.staging import Staging, dead_runs, sweep
from spectra_gx.warehouse.warehouse import Warehouse
from tests.fakes.folders import folder_of
from tests.fakes.publications import publish_staged as publish

A, B = "source.a", "source.b"

HOLDER = """
import sys
import pyarrow as pa
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse
with Staging(Warehouse(sys.argv[1]), sys.argv[2]) as staging:
    staging.write("source.a", pa.table({"n": [1]}))
    print("ready", flush=True)
    sys.stdin.read()
"""
PUBLISHER = """
import sys
from spectra_gx.warehouse.warehouse import Warehouse
with Warehouse(sys.argv[1]).lock("publish-source", by=sys.argv[2]):
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path)


def numbers(*values):
    return pa.table({"n": pa.array(values, pa.int64())})


def stored(warehouse, name):
    return sorted(warehouse.read(warehouse.open(name)).column("n").to_pylist())


def tree(warehouse):
    return sorted(
        str(path.relative_to(folder_of(warehouse)))
        for path in folder_of(warehouse).rglob("*")
        if path.is_file()
    )


@contextmanager
def another_run(code, warehouse, execution_id):
    """Run `code` in a process of its own until the block ends; yield it once it is ready."""
    command = [sys.executable, "-c", code, str(folder_of(warehouse)), execution_id]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.communicate("")


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_staging_lives_under_files_and_goes_with_the_run(warehouse):
    with Staging(warehouse, "r1") as staging:
        staging.write(A, numbers(1, 2))
        staging.write(B, numbers(3))
        staging.write(A, pa.table({"other": ["x"]}))
        assert staging.tables == (A, B)
        assert staging.place(A).uri == str(
            folder_of(warehouse, "Files") / "_staging" / "r1" / "source" / "a"
        )
        assert warehouse.schema(staging.open(A)) == {"other": "string"}
        with pytest.raises(TableNotFoundError):
            staging.open("source.c")
        assert not (folder_of(warehouse) / "Tables").exists()
    assert tree(warehouse) == ["Files/_locks/staging.lock"]
    assert not (folder_of(warehouse, "Files") / "_staging").exists()


def test_staging_goes_also_when_the_run_fails(warehouse):
    with pytest.raises(KeyError), Staging(warehouse, "r1") as staging:
        staging.write(A, numbers(1))
        raise KeyError
    assert tree(warehouse) == ["Files/_locks/staging.lock"]


def test_two_runs_stage_side_by_side_and_an_id_is_used_once(warehouse):
    with Staging(warehouse, "r1"), Staging(warehouse, "r2") as second:
        with (
            pytest.raises(WarehouseError, match="no other run has this id"),
            Staging(warehouse, "r1"),
        ):
            pass
        assert (folder_of(warehouse) / second.folder).is_dir()
    assert not (folder_of(warehouse, "Files") / "_staging").exists()


def test_a_sweep_takes_the_dead_and_leaves_the_living(warehouse):
    assert sweep(warehouse) == []
    with Staging(warehouse, "mine"), another_run(HOLDER, warehouse, "alive"):
        with another_run(HOLDER, warehouse, "dead") as process:
            assert sweep(warehouse) == []
            kill(process)
        assert sweep(warehouse) == ["dead"]
        assert sorted(
            path.name for path in (folder_of(warehouse, "Files") / "_staging").iterdir()
        ) == [
            "alive",
            "mine",
        ]
        assert sweep(warehouse) == []
    assert not (folder_of(warehouse, "Files") / "_staging").exists()


def test_a_sweep_deletes_pages_that_the_dead_did_not_finish(warehouse):
    part = f"Files/docs/{'0123456789abcdef' * 2}.part"
    warehouse.store.write(part, b"half a page")
    assert sweep(warehouse) == []
    assert warehouse.store.exists(part)
    (folder_of(warehouse) / "Files" / "_staging" / "dead").mkdir(parents=True)
    assert sweep(warehouse) == ["dead"]
    assert not warehouse.store.exists(part)


def test_a_sweep_leaves_no_empty_folder(warehouse):
    with another_run(HOLDER, warehouse, "dead") as process:
        kill(process)
    assert sweep(warehouse) == ["dead"]
    assert not (folder_of(warehouse, "Files") / "_staging").exists()


def test_a_killed_run_never_published_anything(warehouse):
    with another_run(HOLDER, warehouse, "dead") as process:
        kill(process)
    assert not warehouse.exists(A)


def test_publishing_replaces_in_the_order_given_and_says_the_versions(warehouse):
    warehouse.write(A, numbers(9), execution_id="r0")
    with Staging(warehouse, "r1") as staging:
        staging.write(A, numbers(1, 2))
        staging.write(B, numbers())
        versions = publish(warehouse, staging, [B, A], "source")
    assert versions == {B: 0, A: 1}
    assert list(versions) == [B, A]
    assert stored(warehouse, A) == [1, 2]
    assert stored(warehouse, B) == []
    assert (warehouse.version(A), warehouse.version(B)) == (1, 0)
    assert [path for path in tree(warehouse) if path.startswith("Files")] == [
        "Files/_locks/publish-source.lock",
        "Files/_locks/staging.lock",
    ]


def test_the_commit_names_its_run(warehouse):
    with Staging(warehouse, "r1") as staging:
        staging.write(A, numbers(1))
        publish(warehouse, staging, [A], "source")
    assert warehouse.open(A).history(1)[0]["execution_id"] == "r1"


def test_one_refused_schema_publishes_nothing_and_names_every_table(warehouse):
    for name in (A, B):
        warehouse.write(name, pa.table({"n": ["text"]}), execution_id="r0")
    with Staging(warehouse, "r1") as staging:
        for name in ("source.new", A, B):
            staging.write(name, numbers(1))
        with pytest.raises(SchemaMismatchError) as refused:
            publish(warehouse, staging, staging.tables, "source")
        assert A in str(refused.value)
        assert B in str(refused.value)
        assert not warehouse.exists("source.new")
        assert (warehouse.version(A), warehouse.version(B)) == (0, 0)
        versions = publish(warehouse, staging, staging.tables, "source", rebuild=True)
    assert versions == {"source.new": 0, A: 1, B: 1}
    assert stored(warehouse, B) == [1]


def test_a_table_that_was_not_built_publishes_nothing(warehouse):
    with Staging(warehouse, "r1") as staging:
        staging.write(A, numbers(1))
        with pytest.raises(TableNotFoundError):
            publish(warehouse, staging, [A, B], "source")
    assert not warehouse.exists(A)


def test_a_second_publisher_waits_and_is_told_for_whom(warehouse):
    with Staging(warehouse, "r2") as staging, another_run(PUBLISHER, warehouse, "r1") as process:
        staging.write(A, numbers(1))
        with pytest.raises(WarehouseError, match=r"waited 0\.1 s for `r1`") as late:
            publish(warehouse, staging, [A], "source", wait=0.1)
        assert late.value.exit_code == 3
        assert late.value.retryable
        assert not warehouse.exists(A)
        assert publish(warehouse, staging, [A], "prepare", wait=0.1) == {A: 0}
        kill(process)
        # Its batch is published already.
        assert publish(warehouse, staging, [A], "source", wait=0) == {A: 0}


def test_a_failure_half_way_tells_what_was_published(warehouse):
    warehouse.write(B, numbers(9), execution_id="r0")
    with Staging(warehouse, "r1") as staging:
        staging.write(A, numbers(1))
        staging.write(B, numbers(2))
        for parquet in Path(staging.place(B).uri).glob("*.parquet"):
            parquet.unlink()
        with pytest.raises(WarehouseError) as broken:
            publish(warehouse, staging, [A, B], "source")
    assert broken.value.context["published"] == {A: 0}
    assert stored(warehouse, B) == [9]


class Rivalled(Warehouse):
    """A warehouse where somebody appends a 2 whenever a table has just been opened."""

    def open(self, name, version=None):
        handle = super().open(name, version)
        if version is None:
            write_deltalake(self.table_uri(name), numbers(2), mode="append")
        return handle


def test_a_replacement_that_always_comes_too_late_is_noticed(tmp_path):
    warehouse = Rivalled(tmp_path)
    warehouse.write(A, numbers(1), execution_id="r0")
    with Staging(warehouse, "r1") as staging:
        staging.write(A, numbers(3))
        with pytest.raises(WarehouseError, match="wrote to it at the same moment") as late:
            publish(warehouse, staging, [A], "source")
    assert late.value.retryable
    assert 3 not in stored(Warehouse(tmp_path), A)


def test_racing_creations_make_one_table(warehouse):
    code = """
import sys
import pyarrow as pa
from spectra_gx.warehouse.warehouse import Warehouse
warehouse = Warehouse(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
warehouse.create_empty("log.x", pa.schema([("n", pa.int64())]))
"""
    command = [sys.executable, "-c", code, str(folder_of(warehouse))]
    runs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for run in runs:
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        run.stdin.close()
    assert [run.wait() for run in runs] == [0] * 4
    for run in runs:
        run.stdout.close()
    assert warehouse.version("log.x") == 0


def test_a_warehouse_that_cannot_be_written_is_a_kind_error(tmp_path):
    (tmp_path / "Files").write_text("in the way")
    with (
        pytest.raises(WarehouseError, match="check that the warehouse may be written to"),
        Staging(Warehouse(tmp_path), "r1"),
    ):
        pass


# -- what is no run's ------------------------------------------------------------------------------


def test_what_no_run_made_is_left_in_staging(warehouse, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("kept")
    staging = folder_of(warehouse, "Files") / "_staging"
    (staging / "odd" / ".lock").mkdir(parents=True)
    (staging / "dead").mkdir()
    (staging / ".DS_Store").write_text("x")
    (staging / "folder").symlink_to(elsewhere)
    (staging / "file").symlink_to(elsewhere / "precious")
    (staging / "nowhere").symlink_to(tmp_path / "nowhere")
    (staging / "tied").mkdir()
    (staging / "tied" / ".lock").symlink_to(elsewhere / "precious")

    assert dead_runs(warehouse, wait=1) == ["dead"]
    assert sweep(warehouse) == ["dead"]
    with Staging(warehouse, "r1"):
        pass

    left = {path.name for path in staging.iterdir()}
    assert left == {"odd", ".DS_Store", "folder", "file", "nowhere", "tied"}
    assert [path.name for path in elsewhere.iterdir()] == ["precious"]
    assert (elsewhere / "precious").read_text() == "kept"


@pytest.mark.parametrize("name", ["_staging", "_locks"])
def test_a_link_in_place_of_a_folder_of_ours_is_refused(warehouse, tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "run").mkdir(parents=True)
    folder_of(warehouse, "Files").mkdir()
    (folder_of(warehouse, "Files") / name).symlink_to(elsewhere)
    for use in (lambda: Staging(warehouse, "r1").__enter__(), lambda: sweep(warehouse)):
        with pytest.raises(WarehouseError, match="is a link, which is not followed; remove it"):
            use()
            warehouse.lock("x", by="r1").__enter__()
    assert [path.name for path in elsewhere.rglob("*")] == ["run"]


@pytest.mark.parametrize("kind", ["lock", "holder"])
def test_a_link_among_the_locks_changes_no_file(warehouse, tmp_path, kind):
    precious = tmp_path / "precious"
    precious.write_text("kept")
    locks = folder_of(warehouse, "Files") / "_locks"
    locks.mkdir(parents=True)
    (locks / f"x.{kind}").symlink_to(precious)
    (locks / f"y.{kind}").symlink_to(tmp_path / "new")
    for name in ("x", "y"):
        with suppress(WarehouseError), warehouse.lock(name, by="r1", wait=0):
            pass
    assert warehouse.held_locks() == {}
    assert precious.read_text() == "kept"
    assert not (tmp_path / "new").exists()


def test_whoever_waits_is_told_nothing_of_another_file(warehouse, tmp_path):
    (tmp_path / "secret").write_text("hunter2")
    with warehouse.lock("x", by="r1"):
        holder = folder_of(warehouse, "Files") / "_locks" / "x.holder"
        for content in (None, b"\xff"):
            holder.unlink()
            holder.symlink_to(tmp_path / "secret") if content is None else holder.write_bytes(
                content
            )
            with (
                pytest.raises(WarehouseError, match="for another run, which has"),
                warehouse.lock("x", by="r2", wait=0),
            ):
                pass


def test_a_table_that_was_forgotten_does_not_come_back(warehouse):
    with Staging(warehouse, "run_1") as staging:
        staging.write(A, numbers(1))
        staging.write(B, numbers(2))
        staging.forget(A)
        staging.restore()
        assert staging.tables == (B,)
