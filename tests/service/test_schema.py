"""Schemathesis asks everything that the description allows, and much that it does not.

Its plugin for pytest does not know pytest 9, so operations are parameters of the test itself.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode

from spectra_gx.service.app import describe
from tests.drawing import drawn
from tests.fakes.service import PASSED, RUN_TOKEN, TOKENS, ServedProjectInThread
from tests.fakes.stages import StageProject

TOKEN = {"Authorization": f"Bearer {RUN_TOKEN}"}
OPERATIONS = [
    (method.upper(), path, mode)
    for path, methods in describe()["paths"].items()
    for method, described in methods.items()
    for mode in GenerationMode
    if path != "/events"  # it never ends
    and ("security" in described or mode is GenerationMode.POSITIVE)  # else nothing can be wrong
]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Any:
    root = tmp_path_factory.mktemp("served")
    StageProject(root)
    with ServedProjectInThread(root, TOKENS, PASSED) as served:
        address = f"http://127.0.0.1:{served.port}/openapi.json"
        yield schemathesis.openapi.from_url(address, headers=TOKEN)


@pytest.mark.parametrize(("method", "path", "mode"), OPERATIONS)
@drawn(3, many=60)
@given(data=st.data())
def test_every_answer_is_as_described(method, path, mode, described, data):
    case = data.draw(described[path][method].as_strategy(generation_mode=mode))
    if "stage" in case.path_parameters and data.draw(st.booleans()):
        case.path_parameters["stage"] = "shop"
    case.call_and_validate(headers=TOKEN)
