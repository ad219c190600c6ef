"""The floor: the same answers by hand in PostgreSQL, one SELECT and a GROUP BY a key."""

import json
import re
import sys

import adbc_driver_postgresql.dbapi as driver

from benchmarks.rules import IN_DATABASE, by_hand

with driver.connect(sys.argv[1]) as connection, connection.cursor() as cursor:

    def ask(query: str) -> list[int]:
        """Return the only row of a query's answer, asked in PostgreSQL's words."""
        cursor.execute(re.sub(r"regexp_like\((\w+), ('[^']*')\)", r"(\1 ~ \2)", query))
        [row] = cursor.fetch_arrow_table().to_pylist()
        return list(row.values())

    print(json.dumps(by_hand(IN_DATABASE, IN_DATABASE.table, ask)))
