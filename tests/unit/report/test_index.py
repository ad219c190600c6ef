from datetime import UTC, datetime

from spectra_gx.report.index import Entry, index_html

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def entry(table="source.config", verdict="passed", page="validations/p.html", run="run_1"):
    return Entry("source", run, NOON, table, verdict, "3/4", page)


def test_a_table_leads_to_its_page_and_says_its_verdict():
    page = index_html([entry(verdict="failed")], "docs.css")

    assert '<a href="validations/p.html">source.config</a>' in page
    assert '<td class="failed">failed</td><td>3/4</td>' in page


def test_a_table_without_a_page_is_named_all_the_same():
    page = index_html([entry(page=None)], "docs.css")

    assert "<td>source.config</td>" in page


def test_a_run_is_named_once_above_its_tables():
    page = index_html([entry(), entry("source.portfolio"), entry(run="run_0")], "docs.css")

    assert page.count("<small>run_1</small>") == 1
    assert page.count("<small>run_0</small>") == 1


def test_what_data_says_is_text_and_never_markup():
    page = index_html([entry(table="<script>x</script>", run='"><img>')], "docs.css")

    assert "<script>" not in page
    assert "<img>" not in page
