"""The text of metrics is Prometheus's, by the word of its own parser, and a file keeps the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from spectra_gx.errors import ConfigurationError, ExternalServiceError
from spectra_gx.telemetry.metrics.catalogue import METRICS
from spectra_gx.telemetry.metrics.prometheus import MetricsFile
from spectra_gx.telemetry.metrics.prometheus_text import metrics_text
from spectra_gx.telemetry.metrics.samples import take_samples
from tests.drawing import drawn
from tests.fakes.runs import CONTRACT, FAILED, IDENTITY, PASSED, rule, run, stage, table

OTHERS = '# HELP other_jobs Theirs\n# TYPE other_jobs gauge\nother_jobs{stage="source"} 3.0\n'


def parsed(text):
    """Return name and labels → value, as the client reads a text."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def expected(samples):
    return {
        (one.metric.name, tuple(sorted(one.labels.items()))): pytest.approx(one.value)
        for one in samples
    }


def test_the_clients_own_parser_reads_every_sample_back():
    samples = take_samples(run(FAILED))
    text = metrics_text(samples).decode()
    assert parsed(text) == expected(samples)
    for family in text_string_to_metric_families(text):
        [metric] = [one for one in METRICS if one.name == family.name]
        assert (family.type, family.documentation) == ("gauge", metric.meaning)


@drawn(30)
@given(name=st.text(min_size=1), other=st.text(min_size=1))
def test_any_name_of_a_table_or_rule_is_read_back(name, other):
    checked = stage(table(name, [rule(other, unexpected=3)]))
    samples = take_samples(run(checked))
    storable = [one for one in samples if _is_utf8(one)]
    if len(storable) == len(samples):
        assert parsed(metrics_text(samples).decode()) == expected(samples)


def _is_utf8(sample):
    try:
        "".join(sample.labels.values()).encode()
    except UnicodeEncodeError:  # half a pair; no contract has one
        return False
    return True


def test_a_file_keeps_other_stages_and_other_environments(tmp_path):
    file = tmp_path / "spectra.prom"
    file.write_text(OTHERS)
    shop = run(FAILED, contract=replace(CONTRACT, name="shop"))
    tested = run(FAILED, identity=replace(IDENTITY, environment="test"))
    for ended in (run(FAILED), shop, tested, run(PASSED)):
        MetricsFile(file).send(take_samples(ended))
    left = [one for ended in (run(PASSED), shop, tested) for one in take_samples(ended)]
    theirs = {("other_jobs", (("stage", "source"),)): 3.0}
    assert parsed(file.read_text()) == expected(left) | theirs
    text = file.read_text()
    assert text.count("# TYPE spectra_gx_rules gauge") == 1
    assert {path.suffix for path in tmp_path.iterdir()} == {".prom", ".lock"}


def test_a_file_of_something_else_stays_as_it_is(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("what I wanted to say\n")
    with pytest.raises(ConfigurationError, match="METRICS_FILE names a file of something else"):
        MetricsFile(file).send(take_samples(run()))
    assert file.read_text() == "what I wanted to say\n"


def test_a_folder_is_made_and_what_is_none_is_named(tmp_path):
    file = tmp_path / "none" / "spectra.prom"
    MetricsFile(file).send(take_samples(run()))
    assert file.exists()
    with pytest.raises(ExternalServiceError, match="the metrics were not written to METRICS_FILE"):
        MetricsFile(file / "spectra.prom").send(take_samples(run()))
