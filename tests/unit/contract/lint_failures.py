"""What lint finds, one failure each: the text, what is said, whether a schema can say it.

A schema sees keys, forms and words; it sees neither what names refer to nor what values mean.
"""

from __future__ import annotations

from typing import NamedTuple

START = "contract: demo\nversion: 1.0.0\nowner: me\n"
TABLE = f"{START}tables:\n  demo.t:\n    columns: {{a: long, b: string, d: date}}\n"
VALID = f"{TABLE}    rows: {{min: 1}}\n"


class Failure(NamedTuple):
    """A contract with one thing wrong."""

    text: str
    said: str
    by_schema: bool


def column(written: str) -> str:
    """Return a contract with one column."""
    return f"{START}tables: {{demo.t: {{columns: {{c: {written}}}}}}}\n"


def rule(written: str) -> str:
    """Return a contract with one listed rule."""
    return f"{TABLE}    rules:\n      - {{{written}}}\n"


def csv(written: str, columns: str = "a: long") -> str:
    """Return a contract of CSV files."""
    return (
        f"{START}tables:\n  demo.t:\n    location: x.csv\n    format: csv\n"
        f"    csv: {written}\n    columns: {{{columns}}}\n"
    )


FORM = [
    (csv("{delimter: ;}"), "unknown key 'delimter' in `csv` of table 'demo.t' — did you mean"),
    (csv("{delimiter: ''}"), "must be one character, or up to three, found the text ''"),
    (csv("{quote: ab}"), "must be one character of ASCII, or none, found the text 'ab'"),
    (csv("{escape: ''}"), "must be one character of ASCII, found the text ''"),
    (csv("{decimal: 1}"), "must be one character, found the number 1"),
    (csv("{header: no}"), "YAML 1.2 reads `no` as text; write `false`"),
    (csv("{skip_rows: -1}"), "must be a whole number from 0 on"),
    (csv("{null_values: NA}"), "must be a list of texts, found the text 'NA'"),
    (csv("{null_values: [-1]}"), 'must be a text, found the number -1; quote it: `"-1"`'),
    (csv("{date_format: ''}"), "is blank"),
    ("[a, b]", "the contract must be a mapping, found a list"),
    ("- contract: demo\n- version: 1.0.0\n", "the contract must be a mapping, found a list"),
    ("- [a, b]\n", "the contract must be a mapping, found a list"),
    (START, "has no `tables`"),
    (TABLE.replace("owner: me\n", ""), "has no `owner`"),
    (f"{TABLE}on_failure: continued\n", "did you mean 'continue'?"),
    (f"{TABLE}runbook: ' '\n", "is blank"),
    (TABLE.replace("owner: me", "owner: ''"), "is blank"),
    (TABLE.replace("owner: me", "owner: 3"), "must be a text, found the number 3"),
    (TABLE.replace("1.0.0", "3.10"), "must be a semantic version, found the number 3.10"),
    (TABLE.replace("contract: demo", "contract: 9lives"), "must be a name of letters"),
    (f"{TABLE}systm: x\n", "unknown key 'systm' in the contract — did you mean 'system'?"),
    (f"{TABLE}status: done\n", "must be one of draft, active, deprecated"),
    (f"{START}tables: {{}}\n", "must name at least one table"),
    (f"{START}tables: {{t: {{columns: {{a: long}}}}}}\n", "a table's full name"),
    (f"{START}tables: {{demo.t: {{}}}}\n", "has no `columns`"),
    (f"{START}tables: {{demo.t: {{columns: {{}}}}}}\n", "must name its columns"),
    (f"{TABLE}    colour: red\n", "unknown key 'colour' in table"),
    (f"{TABLE}    extra_columns: maybe\n", "must be one of fail, warn, allow"),
    (f"{TABLE}    quarantine: yes\n", "YAML 1.2 reads `yes` as text; write `true`"),
    (f"{TABLE}    rows: {{}}\n", "is empty"),
    (f"{TABLE}    rows: {{min: -1}}\n", "must be a whole number from 0 on"),
    (f"{TABLE}    rows: {{value: {{min: 1}}, mostly: 0.5}}\n", "`mostly`"),
    (f"{TABLE}    primary_key: []\n", "must name at least 1"),
    (column("{type: long, required_if: true}"), "must be a text, found `true`"),
    (
        column("{type: long, required_if: {value: c > 1, where: c < 3}}"),
        "takes no `where`, because it has a condition of its own; join them with `and`",
    ),
    (column("{required: true}"), "has no `type`"),
    (column("12"), "must be a text, found the number 12"),
    (column("{type: long, requierd: true}"), "did you mean 'required'?"),
    (column("{type: long, required: yes}"), "YAML 1.2 reads `yes` as text; write `true`"),
    (column("{type: long, required: 1}"), "must be `true` or `false`, found the number 1"),
    (column("{type: long, min: {mostly: 0.5}}"), "has `min` without `value`"),
    (column("{type: long, min: {value: 1, mostly: 2}}"), "must be a share above 0"),
    (column("{type: string, enum: []}"), "must be a list of values, found an empty list"),
    (column("{type: string, enum: [a, a]}"), "names the same value twice"),
    (column("{type: string, format: phone}"), "must be one of semver, email"),
    (column("{type: string, length: -1}"), "must be a whole number from 0 on"),
    (column("{type: string, max_length: 1.5}"), "must be a whole number from 0 on"),
    (column("{type: date, max_age: 1 day}"), "must be a duration"),
    (column("{type: string, classification: secret}"), "must be one of public"),
    (rule("column: a, min: 1"), "has no `id`"),
    (rule("id: r, column: a"), "checks nothing"),
    (rule("id: r, column: a, min: 1, max: 2"), "has several predicates"),
    (rule("id: r, column: a, min: 1, severity: fatal"), "must be one of critical, warning, info"),
    (rule("id: r, unique: [a]"), "must name at least 2"),
    (f"{TABLE}inputs: {{variables: [lower]}}\n", "must be a variable's name in capitals"),
    (f"{TABLE}handoff: [a, b]\n", "`handoff` must be a mapping, found a list"),
    (f"{TABLE}guarantees: [[a, b]]\n", "must be a mapping, found a list"),
    (f"{TABLE}    primary_key: {{value: {{value: [a]}}}}\n", "must be a list"),
    (f"{TABLE}handoff: {{requires: []}}\n", "has no `to`"),
    (f"{TABLE}handoff: {{to: next, max_age: soon}}\n", "must be a duration"),
    (f"{TABLE}guarantees: [{{id: g, says: x}}]\n", "has no `proven_by`"),
    (f"{TABLE}guarantees: [{{id: g, says: x, proven_by: []}}]\n", "must name at least 1"),
    (f"{TABLE}consumes: {{other: {{}}}}\n", "has no `version`"),
    (
        f"{TABLE}waivers: [{{change: x, path: x, owner: x, reason: x, expires: 1.1.27}}]\n",
        "must be a date",
    ),
    (f"{TABLE}changelog: [{{version: 1.0.0, date: 2026-01-01}}]\n", "has no `changes`"),
]

