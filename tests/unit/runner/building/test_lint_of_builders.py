"""What lint finds in builders: every problem at once, with its place, and nothing is run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fakes.stages import StageProject

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
consumes:
  landing:
    version: ">=1"
    tables:
      landing.orders: {columns: {id: {type: long}, day: {type: date}}}
tables:
  shop.orders:
    primary_key: [id]
    columns:
      id: {type: long, required: true}
      day: date
      tags: {type: "array<string>"}
"""
LANDING = """\
contract: landing
version: 1.0.0
owner: Data Platform
tables:
  landing.orders:
    columns: {id: long, day: date}
"""
TWO = CONTRACT + "  shop.days:\n    columns: {day: date}\n"
ELSEWHERE = (
    CONTRACT
    + "  shop.days:\n    location: /elsewhere\n    format: parquet\n    columns: {day: date}\n"
)
MODULE = "from spectra_gx import Run, table\n\n\n"
GOOD = MODULE + '@table("shop.orders")\ndef orders(run: Run):\n    return None\n'
DAYS = "SELECT day FROM {shop.orders}"
DAYS_READ = "SELECT 1 AS id FROM {shop.days}"


def lint(root: Path, contract: str = CONTRACT, **files: str) -> list[str]:
    project = StageProject(root, contract, {"contracts/landing.contract.yaml": LANDING})
    for name, text in files.items():
        path = {"module": "stages/shop.py", "orders": "stages/shop/shop.orders.sql"}.get(name)
        path = path or {"days": "stages/shop/shop.days.sql", "settings": "pyproject.toml"}[name]
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    found = project.project.lint()
    return [str(one) for one in found.problems] + [f"note {one}" for one in found.notes]


