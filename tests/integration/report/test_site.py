"""The site over real logs: what a run adds, what catches up, what is rebuilt, what goes."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from spectra_gx.errors import ExternalServiceError
from spectra_gx.report.history import KEPT_RUNS
from spectra_gx.report.site import Site
from spectra_gx.validation.results import RuleResult, Status
from tests.contract.checking import contract_of
from tests.fakes.memory_store import MemoryStore
from tests.fakes.shown_runs import CONTRACT, SIZE, Shown, preview_of, run_of

BROKEN = {
    SIZE: {
        "unexpected": 2,
        "sample": (-1.0, -2.0),
        "keys": ({"id": 7}, {"id": 8}),
        "message": "2 of 10 rows below 0 in `size`",
    }
}
ORDERS = "tables/shop/shop.orders.html"


@pytest.fixture
def site(tmp_path):
    shown = Shown(tmp_path / "warehouse")
    shown.source = tmp_path / "shop.contract.yaml"
    shown.source.write_text("contract: shop\n" + "# a line\n" * 20, encoding="utf-8")
    return shown


def run_page(number):
    return f"runs/shop/{run_of(number).identity.execution_id}.html"


def test_a_first_run_has_every_page(site):
    site.show(run_of(1))

    assert site.pages() == {
        "index.html",
        "site.css",
        "icon.svg",
        "runbook.html",
        "contracts/shop.html",
        "runs/shop/index.html",
        run_page(1),
        ORDERS,
        "tables/shop/shop.counts.html",
    }
    assert "<h1>shop passes</h1>" in site.read("index.html")
    assert "healthy since its first run" in site.read("index.html")


def test_a_failure_shows_since_when_which_rows_and_which_line(site):
    site.show(run_of(1))
    site.show(run_of(2, BROKEN))
    site.show(run_of(3, BROKEN))

    overview = site.read("index.html")
    assert "failing since 2026-11-21 06:05 UTC, 2 runs" in overview
    assert f'href="tables/shop/shop.orders.html#rule-{SIZE}"' in overview
    assert f'href="contracts/shop.html#rule-{SIZE}"' in overview
    table = site.read(ORDERS)
    assert "2 of 10 rows below 0 in <code>size</code>" in table
    assert (
        '<td data-name="id"><code>7</code></td><td data-name="size"><code>-1.0</code></td>' in table
    )
    assert "Last 3 checks: 1 passed, 2 failed" in table
    assert f'id="rule-{SIZE}"' in site.read("contracts/shop.html")


def test_a_run_that_ended_before_its_checks_has_a_page_and_changes_no_table_page(site):
    site.show(run_of(1))
    before = site.read(ORDERS)
    refused = ExternalServiceError("`GET /orders` answered <b>503</b>")
    site.show(replace(run_of(2), stage=None, error=refused))

    page = site.read(run_page(2))
    assert "shop run failed: external service error" in page
    assert "<code>GET /orders</code> answered &lt;b&gt;503&lt;/b&gt;" in page
    assert "ended before any check" in page
    assert site.read(ORDERS) == before
    assert "The tables below show their last check." in site.read("index.html")


def test_a_preview_has_a_page_and_changes_no_verdict(site):
    site.show(run_of(1))
    before = site.read(ORDERS)
    site.show(preview_of(2))

    assert "A preview" in site.read(run_page(2))
    assert site.read(ORDERS) == before
    assert "<h1>shop passes</h1>" in site.read("index.html")
    assert "preview" in site.read("runs/shop/index.html")


def test_what_others_put_into_the_log_is_there_with_the_next_run(site):
    """A recorded check, a release, or a run that died between its commit and its pages."""
    site.show(run_of(1))
    site.record(run_of(2, BROKEN))
    site.record(run_of(3))
    site.show(run_of(4))

    assert {run_page(number) for number in (1, 2, 3, 4)} <= site.pages()
    assert "Last 4 checks: 3 passed, 1 failed" in site.read(ORDERS)
    assert SIZE.rsplit(".", 1)[-1] in site.read(run_page(2))
    assert "healthy since 2026-11-21 07:05 UTC, 2 runs" in site.read("index.html")


@pytest.mark.parametrize("lost", ["docs", "history", "both", "damaged"])
def test_what_is_missing_is_rebuilt(lost, site):
    for number in (1, 2):
        site.show(run_of(number, BROKEN))
    if lost in ("docs", "both"):
        shutil.rmtree(site.docs)
    if lost in ("history", "both"):
        shutil.rmtree(site.results / "history")
    if lost == "damaged":
        (site.results / "history" / "shop.json").write_text('{"format": 1', encoding="utf-8")
    site.show(run_of(3, BROKEN))

    assert {run_page(number) for number in (1, 2, 3)} <= site.pages()
    assert "Last 3 checks: 3 failed" in site.read(ORDERS)
    assert '<td data-name="id"><code>7</code></td>' in site.read(run_page(1))


def test_a_build_writes_what_the_runs_wrote(site):
    for number in range(1, 4):
        site.show(run_of(number, BROKEN if number > 1 else {}))
    before = site.bytes()
    shutil.rmtree(site.docs)

    assert site.build() == 3
    assert site.bytes() == before


def test_a_build_of_the_log_alone_knows_verdicts_and_no_rows(site):
    for number in (1, 2):
        site.show(run_of(number, BROKEN))
    shutil.rmtree(site.results)
    site.build()

    assert "1 rule does not pass" in site.read(ORDERS)
    assert "<td><code>7</code></td>" not in site.read(ORDERS)
    assert "failing since its first run, 2 runs" in site.read("index.html")


def test_a_stage_that_never_ran_is_shown_so(site):
    assert site.build() == 0
    assert "Nothing has run yet" in site.read("index.html")
    assert "It has not run yet." in site.read("runs/shop/index.html")


def test_only_the_newest_runs_keep_their_pages(site):
    site.show(run_of(0))
    for number in range(1, KEPT_RUNS):
        site.record(run_of(number))
    site.show(run_of(KEPT_RUNS))  # too many to be added one by one
    for number in range(KEPT_RUNS + 1, KEPT_RUNS + 4):
        site.show(run_of(number))

    pages = [page for page in site.pages() if page.startswith("runs/shop/shop_")]
    assert sorted(pages) == sorted(run_page(number) for number in range(4, KEPT_RUNS + 4))
    assert len([*(site.results / "runs" / "shop").iterdir()]) == 4
    assert "healthy since its first run, 54 runs" in site.read("index.html")


def test_thousands_of_rules_are_paged_and_every_link_finds_its_page(tmp_path):
    columns = "".join(f"    column_{number}: string\n" for number in range(450))
    site = Shown(tmp_path / "warehouse", contract_of(f"shop.wide:\n  columns:\n{columns}"))
    broken = {f"shop.wide.column_{number}.type": {"observed": "long"} for number in range(60)}
    site.show(run_of(1, broken, site.contract))

    names = [f"tables/shop/shop.wide{part}.html" for part in ("", "~2", "~3")]
    assert names == sorted(page for page in site.pages() if page.startswith("tables/"))
    first, second, third = map(site.read, names)
    assert first.count("<article") == 50
    assert "60 rules do not pass" in first
    assert 'id="rule-shop.wide.column_449.type"' in third
    assert 'id="rule-shop.wide.column_250.type"' in second
    assert max(len(page) for page in (first, second, third)) < 400_000


def test_thousands_of_tables_are_folded_and_counted(tmp_path):
    tables = "".join(f"shop.table_{number}:\n  columns: {{id: long}}\n" for number in range(700))
    site = Shown(tmp_path / "warehouse", contract_of(tables))
    broken = {"shop.table_650.columns": {"message": "columns missing"}}
    site.show(run_of(1, broken, site.contract))

    overview = site.read("index.html")
    assert overview.index("shop.<wbr>table_<wbr>650</a></th>") < overview.index("<details>")
    assert "200 tables that passed are not listed here" in overview
    assert "200 more tables not shown here" in site.read(run_page(1))
    assert len(overview) < 700_000


def test_a_contract_that_cannot_be_read_costs_its_source_and_nothing_else(site):
    site.source = site.source / "gone"
    site.show(run_of(1))

    assert "could not be read when this page was written" in site.read("contracts/shop.html")


def test_a_rule_that_left_the_contract_leaves_the_history(site):
    site.show(run_of(1, BROKEN))
    site.contract = replace(CONTRACT, tables=CONTRACT.tables[1:])
    site.show(run_of(2, {}, site.contract))

    history = (site.results / "history" / "shop.json").read_text("utf-8")
    assert "shop.counts" in history
    assert "shop.orders" not in history.split('"tables":')[1]


def test_a_stage_that_left_the_project_leaves_the_overview_until_it_runs_again(site):
    site.show(run_of(1))
    Site(site.warehouse).build([])
    assert "shop" not in site.read("index.html")

    site.show(run_of(2))
    assert {run_page(1), run_page(2)} <= site.pages()
    assert "<h1>shop passes</h1>" in site.read("index.html")


def test_a_rule_of_the_stage_leads_to_its_run(site):
    own = RuleResult("shop.undeclared_tables", Status.FAILED, "warning", None, message="no `x`")
    run = run_of(1)
    site.show(replace(run, stage=replace(run.stage, rules=(own,))))

    assert f'href="{run_page(1)}#rule-shop.undeclared_tables"' in site.read("index.html")
    assert 'id="rule-shop.undeclared_tables"' in site.read(run_page(1))
    assert "shop passes with warnings" in site.read(run_page(1))


def test_a_warning_looks_like_one_wherever_it_is_shown(site):
    warning = "shop.orders.small"
    site.show(run_of(1, {warning: {"unexpected": 1_234, "message": "too large"}}))

    pages = {page: site.read(page) for page in ("index.html", ORDERS, run_page(1))}
    assert all("✗" not in page for page in pages.values())
    assert all('aria-label="failed, a warning">▲' in page for page in pages.values())
    assert f'<article class="card warning" id="rule-{warning}">' in pages[ORDERS]
    assert f'class="chip warning" href="../{ORDERS}#rule-{warning}"' in site.read(
        "contracts/shop.html"
    )
    assert "1,234 of 10" in pages[ORDERS]


def test_an_example_is_written_as_key_and_value(site):
    site.show(run_of(1, BROKEN))

    assert "for example <code>id = 7</code> <code>size = -1.0</code>" in site.read("index.html")


def test_what_to_do_leads_to_the_runbook(site, tmp_path, caplog):
    site.show(run_of(1, BROKEN))
    assert 'What to do: <a href="runbook.html#validation">' in site.read("index.html")
    assert 'href="../../runbook.html#validation"' in site.read(run_page(1))
    assert '<h3 id="validation">' in site.read("runbook.html")

    own = tmp_path / "ours.md"
    own.write_text("# What we do\n\n## Validation\n\nCall **Ada**.", encoding="utf-8")
    Site(site.warehouse, own).build([(site.contract, site.source)])
    assert "<p>Call <strong>Ada</strong>.</p>" in site.read("runbook.html")
    assert 'href="runbook.html#validation"' in site.read("index.html")

    own.write_text("Call Ada.", encoding="utf-8")
    Site(site.warehouse, own).build([(site.contract, site.source)])
    assert 'What to do: <a href="runbook.html">' in site.read("index.html")

    Site(site.warehouse, tmp_path / "gone.md").build([(site.contract, site.source)])
    assert "gone.md` cannot be read" in caplog.text
    assert '<h3 id="validation">' in site.read("runbook.html")


def test_pages_and_results_are_written_through_the_store_alone(site):
    store = site.warehouse.store = MemoryStore(site.warehouse.store)
    site.show(run_of(1))
    site.show(run_of(2, BROKEN))
    content = dict(store.content)

    assert not site.docs.exists()
    assert not site.results.exists()
    assert {f"Files/docs/{run_page(2)}", "Files/results/history/shop.json"} <= content.keys()
    assert b"Last 2 checks: 1 passed, 1 failed" in content[f"Files/docs/{ORDERS}"]
    site.build()
    assert store.content == content
