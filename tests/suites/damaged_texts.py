"""Texts that damage a contract: of any YAML document, of its terms, of a schema."""

from __future__ import annotations

HEAD = "schema_type: dataframe\napi: pandas\nstrict: true\nordered: true\n"
COLUMN = "columns:\n  x:\n    dtype: int64\n"
DEEP = 100_000
#: Of any YAML document.
TEXTS = {
    "empty": "",
    "null": "null",
    "a list": "[1, 2]",
    "a text": "abc",
    "no UTF-8": b"\xff\xfe\x00",
    "UTF-16": "format: 1".encode("utf-16"),
    "NUL": b"format: 1\x00",
    "half a character": b"a: \xed\xa0\x80",
    "deep lists": "[" * 500,
    "deep mappings": "{a: " * DEEP,
    "deep lists, closed": "a: " + "[" * 500 + "]" * 500,
    "deep keys": "? " * DEEP,
    "an alias": "a: &a [1]\nb: *a",
    "an alias of itself": "&a [*a]",
    "aliases of aliases": "a: &a [1, 1]\n"
    + "\n".join(f"a{at}: &a{at} [*a{at or ''}, *a{at or ''}]" for at in range(40)),
    "a key twice": "format: 1\nformat: 1",
    "a number as key": "1: 2",
    "a mapping as key": "{a: b}: c",
    "merged": "<<: {format: 1}",
    "a long integer": "a: " + "9" * 5000,
    "a long octal integer": "a: 0" + "7" * 10**6,
    "a long float": "a: " + ":".join(["59"] * 1000) + ".5",
    "an integer without digits": "a: 0b_",
    "a date that is none": "a: 2013-13-45",
    "a tag": "!!python/object/apply:os.system [id]",
    "a tag of a set": "!!set {a, b}",
    "directives": "".join(f"%TAG !{at}! a\n" for at in range(100_000)) + "--- a",
    "two documents": "a: 1\n---\nb: 2",
    "many values": "[" + "1," * 1_000_000 + "1]",
    "a long text": "a: " + "x" * 4_000_000,
    "too long a text": "a: " + "x" * 5_000_000,
    "anchors": "".join(f"- &a{at} x\n" for at in range(200_000)),
    "never closed": "a: [",
    "never quoted": "a: '" + "x\n" * DEEP,
}
#: Of the terms: a line that starts so, and what stands there instead.
TERMS_LINES = {
    "a version outside": ("version:", "version: ../../escaped"),
    "a product outside": ("product:", "product: ../../escaped"),
    "another product": ("product:", "product: other"),
    "a newer format": ("format:", "format: 99"),
    "true as format": ("format:", "format: true"),
    "a huge format": ("format:", "format: 0x" + "f" * 10_000),
    "another kind": ("kind:", "kind: other"),
    "labels that are a text": ("kind:", "kind: binary\nlabels: abc\nx:"),
    "another metric": ("name: log_loss", "name: loss"),
    "a metric without a name": ("name:", "name: null"),
    "a threshold that is no number": ("threshold:", "threshold: .nan"),
    "an infinite threshold": ("threshold:", "threshold: .inf"),
    "an observed text": ("value:", "value: abc"),
    "an observed infinity": ("value:", "value: .inf"),
    "a tolerance that is a list": ("absolute:", "absolute: [1, 2]"),
    "a tolerance below zero": ("absolute:", "absolute: -1"),
    "a tolerance that is no number": ("absolute:", "absolute: .nan"),
    "a huge seed": ("seed:", "seed: 18446744073709551615"),
    "a seed below zero": ("seed:", "seed: -1"),
    "a window that ends first": ("end:", "end: 1900-01-01T00:00:00Z"),
    "a time that is none": ("end:", "end: 2013-13-45"),
    "a time that is a list": ("end:", "end: [1]"),
    "a time far off": ("test_end:", "test_end: 9999-12-31T23:59:59-23:59"),
    "a day that begins never": ("day_offset:", "day_offset: abc"),
    "a day that begins late": ("day_offset:", "day_offset: " + "9" * 4000 + "w"),
    "deep parameters": ("seed:", "seed: " + "[" * 30 + "]" * 30),
}
#: Of a schema: its columns and checks.
SCHEMAS = {
    "no columns": "columns: {}",
    "columns that are a list": "columns: [x]",
    "a column that is null": "columns: {x: null}",
    "another key": COLUMN + "coerce: true",
    "a dtype that is a list": "columns: {x: {dtype: [int64]}}",
    "a dtype that is null": "columns: {x: {dtype: null}}",
    "nullable that is a list": "columns: {x: {dtype: int64, nullable: [1]}}",
    "nullable that is a text": "columns: {x: {dtype: Int64, nullable: maybe}}",
    "a description that is a list": "columns: {x: {dtype: int64, description: [1]}}",
    "checks that are a text": COLUMN + "    checks: abc",
    "checks of numbers": COLUMN + "    checks: [1, 2]",
    "checks that are a mapping": COLUMN + "    checks: {ge: 1}",
    "a check without a name": COLUMN + "    checks: [{min_value: 1}]",
    "options that are a text": COLUMN + "    checks: [{options: abc}]",
    "a name that is a list": COLUMN + "    checks: [{options: {check_name: [1]}}]",
    "a check of Python's": COLUMN + "    __class__: 1",
    "a check with other arguments": COLUMN + "    ge: {a: 1}",
    "a bound that is a text": COLUMN + "    ge: abc",
    "a bound that is no number": COLUMN + "    ge: .nan",
    "a bound that is infinite": COLUMN + "    ge: .inf",
    "a set that is a number": COLUMN + "    isin: 5",
    "a set that is empty": COLUMN + "    isin: []",
    "a set of lists": COLUMN + "    isin: [[1]]",
    "a range of nothing": COLUMN + "    in_range: {min_value: [1], max_value: {}}",
    "many checks": COLUMN
    + "    checks:\n"
    + "".join(f"    - {{options: {{check_name: ne}}, value: {at}}}\n" for at in range(5000)),
    "many checks between columns": COLUMN
    + "checks:\n"
    + "".join(
        f"- {{options: {{check_name: ordered}}, lower: x, upper: x{at}}}\n" for at in range(5000)
    ),
    "frame checks that are a text": COLUMN + "checks: abc",
    "many columns": "columns:\n"
    + "".join(f"  c{at}: {{dtype: float64, finite: {{}}}}\n" for at in range(8_000)),
    "too many columns": "columns:\n"
    + "".join(f"  c{at}: {{dtype: float64, finite: {{}}}}\n" for at in range(20_000)),
    "a large set": "columns:\n  x:\n    dtype: str\n    isin:\n"
    + "".join(f"    - t{at}\n" for at in range(50_000)),
    "a large set with one twice": "columns:\n  x:\n    dtype: str\n    isin:\n"
    + "".join(f"    - t{at % 49_999}\n" for at in range(50_000)),
    "a long pattern": "columns: {x: {dtype: str, str_matches: '^" + "(a{0,9}){0,9}" * DEEP + "$'}}",
    "a deep pattern": "columns: {x: {dtype: str, str_matches: '^" + "(" * 400 + ")" * 400 + "$'}}",
    "counts of counts": "columns: {x: {dtype: str, str_matches: '^"
    + "(" * 30 + "a" + "){0,999}" * 30 + "$'}}",
    "a pattern that is a number": "columns: {x: {dtype: str, str_matches: 5}}",
    "a length that is huge": "columns: {x: {dtype: str, str_length: {max_value: 1.0e+300}}}",
    "a name that is empty": "columns: {'': {dtype: int64}}",
    "a name that is long": "columns: {" + "c" * 1000 + ": {dtype: int64}}",
    "a name with a quote": "columns: {'a\"b': {dtype: int64}}",
    "an instant that is none": "columns: {x: {dtype: 'datetime64[us, UTC]', ge: 2013-13-45}}",
    "an instant far off": "columns: {x: {dtype: 'datetime64[us, UTC]', ge: "
    "'9999-12-31T23:59:59-23:59'}}",
}  # fmt: skip
