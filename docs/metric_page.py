"""The page of the reference about metrics."""

from __future__ import annotations

from spectra_gx.telemetry.metrics.catalogue import COMMON, METRICS
from spectra_gx.telemetry.metrics.service_catalogue import SERVICE_METRICS

_INTRODUCTION = """\
What a run says of its stage when it has ended: to the file `METRICS_FILE`, a
`METRICS_PUSHGATEWAY`, or by OTLP to `OTEL_EXPORTER_OTLP_ENDPOINT`; nothing is sent unless one of
these is set. How to set them up, with a dashboard and alert rules, is in
[monitor runs](../guides/monitor.md).

Previews, backfills and checks of older versions send none: these are about something else than the
published tables. Of checks those with `--record` do, if they check every table of their stage. A
run or a check replaces all values of its stage and environment.

All metrics are gauges, about the last run. Each has the labels {common}; without
`--environment`, the latter is empty. Labels are names of contracts and the words below, never an
execution id, a message, a key or a version of a table.
"""

_SERVICE = """
## Of the service

`/metrics` of [`spectra-gx serve`](../guides/serve.md) has the metrics above of the runs that it has
started or, where `METRICS_FILE` is set, all that is in that file; and these about itself. `route`
is one of [the reference](http.md), `other` for an address that does not exist.
"""


def metrics_page() -> str:
    """Return every metric."""
    common = " and ".join(f"`{name}`" for name in COMMON)
    lines = ["| metric | more labels | meaning |", "| --- | --- | --- |"]
    for metric in METRICS:
        labels = ", ".join(f"`{name}`" for name in metric.own_labels) or "-"
        lines.append(f"| `{metric.name}` | {labels} | {metric.meaning} |")
    return "\n".join([_INTRODUCTION.format(common=common), *lines, *_of_the_service()])


def _of_the_service() -> list[str]:
    lines = [_SERVICE, "| metric | kind | labels | meaning |", "| --- | --- | --- | --- |"]
    for metric in SERVICE_METRICS:
        labels = ", ".join(f"`{name}`" for name in metric.labels) or "-"
        lines.append(f"| `{metric.name}` | {metric.kind} | {labels} | {metric.meaning} |")
    return lines