def decorated(arguments: str, body: str = "return None") -> str:
    return f"{MODULE}@table({arguments})\ndef orders(run):\n    {body}\n"


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("def (", "stages/shop.py:1:5: this is not Python: invalid syntax"),
        ("x = '\0'", "stages/shop.py:1:1: this is not Python: source code"),
        (
            decorated('"shop.order"'),
            "4:8: contract `shop` declares no table 'shop.order' — did you",
        ),
        (decorated('"landing.orders"'), "4:8: contract `shop` declares no table 'landing.orders'"),
        (decorated(""), '4:2: name the table that is built: `@table("schema.table")`'),
        (decorated("NAME"), "4:8: `name` is computed; write the value itself"),
        (decorated('"shop.orders", "merge"'), "4:23: only the table is given without a name"),
        (decorated('"shop.orders", pubish="merge"'), "4:23: `@table` has no argument `pubish`"),
        (decorated('"shop.orders", **more'), "4:25: write the arguments out"),
        (decorated('"shop.orders", publish=MODE'), "4:31: `publish` is computed"),
        (
            decorated('"shop.orders", publish="upsert"'),
            "4:31: `publish` has no mode 'upsert'; write",
        ),
        (
            decorated('"shop.orders", publish="mrge"'),
            "4:31: `publish` has no mode 'mrge' — did you",
        ),
        (
            decorated('"shop.orders", watermark="dai"'),
            "`watermark` names no column of 'shop.orders'",
        ),
        (
            decorated('"shop.orders", order_by="day"'),
            "`order_by` has an effect only with `publish:",
        ),
        (
            decorated('"shop.orders", delete_where="id > 1"'),
            "`delete_where` has an effect only with",
        ),
        (decorated('"shop.orders", replace_where="id > 1"'), "`replace_where` has an effect only"),
        (
            decorated('"shop.orders", publish="merge", delete_where="id >"'),
            "4:53: `delete_where` of 'shop.orders': ",
        ),
        (
            decorated('"shop.orders", publish="append", watermark="id", lateness="1h"'),
            "`lateness` with `append` would add rows twice",
        ),
        (decorated('"shop.orders", lateness="1h"'), "`lateness` needs a `watermark`"),
        (
            decorated('"shop.orders", publish="merge", watermark="day", lateness="soon"'),
            "`lateness` is a time such as",
        ),
        (decorated('"shop.orders", empty=True'), '`empty` is "allow" or left out'),
        (decorated('"shop.orders", future="allow"'), "`future` needs a `watermark`"),
        (decorated('"shop.orders", needs="x"'), "`needs` is a list of tables"),
        (
            decorated('"shop.orders", needs=["shop.nope"]'),
            "table 'shop.nope' is neither declared nor",
        ),
        (
            decorated('"shop.orders"', "return run.built(run.name)"),
            "6:22: `run.built` is given a com",
        ),
        (
            decorated('"shop.orders"', 'return run.built("shop.nope")'),
            "6:22: table 'shop.nope' is ne",
        ),
        (
            decorated('"shop.orders"', 'return run.built("landing.orders")'),
            "6:22: `landing.orders` is",
        ),
        (
            decorated('"shop.orders"', 'return run.read("landing.order")'),
            "— did you mean 'landing.or",
        ),
        (
            decorated('"shop.orders"', 'return run.built("shop.orders")'),
            "6:22: `shop.orders` is read",
        ),
        (
            decorated('"shop.orders"', 'return run.sql("SELECT 1 FROM {shop.orders}")'),
            "is read as it",
        ),
        (GOOD.replace("(run: Run)", "()"), "5:1: `orders` is called with the run alone"),
        (GOOD.replace("(run: Run)", "(run, more)"), "5:1: `orders` is called with the run alone"),
        (
            GOOD.replace("def", "async def"),
            "5:1: `orders` is `async`; a builder is a plain function",
        ),
        (
            GOOD.replace("def orders(run: Run)", "class orders"),
            "`@table` is for functions at the top",
        ),
        (f"{GOOD}\n\ndef orders(run):\n    pass\n", None),
        (
            f"def orders(run):\n    pass\n\n\n{GOOD}",
            "another function on line 1 is called `orders`",
        ),
        (
            f"{GOOD}\n\nif True:\n    @table('shop.orders')\n    def more(run):\n        pass\n",
            "`@table` is for functions at the top of the module",
        ),
        (
            f"{GOOD}\n\n@table('shop.orders')\ndef more(run): ...\n",
            "is built in `stages/shop.py:4`",
        ),
    ],
)
def test_a_module(tmp_path, module, said):
    found = lint(tmp_path, module=module)
    if said is None:
        assert found == []
        return
    assert len([one for one in found if said in one]) == 1, found
    assert all(one.startswith("stages/shop.py:") for one in found), found


def test_the_decorator_under_another_name(tmp_path):
    module = "import spectra_gx as sg\n\n\n@sg.table('shop.order')\ndef f(run): ...\n"
    assert "declares no table 'shop.order'" in lint(tmp_path, module=module)[0]
    module = "from spectra_gx import table as builds\n\n\n@builds('shop.order')\ndef f(run): ...\n"
    assert "declares no table 'shop.order'" in lint(tmp_path, module=module)[0]


def test_a_module_is_not_run(tmp_path):
    assert lint(tmp_path, module=f"raise SystemExit('run')\n{GOOD}") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('return run.sql("DROP TABLE t")', "6:20: this SELECT is refused: this starts with `drop`"),
        (
            'return run.sql(select="SELECT x FROM {landing.orders}")',
            "6:27: this SELECT is refused: column 'x' does not exist",
        ),
        ('return run.sql("SELECT id FROM " + "{landing.order}")', "6:20: table 'landing.order' is"),
        ('return run.sql(f"SELECT {1} FROM {{landing.order}}")', "6:20: table 'landing.order' is"),
        ('return run.sql("SELECT 1 AS id")', "6:20: this SELECT is refused: this SELECT reads no"),
        (
            'return run.sql("SELECT id FROM {landing.orders} WHERE id > {watermark}")',
            "6:20: `{watermark}` needs the option `watermark`",
        ),
        (
            'text = "SELECT x FROM {landing.orders}"\n    return run.sql(text)',
            "6:12: this SELECT is refused: column 'x' does not exist",
        ),
        ("return run.sql(SELECT)", "9:10: this SELECT is refused: column 'y' does not exist"),
        (
            'return run.read("landing.orders", where="x > 1")',
            "6:45: the condition on `landing.orders` is refused: column 'x' does not exist",
        ),
        (
            'return run.read("landing.orders", ["idd"])',
            "6:39: table `landing.orders` has no column 'idd' — did you mean 'id'?",
        ),
        (
            'run.replace_where("dai > 1")',
            "6:23: the condition on `shop.orders` is refused: column 'dai' does not exist",
        ),
    ],
)
def test_sql_in_a_function(tmp_path, body, said):
    module = decorated('"shop.orders"', body) + '\n\nSELECT = "SELECT y FROM {landing.orders}"\n'
    [found] = lint(tmp_path, module=module)
    assert found.startswith(f"stages/shop.py:{said}"), found


