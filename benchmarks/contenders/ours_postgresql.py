"""Ours on PostgreSQL: `spectra-gx check`, the whole command."""

import gc
import json
import sys
from contextlib import redirect_stdout
from io import StringIO

from benchmarks.rules import IN_DATABASE, name
from spectra_gx.cli import main

gc.set_threshold(100_000)  # as the installed command does
with redirect_stdout(StringIO()) as said:
    main(["check", "bench", "--project", sys.argv[2], "--json"])
[table] = json.loads(said.getvalue())["tables"]
found = {rule["id"].removeprefix(f"{IN_DATABASE.table}."): rule for rule in table["rules"]}
answers = {}
for rule in map(name, IN_DATABASE.rules):
    unexpected, status = found[rule]["unexpected"], found[rule]["status"]
    if status != "errored":
        answers[rule] = int(status != "passed") if unexpected is None else unexpected
print(json.dumps(answers))
gc.freeze()
