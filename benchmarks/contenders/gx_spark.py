"""Great Expectations by hand on a Spark of this machine's own, over the same Parquet files."""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from benchmarks.by_gx import answers
from benchmarks.rules import CASES

files = [str(path) for path in sorted(Path(sys.argv[1]).glob("*.parquet"))]
spark = (
    SparkSession.builder.master("local[*]")
    .config("spark.driver.memory", "8g")
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
found = answers(
    CASES[sys.argv[2]],
    lambda context: (
        context.data_sources.add_spark("spark", persist=False)
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("whole")
    ),
    dataframe=spark.read.parquet(*files),
)
gateway = spark.sparkContext._gateway  # noqa: SLF001 - its memory counts once it was waited for
spark.stop()
gateway.shutdown()
gateway.proc.stdin.close()
gateway.proc.wait()
print(json.dumps(found))
