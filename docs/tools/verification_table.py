"""Run every case of the verification, and write table and figure of ``docs/verification.md``.

It takes a minute or two. Run it after a change of the model or of the cases::

    python docs/tools/verification_table.py
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Final

from replications import DOCS, put, table

import hotline_sim as hs
from hotline_sim.experiment.verification.cases import UNITS, all_cases
from hotline_sim.plot.frame import settings
from hotline_sim.plot.verify import marks_of, verification

if TYPE_CHECKING:
    from hotline_sim.experiment.verification.judge import Judgement

PAGE: Final = DOCS / "verification.md"
FIGURE: Final = DOCS / "figures/verify.png"
DOTS_PER_INCH: Final = 80


def main() -> int:
    """Run the cases, write the page, and return 1 if something failed."""
    result = hs.verify(executor="processes")
    put(PAGE, "cases", table(_cases()))
    put(PAGE, "summary", _summary(result))
    put(PAGE, "rows", table(_rows(result.rows)))
    figure = verification(
        marks_of(result.rows, "en"),
        bound=result.bound,
        precision=result.precision,
        false_alarm=result.false_alarm,
        seed=result.seed,
    )
    with settings():
        figure.savefig(FIGURE, dpi=DOTS_PER_INCH)
    for row in result.failures:
        sys.stderr.write(f"{row.verdict}: {row.case}, {row.what.en}\n")
    for name in result.disagreements:
        sys.stderr.write(f"engines differ: {name}\n")
    return 0 if result.passed else 1


def _cases() -> list[tuple[str, ...]]:
    rows = [("case", "system", "theory", "compared")]
    for case in all_cases():
        compared = ", ".join(row.what.en for row in case.rows())
        rows.append((f"`{case.name}`", case.title.en, case.source, compared))
    return rows


def _summary(result: hs.Verification) -> str:
    passed = len(result.rows) - len(result.failures)
    agree = len(result.engines) - len(result.disagreements)
    noisy = [row for row in result.rows if not row.exact]
    far = max(noisy, key=lambda row: abs(row.z))
    wide = max(noisy, key=lambda row: row.width)
    return (
        f"Seed {result.seed}: {passed} of {len(result.rows)} comparisons passed in {len(result.engines)} "
        f"cases, from {result.contacts / 1e6:,.0f} million contacts; the engines agree in {agree} of "
        f"{len(result.engines)} cases. The bound is {result.bound:.2f} standard errors; the largest distance "
        f"is {abs(far.z):.2f} (`{far.case}`, {far.what.en}), the widest interval {100 * wide.width:.2f} % of "
        f"its value (`{wide.case}`, {wide.what.en})."
    )


def _rows(rows: tuple[Judgement, ...]) -> list[tuple[str, ...]]:
    found = [("case", "compared", "theory", "estimate", "± 95 %", "z", "verdict")]
    for row in rows:
        scale = 100 if row.unit == "share" else 1
        digits = max(0, 3 - math.floor(math.log10(abs(row.theory * scale))))
        unit = UNITS[row.unit].en
        values = [f"{value * scale:,.{digits}f}" for value in (row.theory, row.estimate, row.half_width)]
        interval, z = ("exact", "") if row.exact else (values[2], f"{row.z:+.2f}")
        theory, estimate = (f"{value} {unit}".strip() for value in values[:2])
        found.append((f"`{row.case}`", row.what.en, theory, estimate, interval, z, str(row.verdict)))
    return found


if __name__ == "__main__":
    sys.exit(main())
