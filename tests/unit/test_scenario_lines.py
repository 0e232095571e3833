from __future__ import annotations

import tomllib

from hotline_sim.scenario.lines import key_lines

TEXT = '''\
# comment
top = 1

[a]          # comment
b.c = "x"
"quoted key" = 'it''s # no comment'
text = """
b = 3   # within a text
"""
list = [
  1,  # first
  { d = 2, e = [3,
     4] },
]
inline = { f = 1, g.h = 2 }

[a.'住建局']
when = 2021-01-01T08:00:00

[[rows]]
x = 1
[[rows]]
x = 2
[rows.inner]
y = 3
'''.replace("''s", "s")


def test_every_key_has_its_line() -> None:
    lines = key_lines(TEXT)
    assert lines == {
        ("top",): 2,
        ("a",): 4,
        ("a", "b"): 5,
        ("a", "b", "c"): 5,
        ("a", "quoted key"): 6,
        ("a", "text"): 7,
        ("a", "list"): 10,
        ("a", "list", 0): 11,
        ("a", "list", 1): 12,
        ("a", "list", 1, "d"): 12,
        ("a", "list", 1, "e"): 12,
        ("a", "list", 1, "e", 0): 12,
        ("a", "list", 1, "e", 1): 13,
        ("a", "inline"): 15,
        ("a", "inline", "f"): 15,
        ("a", "inline", "g"): 15,
        ("a", "inline", "g", "h"): 15,
        ("a", "住建局"): 17,
        ("a", "住建局", "when"): 18,
        ("rows",): 20,
        ("rows", 0): 20,
        ("rows", 0, "x"): 21,
        ("rows", 1): 22,
        ("rows", 1, "x"): 23,
        ("rows", 1, "inner"): 24,
        ("rows", 1, "inner", "y"): 25,
    }
    assert tomllib.loads(TEXT)["rows"][1]["inner"] == {"y": 3}


def test_what_is_no_toml_ends_the_search_and_raises_nothing() -> None:
    assert key_lines("a = 1\n= 2\nb = 3\n") == {("a",): 1}
    assert key_lines("a = [1, =]\n").keys() >= {("a",), ("a", 0)}
    assert key_lines("") == {}
