"""Wrong arguments of the verbs: one sentence that names the argument, not a bare error."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import hotline_sim as hs
from hotline_sim.arguments import check_whole
from hotline_sim.errors import HotlineError

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def town() -> Any:
    return hs.load("small-town")


@cache
def network() -> Any:
    return hs.build(town())


VARY: Any = {"units.north.staff": [1, 2]}
ANY: Any = hs

WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "load a number": (lambda: ANY.load(123), "source: got int, must be the path of a scenario file"),
    "load nothing": (lambda: ANY.load(None), "source: got NoneType, must be the path"),
    "load a scenario": (lambda: ANY.load(town()), "source: got Scenario, must be the path"),
    "load bytes": (lambda: ANY.load(b"small-town"), "source: got bytes, must be the path"),
    "load a text that is a path": (
        lambda: ANY.loads(Path("x.toml")),
        "text: got PosixPath, must be the text",
    ),
    "simulate a name": (lambda: ANY.simulate("guangyuan-2021"), "hotline_sim.load('guangyuan-2021')"),
    "simulate with a text as seed": (
        lambda: ANY.simulate(town(), seed="1"),
        "seed: got '1', must be a whole",
    ),
    "simulate with part of a seed": (
        lambda: ANY.simulate(town(), seed=1.5),
        "seed: got 1.5, must be a whole",
    ),
    "simulate with a truth as seed": (lambda: ANY.simulate(town(), seed=True), "seed: got True, must be a"),
    "simulate below seed 0": (lambda: ANY.simulate(town(), seed=-1), "seed: got -1, must be at least 0"),
    "simulate replication -1": (lambda: ANY.simulate(town(), replication=-1), "replication: got -1, must be"),
    "simulate replication text": (
        lambda: ANY.simulate(town(), replication="0"),
        "replication: got '0', must",
    ),
    "simulate an engine near": (lambda: ANY.simulate(town(), engine="cor"), "core; did you mean core?"),
    "simulate an engine": (lambda: ANY.simulate(town(), engine="fast"), "must be one of auto, des, core"),
    "figures of a scenario": (
        lambda: ANY.kpis(town()),
        "log: got Scenario, must be a ticket log: hotline_sim",
    ),
    "figures of figures": (
        lambda: ANY.kpis({}),
        "log: got dict, must be a ticket log: hotline_sim.simulate(",
    ),
    "replicate no times": (lambda: ANY.replicate(town(), 0), "replications: got 0, must be at least 1"),
    "replicate a text": (lambda: ANY.replicate(town(), "3"), "replications: got '3', must be a whole number"),
    "replicate a half": (lambda: ANY.replicate(town(), 2.5), "replications: got 2.5, must be a whole number"),
    "replicate a name": (lambda: ANY.replicate("small-town", 3), "must be a scenario: hotline_sim.load("),
    "replicate another figure": (
        lambda: ANY.replicate(town(), 2, kpis=["answr_rate"]),
        "'answr_rate' is no key figure here; did you mean answer_rate?",
    ),
    "replicate below seed 0": (lambda: ANY.replicate(town(), 2, seed=-1), "seed: got -1, must be at least 0"),
    "replicate an engine": (lambda: ANY.replicate(town(), 2, engine="cores"), "did you mean core?"),
    "replicate to low precision": (
        lambda: ANY.replicate(town(), precision="low"),
        "precision: got 'low', must",
    ),
    "replicate by nobody": (
        lambda: ANY.replicate(town(), 2, workers=0),
        "workers: got 0, must be at least 1",
    ),
    "replicate by a text": (
        lambda: ANY.replicate(town(), 2, workers="2"),
        "workers: got '2', must be a whole",
    ),
    "replicate fewer than the fewest": (
        lambda: ANY.replicate(town(), 5, precision=0.1, max_replications=3),
        "max_replications: got 3, must be at least the number of replications, 5",
    ),
    "replicate by the old name": (lambda: ANY.replicate(town(), n=3), "unexpected keyword argument 'n'"),
    "compare one": (lambda: ANY.compare(town()), "scenarios: got 1, must be at least two"),
    "compare a list": (lambda: ANY.compare([town(), town()]), "scenario: got list, must be a scenario"),
    "compare with a name": (
        lambda: ANY.compare(town(), "small-town"),
        "must be a scenario: hotline_sim.load(",
    ),
    "compare once": (
        lambda: ANY.compare(town(), town(), replications=1),
        "replications: got 1, must be at least 2",
    ),
    "compare under one name": (lambda: ANY.compare(town(), town(), names=["a"]), "names: got 1, must be 2"),
    "sweep over an unknown key": (
        lambda: ANY.sweep(town(), vary={"units.nort.staff": [1]}),
        "did you mean north?",
    ),
    "sweep over a list": (lambda: ANY.sweep(town(), vary=["units.north.staff"]), "vary: must be a mapping"),
    "sweep over a text": (
        lambda: ANY.sweep(town(), vary="a=1"),
        "vary: must be a mapping, key path to values",
    ),
    "sweep over nothing": (lambda: ANY.sweep(town(), vary={}), "vary: at least one key is needed"),
    "sweep over a number": (lambda: ANY.sweep(town(), vary={3: [1]}), "vary: must be a mapping, key path to"),
    "sweep a name": (lambda: ANY.sweep("small-town", vary=VARY), "must be a scenario: hotline_sim.load("),
    "sweep in text": (
        lambda: ANY.sweep(town(), vary=VARY, replications="2"),
        "replications: got '2', must be",
    ),
    "sweep from a text": (lambda: ANY.sweep(town(), vary=VARY, seed="1"), "seed: got '1', must be a whole"),
    "sweep by a design": (
        lambda: ANY.sweep(town(), vary=VARY, design="lsh"),
        "lhs, sobol; did you mean lhs?",
    ),
    "sweep of another figure": (lambda: ANY.sweep(town(), vary=VARY, kpis=["x"]), "'x' is no key figure of"),
    "sweep by a number": (lambda: ANY.sweep(town(), vary=VARY, executor=3), "executor: got 3, must be"),
    "sweep into a number": (
        lambda: ANY.sweep(town(), vary=VARY, out=3),
        "out: got int, must be the path of a",
    ),
    "sensitivity of a name": (
        lambda: ANY.sensitivity("small-town", vary=VARY, kpis=["answer_rate"]),
        "must be a scenario: hotline_sim.load(",
    ),
    "sensitivity by a method": (
        lambda: ANY.sensitivity(town(), vary=VARY, kpis=["answer_rate"], method="sobl"),
        "method: got 'sobl', must be one of tornado, morris, sobol; did you mean sobol?",
    ),
    "sensitivity to a text": (
        lambda: ANY.sensitivity(town(), vary="x", kpis=["answer_rate"]),
        "vary: must be a mapping, key path to values",
    ),
    "forecast a name": (lambda: ANY.forecast("small-town"), "must be a scenario: hotline_sim.load("),
    "forecast weeks": (lambda: ANY.forecast(town(), weeks="3"), "weeks: got '3', must be a whole number"),
    "forecast no week": (lambda: ANY.forecast(town(), weeks=0), "weeks: got 0, must be from 1 to 104"),
    "forecast from a text": (
        lambda: ANY.forecast(town(), start="2021-03-08"),
        "start: got '2021-03-08', must",
    ),
    "forecast from noon": (
        lambda: ANY.forecast(town(), start=datetime(2021, 3, 8, 12)),
        "must be a date such as datetime.date(2021, 3, 8)",
    ),
    "forecast open tickets": (
        lambda: ANY.forecast(town(), open_tickets="records", weeks=1, replications=2),
        "open_tickets: got str, must be a ticket log: hotline_sim.simulate(",
    ),
    "forecast a variant": (
        lambda: ANY.forecast(town(), variants={"a": 1}),
        "variants: must be a list of map",
    ),
    "verify a case": (lambda: ANY.verify(["erlng"]), "there is no such case; did you mean erlang"),
    "verify below seed 0": (lambda: ANY.verify(seed=-1), "seed: got -1, must be at least 0"),
    "verify from a text": (lambda: ANY.verify(seed="a"), "seed: got 'a', must be a whole number"),
    "fit a path": (
        lambda: ANY.fit("calls.csv"),
        "records: got str, must be records: hotline_sim.read_records(",
    ),
    "read a number": (lambda: ANY.read_records(3, profile="open311"), "paths: got int, must be the path"),
    "read by a number": (lambda: ANY.read_records("x.csv", profile=3), "profile: got int, must be a name"),
    "save no log": (
        lambda: ANY.save(town(), {}, "x", provenance={}),
        "log: got Scenario, must be a ticket log",
    ),
    "read a log from a number": (lambda: ANY.load_log(3), "directory: got int, must be the path of a result"),
    "write a name": (lambda: ANY.to_toml("small-town"), "must be a scenario: hotline_sim.load('small-town')"),
    "build a number": (lambda: ANY.build(3), "scenario: got int, must be a scenario"),
    "draw for a scenario": (lambda: ANY.draw(town(), 1, 0), "network: got Scenario, must be a network"),
    "draw from a text": (lambda: ANY.draw(network(), "1", 0), "seed: got '1', must be a whole number"),
    "summarise a scenario": (lambda: ANY.summarise(town(), 1), "network: got Scenario, must be a network"),
    "summarise a seed": (
        lambda: ANY.summarise(network(), 1),
        "draws: got int, must be draws: hotline_sim.draw(",
    ),
    "summarise blocks": (
        lambda: ANY.summarise_blocks(town(), 1, 0),
        "network: got Scenario, must be a network",
    ),
    "summarise no days": (lambda: ANY.summarise_blocks(network(), 1, 0, days=0), "days: got 0, must be at"),
}


@pytest.mark.parametrize(("call", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_argument_is_told_in_one_clear_sentence(call: Callable[[], object], words: str) -> None:
    with pytest.raises((TypeError, ValueError, HotlineError)) as caught:
        call()
    message = str(caught.value)
    assert words.replace("PosixPath", type(Path()).__name__) in message
    assert "\n" not in message


def test_a_scenario_may_be_compared_with_itself() -> None:
    found = hs.compare(town(), town(), replications=2)
    assert list(found.scenarios) == ["small-town", "small-town-2"]
    assert not found.summary("answer_rate")["differs"].any()


@pytest.mark.parametrize("number", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers_of_any_kind_are_accepted(number: object) -> None:
    check_whole("number", number, least=3, most=3)
    with pytest.raises(ValueError, match="number: got 3, must be from 0 to 2"):
        check_whole("number", number, most=2)
