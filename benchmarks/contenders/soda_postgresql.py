"""Soda Core on PostgreSQL: a contract over the table."""

import json
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.by_soda import answers
from benchmarks.rules import IN_DATABASE

server = urlsplit(sys.argv[1])
database = server.path.removeprefix("/")
source = {
    "type": "postgres",
    "name": "bench",
    "connection": {
        "host": server.hostname,
        "port": server.port,
        "user": server.username,
        "password": server.password,
        "database": database,
    },
}
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "source.yaml"
    path.write_text(json.dumps(source), encoding="utf-8")
    table = f"bench/{database}/{IN_DATABASE.table.replace('.', '/')}"
    print(json.dumps(answers(IN_DATABASE, table, data_source_file_path=str(path))))
