"""Deliberate faults of the core, and copies of its sources that have one of them.

A fault is one exact text of a source and what stands there instead. The copies are packages of their own
that run as plain Python; the rules and the network are shared with the real core.
"""

from __future__ import annotations

import ast
import importlib
import sys
from contextlib import contextmanager
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.util import spec_from_loader
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import hotline_sim.engines.core

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType

REAL = hotline_sim.engines.core.__name__
FOLDER = Path(hotline_sim.engines.core.__file__).parent
COPY = "core_with_a_fault"
# Nothing is compiled, and no copy of a function may stay among those that the real core compiles.
COMPILER = """
def compiled(function):
    return function

compiled_kernel = compiled

def announce():
    pass

class EndlessError(Exception):
    pass

turns = 0

def turn():
    global turns
    turns += 1
    if turns > MOST_TURNS:
        raise EndlessError
"""
MOST_TURNS = 200_000
"""Turns of all loops after which a copy runs in circles; without a fault none needs an eighth of them."""


class Fault(NamedTuple):
    """One text of a module, and what stands there instead."""

    name: str
    module: str
    old: str
    new: str


def source_of(module: str, fault: Fault | None) -> str:
    """Source of one module of the copy."""
    text = (FOLDER / f"{module}.py").read_text(encoding="utf-8")
    if fault is not None and fault.module == module:
        found = text.count(fault.old)
        assert found == 1, f"{fault.name}: its text stands {found} times in {module}.py"
        text = text.replace(fault.old, fault.new)
    return text.replace(REAL, COPY).replace("hotline_sim.compiled", f"{COPY}.compiler")


