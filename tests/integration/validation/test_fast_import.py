"""GX imported by us is GX, whoever imports it first."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

BEFORE = "import great_expectations; import spectra_gx.validation.run.stage"
AFTER = "import spectra_gx.validation.run.stage; import great_expectations"
SAYS = """
import copy, gc, importlib, json, sys
importlib.import_module("pydantic.v1.main")
{imports}
import great_expectations as gx
from great_expectations.expectations.registry import _registered_expectations, _registered_metrics
from pydantic.v1 import BaseModel, main, utils
from tests.fakes.models import described

def all_of(model):
    for one in model.__subclasses__():
        yield one
        yield from all_of(one)

models = {{id(one): one for one in all_of(BaseModel)}}.values()
said = [described(one) for one in models if one.__module__.startswith("great_expectations")]
asset = gx.get_context(mode="ephemeral").data_sources.add_pandas("p").add_dataframe_asset("a")
print(json.dumps({{
    "models": sorted(said, key=lambda one: (one["name"], json.dumps(one))),
    "expectations": sorted(_registered_expectations),
    "metrics": {{name: sorted(one["providers"]) for name, one in _registered_metrics.items()}},
    "asset": asset.name,
    "as it was": [
        main.smart_deepcopy is utils.smart_deepcopy,
        main.smart_deepcopy.__module__,
        gc.isenabled(),
        "exec_module" in vars(gx.__spec__.loader),
        [type(one).__name__ for one in sys.meta_path if type(one).__module__.startswith("spectra")],
    ],
}}, sort_keys=True))
"""


def test_the_models_of_gx_are_the_same_whoever_imports_it_first() -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SAYS.format(imports=imports)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for imports in (BEFORE, AFTER)
    ]  # fmt: skip
    before, after = (json.loads(process.communicate()[0]) for process in started)
    assert len(after["models"]) > 300
    for ours, theirs in zip(after.pop("models"), before.pop("models"), strict=True):
        assert ours == theirs
    assert after["as it was"] == [True, "pydantic.v1.utils", True, False, []]
    assert after == before
