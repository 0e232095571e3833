"""A valid scenario, and what can be wrong with it: edits of the text, and the key paths that must be told.

Each edit is a pair of texts: what stands in ``BASE`` exactly once, and what is written instead.
"""

from __future__ import annotations

from typing import NamedTuple

BASE = """\
name = "test-town"
title = { en = "Test town", zh = "测试镇" }

[run]
start = 2021-03-01
end = 2021-03-29
run_in = "21 d"
resolution = "1 s"

[calendar]
base = "china"

[hours]
office = ["09:00-12:00", "14:00-18:00"]

[demand]
requests_per_year = 20000
day_factor_cv = 0.1
month = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
weekday = [1, 1, 1, 1, 1, 0.8, 0.7]
holiday = { spring_festival = 0.4, other = 0.7, last_day = 0.9 }

[demand.profiles]
usual = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]

[channels.phone]
label = { en = "Phone", zh = "电话" }
share = 0.9
team = "operators"
live = true

[channels.web]
label = { en = "Web", zh = "网站" }
share = 0.1
team = "office"
live = false

[teams.operators]
label = { en = "Operators", zh = "坐席" }
shifts = [
  { name = "day", start = "08:00", end = "20:00", pause = "12:00-12:30", agents = 2 },
  { name = "night", start = "20:00", end = "08:00", agents = 1 },
]

[teams.office]
label = { en = "Back office", zh = "派单席" }
shifts = [{ name = "office", start = "09:00", end = "17:00", agents = 3, days = "working" }]

[classes.consult]
label = { en = "Consultation", zh = "咨询" }
share = 0.6
direct_answer = 0.9
limit = "3 working days"
desk = { family = "fixed", mean = "1 working h" }
field = { family = "uniform", low = "1 h", high = "2 h" }

[classes.help]
label = { en = "Help", zh = "求助" }
share = 0.4
direct_answer = 0.2
limit = "5 working days"
desk = { family = "exponential", mean = "2 working h" }
field = { family = "lognormal", mean = "2 working days", sigma = 0.5 }

[categories.streets]
label = { en = "Streets", zh = "道路" }
share = 0.5
profile = "usual"
urgent_share = 0.2
units = { "住建局" = 1 }

[categories.noise]
label = { en = "Noise", zh = "噪声" }
share = 0.5
profile = "usual"
area_share = 1

[units."住建局"]
label = { en = "Housing bureau", zh = "住建局" }
kind = "department"
staff = 2

[units.north]
label = { en = "North", zh = "城北" }
kind = "county"
staff = 1
area_weight = 1

[intake]
talk = { family = "gamma", mean = "200 s", cv = 0.8 }
invalid_talk = { family = "weibull", mean = "40 s", shape = 1.5 }
written = { family = "triangular", low = "1 min", mode = "2 min", high = "9 min" }
patience = { family = "exponential", mean = "5 min" }

[intake.redial]
probability = 0.5
delay = { family = "erlang", mean = "10 min", stages = 2 }
most = 3

[dispatch]
team = "office"
work = { family = "exponential", mean = "5 min" }
urgent_work = { family = "exponential", mean = "2 min" }
misroute = 0.1
most_returns = 2
return_delay = { family = "uniform", low = "1 working h", high = "6 working h" }

[sign]
delay = { family = "exponential", mean = "30 min" }
urgent_delay = { family = "exponential", mean = "4 min" }
limit = "1 working day"
urgent_limit = "30 min"

[urgent]
limit = "24 h"
desk = { family = "exponential", mean = "5 min" }
field = { family = "exponential", mean = "40 min" }

[callback]
team = "operators"
share = 1
talk = { family = "exponential", mean = "2 min" }
ring = "20 s"
reached = 0.8
most_tries = 3
retry_after = "4 h"

[outcome]
solved = 0.85
solved_when_late = 0.7
satisfied_if_solved = 0.95
satisfied_if_unsolved = 0.5
redo = 0.5
most_redos = 2
redo_limit = "5 working days"
"""

