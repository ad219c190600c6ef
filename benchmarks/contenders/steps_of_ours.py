"""Ours, step by step and unchecked: staging, the table as it will be, publishing."""

import json
import shutil
import sys
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.loads import DAY, FIRST
from spectra_gx.warehouse.delta.schemas import storable
from spectra_gx.warehouse.publishing.batch_rows import StagedTable
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.candidate import build_candidate
from spectra_gx.warehouse.publishing.commits import Base, TablePublication, open_published
from spectra_gx.warehouse.publishing.options import PublishMode, PublishOptions
from spectra_gx.warehouse.publishing.roll_forward import publish_batch
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import Warehouse

NAME = "bench.order"
REPLACED = date(2026, 1, 1) + timedelta(days=DAY)
MODES = {"append": PublishMode.APPEND, "merge": PublishMode.MERGE, "day": PublishMode.REPLACE_WHERE}


def steps(folder: Path, rows: pq.ParquetFile, load: str) -> dict[str, float]:
    """Return what each step takes of the processor, in seconds."""
    warehouse = Warehouse(folder)
    mode = MODES.get(load.partition("-")[0], PublishMode.REPLACE)
    slice_ = f"day = DATE '{REPLACED}'" if mode is PublishMode.REPLACE_WHERE else None
    options, times = PublishOptions(mode, replace_where=slice_), [time.process_time()]
    with Staging(warehouse, f"run_{load}") as staging:
        parts = (pa.Table.from_batches([batch]) for batch in rows.iter_batches())
        staging.write_rows(NAME, storable(NAME, rows.schema_arrow), parts)
        times.append(time.process_time())
        staged = StagedTable(NAME, staging.open(NAME), options, ("id",))
        head = open_published(warehouse, NAME)
        candidate = build_candidate(staged, head, staging.new_folder())
        times.append(time.process_time())
        publication = TablePublication(staged, Base.of(head), candidate=candidate)
        publish_batch(warehouse, staging, Batch(load, f"run_{load}", "bench"), [publication])
        times.append(time.process_time())
        staging.settle()
    spans = (after - before for before, after in pairwise(times))
    return dict(zip(("staged", "candidate", "published"), spans, strict=True))


home, inputs, found = Path(sys.argv[1]), sys.argv[2], {}
for load in sys.argv[3:]:
    folder = home / (FIRST if load == FIRST else "then")
    if load != FIRST:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(home / FIRST, folder)
    found[load] = steps(folder, pq.ParquetFile(f"{inputs}/{load}.parquet", pre_buffer=False), load)
    print(json.dumps(found), flush=True)
