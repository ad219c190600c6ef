"""Ours: `spectra-gx check`, the whole command."""

import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from spectra_gx.cli import main

warehouse = Path(sys.argv[1]).parents[2]
contract = Path(__file__).parents[1] / "wide.contract.yaml"
with redirect_stdout(StringIO()) as said:
    main(["check", str(contract), "--warehouse", str(warehouse), "--json"])
result = json.loads(said.getvalue())
from_rows = [
    rule for rule in result["tables"][0]["rules"] if not rule["id"].endswith((".type", ".columns"))
]
print(len(from_rows), sum(rule["status"] != "passed" for rule in from_rows))