OUTCOME = BASE[BASE.index("[outcome]") :]
DISPATCH = BASE[BASE.index("[dispatch]") : BASE.index("[sign]")]
URGENT = BASE[BASE.index("[urgent]") : BASE.index("[callback]")]
UNITS = BASE[BASE.index("[units.") : BASE.index("[intake]")]


class Broken(NamedTuple):
    """One broken file: its edits, the key paths told, and a piece of the message where it matters."""

    edits: tuple[tuple[str, str], ...]
    paths: tuple[str, ...]
    words: str = ""


def one(old: str, new: str, path: str, words: str = "") -> Broken:
    """Single edit with a single fault."""
    return Broken(((old, new),), (path,), words)


BROKEN: dict[str, Broken] = {
    # types
    "text for a number": one(
        "day_factor_cv = 0.1", 'day_factor_cv = "0.1"', "demand.day_factor_cv", "quotes"
    ),
    "number for a text": one('zh = "测试镇"', "zh = 3", "title.zh", "text"),
    "fraction for a count": one("staff = 2", "staff = 2.5", 'units."住建局".staff', "whole number"),
    "true for a count": one("most = 3", "most = true", "intake.redial.most", "whole number"),
    "number for true or false": one("live = true", "live = 1", "channels.phone.live", "true or false"),
    "text for a date": one("start = 2021-03-01", 'start = "2021-03-01"', "run.start", "date"),
    "date with a time": one("end = 2021-03-29", "end = 2021-03-29T08:00:00", "run.end", "date"),
    "duration for a law of durations": one(
        'talk = { family = "exponential", mean = "2 min" }', 'talk = "2 min"', "callback.talk", "family ="
    ),
    "text for a label in two languages": Broken(
        (("[intake]", '[events.rain]\nlabel = "rain"\nstart = 2021-03-02\nend = 2021-03-03\n[intake]'),),
        ("events.rain.label",),
        'such as { en = "',
    ),
    "value for a table": one(
        'field = { family = "exponential", mean = "40 min" }', "field = 3", "urgent.field"
    ),
    "table for a list": one('office = ["09:00-12:00", "14:00-18:00"]', "office = {}", "hours.office", "list"),
    # numbers
    "negative": one("requests_per_year = 20000", "requests_per_year = -1", "demand.requests_per_year"),
    "negative weight": one("1, 0.8, 0.7]", "1, 0.8, -0.7]", "demand.weekday[6]", "at least 0"),
    "share above 1": one("misroute = 0.1", "misroute = 1.1", "dispatch.misroute", "at most 1"),
    "not a number": one("cv = 0.8", "cv = nan", "intake.talk.cv", "finite"),
    "infinite": one(
        "requests_per_year = 20000", "requests_per_year = inf", "demand.requests_per_year", "finite"
    ),
    "too many": one("most_tries = 3", "most_tries = 10", "callback.most_tries", "at most 9"),
    "number of months": one("month = [1, 1, ", "month = [1, ", "demand.month", "12 values"),
    "only zeros": one("[1, 1, 1, 1, 1, 0.8, 0.7]", "[0, 0, 0, 0, 0, 0, 0]", "demand.weekday", "zeros"),
    "no entries": one("[hours]", "[hours]\nlunch = []", "hours.lunch", "empty"),
    "nearly all invalid": one(
        'team = "operators"\nlive',
        'invalid_share = 0.9999999999999999\nteam = "operators"\nlive',
        "channels.phone.invalid_share",
        "at most 0.95",
    ),
    "too many contacts": Broken(
        (
            ("requests_per_year = 20000", "requests_per_year = 1e8"),
            ('team = "operators"\nlive', 'invalid_share = 0.9\nteam = "operators"\nlive'),
        ),
        ("demand.requests_per_year",),
        "at most 50,000,000",
    ),
    # units of time and clock times
    "duration without a unit": one('resolution = "1 s"', "resolution = 1", "run.resolution", "unit"),
    "unknown unit of time": one('mean = "200 s"', 'mean = "200 sekonds"', "intake.talk.mean", "did you mean"),
    "ambiguous unit of time": one(
        '"10 min", stages', '"10 m", stages', "intake.redial.delay.mean", "ambiguous"
    ),
    "negative duration": one('ring = "20 s"', 'ring = "-20 s"', "callback.ring", "negative"),
    "working time for a talk": one(
        'mean = "200 s"', 'mean = "2 working h"', "intake.talk.mean", "clock time"
    ),
    "working time for a ring": one('ring = "20 s"', 'ring = "2 working h"', "callback.ring", "clock time"),
    "a million years": one('retry_after = "4 h"', 'retry_after = "1000000000 d"', "callback.retry_after"),
    "clock time as a number": one(
        'start = "20:00"', "start = 20", "teams.operators.shifts[1].start", "08:30"
    ),
    "hour 25": one('end = "17:00"', 'end = "25:00"', "teams.office.shifts[0].end", "24:00"),
    "interval without an end": one('"14:00-18:00"', '"14:00"', "hours.office[1]", "two clock times"),
    "interval backwards": one('"14:00-18:00"', '"18:00-14:00"', "hours.office[1]", "before it ends"),
    "intervals overlap": one('"14:00-18:00"', '"11:00-18:00"', "hours.office[1]", "begin after"),
    "resolution that divides no minute": one('"1 s"', '"7 s"', "run.resolution", "divide one minute"),
    # choices and names
    "unknown choice": one('base = "china"', 'base = "chine"', "calendar.base", "did you mean china?"),
    "unknown family": one('family = "gamma"', 'family = "gama"', "intake.talk.family", "did you mean gamma?"),
    "no family": one('{ family = "gamma", mean', "{ mean", "intake.talk.family", "missing"),
    "key of another family": one("cv = 0.8 }", "cv = 0.8, sigma = 1 }", "intake.talk.sigma", "unknown key"),
    "missing key": one("most_returns = 2\n", "", "dispatch.most_returns", "missing"),
    "missing table": one(
        "holiday = { spring_festival = 0.4, other = 0.7, last_day = 0.9 }\n", "", "demand.holiday", "missing"
    ),
    "unknown key": one(
        "misroute = 0.1", "misroute = 0.1\nmisrouts = 1", "dispatch.misrouts", "did you mean misroute?"
    ),
    "unknown table": one("[outcome]", "[outcomes]\n[outcome]", "outcomes", "did you mean outcome?"),
    "unknown class": one("[classes.help]", "[classes.helps]", "classes.helps", "did you mean help?"),
    "unknown unit": one(
        '{ "住建局" = 1 }', '{ "住建厅" = 1 }', 'categories.streets.units."住建厅"', '"住建局"?'
    ),
    "unknown team": one(
        'team = "operators"\nlive', 'team = "operator"\nlive', "channels.phone.team", "operators?"
    ),
    "unknown team of the desk": one(
        '[dispatch]\nteam = "office"', '[dispatch]\nteam = "ofice"', "dispatch.team"
    ),
    "unknown profile": one(
        'profile = "usual"\nurgent', 'profile = "usuals"\nurgent', "categories.streets.profile", "usual?"
    ),
    "unknown hours": one(
        "staff = 1", 'staff = 1\nhours = "ofice"', "units.north.hours", "did you mean office?"
    ),
    "always redefined": one("[hours]", '[hours]\nalways = ["08:00-09:00"]', "hours.always", "built in"),
    "empty name": one("[units.north]", '[units.""]', 'units.""', "empty"),
    "name of the scenario": one('"test-town"', '"Test Town"', "name", "lower-case"),
    # sums and what needs what
    "shares of channels": one("share = 0.9", "share = 0.83", "channels", "0.93"),
    "shares of classes": one("share = 0.6", "share = 0.6000001", "classes", "sum to 1"),
    "tickets without a desk": one(DISPATCH, "", "dispatch", "missing"),
    "tickets without units": Broken(
        ((UNITS, ""),), ("units", 'categories.streets.units."住建局"', "categories.noise.area_share")
    ),
    "urgent tickets without rules": one(URGENT, "", "urgent", "urgent_share"),
    "call-back without outcome": one(OUTCOME, "", "outcome", "callback"),
    "redial without patience": one(
        'patience = { family = "exponential", mean = "5 min" }\n', "", "intake.redial", "patience"
    ),
    "area without citizens": one(
        "area_weight = 1", "area_weight = 0", "categories.noise.area_share", "area_weight"
    ),
    "department with citizens": one(
        "staff = 2", "staff = 2\narea_weight = 1", 'units."住建局".area_weight', "county"
    ),
    "rest of the area share": one("area_share = 1", "area_share = 0.5", "categories.noise.units", "missing"),
    "unit without staff": one("staff = 2", "staff = 0", 'units."住建局".staff', "at least 1"),
    # time
    "end before start": one("end = 2021-03-29", "end = 2021-02-01", "run.end", "after run.start"),
    "horizon before the end": one(
        "end = 2021-03-29", "end = 2021-03-29\nhorizon = 2021-03-28", "run.horizon"
    ),
    "date after the calendar": one("end = 2021-03-29", "end = 2027-03-29", "run.end", "2026-12-31"),
    "run-in before the calendar": one('"21 d"', '"500 d"', "run.run_in", "2020-01-01"),
    "holiday with a time": one(
        'base = "china"',
        'base = "china"\nholidays = { fair = 2021-05-01T08:00:00 }',
        "calendar.holidays.fair",
        "list of dates",
    ),
    "second date of a holiday outside the calendar": one(
        'base = "china"',
        'base = "china"\nholidays = { fair = [2021-05-01, 2031-05-01] }',
        "calendar.holidays.fair[1]",
        "2026-12-31",
    ),
    "holiday outside the calendar": one(
        'base = "china"', 'base = "china"\nholidays = { fair = 2031-05-01 }', "calendar.holidays.fair"
    ),
    "day off and worked": one(
        'base = "china"',
        'base = "china"\nholidays = { fair = 2021-03-05 }\nworking_days = [2021-03-05]',
        "calendar.holidays.fair",
    ),
    "weekend of China": one(
        'base = "china"', 'base = "china"\nweekend = ["Sun"]', "calendar.weekend", "weekly"
    ),
    "shift without length": one('end = "17:00"', 'end = "09:00"', "teams.office.shifts[0].end", "differ"),
    "pause outside the shift": one(
        '"12:00-12:30"', '"06:00-07:00"', "teams.operators.shifts[0].pause", "within"
    ),
    "nobody for callers on rest days": one(
        'team = "operators"\nlive', 'team = "office"\nlive', "teams.office.shifts", "nobody on rest days"
    ),
    "desk on rest days only": one('"working" }', '"rest" }', "teams.office.shifts", "nobody on working days"),
    "nobody at the desk": one("agents = 3", "agents = 0", "teams.office.shifts", "no agents"),
    "uniform backwards": one('low = "1 h"', 'low = "3 h"', "classes.consult.field", "low < high"),
    "mode outside": one('mode = "2 min"', 'mode = "10 min"', "intake.written", "mode"),
    "mean of zero": one('mean = "200 s"', 'mean = "0 s"', "intake.talk.mean", "greater than 0"),
    "mixed times": one('low = "1 working h"', 'low = "1 h"', "dispatch.return_delay", "working time"),
    "deadline of nothing": one(
        '"3 working days"', '"0 working days"', "classes.consult.limit", "before the deadline"
    ),
    "deadline before reply possible": one(
        '"3 working days"', '"1 working h"', "classes.consult.limit", "least"
    ),
    "urgent deadline before reply possible": one(
        'field = { family = "exponential", mean = "40 min" }',
        'field = { family = "fixed", mean = "25 h" }',
        "urgent.limit",
        "take 25 h",
    ),
    "limits of a part of a day": Broken(
        (
            ('"3 working days"', '"1.5 working days"'),
            ('"1 working day"', '"0.5 working days"'),
            ('redo_limit = "5', 'redo_limit = "0.5'),
        ),
        ("classes.consult.limit", "sign.limit", "outcome.redo_limit"),
        'write "10.5 working h"',
    ),
    # 16 working days, with signing and two redos: those after 9 December reach just to the end of the year.
    "deadlines after the calendar": one(
        "end = 2021-03-29", "end = 2026-12-20", "run.end", "at most 2026-12-10: the calendar is known"
    ),
    "deadline beyond the calendar": one(
        '"3 working days"', '"3000 working days"', "classes.consult.limit", "known to 2026-12-31"
    ),
    "deadline beyond a weekly calendar": Broken(
        (('base = "china"', 'base = "weekly"'), ('"3 working days"', '"3000 working days"')),
        ("classes.consult.limit",),
        "before 2026-12-31",
    ),
    "after-call work of days": Broken(
        (("[intake]", '[intake]\nafter_call_direct = "25 d"\nafter_call_ticket = "25 h"'),),
        ("intake.after_call_direct", "intake.after_call_ticket"),
        "at most 24 h",
    ),
    # the phone room
    "no line at all": one(
        "[teams.office]", "lines = 0\n[teams.office]", "teams.operators.lines", "at least 1"
    ),
    "help from oneself": one(
        "[teams.office]",
        'overflow = { to = "operators" }\n[teams.office]',
        "teams.operators.overflow.to",
        "must be another team",
    ),
    "help from nobody": one(
        "[teams.office]",
        'overflow = { to = "ofice" }\n[teams.office]',
        "teams.operators.overflow.to",
        "did you mean office",
    ),
    "seats of nobody": one(
        "[intake]",
        '[skills.dialect]\nteam = "operator"\nshare = 0.1\n[intake]',
        "skills.dialect.team",
        "did you mean operators",
    ),
    "seats for unknown categories and areas": Broken(
        (
            (
                "[intake]",
                '[skills.one]\nteam = "operators"\ncategories = { nois = 0.1 }\n'
                '[skills.two]\nteam = "operators"\nareas = { south = 0.1 }\n[intake]',
            ),
        ),
        ("skills.one.categories.nois", "skills.two.areas.south"),
        "did you mean noise",
    ),
    "seats for a unit without citizens": one(
        "[intake]",
        '[skills.one]\nteam = "operators"\nareas = { "住建局" = 0.1 }\n[intake]',
        'skills.one.areas."住建局"',
        "area_weight greater than 0",
    ),
    "seats by category and area": one(
        "[intake]",
        '[skills.one]\nteam = "operators"\ncategories = { noise = 0.1 }\nareas = { north = 0.1 }\n[intake]',
        "skills.one",
        "categories or areas, not both",
    ),
    "seats for more than everybody": one(
        "[intake]",
        '[skills.one]\nteam = "operators"\nshare = 0.6\n'
        '[skills.two]\nteam = "operators"\nshare = 0.1\ncategories = { noise = 0.5 }\n[intake]',
        "skills",
        "at most 1 (noise, north)",
    ),
    "seats that are empty on some days": Broken(
        (("[intake]", '[skills.one]\nteam = "office"\nshare = 0.1\n[intake]'),),
        ("teams.office.shifts",),
        "skills.one has callers who wait",
    ),
    "calls about tickets on days when nobody is there": Broken(
        (
            (
                "[intake]",
                '[repeats]\nteam = "office"\nshare = 0.1\ndelay = { family = "fixed", mean = "1 d" }\n'
                'talk = { family = "fixed", mean = "1 min" }\n[intake]',
            ),
        ),
        ("teams.office.shifts",),
        "repeats has callers who wait",
    ),
    "hours of calls back without idle time": one(
        'ring = "20 s"',
        'ring = "20 s"\nbetween = "09:00-17:00"',
        "callback.between",
        "needs callback.idle_above",
    ),
    "hours of calls back over midnight": one(
        'ring = "20 s"',
        'ring = "20 s"\nidle_above = 0\nbetween = "17:00-09:00"',
        "callback.between",
        "must start before it ends",
    ),
    # citizens with a ticket
    "more time of thousands of years, also beyond the calendar": Broken(
        (("[intake]", '[extension]\nasked = 0.1\nlength = "400000 d"\n[intake]'),),
        ("extension.length", "extension.length"),
        "at most 1000 years",
    ),
    "calls about tickets for nobody": Broken(
        (
            (
                "[intake]",
                '[chasers]\nteam = "ofice"\nafter = { family = "fixed", mean = "1 d" }\n'
                'again = { family = "fixed", mean = "1 d" }\nmost = 2\n'
                'talk = { family = "fixed", mean = "1 min" }\n'
                '[repeats]\nteam = "offise"\nshare = 0.1\ndelay = { family = "fixed", mean = "1 d" }\n'
                'talk = { family = "fixed", mean = "1 min" }\n[intake]',
            ),
        ),
        ("chasers.team", "repeats.team"),
        "did you mean office",
    ),
    "bad ratings of direct answers that no unit rectifies": Broken(
        (
            ("direct_answer = 0.9", "direct_answer = 1"),
            ("direct_answer = 0.2", "direct_answer = 1"),
            ('units = { "住建局" = 1 }\n', ""),
            ('kind = "county"\nstaff = 1', 'kind = "county"\nstaff = 0'),
            (
                "[intake]",
                '[rating]\nshare = 0\ndirect_share = 0.5\ndelay = { family = "fixed", mean = "1 d" }\n'
                'rectify_work = { family = "fixed", mean = "1 h" }\nrectify_limit = "5 d"\n[intake]',
            ),
        ),
        ("categories.streets.units", "units.north.staff"),
        "nobody would handle them",
    ),
    "times of citizens": Broken(
        (
            (
                "[intake]",
                '[chasers]\nteam = "operators"\nafter = { family = "fixed", mean = "1 working days" }\n'
                'again = { family = "uniform", low = "3 h", high = "1 h" }\nmost = 2\n'
                'talk = { family = "exponential", mean = "0 s" }\n'
                '[repeats]\nteam = "operators"\nshare = 0.1\n'
                'delay = { family = "fixed", mean = "1001000 d" }\n'
                'talk = { family = "fixed", mean = "1 working h" }\n[intake]',
            ),
        ),
        (
            "chasers.after.mean",
            "chasers.again",
            "chasers.talk.mean",
            "repeats.delay.mean",
            "repeats.talk.mean",
        ),
        "must be clock time",
    ),
    "rating without a limit": one(
        "[intake]",
        '[rating]\nshare = 0.1\ndelay = { family = "fixed", mean = "1 d" }\n'
        'rectify_work = { family = "fixed", mean = "1 h" }\n[intake]',
        "rating.rectify_limit",
        "missing",
    ),
    "rating due after the calendar": one(
        "[intake]",
        '[rating]\nshare = 0.1\ndelay = { family = "fixed", mean = "1 d" }\n'
        'rectify_work = { family = "fixed", mean = "1 h" }\nrectify_limit = "3000 working days"\n[intake]',
        "rating.rectify_limit",
        "known to 2026-12-31",
    ),
    "no call about an open ticket": one(
        "[intake]",
        '[chasers]\nteam = "operators"\nafter = { family = "fixed", mean = "1 d" }\n'
        'again = { family = "fixed", mean = "1 d" }\nmost = 0\n'
        'talk = { family = "fixed", mean = "1 min" }\n[intake]',
        "chasers.most",
        "at least 1",
    ),
    "calls again without outcome": one(
        BASE[BASE.index("[callback]") :],
        '[repeats]\nteam = "operators"\nshare = 0.1\ndelay = { family = "fixed", mean = "1 d" }\n'
        'talk = { family = "fixed", mean = "1 min" }\n',
        "outcome",
        "needed because [repeats] asks",
    ),
    "what citizens do without units": Broken(
        (
            (
                BASE[BASE.index("units = {") :],
                """
[categories.noise]
label = { en = "Noise", zh = "噪声" }
share = 0.5
profile = "usual"

[intake]
talk = { family = "fixed", mean = "1 min" }
invalid_talk = { family = "fixed", mean = "1 min" }
written = { family = "fixed", mean = "1 min" }

[outcome]
solved = 0.85
solved_when_late = 0.7
satisfied_if_solved = 0.95
satisfied_if_unsolved = 0.5
redo = 0.5
most_redos = 2
redo_limit = "5 d"

[chasers]
team = "office"
after = { family = "fixed", mean = "1 d" }
again = { family = "fixed", mean = "1 d" }
most = 1
talk = { family = "fixed", mean = "1 min" }

[repeats]
team = "office"
share = 0.1
delay = { family = "fixed", mean = "1 d" }
talk = { family = "fixed", mean = "1 min" }

[rating]
share = 0.1
delay = { family = "fixed", mean = "1 d" }
rectify_work = { family = "fixed", mean = "1 h" }
rectify_limit = "5 d"

[bulletin]
named = 1

[extension]
asked = 0.1
length = "1 d"

[supervision]
steps = ["1 d"]

[hard_cases]
share = 0.1
leaders = 1
cases_each = 1
time = { family = "fixed", mean = "1 h" }
success = 0.9

[three_party]
share = 0.1
talk = { family = "fixed", mean = "1 min" }

[quick_service]
team = "office"
share = 0.1
work = { family = "fixed", mean = "1 min" }
limit = "30 min"
""",
            ),
            ("direct_answer = 0.9", "direct_answer = 1"),
            ("direct_answer = 0.2", "direct_answer = 1"),
            ("urgent_share = 0.2", "urgent_share = 0"),
        ),
        (
            *("chasers", "repeats", "rating", "bulletin"),
            *("extension", "supervision", "hard_cases", "three_party", "quick_service"),
        ),
        "needs [units]: without them there are no tickets",
    ),
    "a bulletin that slows down": one(
        "[intake]", "[bulletin]\nnamed = 1\nspeed = 0.5\n[intake]", "bulletin.speed", "at least 1"
    ),
    # several at once
    "seven faults at once": Broken(
        (
            ("share = 0.9", "share = 0.7"),
            ("staff = 2", 'staff = "two"'),
            ('mean = "200 s"', 'mean = "200 x"'),
            ('{ "住建局" = 1 }', '{ "住建厅" = 1 }'),
            ("misroute = 0.1", "misrout = 0.1"),
            ("end = 2021-03-29", "end = 2021-02-28"),
        ),
        (
            "channels",
            'units."住建局".staff',
            "intake.talk.mean",
            'categories.streets.units."住建厅"',
            "dispatch.misroute",
            "dispatch.misrout",
            "run.end",
        ),
    ),
}

