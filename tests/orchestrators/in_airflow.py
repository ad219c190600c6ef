"""What is tried with our operators outside of a DAG; run by Airflow's own Python."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from threading import Event, Thread
from types import SimpleNamespace

from airflow.providers_manager import ProvidersManager
from opentelemetry import trace

from spectra_gx.integrations.airflow import SpectraGXCheckOperator, SpectraGXRunOperator

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAG_RUN = SimpleNamespace(logical_date=NOW, run_after=NOW)
TASK = {"dag_id": "shop", "task_id": "run", "try_number": 1, "map_index": -1}
RENDERED = SimpleNamespace(**TASK, get_template_context=lambda: {"dag_run": DAG_RUN})
CONTEXT = {"ti": RENDERED}


def imports() -> dict[str, object]:
    """Return what of ours is loaded that needs our dependencies, and the links Airflow knows."""
    heavy = tuple(f"spectra_gx.{name}" for name in ("contract", "errors", "project"))
    links = ProvidersManager().extra_links_class_names
    return {
        "contract language, errors, project": [one for one in sys.modules if one.startswith(heavy)],
        "links": [one for one in links if one.startswith("spectra_gx")],
    }


def traced() -> object:
    """Return what the command finds in its environment, started within a span."""
    span = trace.NonRecordingSpan(trace.SpanContext(1, 2, False, trace.TraceFlags(1)))
    command = [sys.executable, os.environ["SPY"]]
    task = SpectraGXCheckOperator(task_id="spy", stage="shop", command=command)
    with trace.use_span(span):
        return json.loads(task.run_command("check", CONTEXT).last_line)


def kill(pipe: str) -> dict[str, str]:
    """Kill a task as soon as its run reads a pipe, which has no end; return what it raises."""
    task = SpectraGXRunOperator(
        task_id="run",
        stage="shop",
        project=os.environ["SHOP"],
        command=os.environ["SPECTRA_GX"],
    )
    ended = Event()

    def kill_it() -> None:
        with open(pipe, "w"):  # noqa: PTH123 - waits for the reader
            task.on_kill()
            ended.wait()

    Thread(target=kill_it, daemon=True).start()
    try:
        result = task.run_command("run", CONTEXT)
    finally:
        ended.set()
    raised = task.failure(result)
    return {"raised": f"{type(raised).__name__}: {raised}"}


if __name__ == "__main__":
    tries = {"imports": imports, "trace": traced, "kill": kill}
    print(json.dumps(tries[sys.argv[1]](*sys.argv[2:])))  # noqa: T201 - the test reads it