@pytest.mark.parametrize(
    "body",
    [
        'return run.sql("SELECT id FROM {landing.orders} WHERE id > {watermark} AND day < {now}")',
        'return run.sql("SELECT id FROM " + source(run))',
        'text = "nonsense"\n    text = clean(text)\n    return run.sql(text)',
        'return run.read("landing.orders", columns=NAMES, where=f"id > {run.watermark}")',
    ],
)
def test_sql_in_a_function_that_is_let_through(tmp_path, body):
    assert (
        lint(tmp_path, module=decorated('"shop.orders", publish="merge", watermark="id"', body))
        == []
    )


def test_the_tables_of_sql_in_a_function_are_needs(tmp_path):
    module = decorated('"shop.orders"', "return run.sql(SELECT)")
    circle = lint(tmp_path, TWO, module=f'{module}\n\nSELECT = "{DAYS_READ}"\n', days=DAYS)
    assert [one for one in circle if "break the circle with `run.read`" in one] == circle != []


@pytest.mark.parametrize("kind", ["timestamp_ntz", "boolean", "binary", "map<string,long>"])
def test_a_column_that_cannot_be_a_watermark(tmp_path, kind):
    contract = CONTRACT.replace('"array<string>"', f'"{kind}"')
    module = decorated('"shop.orders", watermark="tags"')
    [found] = lint(tmp_path, contract, module=module)
    said = (
        f"4:33: `watermark` of 'shop.orders': column 'tags' is `{kind}`, which cannot be a waterm"
    )
    assert found.startswith(f"stages/shop.py:{said}"), found


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("", "stages/shop/shop.orders.sql:1:1: this file is empty"),
        ("-- nothing\n", "1:1: this file is empty"),
        ("\n -- x\n  DROP TABLE t", "3:3: the SELECT of `shop.orders`: this starts with `drop`"),
        ("SELECT 1 AS id", "1:1: the SELECT of `shop.orders`: this SELECT reads no declared table"),
        ("SELECT x FROM {landing.orders}", "column 'x' does not exist"),
        ("SELECT id FROM {landing.order}", "'landing.order' is neither declared nor consumed"),
        ("SELECT id FROM {shop.orders}", "1:1: `shop.orders` is read as it will be to build it"),
        ("SELECT id FROM {table}", "1:1: `shop.orders` is read as it will be to build it"),
        (
            "-- publis: merge\nSELECT id FROM {landing.orders}",
            "1:1: `publis` is not an option of a",
        ),
        (
            "-- publish: upsert\nSELECT id FROM {landing.orders}",
            "1:1: `publish` has no mode 'upsert'",
        ),
        (
            "SELECT id FROM {landing.orders} WHERE id >= {watermark}",
            "`{watermark}` needs the option",
        ),
        (
            "-- watermark: tags\nSELECT id FROM {landing.orders} WHERE id >= {watermark}",
            "1:1: `watermark` of 'shop.orders': column 'tags' is `array<string>`, which cannot be",
        ),
        ("SELECT id FROM {landing.orders}; DELETE FROM t", "`;` has no place here"),
    ],
)
def test_a_sql_file(tmp_path, sql, said):
    [found] = lint(tmp_path, orders=sql)
    assert said in found
    assert found.startswith("stages/shop/shop.orders.sql:")


