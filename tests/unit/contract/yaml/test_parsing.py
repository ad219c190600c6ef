"""YAML 1.2's core schema with places; whatever a contract may not be is refused with one."""

import pytest
import yaml

from spectra_gx.contract.problems import Report, TooManyProblems
from spectra_gx.contract.yaml import parsing
from spectra_gx.contract.yaml.nodes import plain_value
from spectra_gx.contract.yaml.parsing import parse_yaml

TOO_LONG = (
    "1:4: this number is larger, or has more digits, than can be kept; "
    "round it, or quote it if it is a text"
)


@pytest.fixture(params=["C", "Python"], autouse=True)
def _both_parsers(request, monkeypatch):
    loader = yaml.CSafeLoader if request.param == "C" else yaml.SafeLoader
    monkeypatch.setattr(parsing, "_LOADER", loader)


def reported(text):
    report = Report("f.yaml")
    root = parse_yaml(text if isinstance(text, bytes) else text.encode(), report)
    return root, report


def read(text):
    root, report = reported(text)
    return root, [str(problem).removeprefix("f.yaml:") for problem in report.problems]


def notes(text):
    _, report = reported(text)
    return [str(note).removeprefix("f.yaml:") for note in report.notes]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("2026-01-01", "2026-01-01"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("3.1.0", "3.1.0"),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("~", None),
        ("null", None),
        ("", None),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("+12", 12),
        ("-3", -3),
        ("3.10", 3.1),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("-.nan", "-.nan"),
        ("'1'", "1"),
        ('"true"', "true"),
        ('"a\\tb"', "a\tb"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(written, meant):
    root, problems = read(f"key: {written}\n")
    value = plain_value(root)["key"]
    assert (value, type(value), problems) == (meant, type(meant), [])


def test_keys_and_values_know_their_line_and_column():
    root, _ = read("é: 1\ntables:\n  a.b: {x: [1, ü, two]}\n")
    key, table = root.entries["tables"][1].entries["a.b"]
    values = table.entries["x"][1]
    assert (key.line, key.column, table.line, table.column) == (3, 3, 3, 8)
    assert [(node.line, node.column) for node in values.items] == [(3, 13), (3, 16), (3, 19)]


def test_an_alias_is_the_value_it_names_in_the_place_where_it_is_used():
    root, problems = read("a: &x hello\nb: *x\n")
    value = root.entries["b"][1]
    assert (value.value, value.line, value.column, problems) == ("hello", 2, 4, [])


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble():
    root, problems = read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert (plain_value(root), problems) == ({"a": 1, "b": 2}, [])
    assert root.entries["b"][0].line == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: this file is empty; start with `contract: <stage>`"),
        ("# only words\n", "1:1: this file is empty; start with `contract: <stage>`"),
        (
            "a:\n\tb: 1\n",
            '2:1: this is a tab; indent with spaces, and inside a text write "\\t"',
        ),
        (
            "a: 1\n---\nb: 2\n",
            "2:1: a second document starts here; one file contains one contract",
        ),
        (
            "a: 1\n<<<<<<< HEAD\nb: 1\n",
            "2:1: a merge conflict was left here; choose a side and remove the marker lines",
        ),
        ("é: \x00", "1:4: this is not a text file; save the contract as UTF-8 text"),
        (
            b"a: 1\nb: caf\xe9\n",
            "2:7: this character is not UTF-8; save the contract as UTF-8 text",
        ),
        ("a: \x07", "1:4: this is an invisible control character; remove it"),
        ("a: &x [*x]\n", "1:8: this alias is inside what it repeats; write it out"),
        ("a: *x\n", "1:4: nothing is named '&x' before this"),
        ("[" * 100, "1:31: this is nested too deeply for a contract; check the brackets"),
        (
            b"a" * (5 * 1024 * 1024 + 1),
            "1:1: this file is over 5 MB; a contract is written by hand, is it the right file?",
        ),
    ],
)
def test_what_cannot_be_a_contract_is_refused_with_its_place(text, problem):
    root, problems = read(text)
    assert (root, problems) == (None, [problem])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: key 'a' is written twice, first on line 1; keep one of them"),
        ("1: x\n", '1:1: a key must be a text; write `"1"` before the colon'),
        ("true: x\n", '1:1: a key must be a text; write `"true"` before the colon'),
        ("~: x\n", '1:1: a key must be a text; write `"~"` before the colon'),
        (
            "{a: 1}: x\n",
            "1:1: a key must be a text; a list or mapping cannot name anything",
        ),
        ("a: !!str 1\n", "1:4: tags such as '!!str' are no part of a contract; remove it"),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            (
                "1:4: tags such as '!!python/object/apply:os.system' are no part of a contract; "
                "remove it"
            ),
        ),
        (
            f"a: {'9' * 5000}\n",
            TOO_LONG,
        ),
        *(
            (f"a: {number}\n", TOO_LONG)
            for number in ("1e999", "0.30000000000000001", "0.29999999999999999")
        ),
        (
            'a: "\\e[31m"\n',
            "1:4: this text contains an invisible control character; remove it",
        ),
    ],
)
def test_what_a_contract_may_not_hold_is_reported_and_read_on(text, problem):
    root, problems = read(text)
    assert problems == [problem]
    assert root is not None


