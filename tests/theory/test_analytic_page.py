"""The page on the formulas: examples run, names are those of the package, errors are found again."""

from __future__ import annotations

import doctest
import re
from typing import TYPE_CHECKING

import pytest
from phases import chain_of_phases, weight_of

from hotline_sim import analytic

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def page(repository: Path) -> Path:
    path = repository / "docs" / "theory.md"
    if not path.is_file():
        pytest.skip("the tests run without the source tree around them")
    return path


def cells(page: Path) -> list[list[str]]:
    lines = page.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def test_examples_of_the_page_run(page: Path) -> None:
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.attempted > 10
    assert found.failed == 0


def test_every_name_of_the_package_is_on_the_page_and_no_other(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    told = {
        name.partition(".")[0] for row in cells(page) for name in re.findall(r"`([A-Za-z_.0-9]+)`", row[0])
    }
    assert sorted(told - set(analytic.__all__)) == []
    named = set(re.findall(r"\b([A-Za-z_0-9]+)\b", text))
    assert sorted(set(analytic.__all__) - named) == []


def test_errors_of_the_page_are_found_again(page: Path) -> None:
    rows = [row for row in cells(page) if re.fullmatch(r"\d+", row[0])]
    assert len(rows) == 6
    for agents, busy, variation, *told in rows:
        rate, number, v = float(busy) * int(agents), int(agents), float(variation)
        if v == 0:
            exact = float(analytic.MDc(rate=rate, service=1, agents=number).mean_wait)
        else:
            exact = chain_of_phases(rate, number, weight_of(v))
        found = analytic.MGc(rate=rate, service=1, agents=number, variation=v)
        for name, error in zip(("allen_cunneen", "cosmetatos", "kimura", "whitt"), told, strict=True):
            percent = float(error.replace("−", "-").removesuffix(" %"))
            assert 100 * (getattr(found, name) / exact - 1) == pytest.approx(percent, abs=0.051)
