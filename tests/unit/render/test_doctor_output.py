"""The doctor's screen, whole."""

from spectra_gx.doctor.findings import Finding, Level
from spectra_gx.render.doctor_output import doctor_json, doctor_screen
from spectra_gx.render.screen_lines import Tone, plain_text

FOUND = [
    Finding(Level.OK, "locks", "no lock is taken"),
    Finding(Level.WARNING, "webhook", "none is set", "set NOTIFY_URL"),
    Finding(Level.PROBLEM, "source", "answered 401", "create a new token"),
]

SCREEN = """\
ok       locks    no lock is taken
warning  webhook  none is set → set NOTIFY_URL
problem  source   answered 401 → create a new token
1 problem, 1 warning"""


def test_a_screen():
    lines = doctor_screen(FOUND)
    assert plain_text(lines) == SCREEN
    assert [line.tone for line in lines] == [Tone.PASSED, Tone.WARNING, Tone.FAILED, Tone.FAILED]


def test_nothing_wrong():
    assert doctor_screen(FOUND[:1])[-1].text == "0 problems, 0 warnings"
    assert doctor_screen(FOUND[:1])[-1].tone is Tone.PASSED


def test_json():
    told = doctor_json(FOUND)
    assert (told["problems"], told["warnings"]) == (1, 1)
    assert told["findings"][0] == {
        "level": "ok",
        "about": "locks",
        "said": "no lock is taken",
        "mend": None,
    }
