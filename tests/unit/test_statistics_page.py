"""What the page on statistics says can be done is done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from hotline_sim.errors import CorrelatedBatchesWarning

if TYPE_CHECKING:
    from pathlib import Path


def test_examples_of_the_page_run(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = repository / "docs" / "statistics.md"
    if not page.is_file():
        pytest.skip("the tests run without the source tree around them")
    first, rules, batches = re.findall(
        r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    names: dict[str, Any] = {}
    exec(compile(first, page.name, "exec"), names)
    assert capsys.readouterr().out.count("answer_rate") == 2
    exec(compile(rules, page.name, "exec"), names)
    assert names["result"].is_met
    assert 20 <= names["result"].count <= 200
    with pytest.warns(CorrelatedBatchesWarning):
        exec(compile(batches, page.name, "exec"), names)
    assert "count=12" in capsys.readouterr().out