class _Counted(ast.NodeTransformer):
    """Counts the turns of every loop that could run in circles."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        # After the docstring and the import from __future__.
        node.body[2:2] = ast.parse(f"from {COPY}.compiler import turn").body
        return node

    def visit_While(self, node: ast.While) -> ast.While:
        self.generic_visit(node)
        node.body[:0] = ast.parse("turn()").body
        return node


class _Copies(MetaPathFinder, SourceLoader):
    """Finds and loads the modules of a copy."""

    def __init__(self, fault: Fault | None) -> None:
        self.fault = fault

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        if fullname.split(".")[0] != COPY:
            return None
        return spec_from_loader(fullname, self, is_package=fullname == COPY)

    def get_filename(self, fullname: str) -> str:
        return f"{fullname}.py"

    def get_data(self, path: str | bytes) -> bytes:
        module = str(path).removesuffix(".py").removeprefix(COPY).removeprefix(".")
        if module in ("", "compiler"):
            return (COMPILER.replace("MOST_TURNS", str(MOST_TURNS)) if module else "").encode()
        return source_of(module, self.fault).encode()

    def source_to_code(self, data: Any, path: Any) -> CodeType:  # type: ignore[override]
        tree = ast.parse(data)
        if b"while " in data:
            tree = ast.fix_missing_locations(_Counted().visit(tree))
        return compile(tree, path, "exec")


@contextmanager
def copy_of_core(fault: Fault | None) -> Iterator[Any]:
    """Modules of the core by name, as attributes of a package, with a fault or without."""
    finder = _Copies(fault)
    sys.meta_path.insert(0, finder)
    try:
        importlib.import_module(f"{COPY}.key_figures")
        yield sys.modules[COPY]
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.split(".")[0] == COPY]:
            del sys.modules[name]


RANKS = """STAFFING: Final = 0
COMPLETION: Final = 1
ABANDONMENT: Final = 2
REVIEW: Final = 3
READY: Final = 4
"""


def _ranks(*order: int) -> str:
    names = [line.split(" = ")[0] for line in RANKS.splitlines()]
    return "".join(f"{name} = {rank}\n" for name, rank in zip(names, order, strict=True))


# Two swaps of ranks are missing, because no log can tell them.
# - Staffing and completion: a change of staffing only starts visits that wait, by the level that holds from
#   its tick on, which completions of that tick see as well. Whichever comes first, the tick starts as many
#   visits as there are places when it is over, from the same queue in the same order: nothing joins or leaves
#   the queue in between, since what completions lead to becomes ready after all of them.
# - Abandonment and ready: while somebody waits at a station no agent is free there, and a caller who leaves
#   frees none. So whoever becomes ready on the tick of an abandonment waits in either order, and in the same
#   place, which depends on (priority, since, ticket) alone.
RANK_FAULTS = (
    Fault("staffing and abandonment swapped", "agenda", RANKS, _ranks(2, 1, 0, 3, 4)),
    Fault("staffing and ready swapped", "agenda", RANKS, _ranks(4, 1, 2, 3, 0)),
    Fault("completion and abandonment swapped", "agenda", RANKS, _ranks(0, 2, 1, 3, 4)),
    Fault("completion and ready swapped", "agenda", RANKS, _ranks(0, 4, 2, 3, 1)),
    Fault(
        "arrivals before others who become ready",
        "loop",
        "events > 0 and heap[0] < arrival_key",
        "events > 0 and heap[0] >> bits < arrival_key >> bits",
    ),
)

WORK_OF = "from hotline_sim.rules.service import work_of"

LOOP_FAULTS = (
    Fault("only the last bits of a number are read", "loop", "mask = (1 << bits) - 1", "mask = 15"),
    Fault("nobody hangs up at a first-come station", "loop", "start - visit.ready > patience", "False"),
    Fault("nobody hangs up elsewhere", "loop", "if leaves <= horizon:", "if leaves < 0:"),
    Fault(
        "who has waited as long as he would is lost",
        "loop",
        "start - visit.ready > patience",
        "start - visit.ready >= patience",
    ),
    Fault(
        "hangs up a tick late",
        "loop",
        "end = visit.ready + patience",
        "end = visit.ready + patience + 1",
    ),
    Fault("who left is served", "starts", "if slots.numbers[front, STATE] == WITHDRAWN:", "if False:"),
    Fault(
        "who is served hangs up",
        "entry",
        "slots.numbers[front, STATE] != WAITING or",
        "slots.numbers[front, STATE] < WAITING or",
    ),
    Fault(
        "who hangs up takes an agent",
        "loop",
        "start, end = NEVER, NEVER",
        "first_come_serve(stations, station, finish(tables, draws, ledger, visit, start)); "
        "start, end = NEVER, NEVER",
    ),
    Fault("horizon a tick early", "loop", "horizon = tables.horizon", "horizon = tables.horizon - 1"),
    Fault("first-come starts after the horizon", "loop", "if start <= horizon:", "if True:"),
    Fault(
        "first-come ends after the horizon",
        "loop",
        "start = NEVER\n                    ends = served = True\n                is_cut = end > horizon",
        "start = NEVER\n                    ends = served = True\n                is_cut = False",
    ),
    Fault(
        "unstaffed ends after the horizon",
        "loop",
        "served = True\n                    is_cut = end > horizon",
        "served = True\n                    is_cut = False",
    ),
    Fault("staffed does not end on the horizon", "starts", "if done <= horizon:", "if done < horizon:"),
    Fault("nobody is ready on the horizon", "loop", "visit.ready <= horizon", "visit.ready < horizon"),
    Fault("nobody hangs up on the horizon", "loop", "if leaves <= horizon:", "if leaves < horizon:"),
    Fault("no staff comes on the horizon", "starts", "if chance <= horizon and", "if chance < horizon and"),
    Fault("staff who come wake nobody", "starts", "chance < stations.expects[freed]:", "False:"),
    Fault(
        "staff who come wake a queue only once",
        "loop",
        "if stations.expects[freed] == now:",
        "if False:",
    ),
    Fault(
        "unstaffed work goes on at night",
        "loop",
        "start = visit.ready\n                    end = finish(tables, draws, ledger, visit, start)",
        f"{WORK_OF}; start = visit.ready; end = start + work_of(tables, draws, visit)",
    ),
    Fault(
        "desks work at night",
        "starts",
        "done = finish(tables, draws, ledger, visit, now)",
        f"{WORK_OF}; done = now + work_of(tables, draws, visit)",
    ),
    Fault(
        "who is served at the end is forgotten",
        "rows",
        "if state in (WAITING, SERVED):",
        "if state == WAITING:",
    ),
    Fault(
        "who waits at the end is forgotten", "rows", "if state in (WAITING, SERVED):", "if state == SERVED:"
    ),
    Fault(
        "starts a tick late",
        "starts",
        "slots.numbers[front, START] = now",
        "slots.numbers[front, START] = now + 1",
    ),
    Fault("ends a tick late", "starts", "pack(done - first, COMPLETION", "pack(done + 1 - first, COMPLETION"),
    Fault(
        "agents start one visit at a time",
        "starts",
        "level = on_duty(tables, stations, freed, now)",
        "level = min(stations.busy[freed] + 1, on_duty(tables, stations, freed, now))",
    ),
    Fault(
        "overtime is not counted",
        "loop",
        "stations.busy[freed] -= 1",
        "stations.busy[freed] = min(stations.busy[freed] - 1, on_duty(tables, stations, freed, now))",
    ),
    Fault("opinion of the visit before", "loop", "opinion = following.opinion", "opinion = visit.opinion"),
    Fault("put off for an hour too long", "agenda", "tick // BUCKET_TICKS", "tick // BUCKET_TICKS + 1"),
    Fault(
        "hours are opened a tick late",
        "loop",
        "(key >> (bits + RANK_BITS)) >= bucket_end",
        "(key >> (bits + RANK_BITS)) > bucket_end",
    ),
    Fault("a later hour holds one event", "agenda", "slot = following\n", "slot = NOBODY\n"),
    Fault(
        "calls about a ticket break off when it gets its reply",
        "agenda",
        "if ready and is_moot(",
        "if is_moot(",
    ),
    Fault(
        "who waits has the start of another",
        "loop",
        "slots.numbers[slot, START] = NEVER",
        "slots.numbers[slot, START] += 0",
    ),
    Fault(
        "slot of a caller is not noted",
        "loop",
        "\n                    slot_of[visit.ticket] = slot\n",
        "\n                    pass\n",
    ),
    Fault(
        "slot of a later visit is not noted",
        "loop",
        "\n                    slot_of[number] = slot\n",
        "\n                        pass\n",
    ),
    Fault(
        "slot of a visit that ended is kept",
        "loop",
        "if slot != NOBODY:\n            give_back(slots, slot)",
        "pass",
    ),
    Fault(
        "who calls again keeps the slot in the queue",
        "loop",
        "front = slot_of[number] & MANY",
        "slot = front = slot_of[number] & MANY",
    ),
    Fault("slot of a visit that waits is free", "loop", "                slot = NOBODY\n\n", "\n"),
    Fault(
        "slot of a visit to come is free",
        "loop",
        "                    slot = NOBODY\n            if has_beside",
        "            if has_beside",
    ),
    Fault(
        "co-handlers do nothing",
        "loop",
        "range(visits_beside(tables, draws, visit, outcome))",
        "range(0)",
    ),
    Fault(
        "nobody waits for co-handlers",
        "loop",
        "visit.station == NOBODY and has_others(tables, ledger, visit)",
        "False",
    ),
    Fault(
        "a part that ended frees the last station",
        "loop",
        "if visit.station != NOBODY:",
        "if True:",
    ),
    Fault(
        "deadlines are not moved",
        "loop",
        "visit = settled(tables, draws, visit, end)",
        "pass",
    ),
    Fault(
        "deadlines are not moved where the horizon cuts",
        "loop",
        "visit = settled(tables, draws, visit, horizon)",
        "pass",
    ),
    Fault("nobody looks again at enterprises", "loop", " or tables.enterprises.escalates == 1", ""),
    Fault("nobody looks again", "loop", "reviewing and stage == HANDLING", "False"),
    Fault("who is looked at again is lost", "reviews", "slot_of[number] = slot\n", "pass\n"),
    Fault("who is looked at again waits twice", "reviews", "slots.numbers[old, STATE] = WITHDRAWN", "pass"),
    Fault(
        "who is looked at again keeps his place",
        "reviews",
        "place_of(tables, draws, ledger, visit, now)",
        "(slots.numbers[old, 9], slots.numbers[old, 10])",
    ),
    Fault(
        "nobody looks a second time",
        "reviews",
        "return next_review(tables, draws, visit, now)",
        "return NEVER",
    ),
    Fault(
        "parts of a ticket are one",
        "queue",
        "numbers[slot, TICKET] + (numbers[slot, COUNTS] >> THREAD_SHIFT) * tickets",
        "numbers[slot, TICKET]",
    ),
    Fault(
        "parts of a ticket have no order",
        "queue",
        "return bool(threads < other_threads)",
        "return bool(threads > other_threads)",
    ),
    Fault(
        "room is not kept for later hours",
        "loop",
        "events + later + waiting_all, reviews",
        "events + waiting_all, reviews",
    ),
    Fault(
        "room is not kept for who waits",
        "loop",
        "events + later + waiting_all, reviews",
        "events + later, reviews",
    ),
    Fault(
        "a pause loses an event",
        "loop",
        "counters[ROWS] = arrived, events, row",
        "counters[ROWS] = arrived, max(events - 1, 0), row",
    ),
    Fault(
        "a pause loses the hour",
        "loop",
        "counters[LATER_ALL] = waiting_all, bucket, later",
        "counters[LATER_ALL] = waiting_all, 0, later",
    ),
)

ENTRY_FAULTS = (
    Fault("lines are not held", "entry", "if tables.entry.lines[station] < NEVER:", "if False:"),
    Fault(
        "a line is held over after-call work",
        "starts",
        "done - after_call_of(tables, draws, visit))",
        "done)",
    ),
    Fault(
        "a line is freed a tick late",
        "entry",
        "stations.talk_ends[station, 0] <= now",
        "stations.talk_ends[station, 0] < now",
    ),
    Fault(
        "help is asked for though somebody is free",
        "entry",
        "and not _is_free(tables, stations, station, now)",
        "",
    ),
    Fault("help comes from who is busy", "entry", "and _is_free(tables, stations, helper, now)", ""),
    Fault("callers who start still wait", "starts", "stations.callers[freed] -= 1", "pass"),
    Fault("callers who leave still wait", "loop", "stations.callers[visit.station] -= 1", "pass"),
    Fault("callers are not counted", "loop", "stations.callers[station] += 1", "pass"),
    Fault("who has no reason calls", "entry", "return MOOT, visit", "return JOINS, visit"),
    Fault("the idle keep nobody free", "starts", ">= level - kept:", ">= level:"),
    Fault(
        "calls back do not wait for the morning",
        "starts",
        "min(next_increase(tables, stations, freed), next_opening(tables, freed, now))",
        "next_increase(tables, stations, freed)",
    ),
    Fault("a ticket asked for on its way keeps its place", "loop", "or lifted):", "or False):"),
    Fault("a ticket asked for keeps its place", "loop", "lifting and lifts(", "False and lifts("),
    Fault(
        "whatever is under way is lifted",
        "reviews",
        "slots.numbers[old, STATE] == WAITING\n            and number_of",
        "number_of",
    ),
    Fault("only the lead unit is asked", "reviews", "range(1 + tables.together.most)", "range(1)"),
    Fault("helpers need no line", "entry", "and _has_line(tables, stations, helper, now)", ""),
    Fault(
        "help comes however few wait",
        "entry",
        "and stations.callers[station] >= tables.entry.above[station]",
        "",
    ),
    Fault(
        "who writes is helped too",
        "entry",
        "tables.entry.on == 0 or not is_call(tables, draws, visit)",
        "tables.entry.on == 0",
    ),
    Fault(
        "who finds no line waits",
        "entry",
        "return station if _has_line(tables, stations, station, now) else NOBODY",
        "return station",
    ),
    Fault(
        "who waits holds no line",
        "entry",
        "bool(stations.callers[station] + talking < lines)",
        "bool(talking < lines)",
    ),
    Fault(
        "who writes holds a line",
        "starts",
        "is_call(tables, draws, visit):\n            stations",
        "True:\n            stations",
    ),
    Fault(
        "who writes and begins at once holds a line",
        "starts",
        "is_call(tables, draws, visit):\n        hold_line",
        "True:\n        hold_line",
    ),
    Fault("who begins at once holds no agent", "starts", "    hold(stations, station, end)\n", ""),
    Fault(
        "who begins at once holds an agent a tick longer",
        "station",
        "held > 0 and stations.ends[station, 0] <= now",
        "held > 0 and stations.ends[station, 0] < now",
    ),
    Fault(
        "who waits does not learn that an agent is free",
        "starts",
        "min(chance, next_release(stations, freed))",
        "chance",
    ),
    Fault("helpers free by now are not seen", "entry", "    release(stations, station, now)\n", ""),
    Fault(
        "a rating is told at once",
        "loop",
        "end = finish(tables, draws, ledger, visit, start)\n                ends = served",
        "end = start + 1\n                ends = served",
    ),
    Fault(
        "a rating is told after the horizon",
        "loop",
        "is_cut = end > horizon\n        if slot",
        "is_cut = False\n        if slot",
    ),
    Fault(
        "who is helped keeps his station",
        "loop",
        "station = visit.station & MANY\n                if slot",
        "if slot",
    ),
    Fault(
        "a place is kept from long ago",
        "loop",
        "if slot != NOBODY:\n                    put(",
        "if False:\n                    put(",
    ),
    Fault(
        "what comes beside is taken at the end",
        "loop",
        "if other.ready <= horizon:",
        "if other.ready < horizon:",
    ),
    Fault("who calls about a ticket has no end of patience", "loop", "(more and stage > END)", "False"),
    Fault(
        "callers who give up hold a line",
        "loop",
        "is_call(tables, draws, visit):\n                        stations.callers",
        "False:\n                        stations.callers",
    ),
)

STATION_FAULTS = (
    Fault(
        "staff of a unit are one",
        "station",
        "tables.step_level[step] * tables.station_staff[station]",
        "tables.step_level[step]",
    ),
    Fault(
        "nobody goes off duty",
        "station",
        "int(tables.step_level[step] * ",
        "int(max(tables.step_level[tables.pattern_low[pattern] : step + 1]) * ",
    ),
    Fault(
        "overtime is not counted at a first-come station",
        "station",
        "ends[station, gone] <= now",
        "(ends[station, gone] <= now or busy - gone > level)",
    ),
    Fault("first change of staffing is not noted", "station", "if step > low else 0", "if step > low else 9"),
    Fault(
        "next change of staffing is not noted",
        "station",
        "step = stations.step[station] + 1",
        "step = stations.step[station] + 2",
    ),
    Fault(
        "staff who leave are waited for",
        "station",
        "tables.step_level[step] > before",
        "tables.step_level[step] < before",
    ),
    Fault("first-come does not wait for staff", "station", "now = min(free, more)", "now = free"),
    Fault("first-come does not wait for agents", "station", "now = min(free, more)", "now = more"),
    Fault("first-come is overtaken", "station", "max(ready, stations.last_start[station])", "ready"),
    Fault(
        "first-come ends are not sorted",
        "station",
        "while index > 0 and ends[station, index - 1] > end:",
        "while False:",
    ),
    Fault(
        "first-come agents are freed a tick late",
        "station",
        "ends[station, index] = end\n",
        "ends[station, index] = end + 1\n",
    ),
    Fault(
        "many first-come agents are freed one by one",
        "station",
        "while busy > 0 and ends[",
        "if busy > 0 and ends[",
    ),
    Fault(
        "many first-come agents are freed a tick late",
        "station",
        "stations.busy[station], end)",
        "stations.busy[station], end + 1)",
    ),
    Fault(
        "many first-come agents are not counted",
        "station",
        "stations.busy[station] = heap_push(",
        "heap_push(",
    ),
)

QUEUE_FAULTS = (
    Fault(
        "priority is ignored",
        "queue",
        "if numbers[one, PRIORITY] != numbers[other, PRIORITY]:",
        "if False:",
    ),
    Fault("since is ignored", "queue", "if numbers[one, SINCE] != numbers[other, SINCE]:", "if False:"),
    Fault(
        "higher ticket numbers go first",
        "queue",
        "numbers[one, TICKET] < numbers[other, TICKET]",
        "numbers[one, TICKET] > numbers[other, TICKET]",
    ),
    Fault("last come, first served", "queue", "if goes_before(numbers, other, one):", "if True:"),
    Fault(
        "a queue loses its children",
        "queue",
        "numbers[other, SIBLING] = numbers[one, CHILD]",
        "numbers[other, SIBLING] = NOBODY",
    ),
    Fault(
        "pairs of a queue are lost",
        "queue",
        "numbers[pair, SIBLING] = pairs",
        "numbers[pair, SIBLING] = NOBODY",
    ),
    Fault("more slots forget the old ones", "queue", "numbers[: len(old)] = old", "numbers[: len(old)] = 0"),
    Fault(
        "free slots are given out twice",
        "queue",
        "slots.free[0] = slots.numbers[slot, CHILD]",
        "slots.free[0] += 0",
    ),
    Fault("slots in use are counted as free", "queue", "slots.free[1] -= 1", "slots.free[1] += 0"),
)

HEAP_FAULTS = (
    Fault("keys do not rise when added", "heap", "if heap[parent] <= key:", "if True:"),
    Fault("last key does not rise", "heap", "if heap[parent] <= last:", "if True:"),
    Fault(
        "larger child rises",
        "heap",
        "int(right < left)",
        "int(right > left)",
    ),
    Fault("an only child stays", "heap", "if child < size:", "if False:"),
)

ENGINE_FAULTS = (
    Fault(
        "every station is first-come",
        "engine",
        "first_come_stations(self.tables))",
        "first_come_stations(self.tables) * 0 + 1)",
    ),
    Fault(
        "the next station is first-come",
        "engine",
        "first_come_stations(self.tables))",
        "np.roll(first_come_stations(self.tables), 1))",
    ),
    Fault(
        "limits of categories are ignored",
        "engine",
        "self.tables = network.tables\n",
        "self.tables = network.tables._replace(category_limit=0 * network.tables.category_limit - 1)\n",
    ),
    Fault(
        "limits are those of the next category",
        "engine",
        "self.tables = network.tables\n",
        "self.tables = network.tables._replace(category_limit=np.roll(network.tables.category_limit, 1))\n",
    ),
    Fault("a longer event list is empty", "engine", "concatenate((self.heap,", "concatenate((0 * self.heap,"),
    Fault("a longer log is empty", "engine", "new[: len(old)] = old", "new[: len(old)] = 0"),
    Fault(
        "no room for open visits that wait",
        "engine",
        "(states == WAITING) | (states == SERVED)",
        "states == SERVED",
    ),
)

FAULTS_OF_LOGS = (
    RANK_FAULTS + LOOP_FAULTS + ENTRY_FAULTS + STATION_FAULTS + QUEUE_FAULTS + HEAP_FAULTS + ENGINE_FAULTS
)

FAULTS_OF_KPIS = (
    Fault(
        "who comes at the start is not counted", "observe", "summary.start <= tick", "summary.start < tick"
    ),
    Fault("who comes at the end is counted", "observe", "tick < summary.end", "tick <= summary.end"),
    Fault(
        "work before the window is counted",
        "observe",
        "open_time(tables, visit, since, until)",
        "open_time(tables, visit, start, until)",
    ),
    Fault("only who need not wait is answered soon", "observe", "wait <= 15 * SECOND", "wait <= 0"),
    Fault(
        "after-call work counts as response",
        "observe",
        "end - after_call_of(tables, draws, visit) - draws.arrival[ticket]",
        "end - draws.arrival[ticket]",
    ),
    Fault(
        "open tickets that came back have no unit",
        "observe",
        "if stage == _DISPATCH and visit.dispatches > 0:",
        "if False:",
    ),
    Fault(
        "duties count as desks",
        "observe",
        "visit.station == tables.desk_station[visit.unit]",
        "visit.station >= 0",
    ),
    Fault(
        "what a system dispatches is not counted", "observe", "in (_DISPATCHED, _AUTOMATIC)", "== _DISPATCHED"
    ),
    Fault(
        "calls of three are no answers",
        "observe",
        "elif outcome in (_DIRECT, _THIRD_PARTY)",
        "elif outcome == _DIRECT",
    ),
    Fault(
        "calls of three are none of enterprises",
        "observe",
        "(_DIRECT, _THIRD_PARTY, _RECORDED)",
        "(_DIRECT, _RECORDED)",
    ),
    Fault(
        "replies at the counter are not counted",
        "observe",
        "elif stage in (_FIELD, _COUNTER):",
        "elif stage == _FIELD:",
    ),
    Fault(
        "tickets open at the counter are not counted",
        "observe",
        "stage in (_COUNTER, _LOCAL_DISPATCH, _LOCAL_SIGN)",
        "stage in (_LOCAL_DISPATCH, _LOCAL_SIGN)",
    ),
    Fault(
        "tickets open at a centre are not counted",
        "observe",
        "stage in (_COUNTER, _LOCAL_DISPATCH, _LOCAL_SIGN)",
        "stage in (_COUNTER, _LOCAL_SIGN)",
    ),
    Fault(
        "tickets that wait for the second receipt are not counted",
        "observe",
        "stage in (_COUNTER, _LOCAL_DISPATCH, _LOCAL_SIGN)",
        "stage in (_COUNTER, _LOCAL_DISPATCH)",
    ),
    Fault("the counter counts as a unit", "observe", "if on_time and unit >= 0:", "if on_time:"),
    Fault("replies at the counter were dispatched", "observe", "if visit.stage == _COUNTER:", "if False:"),
    Fault("enterprises wait for nothing", "observe", "counts[_N_E_WAIT] += wait", "pass"),
    Fault("who replies in time is late", "observe", "counts[_N_E_ON_TIME] += 1", "pass"),
    Fault(
        "who is late is escalated at once",
        "observe",
        "end > escalation_tick(tables, visit.due)",
        "end > visit.due",
    ),
    Fault("everybody is escalated", "observe", "if escalates(tables, draws, visit) and end", "if end"),
    Fault(
        "open tickets arrive in the window",
        "key_figures",
        "offered - network.tables.opened.number",
        "offered",
    ),
    Fault(
        "townships are offices",
        "observe",
        "summary.due.size - 1 - VILLAGE + level",
        "summary.due.size - VILLAGE",
    ),
    Fault(
        "calls about tickets are redials",
        "observe",
        "visit.stage == _INTAKE and visit.attempt",
        "visit.attempt",
    ),
    Fault("who finds no line is not lost", "observe", "in (_ABANDONED, _BLOCKED)", "== _ABANDONED"),
    Fault("help is not counted", "observe", "summary.passages.helped[0] += 1", "pass"),
    Fault("who calls again reopens nothing", "observe", "if outcome == _REOPENED:", "if False:"),
    Fault(
        "what ends before the window is counted",
        "observe",
        "if _within(summary, end):\n        counts.ended",
        "if True:\n        counts.ended",
    ),
    Fault(
        "what is rectified late is in time",
        "observe",
        "if end <= target:\n            counts.met",
        "if True:\n            counts.met",
    ),
    Fault(
        "what nobody serves is served",
        "observe",
        "if start < NEVER and _within(summary, visit.ready):\n        counts.served",
        "if _within(summary, visit.ready):\n        counts.served",
    ),
    Fault("what is returned is not counted", "observe", "if outcome == _RETURNED and", "if False and"),
    Fault("second replies are counted", "observe", "if visit.redos > 0:\n        return", "pass"),
    Fault("every opinion is counted", "observe", "if visit.opinion != UNKNOWN:", "if False:"),
    Fault("only the last calls are ratings", "observe", "in (_CONFIRMED, _REDO)", "in (_CONFIRMED,)"),
    Fault(
        "work done twice again counts twice",
        "observe",
        "if visit.redos == 0 and _within(summary, came_at(tables, draws, visit.ticket)):\n        summary",
        "if _within(summary, came_at(tables, draws, visit.ticket)):\n        summary",
    ),
    Fault(
        "handling begins with the last dispatch",
        "observe",
        "if visit.attempt == 0:\n                summary.memo",
        "if True:\n                summary.memo",
    ),
    Fault(
        "opinion of the visit before is counted",
        "loop",
        "summary, visit, start, end, outcome, opinion)",
        "summary, visit, start, end, outcome, visit.opinion)",
    ),
    Fault(
        "who is served at the end is not busy",
        "rows",
        "summary, visit, start, NEVER, _OPEN",
        "summary, visit, NEVER, NEVER, _OPEN",
    ),
)
