"""The verb: from records to a scenario file, with every estimate's interval and all that stays unknown.

The parts are :mod:`~hotline_sim.fit.phone` for calls and :mod:`~hotline_sim.fit.requests` for requests; files
and figures of a result are written by :mod:`~hotline_sim.fit.report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotline_sim.clock.ticks import DAY, datetime_of, tick_of
from hotline_sim.errors import RecordsError
from hotline_sim.fit import patience, redial, talk
from hotline_sim.fit.assemble import extending_text, standalone_text
from hotline_sim.fit.calls import calls_of
from hotline_sim.fit.estimate import Estimate, NotIdentified
from hotline_sim.fit.phone import calendar_of, fit_phone
from hotline_sim.fit.uncertainty import changes, variants
from hotline_sim.records.read import Records
from hotline_sim.scenario.load import check, load, loads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    import pandas as pd

    from hotline_sim.fit.calls import Calls
    from hotline_sim.fit.phone import PhoneFit
    from hotline_sim.fit.requests import RequestFit
    from hotline_sim.scenario.schema import Scenario

DEFAULT_BASE = "guangyuan-2021"


@dataclass(frozen=True, eq=False)
class Fit:
    """A scenario fitted to records.

    Parameters
    ----------
    scenario : Scenario
        As the file says it.
    text : str
        The file, with comments.
    found : tuple of Estimate
        Every key that was estimated.
    not_identified : tuple of NotIdentified
        Keys that the records cannot tell, with what would be needed.
    start, end : date
        Period of the records that was used, the end exclusive.
    profile : str
        What the records were read by.
    phone : PhoneFit or None
        Of a phone room that stands alone.
    calls : Calls or None
        Calls of the period, if the records are calls.
    requests : RequestFit or None
        Of records of requests.
    """

    scenario: Scenario
    text: str
    found: tuple[Estimate, ...]
    not_identified: tuple[NotIdentified, ...]
    start: date
    end: date
    profile: str
    phone: PhoneFit | None = None
    calls: Calls | None = None
    requests: RequestFit | None = None

    def __repr__(self) -> str:
        return (
            f"<Fit {self.scenario.name!r}: {len(self.found)} keys estimated, "
            f"{len(self.not_identified)} not identified, {self.start} to {self.end}>"
        )

    @property
    def estimates(self) -> pd.DataFrame:
        """Estimated keys: columns ``key``, ``value``, ``low``, ``high``, ``unit``, ``count``, ``note``."""
        import pandas as pd

        from hotline_sim.scenario.write import toml_value

        rows = [
            {
                "key": one.path,
                "value": toml_value(one.value),
                "low": one.low,
                "high": one.high,
                "unit": one.unit,
                "count": one.count,
                "note": one.note,
            }
            for one in self.found
        ]
        return pd.DataFrame(rows, columns=["key", "value", "low", "high", "unit", "count", "note"])

    @property
    def factors(self) -> pd.DataFrame:
        """Numbers of estimates that hold several: columns ``key``, ``part``, ``value``, ``low``, ``high``."""
        import pandas as pd

        rows = [(one.path, *part) for one in self.found for part in one.parts]
        return pd.DataFrame(rows, columns=["key", "part", "value", "low", "high"])

    def changes(self, count: int, *, seed: int = 1) -> list[dict[str, Any]]:
        """Changes of the scenario drawn from the law of its estimates: variants of a forecast.

        Parameters
        ----------
        count : int
            How many, at least 1.
        seed : int
            Of the draws.

        Returns
        -------
        list of dict
            Values by key path, as ``forecast(variants=)`` takes them; empty if only single keys of a base
            were estimated, from calls that do not name the agents.
        """
        if self.phone is not None:
            return list(changes(self.phone, count, seed=seed))
        return self.requests.variants(count, seed) if self.requests is not None else []

    def variants(
        self, count: int, *, seed: int = 1, start: date | None = None, end: date | None = None
    ) -> Iterator[Scenario]:
        """Scenarios as uncertain as the records leave them; see :mod:`~hotline_sim.fit.uncertainty`.

        Raises
        ------
        RecordsError
            If the records are no phone room that stands alone.
        """
        if self.phone is None:
            raise RecordsError("variants: only of records of calls that name the agents")
        return variants(self.phone, count, seed=seed, start=start, end=end)

    def save(
        self, directory: str | Path, *, lang: str = "en", figures: bool = True, force: bool = False
    ) -> Path:
        """Write scenario file, tables, report and figures; see :func:`~hotline_sim.fit.report.save_fit`."""
        from hotline_sim.fit.report import save_fit

        return save_fit(self, directory, lang=lang, figures=figures, force=force)


def fit(
    records: Records,
    base: str | Path = DEFAULT_BASE,
    *,
    start: date | None = None,
    end: date | None = None,
    name: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> Fit:
    """Scenario fitted to records.

    Records of calls that name the agents give a phone room that stands alone; calls without agents give a
    file that extends `base`; requests give the units, limits and times that the records have.

    Parameters
    ----------
    records : Records
        From :func:`hotline_sim.read_records`.
    base : str or path
        Scenario whose values hold where the records tell nothing: a shipped name, or a file.
    start, end : date, optional
        Period of the records that is used, the end exclusive; by default all of them.
    name : str, optional
        Of the new scenario; by default the profile's name with "-fitted".
    progress : callable, optional
        Called with the part of the work that is done, from 0 to 1.

    Returns
    -------
    Fit

    Raises
    ------
    TypeError
        If these are no records.
    RecordsError
        If the period holds no records, or too few for any estimate, or the records are counts.
    ScenarioError
        If the base cannot be loaded.
    """
    if not isinstance(records, Records):
        kind = type(records).__name__
        raise TypeError(f"records: got {kind}, must be records: hotline_sim.read_records(path, profile=...)")
    based_on = load(base)
    title = name or f"{records.profile.name[:50]}-fitted"
    if records.profile.kind == "counts":
        raise RecordsError(
            f"the profile {records.profile.name} gives counts per interval: "
            "a fit needs records of single calls or requests"
        )
    first, last = _period(records, start, end)
    if records.profile.kind == "calls":
        return _of_calls(records, (str(base), based_on), title, (first, last), progress)
    return _of_requests(records, based_on, title, (first, last))


def _period(records: Records, start: date | None, end: date | None) -> tuple[date, date]:
    meta = records.log.meta
    whole = datetime_of(meta.start).date(), datetime_of(-(-meta.end // DAY) * DAY).date()
    first, last = start or whole[0], end or whole[1]
    if start is not None and end is not None and start >= end:
        raise RecordsError(f"period: got {start} to {end}, must end after it starts")
    arrival = records.log.tickets["arrival"]
    if not ((arrival >= tick_of(first)) & (arrival < tick_of(last))).any():
        asked = " ".join([*([f"from {start}"] if start else []), *([f"to {end}"] if end else [])])
        raise RecordsError(
            f"period: got {asked or 'all days'}, which holds no records; "
            f"they run from {whole[0]} to {whole[1]} (exclusive)"
        )
    return first, last


def _origin(records: Records, period: tuple[date, date], count: int) -> list[str]:
    files = ", ".join(Path(file.name).name for file in records.report.files)
    return [
        f"Fitted to {count:,} records of {files}, read by the profile {records.profile.name}, {period[0]} to "
        f"{period[1]} (exclusive).",
        "Beside each key: how it was estimated, number of records, 95 % interval.",
    ]


def _of_calls(
    records: Records,
    base: tuple[str, Scenario],
    name: str,
    period: tuple[date, date],
    progress: Callable[[float], None] | None,
) -> Fit:
    calls = calls_of(records, tick_of(period[0]), tick_of(period[1]))
    phone = fit_phone(records, calls, name, base[1], progress=progress)
    origin = _origin(records, period, calls.size)
    known: dict[str, Any] = {"start": period[0], "end": period[1], "profile": records.profile.name}
    if phone is not None:
        found, unknown = phone.findings
        scenario = check(_validated(phone.tables))
        text = standalone_text(scenario, found, unknown, origin)
        return Fit(loads(text, name), text, tuple(found), tuple(unknown), **known, phone=phone, calls=calls)
    parts = [talk.estimate(calls), patience.estimate(calls), redial.estimate(calls)]
    found = [estimate for part in parts for estimate in part.estimates]
    unknown = [missing for part in parts for missing in part.not_identified]
    unknown += [
        NotIdentified("teams", "needs names of agents and lengths of calls"),
        NotIdentified(
            "intake.after_call_direct", "needs names of agents, to tell whose gap between calls it is"
        ),
        NotIdentified("demand", "volumes are fitted together with staffing, or from records of requests"),
    ]
    if not found:
        raise RecordsError("nothing can be estimated: " + "; ".join(one.reason for one in unknown[:2]))
    text = extending_text(base[0], name, found, unknown, origin)
    return Fit(loads(text, name), text, tuple(found), tuple(unknown), **known, calls=calls)


def _validated(tables: dict[str, Any]) -> Scenario:
    from hotline_sim.scenario.schema import Scenario

    return Scenario.model_validate(tables)


def _of_requests(records: Records, base: Scenario, name: str, period: tuple[date, date]) -> Fit:
    from hotline_sim.fit.requests import fit_requests
    from hotline_sim.scenario.schema import CalendarTable

    calendar = CalendarTable.model_validate(calendar_of(records))
    own = base.model_copy(update={"calendar": calendar})
    try:
        found = fit_requests(records, own, name=name, window=period, start=period[0], end=period[1])
    except ValueError as error:
        raise RecordsError(f"these records cannot be fitted: {error}") from None
    arrival = records.log.tickets["arrival"]
    count = int(((arrival >= tick_of(period[0])) & (arrival < tick_of(period[1]))).sum())
    estimates, unknown = list(found.estimates), list(found.not_identified)
    text = standalone_text(found.scenario, estimates, unknown, _origin(records, period, count))
    return Fit(
        scenario=loads(text, name),
        text=text,
        found=tuple(estimates),
        not_identified=tuple(unknown),
        start=period[0],
        end=period[1],
        profile=records.profile.name,
        requests=found,
    )
