"""Ours: `spectra-gx check`, the whole command."""

import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from benchmarks.rules import CASES, name
from spectra_gx.cli import main

case = CASES[sys.argv[2]]
warehouse = Path(sys.argv[1]).parents[2]
with redirect_stdout(StringIO()) as said:
    main(["check", str(warehouse / "bench.contract.yaml"), "--warehouse", str(warehouse), "--json"])
[table] = json.loads(said.getvalue())["tables"]
found = {rule["id"].removeprefix(f"{case.table}."): rule for rule in table["rules"]}
answers = {}
for rule in map(name, case.rules):
    unexpected, status = found[rule]["unexpected"], found[rule]["status"]
    if status != "errored":
        answers[rule] = int(status != "passed") if unexpected is None else unexpected
print(json.dumps(answers))
