"""Parametric laws of durations by maximum likelihood, censored or not, with intervals and the choice by AIC.

The families are those of a scenario file. What is fitted, and to what, is said by the estimators of talk,
patience and redial.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from hotline_sim.arrays import BoolArray, FloatArray

Z: Final = 1.959963984540054
"""97.5 % quantile of the standard normal."""
SHAPES: Final = {"exponential": None, "lognormal": "sigma", "gamma": "cv", "weibull": "shape"}
"""Families that are tried, with their parameter beside the mean."""


@dataclass(frozen=True)
class Law:
    """A fitted law.

    Parameters
    ----------
    family : str
        As in a scenario file.
    mean : float
        In seconds.
    shape : float or None
        ``sigma``, ``cv`` or ``shape``; the exponential has none.
    mean_interval, shape_interval : (float, float)
        95 % intervals from the observed information on the scale of logarithms.
    log_likelihood : float
        At the maximum.
    parameters : int
        Number of parameters that were free.
    count : int
        Observations, censored ones included.
    """

    family: str
    mean: float
    shape: float | None
    mean_interval: tuple[float, float]
    shape_interval: tuple[float, float]
    log_likelihood: float
    parameters: int
    count: int

    @property
    def aic(self) -> float:
        """Akaike's information criterion."""
        return 2.0 * (self.parameters - self.log_likelihood)

    @property
    def table(self) -> dict[str, Any]:
        """The distribution as a scenario file states it."""
        table: dict[str, Any] = {"family": self.family, "mean": f"{self.mean:.4g} s"}
        name = SHAPES[self.family]
        if name is not None and self.shape is not None:
            table[name] = float(f"{self.shape:.4g}")
        return table

    def survival(self, seconds: FloatArray) -> FloatArray:
        """Probability of lasting longer than given times in seconds."""
        result: FloatArray = _frozen(self.family, self.mean, self.shape).sf(seconds)
        return result


def fitted(
    seconds: FloatArray,
    censored: BoolArray | None = None,
    *,
    mean: float | None = None,
    families: Collection[str] = tuple(SHAPES),
) -> tuple[Law, ...]:
    """Families fitted to durations, the best one first.

    Parameters
    ----------
    seconds : float64 array, shape (n,)
        Durations, positive.
    censored : bool array, shape (n,), optional
        Durations of which only is known that they are longer.
    mean : float, optional
        Keep this mean and estimate the rest. The load of a phone room is proportional to the mean of the
        talk time; a family whose shape is not that of the data would otherwise miss it.
    families : collection of str
        Of SHAPES; all of them if not given.

    Returns
    -------
    tuple of Law
        By AIC.

    Raises
    ------
    ValueError
        If fewer than two durations were seen to their end.
    """
    right = np.zeros(seconds.size, bool) if censored is None else censored
    seen, longer = seconds[~right], seconds[right]
    if seen.size < 2:
        raise ValueError(f"seconds: {seen.size} durations seen to their end, at least 2 are needed")
    laws = [_fit(family, seen, longer, mean) for family in families]
    return tuple(sorted(laws, key=lambda law: law.aic))


def _fit(family: str, seen: FloatArray, longer: FloatArray, mean: float | None) -> Law:
    """Maximum of the likelihood by scipy.stats, then its curvature for the intervals."""
    from scipy import optimize

    has_shape = SHAPES[family] is not None

    def loss(logs: FloatArray) -> float:
        centre = math.log(mean) if mean is not None else float(logs[0])
        shape = float(logs[-1]) if has_shape else 0.0
        if abs(centre) > 60 or abs(shape) > 6:
            return math.inf
        law = _frozen(family, math.exp(centre), math.exp(shape))
        value = float(law.logpdf(seen).sum() + law.logsf(longer).sum())
        return -value if math.isfinite(value) else math.inf

    free = (mean is None) + has_shape
    if free == 0:
        at = np.zeros(0)
        value = loss(at)
    else:
        at = _start(family, seen, longer, mean)
        found = optimize.minimize(
            loss, at, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-6, "maxiter": 2000}
        )
        at, value = found.x, float(found.fun)
    error = _errors(loss, at)
    centre = mean if mean is not None else math.exp(at[0])
    shape = math.exp(at[-1]) if has_shape else None
    return Law(
        family=family,
        mean=float(centre),
        shape=shape,
        mean_interval=(float(centre), float(centre)) if mean is not None else _interval(at[0], error[0]),
        shape_interval=_interval(at[-1], error[-1]) if has_shape else (math.nan, math.nan),
        log_likelihood=-value,
        parameters=free,
        count=seen.size + longer.size,
    )