def test_sql_that_is_let_through(tmp_path):
    sql = """\
-- Orders of the day that changed.
-- publish: merge
-- watermark: id
-- delete_where: day < date '2020-01-01'

/* the rest is one SELECT -- that's all */
SELECT id, day, 'it''s -- no comment' AS tags -- a comment
FROM {landing.orders}
WHERE id >= {watermark} AND day = {batch_day} AND day <= {today} AND {now} IS NOT NULL
"""
    assert lint(tmp_path, orders=sql) == []


def test_every_table_has_one_builder(tmp_path):
    [found] = lint(tmp_path / "a", TWO, module=GOOD)
    assert "contracts/shop.contract.yaml:16:3: nothing builds `shop.days`" in found
    assert "add a function or `stages/shop/shop.days.sql`" in found
    assert lint(tmp_path / "b", TWO, module=GOOD, days=DAYS) == []
    [found] = lint(tmp_path / "c", module=GOOD, orders="SELECT id FROM {landing.orders}")
    assert "stages/shop/shop.orders.sql:1:1: `shop.orders` is built in `stages/shop.py:4`" in found
    assert lint(tmp_path / "d", TWO) == []


def test_a_module_that_cannot_be_read_leaves_no_table_without_builder(tmp_path):
    assert len(lint(tmp_path, TWO, module="def (", days=DAYS)) == 1


def test_a_table_that_is_stored_elsewhere_has_no_builder(tmp_path):
    assert lint(tmp_path / "a", ELSEWHERE, module=GOOD) == []
    [found] = lint(tmp_path / "b", ELSEWHERE, module=GOOD, days=DAYS)
    assert "`shop.days` has a `location`, so something else stores it" in found


def test_a_circle(tmp_path):
    module = decorated('"shop.orders"', 'return run.staged("shop.days")')
    [found] = lint(tmp_path, TWO, module=module, days=DAYS)
    assert "needs `shop.orders`" in found or "needs `shop.days`" in found
    assert "break the circle with `run.read`" in found


def test_options_of_pyproject(tmp_path):
    settings = """\
[project]
name = "x"

[tool.spectra-gx.stages.shop.tables."shop.orders"]
publish = "merge"
watermark = "id"
"""
    assert lint(tmp_path / "a", module=GOOD, settings=settings) == []
    twice = decorated('"shop.orders", publish="append"')
    [found] = lint(tmp_path / "b", module=twice, settings=settings)
    assert found.startswith("pyproject.toml:5:1: `publish` of `shop.orders` is given here and in")
    assert "`stages/shop.py:4`" in found
    wrong = settings.replace("watermark =", "watermrk =").replace('"merge"', '"mege"')
    found = lint(tmp_path / "c", module=GOOD, settings=wrong)
    assert [one.partition(": ")[0] for one in found] == ["pyproject.toml:5:1", "pyproject.toml:6:1"]
    unknown = settings.replace('"shop.orders"', '"shop.order"')
    [found] = lint(tmp_path / "d", module=GOOD, settings=unknown)
    assert "declares no table 'shop.order' — did you mean 'shop.orders'?" in found


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('command = ""', ":2:1: `command` is a command line"),
        ('comand = "x"', ":2:1: 'comand' is not a setting of a stage — did you mean 'command'?"),
        ('pass = ["X"]', ":2:1: `pass` needs a `command`"),
        ('command = "x"\npass = "X"', ":3:1: `pass` is a list of names of secrets"),
        ('command = "x"\nfailed_exit_codes = [0]', ":3:1: exit codes are from 1 to 255"),
        ('command = "x"\ntables = 1', ":3:1: `tables` has a table for each"),
    ],
)
def test_settings_of_a_stage(tmp_path, settings, said):
    [found] = lint(tmp_path, settings=f"[tool.spectra-gx.stages.shop]\n{settings}\n")
    assert f"pyproject.toml{said}" in found


