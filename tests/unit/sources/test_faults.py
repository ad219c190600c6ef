from __future__ import annotations

from enum import StrEnum

import pytest

from spectra_gx.errors import UsageError
from spectra_gx.sources.faults import Fault, FaultKind, FaultPlan, parse_fault


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_kind_can_be_written(kind):
    assert parse_fault(kind.value) == Fault(kind)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("rate-limit:2", Fault(FaultKind.RATE_LIMIT, 2)),
        ("hang@/execution", Fault(FaultKind.HANG, None, "/execution")),
        ("html:1@/release/", Fault(FaultKind.HTML, 1, "/release")),
        ("html:007@/", Fault(FaultKind.HTML, 7, None)),
        ("html@/a:b@c", Fault(FaultKind.HTML, None, "/a:b@c")),
        ("html@/a+b", Fault(FaultKind.HTML, None, "/a+b")),
        ("bad-token+1", Fault(FaultKind.BAD_TOKEN, after=1)),
        ("html+3:2@/release", Fault(FaultKind.HTML, 2, "/release", after=3)),
    ],
)
def test_count_and_path_are_read(text, fault):
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ratelimit", "unknown fault `ratelimit` — did you mean `rate-limit`?"),
        ("", "choose one of bad-token, forbidden"),
        ("zzz", "choose one of bad-token, forbidden"),
        ("hang:", "not a whole number above 0"),
        ("hang:0", "not a whole number above 0"),
        ("hang:-1", "not a whole number above 0"),
        ("hang:1.5", "not a whole number above 0"),
        ("hang:²", "not a whole number above 0"),
        ("hang:" + "9" * 5000, "not a whole number above 0"),
        ("hang+", "the beginning of fault `hang+` is not a whole number above 0"),
        ("hang+0", "leave `+0` out to show it from the start"),
        ("hang@", "does not start with `/`"),
        ("hang@execution", "does not start with `/`"),
    ],
)
def test_what_cannot_be_read_is_explained(text, said):
    with pytest.raises(UsageError) as caught:
        parse_fault(text)
    assert said in str(caught.value)


def test_a_fault_concerns_its_path_and_all_below():
    fault = parse_fault("html@/release")
    assert fault.concerns("/release")
    assert fault.concerns("/release/project/1")
    assert not fault.concerns("/releases")
    assert parse_fault("html").concerns("/anything")


def test_a_fault_may_begin_later():
    plan = FaultPlan([parse_fault("bad-token+2:1"), parse_fault("html+1@/release")])
    seen = [plan.take(path) for path in ("/a", "/release", "/a", "/release", "/release")]
    assert seen == [None, None, FaultKind.BAD_TOKEN, FaultKind.HTML, FaultKind.HTML]


def test_a_plan_spends_counts_and_then_moves_on():
    plan = FaultPlan([parse_fault("html:2@/a"), parse_fault("empty:1"), parse_fault("hang@/b")])
    taken = [plan.take(path) for path in ("/a", "/b", "/a", "/a", "/b", "/b")]
    assert taken == ["html", "empty", "html", None, "hang", "hang"]


def test_a_system_shows_faults_of_its_own():
    class AcmeFault(StrEnum):
        SLEEPS = "sleeps"

    assert parse_fault("sleeps:2", AcmeFault) == Fault(AcmeFault.SLEEPS, 2)
    with pytest.raises(UsageError, match="unknown fault `html` — choose one of sleeps"):
        parse_fault("html", AcmeFault)
