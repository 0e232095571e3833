"""One Chinese word for one thing, that of the glossary, in messages, labels, figures and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

OTHER_WORDS = {
    "仿真": "模拟",
    "情景": "场景",
    "座席": "坐席",
    "接线员": "坐席",
    "应答率": "接通率",
    "派发": "派单",
    "超期": "逾期",
    "响应时间": "响应时长",
    "值守": "值班",
    "责任单位": "承办单位",
    "返工": "重办",
    "百分位": "分位数",
}
PLACES = ("src/hotline_sim", "scenarios", "docs", "notebooks", "README.md", "GLOSSARY.md", "CONTRIBUTING.md")


@pytest.mark.parametrize("other", OTHER_WORDS)
def test_no_other_word_is_used_than_that_of_the_glossary(other: str, repository: Path) -> None:
    if not (repository / "GLOSSARY.md").is_file():
        pytest.skip("the tests run without the source tree around them")
    roots = [repository / place for place in PLACES]
    files = [
        path
        for root in roots
        for path in (root, *root.rglob("*"))
        if path.suffix in (".py", ".toml", ".md", ".ipynb")
    ]
    assert len(files) > 100
    found = [path.name for path in files if other in path.read_text(encoding="utf-8")]
    assert not found, f"{found}: write {OTHER_WORDS[other]} for {other}"
