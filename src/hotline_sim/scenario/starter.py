"""A first file for a planner: short, commented, taking from another scenario whatever it does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotline_sim.scenario.faults import key, quoted
from hotline_sim.scenario.write import to_tables, toml_value

if TYPE_CHECKING:
    from hotline_sim.scenario.schema import Scenario

_TEXT = """\
# Scenario {name}. Whatever is not said here is taken from {base}; to see all of it:
#   hotline-sim scenario show {base_shell}
# Take the # away from a line, change its value, and check the file:
#   hotline-sim scenario check {name}.toml
# For an editor that completes keys: hotline-sim scenario schema --out hotline-sim.schema.json
# and as first line of this file   : #:schema ./hotline-sim.schema.json
# 以 # 开头的行不起作用：去掉 #、修改数值，然后检查本文件。

extends = {base}
name = {name_text}

[title]
en = {title_en}
zh = {title_zh}

[run]
# First day that counts, and the day after the last one. 统计起止日期（不含结束日）
# start = {start}
# end = {end}

[demand]
# Valid requests in 365 days. 全年有效诉求量
# requests_per_year = {requests}

{teams}
{classes}
{units}
# Keys of {base} can be taken away; put this line above the first table:
# without = ["intake.redial"]
"""


def starter(name: str, base: Scenario, reference: str) -> str:
    """Text of a scenario file that extends another.

    Parameters
    ----------
    name : str
        Name of the new scenario.
    base : Scenario
        The scenario that it extends: its values stand as comments beside the keys most often changed.
    reference : str
        How the file names the base: a shipped name, or a path.
    """
    return _TEXT.format(
        name=name,
        base=quoted(reference),
        base_shell=reference,
        name_text=quoted(name),
        title_en=quoted(f"{name} (from {base.title.en})"),
        title_zh=quoted(f"{name}（据{base.title.zh}）"),
        start=base.run.start,
        end=base.run.end,
        requests=toml_value(base.demand.requests_per_year),
        teams=_team(base),
        classes=_class(base),
        units=_unit(base),
    )


def _team(base: Scenario) -> str:
    name = next(channel.team for channel in base.channels.values())
    for channel in base.channels.values():
        if channel.live:
            name = channel.team
            break
    shifts = toml_value(to_tables(base)["teams"][name]["shifts"])
    lines = [
        f"[teams.{key(name)}]",
        "# Shifts and the agents on duty in them; a new list replaces the whole list. 班次与在岗人数",
        *(f"# {line}" for line in f"shifts = {shifts}".splitlines()),
    ]
    return "\n".join(lines) + "\n"


def _class(base: Scenario) -> str:
    lines: list[str] = []
    for name, entry in base.classes.items():
        lines += [f"[classes.{key(name)}]", f"# limit = {quoted(str(entry.limit))}"]
    return "# Time limit of the reply. 办理时限\n" + "\n".join(lines) + "\n"


def _unit(base: Scenario) -> str:
    if not base.units:
        return ""
    name, unit = max(base.units.items(), key=lambda item: item[1].staff)
    return (
        f"[units.{key(name)}]\n"
        "# Handlers on duty in office hours, and people on round-the-clock duty. 承办人员与值班人员\n"
        f"# staff = {unit.staff}\n"
        f"# duty = {unit.duty}\n"
    )
