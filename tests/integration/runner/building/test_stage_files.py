"""A stage of one's own: a module and SQL files are built in order, checked and published."""

from __future__ import annotations

import subprocess

from spectra_gx import RunParameters
from tests.fakes.stages import StageProject

MODULE = """\
    import pyarrow as pa

    from spectra_gx import Run, table

    @table("shop.orders")
    def orders(run: Run):
        customers = run.built("shop.customers").to_arrow()
        return pa.table({"id": [10, 11], "customer": customers["id"]})
"""
SQL = """\
    -- The two customers that there are.
    SELECT id, country FROM {landing.customers} WHERE id < 3 -- all others are tests
"""
CONSUMING = """\
contract: shop
version: 1.0.0
owner: Data Platform
consumes:
  landing:
    version: ">=1"
    tables:
      landing.customers:
        columns: {id: {type: long}, country: {type: string}}
tables:
  shop.orders:
    columns: {id: long, customer: long}
  shop.customers:
    columns: {id: long, country: string}
"""
LANDING = """\
contract: landing
version: 1.0.0
owner: Data Platform
tables:
  landing.customers:
    columns: {id: long, country: string}
"""
LANDED = """\
    import pyarrow as pa

    from spectra_gx import table

    @table("landing.customers")
    def customers(run):
        return pa.table({"id": [1, 2, 3], "country": ["AT", "CH", "XX"]})
"""


def shop(root, **files):
    return StageProject(
        root,
        CONSUMING,
        {
            "contracts/landing.contract.yaml": LANDING,
            "stages/landing.py": LANDED,
            "stages/shop.py": MODULE,
            "stages/shop/shop.customers.sql": SQL,
            **files,
        },
    )


def test_two_stages_of_files_run_one_after_the_other(tmp_path, command):
    project = shop(tmp_path)
    assert project.lint() == []
    assert command("run", "landing", "--project", tmp_path).code == 0
    ended = command("run", "shop", "--project", tmp_path)
    assert ended.code == 0, ended.out + ended.err
    assert "published: shop.customers v0, shop.orders v0" in ended.out
    assert project.rows("shop.customers") == [
        {"id": 1, "country": "AT"},
        {"id": 2, "country": "CH"},
    ]
    assert project.rows("shop.orders") == [{"id": 10, "customer": 1}, {"id": 11, "customer": 2}]
    assert command("run", "shop", "--project", tmp_path).code == 0
    [row] = [row for row in project.project.log("shop") if row["record_type"] == "run"][-1:]
    assert row["status"] == "Success"


def test_what_fails_its_contract_is_not_published(tmp_path, command):
    strict = LANDING.replace("country: string", "country: {type: string, enum: [AT, CH]}")
    project = shop(tmp_path, **{"contracts/landing.contract.yaml": strict})
    ended = command("run", "landing", "--project", tmp_path)
    assert ended.code == 1
    assert project.rows("landing.customers") == []


def test_a_module_is_imported_anew_for_each_run(tmp_path):
    project = shop(tmp_path)
    project.write(
        "stages/landing.py",
        """\
        import pyarrow as pa
        from spectra_gx import table

        calls = []

        @table("landing.customers")
        def customers(run):
            calls.append(1)
            return pa.table({"id": [len(calls)], "country": ["AT"]})
        """,
    )
    opened = project.project

    for _ in range(2):
        assert opened.run("landing", RunParameters()).exit_code == 0
        assert project.rows("landing.customers") == [{"id": 1, "country": "AT"}]


def test_options_of_a_source_are_refused_for_a_stage_without_one(tmp_path, command):
    shop(tmp_path)
    ended = command("run", "landing", "--sandbox", "--project", tmp_path)
    assert ended.code == 2
    assert "`--sandbox` does nothing for stage `landing`, which reads no source" in ended.err


def test_doctor_and_review_lint_builders_too(tmp_path, command):
    project = shop(tmp_path)
    project.write("stages/shop.py", MODULE.replace('@table("shop.orders")', '@table("shop.order")'))
    found = command("doctor", "--project", tmp_path).out
    assert "1 problem; the first: stages/shop.py:5:8" in found
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    reviewed = project.project.review(against="HEAD")
    assert "stages/shop.py" in {problem.file for problem in reviewed.problems}
