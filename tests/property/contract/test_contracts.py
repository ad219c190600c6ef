"""What holds for every contract, and for every file that is almost one."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.contract.dumping import dump_contract
from spectra_gx.contract.loading import parse_contract
from spectra_gx.contract.model import StageContract
from spectra_gx.errors import ContractError
from tests.drawing import drawn
from tests.property.contract.documents import documents

VALID = [
    path.read_bytes()
    for path in sorted((Path(__file__).parents[2] / "golden/lint/valid").glob("*.contract.yaml"))
]


def contract_or_problems(source: bytes) -> StageContract | None:
    """Read what may be a contract; whatever is wrong must come with a place in the file."""
    try:
        return parse_contract(source, "x.contract.yaml")
    except ContractError as error:
        lines = source.count(b"\n") + source.count(b"\r") + 3
        assert error.problems
        for problem in error.problems:
            assert 1 <= problem.line <= lines
            assert problem.column >= 1
            assert problem.message.isprintable()
            assert not problem.message.endswith(".")
        assert list(error.problems) == sorted(error.problems, key=lambda p: (p.line, p.column))
        return None


@drawn(20)
@given(documents())
def test_a_dumped_contract_loads_as_the_same_contract(document):
    # JSON is YAML, and hands every number and text over exactly.
    contract = parse_contract(json.dumps(document, ensure_ascii=False).encode(), "x")
    dumped = dump_contract(contract)
    assert parse_contract(dumped.encode(), "y") == contract
    assert dump_contract(parse_contract(dumped.encode(), "y")) == dumped


def test_the_example_survives_dumping():
    for source in VALID:
        contract = parse_contract(source, "x")
        assert parse_contract(dump_contract(contract).encode(), "y") == contract


@drawn(80, many=1500)
@given(st.sampled_from(VALID), st.data())
def test_a_flipped_byte_gives_a_contract_or_a_place(source, data):
    at = data.draw(st.integers(0, len(source) - 1))
    contract_or_problems(source[:at] + bytes([data.draw(st.integers(0, 255))]) + source[at + 1 :])


@drawn(80, many=1500)
@given(st.sampled_from(VALID), st.data())
def test_broken_lines_give_a_contract_or_a_place(source, data):
    lines = source.decode().splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "twice", "indent", "dedent", "cut", "swap"]))
        line = lines[at]
        lines[at : at + 1] = {
            "drop": [],
            "twice": [line, line],
            "indent": [f"   {line}"],
            "dedent": [line[2:]],
            "cut": [line[: len(line) // 2]],
            "swap": [*lines[at + 1 : at + 2], line],
        }[change]
        lines = lines or [""]
    contract_or_problems("\n".join(lines).encode())


WORDS = st.sampled_from(
    [
        *(
            "null",
            "true",
            "3",
            "-1",
            "1e400",
            "[]",
            "{}",
            "[[a]]",
            "{a: {b: c}}",
            "''",
            "'x'",
            "type",
        ),
        *("rows", "&a x", "*a", "!!int x", "2026-02-30", "0x", "{value: }", "{value: {value: 1}}"),
        *("string", "decimal(12", "array<", "'[a'", "'select 1'", "a.b", "|", "? x", "- x"),
    ]
)


@drawn(80, many=1500)
@given(st.sampled_from(VALID), WORDS, st.data())
def test_retyped_values_and_renamed_keys_give_a_contract_or_a_place(source, word, data):
    text = source.decode()
    starts = [at + 2 for at in range(len(text)) if text.startswith(": ", at)]
    at = data.draw(st.sampled_from(starts))
    end = next(stop for stop in range(at, len(text)) if text[stop] in ",}\n")
    if data.draw(st.booleans()):
        contract_or_problems((text[:at] + word + text[end:]).encode())
    else:
        key = max(text.rfind(mark, 0, at) for mark in " {\n") + 1
        contract_or_problems((text[:key] + word + text[at - 2 :]).encode())


@drawn(80, many=1500)
@given(
    st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
def test_noise_gives_a_place(source):
    assert contract_or_problems(source) is None
