"""Schemathesis asks everything that the description allows, and much that it does not.

Its plugin for pytest does not know pytest 9, so operations are parameters of the test itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

from spectra_gx import Project
from spectra_gx.service.app import describe
from tests.drawing import drawn
from tests.fakes.service import PASSED, RUN_TOKEN, TOKENS, ServedProjectInThread
from tests.integration.notify.shop import BAD_ORDER, Shop

TOKEN = {"Authorization": f"Bearer {RUN_TOKEN}"}
NAMES = ["shop.orders", "shop.orders.order.min", "shop.orders.state.enum"]
LATER = str(datetime.now(UTC).date() + timedelta(days=300))
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
    shop = Shop(root)
    shop.go_without_docs()
    shop.hold(BAD_ORDER)
    Project.open(root).run("shop")  # what failed can be acknowledged
    with ServedProjectInThread(root, TOKENS, PASSED) as served:
        schema = schemathesis.openapi.from_dict(describe())
        schema.config.update(base_url=f"http://127.0.0.1:{served.port}", request_timeout=60)
        yield schema


@pytest.mark.parametrize(("method", "path", "mode"), OPERATIONS)
@drawn(3, many=100)
@given(data=st.data())
def test_every_answer_is_as_described(method, path, mode, described, data):
    case = data.draw(described[path][method].as_strategy(generation_mode=mode))
    if data.draw(st.booleans()):
        name_what_there_is(case, data)
    has_wrong_token = is_wrong(case, ParameterLocation.HEADER) and "Authorization" in case.headers
    case.call_and_validate(headers={} if has_wrong_token else TOKEN)


def name_what_there_is(case, data):
    """Put names of the project where any name may be: nearly all others are unknown."""
    names = data.draw(st.lists(st.sampled_from(NAMES), max_size=2))
    if "stage" in case.path_parameters and not is_wrong(case, ParameterLocation.PATH):
        case.path_parameters["stage"] = "shop"
    if "name" in case.query and not is_wrong(case, ParameterLocation.QUERY):
        case.query["name"] = names
    if isinstance(case.body, dict) and not is_wrong(case, ParameterLocation.BODY):
        known = {"names": names, "until": LATER}
        case.body |= {name: value for name, value in known.items() if name in case.body}


def is_wrong(case, location):
    """Return whether a part of a request was made not to be as described."""
    part = case.meta.components.get(location)
    return part is not None and part.mode is GenerationMode.NEGATIVE
