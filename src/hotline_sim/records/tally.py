"""Every row that was dropped or repaired: counted by reason, and kept with its text.

Reasons have a code and, where it helps, a detail such as the column; their words in both languages are here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from hotline_sim.results.definitions import Wording

if TYPE_CHECKING:
    import pandas as pd

    from hotline_sim.arrays import BoolArray
    from hotline_sim.records.blocks import Block

REASONS: Final[dict[str, Wording]] = {
    # Lines that never become rows.
    "above_header": Wording("line above the header", "表头之上的行"),
    "header_again": Wording("the header once more", "重复的表头"),
    "blank": Wording("blank row", "空行"),
    "too_few": Wording("fewer cells than the header", "单元格少于表头"),
    "too_many": Wording("more cells than the header", "单元格多于表头"),
    "open_quote": Wording("a quote that is never closed, or a cell too long", "引号未闭合，或单元格过长"),
    "no_record": Wording("no record but another value of JSON", "不是记录的JSON值"),
    # Rows that say too little.
    "missing": Wording("{detail}: missing", "{detail}：缺失"),
    "part_missing": Wording("{detail}: date or time of day missing", "{detail}：缺日期或时刻"),
    "unreadable": Wording("{detail}: cannot be read", "{detail}：无法识别"),
    "shifted": Wording(
        "cells shifted by a separator inside {detail}: part of the time is lost",
        "{detail}内含分隔符，单元格错位，时间不全",
    ),
    "by_rule": Wording("{detail}", "{detail}"),
    "duplicate": Wording("id given before", "编号重复"),
    "backwards": Wording("{detail} before the arrival", "{detail}早于来件"),
    "below_zero": Wording("{detail}: less than nothing", "{detail}：小于零"),
    "negative": Wording("{detail}: negative duration", "{detail}：时长为负"),
    # Repairs.
    "separator": Wording("separator without quotes put right", "未加引号的分隔符已修正"),
    "empty_cells": Wording("empty cells beyond the header cut off", "表头之外的空单元格已删除"),
    "other_encoding": Wording("line in another encoding than the file", "该行编码与文件不同，已转换"),
    "bytes_replaced": Wording("bytes that are no text of the encoding replaced", "无法解码的字节已替换"),
    "nul": Wording("NUL bytes removed", "空字符（NUL）已删除"),
    "decimal_tail": Wording("{detail}: decimal tail of the time cut off", "{detail}：时间的小数尾已去除"),
    "leading_zeros": Wording(
        "{detail}: leading zeros of the time of day restored", "{detail}：时刻前的零已补回"
    ),
    "gap": Wording(
        "{detail}: hour that does not exist, moved on by an hour",
        "{detail}：夏令时开始时不存在的时刻，已顺延一小时",
    ),
    "twice": Wording(
        "{detail}: hour that happens twice, taken as written", "{detail}：夏令时结束时重复的时刻，按原文"
    ),
    "twice_moved": Wording(
        "{detail}: hour that happens twice, moved on by an hour",
        "{detail}：夏令时结束时重复的时刻，已顺延一小时",
    ),
    "clock_lost": Wording("{detail}: time of day lost, set by the profile", "{detail}：时刻缺失，按配置填补"),
    "unknown_value": Wording("{detail}: cannot be read, taken as unknown", "{detail}：无法识别，按未知处理"),
    "ignored": Wording("{detail}: before the arrival, taken as unknown", "{detail}：早于来件，按未知处理"),
    "entity": Wording("{detail}: HTML entities resolved", "{detail}：HTML实体已还原"),
    "full_width": Wording("{detail}: full-width signs made plain", "{detail}：全角字符已转半角"),
    "id_scientific": Wording("id in scientific notation, not used as a key", "编号为科学计数法，不作为主键"),
    "id_shared": Wording("id shared by many rows, not used as a key", "编号被多行共用，不作为主键"),
    "queued_early": Wording("arrival after the queue, taken as the queue", "来电晚于排队，按排队时刻"),
    "midnight": Wording("{detail}: past midnight, moved on by a day", "{detail}：跨过零点，已顺延一天"),
    "event_early": Wording("event before the arrival, taken as the arrival", "事件早于来件，按来件时刻"),
    "reply_from_event": Wording(
        "reply: time missing, taken from the event", "答复时间缺失，取自答复事件的时间"
    ),
    "reply_from_closing": Wording(
        "reply: time missing, taken from the closing", "答复时间缺失，取自办结时间"
    ),
}
"""Words of each reason by its code."""

_SCHEMA: Final = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("action", pa.string()),
        ("reason", pa.string()),
        ("raw", pa.string()),
    ]
)

WITHOUT_ROWS: Final = frozenset({"event_early", "reply_from_event", "reply_from_closing"})
"""Repairs of requests put together from events, which have no row of their own among the rejects."""

DROPPED: Final = "dropped"
REPAIRED: Final = "repaired"


class Count(NamedTuple):
    """How many rows were dropped or repaired for one reason."""

    action: str
    code: str
    detail: str
    number: int

    def text(self, lang: str = "en") -> str:
        """Return the reason in a language."""
        return reason(self.code, self.detail, lang)


def reason(code: str, detail: str = "", lang: str = "en") -> str:
    """Words of a reason; in both languages of a rule, its own."""
    return REASONS[code].text(lang).format(detail=detail)


class Tally:
    """Counts by reason, and the rows themselves."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}
        self._parts: list[pa.Table] = []
        self._loose: list[tuple[str, int, str, str, str]] = []

    def line(self, source: str, action: str, code: str, number: int, raw: str) -> None:
        """Count one line of a file."""
        self._add(action, code, "", 1)
        self._loose.append((source, number, action, reason(code), raw))

    def rows(self, block: Block, action: str, code: str, detail: str, mask: BoolArray) -> None:
        """Count rows of a block, given by a mask."""
        rows = np.flatnonzero(mask)
        if not rows.size:
            return
        self._add(action, code, detail, rows.size)
        count = rows.size
        self._parts.append(
            pa.table(
                {
                    "file": pa.repeat(pa.scalar(block.source), count),
                    "row": pa.array(block.numbers[rows]),
                    "action": pa.repeat(pa.scalar(action), count),
                    "reason": pa.repeat(pa.scalar(reason(code, detail)), count),
                    "raw": block.raw(rows),
                }
            )
        )

    def note(self, action: str, code: str, detail: str, number: int) -> None:
        """Count something that has no row of its own, such as a ticket put together from events."""
        if number:
            self._add(action, code, detail, number)

    def _add(self, action: str, code: str, detail: str, number: int) -> None:
        key = action, code, detail
        self._counts[key] = self._counts.get(key, 0) + number

    @property
    def counts(self) -> tuple[Count, ...]:
        """Counts, dropped rows first, the most frequent reasons first."""
        counts = [Count(*key, number) for key, number in self._counts.items()]
        return tuple(sorted(counts, key=lambda one: (one.action, -one.number, one.text())))

    @property
    def dropped(self) -> int:
        """Rows dropped."""
        return sum(number for (action, _, _), number in self._counts.items() if action == DROPPED)

    def frame(self) -> pd.DataFrame:
        """Rows dropped and repaired, in the order of the files."""
        import pandas as pd

        loose = zip(*self._loose, strict=True) if self._loose else ([] for _ in _SCHEMA)
        lines = pa.table(
            [pa.array(column, field.type) for column, field in zip(loose, _SCHEMA, strict=True)], _SCHEMA
        )
        table = pa.concat_tables([lines, *self._parts])
        self._parts, self._loose = [], []
        for place, field in enumerate(_SCHEMA):
            if field.name in ("file", "action", "reason"):  # few words, many rows
                table = table.set_column(place, field.name, table[field.name].dictionary_encode())
        table = table.unify_dictionaries()
        frame: pd.DataFrame = table.to_pandas(types_mapper={pa.string(): pd.ArrowDtype(pa.string())}.get)
        return frame.sort_values(["file", "row"], kind="stable", ignore_index=True)
