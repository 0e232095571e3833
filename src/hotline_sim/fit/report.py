"""The files of a fit: scenario, tables of estimates and of what stays unknown, a page to read, figures.

The figures are drawn by :mod:`hotline_sim.plot.fit`; that the directory appears whole or not at all is seen
to in :mod:`hotline_sim.results.directory`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.fit import patience, talk
from hotline_sim.fit.assemble import number_text
from hotline_sim.fit.laws import kaplan_meier
from hotline_sim.results.definitions import Wording
from hotline_sim.results.directory import MANIFEST, whole_directory
from hotline_sim.results.provenance import versions
from hotline_sim.scenario.write import digest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from hotline_sim.fit.door import Fit
    from hotline_sim.fit.laws import Law
    from hotline_sim.fit.phone import PhoneFit

_WORDS: Final[dict[str, Wording]] = {
    "title": Wording("# {name}: fitted to records", "# {name}：据实际记录拟合"),
    "period": Wording(
        "Profile {profile}, {start} to {end} (exclusive). Scenario file: `{file}`.",
        "读取配置 {profile}，{start}至{end}（不含）。场景文件：`{file}`。",
    ),
    "estimates": Wording("## Estimates", "## 估计值"),
    "columns": Wording(
        "| key | value | 95 % interval | records | how |", "| 参数 | 取值 | 95%区间 | 记录数 | 方法 |"
    ),
    "factors": Wording("## Factors", "## 系数"),
    "factor columns": Wording("| key | of | value | 95 % interval |", "| 参数 | 项 | 取值 | 95%区间 |"),
    "unknown": Wording("## Not identified", "## 未能识别"),
    "unknown columns": Wording("| key | what would be needed |", "| 参数 | 所需信息 |"),
    "figures": Wording("## Figures", "## 图"),
}
_LONGEST: Final = 90
VARIANTS_FILE: Final = "variants.json"
VARIANTS: Final = 200
"""Changes of the scenario that are written, as many as a forecast has futures."""
_SEED: Final = 1


def save_fit(
    fit: Fit, directory: str | Path, *, lang: str = "en", figures: bool = True, force: bool = False
) -> Path:
    """Write the result directory of a fit.

    It holds the scenario file under its name, ``estimates.csv``, ``factors.csv`` with the numbers of lists,
    ``not-identified.csv``, ``report.md``, ``manifest.json``, ``variants.json`` for forecasts and, for calls,
    ``figures``. Factors and variants are missing where there are none.

    Parameters
    ----------
    fit : Fit
        What was found.
    directory : path
        It appears whole or not at all.
    lang : {"en", "zh"}
        Language of page and figures.
    figures : bool
        Whether figures are drawn.
    force : bool
        Replace an earlier result.

    Returns
    -------
    Path
        The directory.

    Raises
    ------
    ResultError
        If the directory exists and may not be replaced, or cannot be written.
    """
    from hotline_sim.plot.figures import save_figure

    final = Path(directory).absolute()
    with whole_directory(final, force=force) as part:
        drawn = fit_figures(fit, lang) if figures else {}
        (part / f"{fit.scenario.name}.toml").write_text(fit.text, encoding="utf-8", newline="\n")
        _csv(part / "estimates.csv", fit.estimates)
        if len(fit.factors):
            _csv(part / "factors.csv", fit.factors)
        _csv(part / "not-identified.csv", _unknown(fit))
        variants = fit.changes(VARIANTS, seed=_SEED)
        if variants:
            _variants(part / VARIANTS_FILE, variants)
        (part / "report.md").write_text(page(fit, lang, list(drawn)), encoding="utf-8", newline="\n")
        text = json.dumps(manifest(fit), indent=2, ensure_ascii=False)
        (part / MANIFEST).write_text(f"{text}\n", encoding="utf-8", newline="\n")
        if drawn:
            (part / "figures").mkdir()
        for name, figure in drawn.items():
            save_figure(figure, part / "figures" / name)
    return final


def _variants(path: Path, variants: list[dict[str, Any]]) -> None:
    """One variant a line."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, allow_nan=False) for one in variants)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")


