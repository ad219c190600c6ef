"""A notebook's session, whatever its cells do: no false Success, and no run without its row."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from spectra_gx import NotebookSession, Project, RunParameters
from spectra_gx.errors import UsageError, WarehouseError
from spectra_gx.runner.stage_run import StageRun
from tests.contract.checking import contract_of
from tests.fakes.builders import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEPS = ("initialise", "execute", "validate")
SECRET = "fake-token/0123456789+abcdef=xyz"
WEBHOOK = "https://discord.com/api/webhooks/100000000000000001/fake-webhook-AAAA_BBBB"
CONTRACT = contract_of("shop.counts: {columns: {orders: {type: long, min: 1}}}")


class ShopProject(Project):
    """A project of one stage, whose builder needs no source."""

    @cached_property
    def shop(self) -> Shop:
        return Shop(self.root / "warehouse", CONTRACT)

    @contextmanager
    def stage_run(self, *given: Any, **named: Any) -> Iterator[StageRun]:
        del given, named
        yield self.shop.begin({"shop.counts": [{"orders": 2}]})


@pytest.fixture
def project(tmp_path: Path) -> ShopProject:
    overrides = {"api_token": SECRET, "discord_webhook_url": WEBHOOK}
    return ShopProject(tmp_path, settings_overrides=overrides)


def logged(project: ShopProject, kind: str = "run") -> list[dict[str, Any]]:
    return [dict(row) for row in project.shop.log.runs(kind)]


def completed(session: NotebookSession) -> NotebookSession:
    for step in STEPS:
        getattr(session, step)()
    return session


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4])
def test_every_subset_and_order_of_the_steps(length, tmp_path):
    for number, calls in enumerate(product(STEPS, repeat=length)):
        own = ShopProject(tmp_path / str(number))
        session, taken = NotebookSession("shop", project=own), 0
        for call in calls:
            if taken < len(STEPS) and call == STEPS[taken]:
                getattr(session, call)()
                taken += 1
                continue
            with pytest.raises(UsageError) as refused:
                getattr(session, call)()
            due = STEPS.index(call)
            wanted = "was called already" if due < taken else f"needs `{STEPS[taken]}()` before it"
            assert f"`{call}()` {wanted}" in refused.value.message
        ended = session.finalise()

        [row] = logged(own)
        missing = [f"`{step}()`" for step in STEPS[taken:]]
        assert row["status"] == ended.status == ("Failed" if missing else "Success"), calls
        assert own.shop.rows("shop.counts") == ([] if missing else [{"orders": 2}])
        if missing:
            assert f"without {' and '.join(missing)};" in row["error_message"]


def test_yesterdays_tables_are_no_success_of_today(project):
    completed(NotebookSession("shop", project=project)).finalise()
    session = NotebookSession("shop", project=project)
    session.initialise()
    with pytest.raises(UsageError, match=r"`validate\(\)` needs `execute\(\)` before it"):
        session.validate()
    assert session.finalise().status == "Failed"
    assert [row["status"] for row in logged(project)] == ["Success", "Failed"]


def test_a_with_block_that_skips_a_step_says_which(project):
    with pytest.raises(UsageError), NotebookSession("shop", project=project) as session:
        session.initialise()
        session.validate()
    [row] = logged(project)
    assert (row["status"], row["error_message"]) == (
        "Failed",
        "`validate()` needs `execute()` before it; call that first",
    )


@pytest.mark.parametrize("end", ["record", "finalise"])
@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_done_after_the_end(step, end, project):
    session = completed(NotebookSession("shop", project=project))
    getattr(session, end)()
    with pytest.raises(UsageError, match="recorded already"):
        getattr(session, step)()
    with pytest.raises(UsageError, match="recorded already"):
        session.log_activity("late")
    assert session.finalise().success


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("stopped", [WarehouseError("the disk is full"), MemoryError(), SystemExit])
def test_an_error_in_any_step_is_recorded(stopped, step, project, monkeypatch):
    def fail(_: StageRun) -> None:
        raise stopped

    monkeypatch.setattr(StageRun, f"_{step}", fail)
    with (
        pytest.raises(BaseException) as raised,
        NotebookSession("shop", project=project) as session,
    ):
        completed(session)
    assert raised.type is (stopped if isinstance(stopped, type) else type(stopped))
    [row] = logged(project)
    assert row["status"] == "Failed"
    assert project.shop.rows("shop.counts") == []


# -- what the notebook's own code does -------------------------------------------------------------


def test_an_error_of_the_notebooks_own_code_is_recorded_with_its_words(project):
    with pytest.raises(ZeroDivisionError), NotebookSession("shop", project=project) as session:
        session.initialise()
        1 / 0  # noqa: B018
    [row] = logged(project)
    assert row["error_message"] == (
        "the notebook's own code stopped the run with ZeroDivisionError: division by zero"
    )
    assert json.loads(row["error_summary"]) == {"notebook": 1}


def test_no_secret_is_in_what_the_notebooks_own_code_says(project):
    said = (
        f"401 for {SECRET} at /api/webhooks/100000000000000001/fake-webhook-AAAA_BBBB, "
        "user ghp_abcdefghijklmnopqrstuvwxyz012345 gave up"
    )
    with pytest.raises(OSError, match="401"), NotebookSession("shop", project=project) as session:
        session.log_activity("calls", error_message=said, reply=[{"body": said}])
        raise OSError(said)
    [row], [activity] = logged(project), logged(project, "activity")
    for text in (row["error_message"], activity["error_message"], activity["metadata"]):
        assert "gave up" in text
        for hidden in (SECRET, "fake-webhook-AAAA_BBBB", "ghp_"):
            assert hidden not in text


class WordlessError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("stopped", "said"),
    [
        (WordlessError(), "WordlessError"),
        (ValueError("\ud800\0x"), "ValueError: \\ud800\\x00x"),
        (ValueError("x" * 100_000), "…"),
        (SystemExit(3), "SystemExit: 3"),
        (KeyboardInterrupt(), "interrupted; run it again"),
        (UsageError("of ours"), "of ours"),
    ],
)
def test_whatever_stops_the_notebook_there_is_a_row(stopped, said, project):
    with pytest.raises(type(stopped)), NotebookSession("shop", project=project) as session:
        completed(session)
        raise stopped
    [row] = logged(project)
    assert row["status"] == "Failed"
    assert row["error_message"].endswith(said)
    assert len(row["error_message"]) < 5_000


def test_a_notebook_that_leaves_early_is_judged_by_its_steps(project):
    for steps, status in ((STEPS, "Success"), (STEPS[:2], "Failed")):
        with pytest.raises(SystemExit), NotebookSession("shop", project=project) as session:
            for step in steps:
                getattr(session, step)()
            raise SystemExit
        assert session.finalise().status == status


def test_an_interrupted_end_can_be_ended_again(project, monkeypatch):
    session = completed(NotebookSession("shop", project=project))
    append = type(project.shop.log).append

    def interrupted(*_: object) -> None:
        monkeypatch.setattr(type(project.shop.log), "append", append)
        raise KeyboardInterrupt

    monkeypatch.setattr(type(project.shop.log), "append", interrupted)
    with pytest.raises(KeyboardInterrupt):
        session.finalise()
    assert session.finalise().recorded
    assert len(logged(project)) == 1


# -- what is logged by hand ------------------------------------------------------------------------


def test_values_of_numpy_and_pandas_are_converted(project):
    with NotebookSession("shop", project=project) as session:
        completed(session).log_activity(
            np.str_("orders"),
            row_count=np.int64(5),
            field_count=pd.Series([7], dtype="Int64")[0],
            status="Success",
            duration_seconds=np.float32(1.5),
            mean=np.float64(0.25),
            at=pd.Timestamp("2026-01-31", tz="UTC"),
            none=pd.NA,
            share=math.nan,
            took=timedelta(seconds=2),
        )
    [row], [run] = logged(project, "activity"), logged(project)
    assert run["status"] == "Success"
    stored = ("entity_name", "row_count", "field_count", "status", "duration_seconds")
    assert [row[name] for name in stored] == ["orders", 5, 7, "Success", 1.5]
    assert json.loads(row["metadata"]) == {
        "mean": 0.25,
        "at": "2026-01-31T00:00:00+00:00",
        "none": None,
        "share": "nan",
        "took": "0:00:02",
    }


LOOP: list[object] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"entity_name": 5}, "`entity_name` takes a text, not a value of type int"),
        ({"entity_name": "x" * 1_001}, "`entity_name` is longer than 1,000 characters"),
        ({"target_table": b"x"}, "`target_table` takes a text"),
        ({"row_count": 5.0}, "`row_count` takes a whole number, not a value of type float"),
        ({"row_count": True}, "`row_count` takes a whole number, not a value of type bool"),
        ({"row_count": np.True_}, "`row_count` takes a whole number"),
        ({"row_count": "5"}, "`row_count` takes a whole number"),
        ({"row_count": np.array([5])}, "`row_count` takes a whole number"),
        ({"row_count": pd.NA}, "`row_count` takes a whole number, not a value of type NAType"),
        ({"row_count": -1}, "`row_count` must be from 0 to 9,223,372,036,854,775,807"),
        ({"field_count": 2**63}, "`field_count` must be from 0"),
        ({"duration_seconds": math.nan}, "`duration_seconds` is nan"),
        ({"duration_seconds": np.float64("inf")}, "`duration_seconds` is inf"),
        ({"duration_seconds": -0.5}, "`duration_seconds` is -0.5"),
        ({"duration_seconds": timedelta(1)}, "`duration_seconds` takes a number of seconds"),
        ({"status": "success"}, "`status` is Success or Failed, not 'success'"),
        ({"status": []}, "`status` is Success or Failed"),
        ({"error_message": ValueError("x")}, "`error_message` takes a text"),
        ({"note": LOOP}, "`note` cannot be written as JSON (RecursionError)"),
        ({"note": WordlessError()}, "`note` cannot be written as JSON (RuntimeError)"),
        ({"note": "x" * 100_001}, "take 100,013 characters, more than 100,000"),
    ],
)
def test_a_wrong_value_is_refused_where_it_is_given(named, said, project):
    with NotebookSession("shop", project=project) as session:
        with pytest.raises(UsageError) as refused:
            session.log_activity(**{"entity_name": "orders", **named})
        completed(session)
    assert said in refused.value.message
    assert [row["status"] for row in logged(project)] == ["Success"]
    assert logged(project, "activity") == []


def test_texts_that_no_reader_takes_are_stored_as_escapes(project):
    with NotebookSession("shop", project=project) as session:
        completed(session).log_activity("a\udcffb\0c", error_message="x" * 5_000, note="\ud800")
    [row] = logged(project, "activity")
    assert row["entity_name"] == "a\\udcffb\\x00c"
    assert (len(row["error_message"]), row["error_message"][-2:]) == (4_000, "x…")
    assert json.loads(row["metadata"]) == {"note": "\ud800"}


def test_an_activity_that_does_not_fit_costs_only_itself(project, caplog):
    with NotebookSession("shop", project=project) as session:
        completed(session).log_activity("orders")
        for row_count in (np.int64(5), 2**64, "5"):
            session._run.activities.append({"entity_name": "bad", "row_count": row_count})
    assert [row["status"] for row in logged(project)] == ["Success"]
    assert [row["entity_name"] for row in logged(project, "activity")] == ["orders"]
    assert "an activity was left out of the log: `row_count` takes a long" in caplog.text


# -- parameters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ({"bootstrap": "false"}, "`bootstrap` takes True or False, not a value of type str"),
        ({"preview": None}, "`preview` takes True or False"),
        ({"project": 1.5}, "`project` takes a whole number or a text, not a value of type float"),
        ({"project": True}, "`project` takes a whole number or a text"),
        ({"release": 1}, "`release` takes a text"),
    ],
)
def test_a_parameter_of_another_type_is_refused(named, said):
    with pytest.raises(UsageError) as refused:
        RunParameters(**named)
    assert said in refused.value.message


def test_parameters_of_numpy_can_be_recorded():
    record = RunParameters(bootstrap=np.True_, project=np.int64(7)).as_record()
    assert json.loads(json.dumps(record)) | {"bootstrap": True, "project": 7} == record