MEANING = [
    (
        column("{type: struct, fields: {n: {type: long, sequence: {step: 1}}}}"),
        "column 'n' has `sequence`, which is about a whole column and not about fields or items",
    ),
    (
        column("{type: array, items: {type: long, same_set_as: demo.u.x}}"),
        "column 'items' has `same_set_as`, which is about a whole column",
    ),
    (csv("{delimiter: ab}"), "`delimiter` of `csv` of table 'demo.t' must be one character"),
    (csv(r"{delimiter: '\t'}"), 'a tab is `"\\t"`, in double quotes'),
    (csv("{encoding: cp9999}"), "is 'cp9999', which is not an encoding of texts"),
    (csv("{encoding: base64}"), "is 'base64', which is not an encoding of texts"),
    (csv("{delimiter: ;, comment: ;}"), "has the same `comment` as its `delimiter`"),
    (csv("{decimal: ',', thousands: ','}"), "has the same `thousands` as its `decimal`"),
    (csv("{thousands: .}"), "has the same `thousands` as its `decimal`"),
    (csv(r'{escape: "\\", null_values: ["\\NA"]}'), "has '\\NA', which"),
    (csv("{date_format: '%d.%m.%Q'}"), "has `%Q`, which is not read; directives are %Y"),
    (csv("{date_format: '%d.%m.'}"), "reads no year; add `%Y`"),
    (csv("{date_format: '%d.%m.%Y %H'}"), "reads the hour, which a date has not"),
    (csv("{timestamp_format: '%d.%m.%Y'}"), "reads no hour; add `%H`"),
    (csv("{timestamp_format: '%d.%m.%Y %I:%M'}"), "reads no half of the day; add `%p`"),
    (csv("{timestamp_format: '%d.%m.%Y %y %H'}"), "reads the year twice"),
    (
        csv("{timestamp_format: '%d.%m.%Y %H:%M'}", "a: timestamp"),
        "reads no offset from UTC, and column 'a' of type timestamp; add `%z`",
    ),
    (
        csv("{timestamp_format: '%d.%m.%Y %H:%M%z'}", "a: timestamp_ntz"),
        "reads an offset from UTC, and column 'a' of type timestamp_ntz; remove `%z`",
    ),
    (f"{TABLE}    csv: {{delimiter: ;}}\n", "is delta and has `csv`; add `format: csv`"),
    (
        f"{TABLE}    format: jsonl\n    location: x\n".replace("b: string", "b: binary"),
        "is jsonl, which cannot store column 'b' of type binary",
    ),
    (column("strng"), "'strng' is not a type — did you mean 'string'?"),
    (column('"decimal(39,2)"'), "precision goes from 1 to 38"),
    (column("{type: map}"), "`map` needs what it contains, such as `map<string,long>`"),
    (
        column("{type: 'map<string,array>'}"),
        "`array` needs what it contains, such as `array<string>`",
    ),
    (column("{type: string, min: 1}"), "does not fit"),
    (column("{type: long, enum: ['1']}"), "must be a whole number"),
    (column("{type: byte, max: 300}"), "must be a whole number of 8 bits"),
    (column("{type: date, min: 2026-02-30}"), "must be a date"),
    (column("{type: date, min: Now}"), "a clock is `now`, `today`, `now - 30d` or `today + 1d`"),
    (column("{type: date, max: tody}"), "found the text 'tody' — did you mean 'today'?"),
    (column("{type: timestamp, below: now()}"), "a clock is `now`, `today`"),
    (column("{type: timestamp, min: now - 30 days}"), "a clock is `now`, `today`"),
    (column("{type: date, enum: [today]}"), "are for `min`, `max`, `above`, `below` and `const`"),
    (column("{type: long, max: now}"), "the clock is for columns of type date, timestamp and"),
    (column("{type: date, min: now, max: now - 1h}"), "leave no value"),
    (rule("id: r, compare: 'a <= {now}'"), "compares 'a', a long, with a clock"),
    (rule("id: r, compare: d <= now"), "write the run's clock in braces: `{now}`"),
    (rule("id: r, compare: d <= now - 3d"), "write the run's clock in braces: `{now}`"),
    (rule("id: r, compare: 'd <= {tomorrow}'"), "braces contain a clock: now, today"),
    (column("{type: double, max: .inf}"), "must be a finite value"),
    (column("{type: long, min: 3, max: 1}"), "leave no value"),
    (column("{type: long, above: 0, below: 1}"), "leave no value"),
    (column("{type: string, min_length: 3, max_length: 1}"), "leave no value"),
    (column("{type: string, enum: [a], pattern: ^b}"), "`pattern` of column 'c' refuses 'a'"),
    (column("{type: long, enum: [1, 9], max: 5}"), "`max` of column 'c' refuses '9'"),
    (column("{type: string, enum: [abc], length: 2}"), "`length` of column 'c' refuses 'abc'"),
    (column("{type: string, const: a, not_in: [a]}"), "`not_in` of column 'c' refuses 'a'"),
    (column("{type: string, pattern: '['}"), "is not a regular expression"),
    (column("{type: long, like: nothing}"), "no definition is called 'nothing'"),
    (f"{TABLE}    rows: {{min: 5, max: 1}}\n", "has min 5 above max 1"),
    (f"{TABLE}    primary_key: [z]\n", "names 'z', which is not a column of the table"),
    (f"{TABLE}    quarantine: true\n    location: x\n", "only tables in the warehouse can"),
    (
        f"{START}tables: {{demo.t: {{quarantine: true, columns: {{rule_ids: string}}}}}}\n",
        "has a column 'rule_ids', which its quarantine table has, too",
    ),
    (
        (
            f"{START}tables: {{demo.t: {{quarantine: true, columns: {{a: long}}}}, "
            "other.t: {quarantine: true, columns: {a: long}}}\n"
        ),
        "has the quarantine table of 'demo.t'",
    ),
    (f"{START}tables: {{demo.t: {{columns: {{a: long, A: long}}}}}}\n", "only by case"),
    (rule("id: min, column: a, min: 1"), "which is a key of the language"),
    (rule("id: a, column: a, min: 1"), "which is a column"),
    (rule("id: r, column: z, min: 1"), "names 'z', which is not a column of the table"),
    (rule("id: r, compare: a <= z"), "'z'"),
    (rule("id: r, references: {columns: [a], table: demo.x, to: [a]}"), "neither declared nor"),
    (
        rule("id: r, references: {columns: [a], table: demo.t, to: [z]}"),
        "has no column 'z'; declare it",
    ),
    (rule("id: r, references: {columns: [a], table: demo.t, to: [b]}"), "columns of one kind"),
    (rule('id: r, sql: "select * from {table} where z > 1"'), "column 'z' does not exist"),
    (rule('id: r, sql: "select * from {demo.x}"'), "neither declared nor consumed"),
    (rule('id: r, sql: "select * frm {table}"'), "this is not SQL"),
    (
        rule('id: r, sql: "select * from {table} where (a, a) in (a, a)"'),
        "compares rows with something else",
    ),
    (rule('id: r, sql: "drop table {table}"'), "a rule is one SELECT"),
    (rule("id: r, column: a, min: 1, where: z > 1"), "column 'z' does not exist"),
    (rule("id: r, column: a, required_if: z > 1"), "`required_if` of 'demo.t.r': column 'z' does"),
    (
        f"{TABLE}    rules: [{{id: r, column: a, min: 1}}, {{id: r, column: a, max: 9}}]\n",
        "the id 'demo.t.r' is taken by the rule on line",
    ),
    (
        f"{TABLE}guarantees: [{{id: g, says: x, proven_by: [demo.t.rowz]}}]\n",
        "no rule has the id 'demo.t.rowz'",
    ),
    (
        (
            f"{TABLE}guarantees: [{{id: g, says: x, proven_by: [demo.t.columns]}}, "
            "{id: g, says: y, proven_by: [demo.t.columns]}]\n"
        ),
        "another guarantee has the id 'g'",
    ),
    (f"{TABLE}handoff: {{to: next, requires: [demo.t.rows]}}\n", "no rule has the id"),
    (f"{TABLE}consumes: {{demo: {{version: '>=1'}}}}\n", "consumes itself"),
    (f"{TABLE}consumes: {{other: {{version: newest}}}}\n", "must be a range of versions"),
    (f"{TABLE}contact: ghp_FAKEfakeFAKEfakeFAKE0123\n", "this looks like a secret"),
    (f"# ghp_FAKEfakeFAKEfakeFAKE0123\n{TABLE}", "this looks like a secret"),
]

YAML = [
    (column("{type: decimal(12,2)}"), 'quote the type: `"decimal(12,2)"`'),
    (f"{TABLE}contact: #data-platform\n", "quote the value: '#data-platform'"),
    (f"{TABLE}owner: you\n", "key 'owner' is written twice, first on line 3"),
    (f"{TABLE}contact: !!str x\n", "tags such as '!!str' are no part of a contract"),
    (column("{<<: {type: long}, type: long}"), "merge keys (`<<`)"),
    (f"{TABLE}1: x\n", 'a key must be a text; write `"1"` before the colon'),
    (f"{TABLE}purpose: 'a\\nb: [\n", "close the quote or the bracket"),
    (f"{TABLE}purpose: Note: this\n", "quote a text that contains `: `"),
    (f"{TABLE}\tcontact: x\n", "this is a tab"),
    (f"{TABLE}---\n{TABLE}", "a second document starts here"),
]

FAILURES = [
    *(Failure(text, said, by_schema=True) for text, said in FORM),
    *(Failure(text, said, by_schema=False) for text, said in MEANING),
]
