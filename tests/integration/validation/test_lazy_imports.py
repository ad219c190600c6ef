"""Heavy modules are put off, and are whole as soon as they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest


def said_by(script: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return ended.stdout.strip()


def test_gx_starts_without_them() -> None:
    script = """
import sys
import spectra_gx.validation.run.stage
print(sorted({"scipy.stats._stats_py", "altair.vegalite", "boto3.session"} & sys.modules.keys()))
from great_expectations.compatibility.aws import boto3
print(boto3.session.Session.__module__, type(sys.modules["boto3"]).__name__)
"""
    assert said_by(script).splitlines() == ["[]", "boto3.session module"]


@pytest.mark.parametrize(
    "use",
    [
        "import scipy.stats; print(round(scipy.stats.norm.cdf(0), 2))",
        "from scipy import stats; print(round(stats.norm.cdf(0), 2))",
        "from scipy.stats import norm; print(round(norm.cdf(0), 2))",
        "import scipy.stats.distributions as d; print(round(d.norm.cdf(0), 2))",
        "import importlib; print(round(importlib.import_module('scipy.stats').norm.cdf(0), 2))",
    ],
)
def test_whoever_uses_one_gets_the_real_thing(use: str) -> None:
    real = "import sys; print(type(sys.modules['scipy.stats']).__name__)"
    assert said_by(f"import spectra_gx.validation\n{use}\n{real}") == "0.5\nmodule"


def test_a_chart_can_still_be_drawn() -> None:
    script = """
import spectra_gx.validation
import altair
print(altair.Chart().mark_bar().to_dict()["mark"]["type"], altair.__version__[0].isdigit())
"""
    assert said_by(script) == "bar True"