def test_the_first_of_two_equal_keys_is_kept():
    root, _ = read("a: 1\na: {b: 2}\nc: 3\n")
    assert plain_value(root) == {"a": 1, "c": 3}


def test_aliases_that_explode_are_stopped():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    root, problems = read("\n".join(lines))
    assert root is None
    assert problems == ["4:45: aliases repeat too much here; write the contract out"]


def test_broken_syntax_is_told_with_the_parsers_words_and_a_place():
    root, problems = read("a: [1, 2\nb: 3\n")
    assert root is None
    assert problems[0].startswith("2:2: this is not YAML: while parsing a flow sequence")
    assert problems[0].endswith("; close the bracket, or quote a text that contains any of `[]{},`")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: Note: this\n", "1:8: … quote a text that contains `: `, or check the indentation"),
        ("a: 1\n  b: 2\n", "2:4: … quote a text that contains `: `, or check the indentation"),
        ("a: @x\n", "1:4: … quote a text that starts with `@`, `%` or a backtick"),
        ("a: %x\n", "1:4: … quote a text that starts with `@`, `%` or a backtick"),
        ("a: *\n", "1:5: … quote a text that starts with `&` or `*`"),
        ("a: 'x\n", "2:1: … close the quote or the bracket"),
        ("a: 'it's'\n", "1:8: … check the indentation and the quotes"),
        ("a:\n  b: 1\n c: 2\n", "3:2: … check the indentation and the quotes"),
        (
            "a: {b: ^[a-z]{2,3}$}\n",
            "1:9: … close the bracket, or quote a text that contains any of `[]{},`",
        ),
        ("a: - b\n", "1:4: … start a list on a line of its own, or quote the text"),
        (
            "a: }\n",
            "1:4: … check the indentation, quotes and brackets",
        ),
    ],
)
def test_broken_syntax_is_told_with_what_to_do(text, hint):
    _, (problem,) = read(text)
    place, _, said = problem.partition(": this is not YAML: ")
    assert f"{place}: … {said.rpartition('; ')[2]}" == hint


def test_a_backslash_in_double_quotes_is_told_by_name():
    _, (problem,) = read('a: "\\d"\n')
    assert problem.endswith("; write two backslashes inside double quotes, or use single quotes")


@pytest.mark.parametrize(
    ("text", "problem", "meant"),
    [
        (
            "contact: #data-platform\n",
            (
                "1:10: a comment starts here, so there is no value before it; "
                "quote the value: '#data-platform'"
            ),
            {"contact": "#data-platform"},
        ),
        (
            "a:\n  - #x y\n  - z\n",
            "2:5: a comment starts here, so there is no value before it; quote the value: '#x'",
            {"a": ["#x y", "z"]},
        ),
        (
            "a:\n  <<: &x {b: 1}\n",
            "2:3: merge keys (`<<`) are no part of YAML 1.2; write the keys out, or use `like`",
            {"a": {}},
        ),
    ],
)
def test_a_trap_is_named_and_read_on_as_it_was_meant(text, problem, meant):
    root, problems = read(text)
    assert (problems, plain_value(root)) == ([problem], meant)


@pytest.mark.parametrize("text", ["a: # nothing yet\n", "a: #\n", "a: x # y\n", 'a: "x #y"\n'])
def test_a_comment_that_looks_like_one_is_none_of_our_business(text):
    _, report = reported(text)
    assert (report.problems, report.notes) == ((), ())


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            "a: see issue #12 for it\n",
            "1:14: a comment starts here; if '#12' belongs to the text, quote it",
        ),
        (
            "a: 012\n",
            (
                "1:4: `012` is the number 12, though older YAML reads it as octal; "
                "leave the 0 out, or quote it if it is a text"
            ),
        ),
    ],
)
def test_what_may_be_meant_otherwise_is_noted(text, note):
    assert notes(text) == [note]


def test_a_note_cannot_be_a_secret():
    assert "ghp_" not in notes("a: x #ghp_FAKEfakeFAKEfakeFAKE0123\n")[0]
    assert "ghp_" not in read("a: #ghp_FAKEfakeFAKEfakeFAKE0123\n")[1][0]


@pytest.mark.parametrize("source", ["a: 1".encode("utf-16"), "a: 1".encode("utf-16-be")])
def test_utf_16_is_named(source):
    root, problems = read(source)
    assert root is None
    assert problems[0].endswith("; save the contract as UTF-8 text")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_the_parser_does(end):
    text = end.join(["a: 1", "b: {c: &x d}", "e: \x07"])
    assert read(text)[1] == ["3:4: this is an invisible control character; remove it"]
    root, _ = read(text.replace("\x07", "f"))
    assert root.entries["e"][0].line == 3


def test_reading_ends_where_nobody_reads_on():
    with pytest.raises(TooManyProblems):
        read("a: 1\n" * 1000)


def test_a_file_holds_no_more_values_than_a_person_writes():
    _, problems = read("[" + "x, " * 150_000 + "]")
    assert problems[0].endswith("this file contains more values than people write; split it")