def test_append_with_an_instant_is_worth_knowing(tmp_path):
    module = decorated('"shop.orders", publish="append", watermark="day"')
    [found] = lint(tmp_path, module=module)
    assert found.startswith(
        "note stages/shop.py:4:51: `append` with the watermark 'day' loses rows"
    )


def test_replace_with_a_watermark_is_worth_knowing(tmp_path):
    [note] = lint(tmp_path, module=decorated('"shop.orders", watermark="id"'))
    assert note.startswith(
        "note stages/shop.py:4:33: `replace` keeps no row that is not built again"
    )


def test_merge_needs_a_key(tmp_path):
    contract = CONTRACT.replace("    primary_key: [id]\n", "")
    [found] = lint(tmp_path, contract, module=decorated('"shop.orders", publish="merge"'))
    assert "`merge` needs the `primary_key` of 'shop.orders'; declare it in the contract" in found


def test_builders_of_stages_without_a_contract(tmp_path):
    project = StageProject(tmp_path, CONTRACT, {"contracts/landing.contract.yaml": LANDING})
    project.write("stages/shpo.py", GOOD)
    project.write("stages/helpers.py", "def parse(text): return text\n")
    project.write("stages/shoop/shop.orders.sql", "SELECT 1")
    project.write("pyproject.toml", "[tool.spectra-gx.stages.landng]\ncommand = 'x'\n")
    found = project.lint()
    assert [one.partition(": ")[0] for one in found] == [
        "stages/shoop/shop.orders.sql:1:1",
        "stages/shpo.py:4:8",
        "pyproject.toml:1:1",
    ]
    assert all("did you mean" in one for one in found)


def test_a_problem_is_in_every_format(tmp_path, command):
    StageProject(tmp_path, CONTRACT, {"contracts/landing.contract.yaml": LANDING})
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages/shop.py").write_text(decorated('"shop.order"'), "utf-8")
    found = json.loads(command("lint", "--format", "json", "--project", tmp_path).out)
    [problem] = found["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("stages/shop.py", 4, 8)
    text = command("lint", "--project", tmp_path)
    assert text.code == 2
    assert '@table("shop.order")' in text.err
    sarif = json.loads(command("lint", "--format", "sarif", "--project", tmp_path).out)
    [result] = sarif["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.endswith("stages/shop.py")
    assert (
        "stages/shop.py,line=4" in command("lint", "--format", "github", "--project", tmp_path).out
    )


def test_quarantine_has_an_effect_where_a_builder_is(tmp_path):
    contract = CONTRACT.replace("    primary_key: [id]\n", "    quarantine: true\n")
    assert "`quarantine` of 'shop.orders' does nothing" in lint(tmp_path / "a", contract)[0]
    # What builds the stage is not looked for while its contract is wrong, so nothing is claimed.
    wrong = contract.replace("day: date", "day: dat")
    [found] = lint(tmp_path / "c", wrong, module=GOOD)
    assert "`quarantine`" not in found
    assert lint(tmp_path / "b", contract, module=GOOD) == []
    command = '[tool.spectra-gx.stages.shop]\ncommand = "dbt build"\n'
    assert lint(tmp_path / "d", contract, settings=command) == []


def test_a_link_out_of_the_project_is_not_read(tmp_path):
    (tmp_path / "elsewhere.py").write_text("secret: of somebody else", "utf-8")
    project = StageProject(tmp_path / "a", CONTRACT, {"contracts/landing.contract.yaml": LANDING})
    (project.root / "stages").mkdir()
    (project.root / "stages/shop.py").symlink_to(tmp_path / "elsewhere.py")
    [found] = project.lint()
    assert found == (
        "stages/shop.py:1:1: this file is a link that leads out of the project, and is not read; "
        "put it here"
    )