def _csv(path: Path, frame: Any) -> None:
    path.write_bytes(frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig"))


def _unknown(fit: Fit) -> Any:
    import pandas as pd

    rows = [{"key": one.path, "reason": one.reason} for one in fit.not_identified]
    return pd.DataFrame(rows, columns=["key", "reason"])


def manifest(fit: Fit) -> dict[str, Any]:
    """Where a fit comes from, as plain values for JSON."""
    return {
        "kind": "fit",
        "scenario": fit.scenario.name,
        "scenario_digest": digest(fit.scenario),
        "profile": fit.profile,
        "period": [fit.start.isoformat(), fit.end.isoformat()],
        "variants_seed": _SEED,
        "versions": versions(),
    }


def page(fit: Fit, lang: str, figures: list[str]) -> str:
    """Report as Markdown."""

    def say(key: str, **values: object) -> str:
        return _WORDS[key].text(lang).format(**values)

    name = fit.scenario.name
    lines = [
        say("title", name=name),
        "",
        say("period", profile=fit.profile, start=fit.start, end=fit.end, file=f"{name}.toml"),
        "",
        say("estimates"),
        "",
        say("columns"),
        "| --- | --- | --- | --- | --- |",
    ]
    for row in fit.estimates.to_dict("records"):
        interval = ""
        if row["low"] is not None and row["low"] == row["low"]:
            interval = f"{number_text(row['low'])} – {number_text(row['high'])} {row['unit']}".strip()
        value = " ".join(row["value"].split()).replace("|", "\\|")
        value = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
        note = row["note"].replace("|", "\\|")
        lines.append(f"| `{row['key']}` | `{value}` | {interval} | {row['count']:,} | {note} |")
    if len(fit.factors):
        lines += ["", say("factors"), "", say("factor columns"), "| --- | --- | --- | --- |"]
    for one in fit.found:
        for part in one.parts:
            known = part.low == part.low
            interval = f"{number_text(part.low)} – {number_text(part.high)}" if known else ""
            lines.append(f"| `{one.path}` | {part.name} | {number_text(part.value)} | {interval} |")
    lines += ["", say("unknown"), "", say("unknown columns"), "| --- | --- |"]
    lines += [f"| {one.path} | {one.reason} |" for one in fit.not_identified]
    if figures:
        lines += ["", say("figures"), "", *(f"![{figure}](figures/{figure}.png)\n" for figure in figures)]
    return "\n".join(lines).rstrip("\n") + "\n"


def fit_figures(fit: Fit, lang: str) -> dict[str, Figure]:
    """Figures of a fit by name; none if the records are no calls."""
    from hotline_sim.plot.fit import FitOrigin

    if fit.calls is None:
        return {}
    origin = FitOrigin(fit.scenario.name, getattr(fit.scenario.title, lang), fit.profile)
    figures: dict[str, Figure] = {}
    if fit.phone is not None:
        figures |= _week_figures(fit, fit.phone, lang, origin)
    figures["laws"] = _laws(fit, lang, origin)
    return figures


def _week_figures(fit: Fit, phone: PhoneFit, lang: str, origin: Any) -> dict[str, Figure]:
    from hotline_sim.plot.fit import week_figure

    calls, duty, demand = phone.calls, phone.duty, phone.tables["demand"]
    weekday = np.array(demand["weekday"])
    by_hour = np.array([demand["profiles"][name] for name in demand["profiles"]])
    mean = demand["requests_per_year"] / 365
    rates = mean * weekday[:, None] / weekday.mean() * by_hour / by_hour.sum(axis=1, keepdims=True)
    counts = calls.by_day_and_hour.astype(np.float64)
    roster = duty.roster(phone.share.share).astype(np.float64)
    return {
        "rates": week_figure("rates", counts, calls.weekday, rates, lang, origin),
        "staffing": week_figure("staffing", duty.on_duty, duty.weekday, roster, lang, origin),
    }


def _laws(fit: Fit, lang: str, origin: Any) -> Figure:
    from hotline_sim.plot.fit import Curve, laws_figure

    calls = fit.calls
    assert calls is not None
    seconds, censored = patience.waits(calls)
    longest_talk = float(np.quantile(calls.talk, 0.98)) if calls.talk.size else 1.0
    longest_wait = float(np.quantile(seconds, 0.995)) if seconds.size else 1.0
    times = np.linspace(0, longest_talk, 300), np.linspace(0, longest_wait, 300)

    def curves(laws: tuple[Law, ...], at: Any) -> list[Curve]:
        return [Curve(law.family, law.survival(at)) for law in laws]

    steps = kaplan_meier(seconds, censored) if seconds.size and (~censored).any() else None
    return laws_figure(
        calls.talk,
        curves(talk.talk_laws(calls), times[0]),
        steps,
        curves(patience.patience_laws(calls), times[1]),
        times,
        lang,
        origin,
    )