# (edit, the last place of this text is where the fault is told, piece of the message)
SYNTAX: dict[str, tuple[tuple[str, str], str, str]] = {
    "full-width quotes": (('"test-town"', "“test-town”"), "“test", 'write " for the full-width “'),
    "full-width colon": (("end = 2021-03-29", "end：2021-03-29"), "end：", "write : for the full-width ："),
    "full-width comma": (('en = "Test town", zh', 'en = "Test town"，zh'), "，zh", "，"),
    "full-width digit": (("most_tries = 3", "most_tries = ３"), "３", "write 3 for"),
    "Chinese bare key": (('{ "住建局" = 1 }', "{ 住建局 = 1 }"), "{ 住建局", 'key in quotes: "住建局"'),
    "Chinese bare table": (
        ('[units."住建局"]', "[units.住建局]"),
        "[units.住建局]",
        'key in quotes: "住建局"',
    ),
    "Chinese bare text": (('zh = "测试镇"', "zh = 测试镇"), "测试镇", "text in quotes"),
    "key twice": (("share = 0.9\n", "share = 0.9\nshare = 0.9\n"), "share = 0.9\n", "twice"),
    "table twice": (("[urgent]", "[sign]\n[urgent]"), "[sign]", "sign is given twice"),
    "text without an end": (('"test-town"', '"test-town'), '"test-town', "TOML"),
    "impossible date": (("2021-03-29", "2021-02-30"), "2021-02-30", "TOML"),
}
