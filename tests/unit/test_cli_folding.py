from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hotline_sim.cli.folding import folded

SENTENCE = "受理诉求1,532件：回复率100.0%，按期回复率95.7%；58件紧急工单1小时内回复56.9%（33/58）。"


@pytest.mark.parametrize("width", range(12, 90))
def test_no_line_of_chinese_begins_with_a_closing_sign_or_cuts_a_number(width: int) -> None:
    lines = folded(SENTENCE, width).split("\n")
    assert "".join(lines) == SENTENCE
    for line in lines:
        assert cell_len(line) <= width
        assert line[0] not in "，。；：）%"
        assert line[-1] not in "（"
    for one, other in pairwise(lines):
        assert not (one[-1].isdigit() and other[0].isdigit())


def test_a_full_stop_alone_takes_the_last_character_with_it() -> None:
    assert folded("没有呼入。", 8) == "没有呼\n入。"


def test_a_unit_stays_with_its_number() -> None:
    assert folded("response time, 50 % quantile", 18) == "response time,\n50 % quantile"
    assert folded("answered within 15 s, of offered", 18, indent=2) == "answered within\n  15 s, of offered"


def test_a_word_longer_than_a_line_stands_on_its_own() -> None:
    assert folded("in results/guangyuan-2021-seed1 now", 10) == "in\nresults/guangyuan-2021-seed1\nnow"


def test_a_key_may_be_broken_after_its_signs() -> None:
    assert folded("demand.requests_per_year", 16, keys=True) == "demand.requests_\nper_year"
    assert folded("demand.requests_per_year", 16) == "demand.requests_per_year"


@given(st.text(alphabet="ab1 ，。（）%汉字", max_size=60), st.integers(8, 40))
def test_nothing_is_lost_and_lines_fit(text: str, width: int) -> None:
    lines = folded(text, width).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    longest = max(map(cell_len, text.replace("（", " ").split()), default=0)
    assert all(cell_len(line) <= max(width, longest + 2) for line in lines)
