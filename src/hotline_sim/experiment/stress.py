"""The checklist of a simulation study, STRESS-DES, filled in from a scenario and its provenance.

Items are those of Monks, Currie, Onggo, Robinson, Kunc and Taylor, Strengthening the reporting of empirical
simulation studies: introducing the STRESS guidelines, Journal of Simulation 13 (2019) 55-67,
doi 10.1080/17477778.2018.1442155. What only the author of a study knows is marked as such. The words are in
``stress_words.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from hotline_sim.experiment.compare import Comparison
from hotline_sim.experiment.stopping import Precision
from hotline_sim.experiment.stress_words import ITEMS, SECTIONS, WORDS
from hotline_sim.results.names import definition, label
from hotline_sim.results.provenance import PACKAGES, machine, versions
from hotline_sim.scenario.faults import key as key_text
from hotline_sim.scenario.write import digest, to_tables, toml_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hotline_sim.experiment.replicate import Replications
    from hotline_sim.scenario.schema import Scenario

DOI: Final = "10.1080/17477778.2018.1442155"

MOST_CHANGES: Final = 20
"""Keys that are listed for each scenario."""

LONGEST: Final = 80
"""Signs of a value."""


def stress_des(result: Replications | Comparison, lang: str = "en", *, kpis: Sequence[str] = ()) -> str:
    """Checklist of a study as Markdown, one paragraph for each of its items.

    Parameters
    ----------
    result : Replications or Comparison
        The study.
    lang : {"en", "zh"}
        Language.
    kpis : sequence of str
        Key figures that are reported; all without those of parts of the tickets if none is named.

    Returns
    -------
    str
        Items that the result cannot tell say so, in bold.

    Raises
    ------
    ValueError
        If the language is neither.
    """
    scenarios = _scenarios(result)
    facts = _facts(result, scenarios, lang, list(kpis))
    lines = [f"# {_word('title', lang)}", "", _word("about", lang, doi=DOI), ""]
    for number, name in SECTIONS.items():
        lines += [f"## {number}. {name.text(lang)}", ""]
        for item, (title, text) in ITEMS.items():
            if item.split(".")[0] != number:
                continue
            body = text.text(lang).format(**facts)
            if item in _OF_THE_AUTHOR:
                body = f"{body} **{_word(_OF_THE_AUTHOR[item], lang)}**".strip()
            lines += [f"### {item} {title.text(lang)}", "", body, ""]
    return "\n".join(lines)


_OF_THE_AUTHOR: Final = {
    "1.1": "purpose",
    "1.3": "aims",
    "3.1": "sources",
    "3.2": "processing",
    "6.1": "sharing",
}
"""Items that need the author, and what is asked of them."""


def _word(name: str, lang: str, /, **values: object) -> str:
    return WORDS[name].text(lang).format(**values)


def _scenarios(result: Replications | Comparison) -> dict[str, Scenario]:
    if isinstance(result, Comparison):
        return result.scenarios
    return {result.scenario.name: result.scenario}


def _facts(
    result: Replications | Comparison, scenarios: dict[str, Scenario], lang: str, kpis: list[str]
) -> dict[str, Any]:
    """Everything that the paragraphs name."""
    first = next(iter(scenarios.values()))
    found, here = versions(), machine()
    names = kpis or [name for name in _kpis(result) if "." not in name]
    return {
        "titles": _list(lang, (getattr(scenario.title, lang) for scenario in scenarios.values())),
        "outputs": "\n".join(f"* {label(name, lang)} (`{name}`): {definition(name, lang)}" for name in names),
        "interval": _interval(result, lang),
        "aims": _aims(scenarios, lang),
        "logic": _differences(scenarios, lang),
        "classes": _list(lang, _labels(first.classes, lang)),
        "channels": _list(lang, _labels(first.channels, lang)),
        "teams": _list(lang, _labels(first.teams, lang)),
        "units": f"{len(first.units):,}",
        "kinds": _list(lang, sorted({unit.kind for unit in first.units.values()})) or "-",
        "digests": _list(lang, (f"{name} `{digest(scenario)[:16]}`" for name, scenario in scenarios.items())),
        "run_in": _list(lang, dict.fromkeys(str(scenario.run.run_in) for scenario in scenarios.values())),
        "start": first.run.start,
        "end": first.run.end,
        "days": (first.run.end - first.run.start).days,
        "count": result.count,
        "seed": result.seed,
        "engine": _word(f"engine {result.engine}", lang),
        "stopping": _stopping(result, lang),
        "version": found["hotline-sim"],
        "packages": _list(
            lang, (f"{name} {found[name]}" for name in PACKAGES if name != "hotline-sim" and found[name])
        ),
        "python": found["python"],
        "numpy": np.__version__,
        "system": here["system"],
        "processor": here["processor"],
    }


def _labels(tables: Mapping[Any, Any], lang: str) -> list[str]:
    return [getattr(entry.label, lang) or name for name, entry in tables.items()]


def _list(lang: str, texts: Iterable[str]) -> str:
    return _word("comma", lang).join(texts)


def _kpis(result: Replications | Comparison) -> list[str]:
    return result.kpis if isinstance(result, Comparison) else list(result.columns)


def _interval(result: Replications | Comparison, lang: str) -> str:
    return _word("interval several" if isinstance(result, Comparison) else "interval one", lang)


def _aims(scenarios: dict[str, Scenario], lang: str) -> str:
    base, *others = scenarios
    if not others:
        return _word("aim one", lang, name=base)
    return _word("aim several", lang, base=base, others=_list(lang, others))


def _differences(scenarios: dict[str, Scenario], lang: str) -> str:
    base, *others = scenarios
    if not others:
        return _word("no difference", lang)
    lines: list[str] = []
    for name in others:
        found = changes(scenarios[base], scenarios[name])
        lines.append(_word("difference" if found else "equal", lang, name=name, base=base))
        lines += ["", *(f"* `{key}`: {old} → {new}" for key, old, new in found[:MOST_CHANGES])]
        if len(found) > MOST_CHANGES:
            lines.append(_word("more", lang, count=len(found) - MOST_CHANGES))
        lines.append("")
    return "\n".join(lines).rstrip()


def changes(base: Scenario, other: Scenario) -> list[tuple[str, str, str]]:
    """Keys in which two scenarios differ, with what stands in each; a dash where nothing does.

    Name, title and description are left out: they say what a file is, not how the model works.
    """
    old, new = (dict(_leaves(to_tables(scenario))) for scenario in (base, other))
    keys = [*old, *(key for key in new if key not in old)]
    return [
        (key, old.get(key, "-"), new.get(key, "-"))
        for key in keys
        if old.get(key) != new.get(key) and key.partition(".")[0] not in ("name", "title", "description")
    ]


def _leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        here = f"{path}{key_text(name)}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{here}.")
        else:
            yield here, _short(toml_value(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _stopping(result: Replications | Comparison, lang: str) -> str:
    if isinstance(result, Comparison) or result.rule is None:
        return _word("fixed", lang)
    outcome = _word("met" if result.is_met else "unmet", lang)
    rule = result.rule
    if not isinstance(rule, Precision):
        return _word("rule", lang, outcome=outcome)
    names = _list(lang, (label(kpi, lang) for kpi in rule.kpis))
    share = 100 * rule.relative
    return _word("sequential", lang, relative=share, kpis=names, ahead=rule.look_ahead, outcome=outcome)