def _start(family: str, seen: FloatArray, longer: FloatArray, mean: float | None) -> FloatArray:
    """Where the search begins: total time over events, which is the exponential's estimate; and shape 1."""
    start = [] if mean is not None else [math.log((seen.sum() + longer.sum()) / seen.size)]
    return np.array(start + [0.0] * (SHAPES[family] is not None))


def _interval(log: float, error: float) -> tuple[float, float]:
    return math.exp(log - Z * error), math.exp(log + Z * error)


def _errors(loss: Callable[[FloatArray], float], at: FloatArray) -> FloatArray:
    """Standard errors from the observed information, by central differences."""
    count = at.size
    if count == 0:
        return np.zeros(0)
    step = 1e-3
    information = np.empty((count, count))
    unit = np.eye(count) * step
    for i in range(count):
        for j in range(count):
            information[i, j] = (
                loss(at + unit[i] + unit[j])
                - loss(at + unit[i] - unit[j])
                - loss(at - unit[i] + unit[j])
                + loss(at - unit[i] - unit[j])
            ) / (4 * step * step)
    with np.errstate(invalid="ignore"):
        try:
            errors: FloatArray = np.sqrt(np.diag(np.linalg.inv(information)))
        except np.linalg.LinAlgError:
            errors = np.full(count, math.nan)
    return errors


def _frozen(family: str, mean: float, shape: float | None) -> Any:
    """Law of scipy.stats with the parameters of the scenario file."""
    from scipy import stats
    from scipy.special import gamma

    if family == "exponential" or shape is None:
        return stats.expon(scale=mean)
    if family == "lognormal":
        return stats.lognorm(shape, scale=mean * math.exp(-shape * shape / 2))
    if family == "gamma":
        return stats.gamma(1 / shape**2, scale=mean * shape**2)
    return stats.weibull_min(shape, scale=mean / gamma(1 + 1 / shape))


def kaplan_meier(
    seconds: FloatArray, censored: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Survival of durations, some of which are only known to be longer.

    Parameters
    ----------
    seconds : float64 array, shape (n,)
        Durations.
    censored : bool array, shape (n,)
        Which of them are censored.

    Returns
    -------
    times, survival, low, high : float64 arrays
        Steps of the product-limit estimate with its 95 % band by the exponential Greenwood formula.

    References
    ----------
    .. [1] Kaplan, E. L. and Meier, P. (1958), JASA 53, 457-481; through ``scipy.stats.ecdf``.
    """
    from scipy import stats

    sample = stats.CensoredData(uncensored=seconds[~censored], right=seconds[censored])
    survival: Any = stats.ecdf(sample).sf
    with warnings.catch_warnings():
        # Before the first and at the last step the formula divides by 0; the band is NaN there.
        warnings.simplefilter("ignore", RuntimeWarning)
        band = survival.confidence_interval(0.95, method="log-log")
    times = np.asarray(survival.quantiles, dtype=np.float64)
    return (
        times,
        np.asarray(survival.probabilities, dtype=np.float64),
        np.asarray(band.low.probabilities, dtype=np.float64),
        np.asarray(band.high.probabilities, dtype=np.float64),
    )
