"""The square-root rule of staffing and the delay it brings, in the limit of many agents.

With R erlang and R + beta sqrt(R) agents, the share that waits tends to a function of beta. Exact numbers of
agents are in :mod:`hotline_sim.analytic.staffing`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from hotline_sim.analytic.arguments import nonnegative, positive, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray, IntArray


def _hazard(x: FloatArray) -> FloatArray:
    """Density over tail of the standard normal distribution."""
    return np.exp(-(x**2) / 2 - special.log_ndtr(-x)) / math.sqrt(2 * math.pi)


def halfin_whitt(beta: ArrayLike) -> FloatArray:
    """Share that waits in M/M/c with R + beta sqrt(R) agents, for large R.

    Parameters
    ----------
    beta : float array, shape (...)
        Above 0: with less, the queue grows without end.

    Returns
    -------
    float64 array, shape (...)
        In (0, 1).

    Notes
    -----
    1 / (1 + beta Phi(beta) / phi(beta)) [1]_.

    References
    ----------
    .. [1] Halfin, S., Whitt, W. (1981). Heavy-traffic limits for queues with many exponential servers.
       Operations Research 29, 567-588, proposition 1.

    Examples
    --------
    >>> round(float(halfin_whitt(1)), 6)
    0.223361
    """
    b = positive("beta", beta)
    return np.asarray(1 / (1 + b / _hazard(-b)))[()]


def garnett(beta: ArrayLike, ratio: ArrayLike) -> FloatArray:
    """Share that waits in M/M/c+M with R + beta sqrt(R) agents, for large R.

    Parameters
    ----------
    beta : float array, shape (...)
        Any finite number.
    ratio : float array, shape (...)
        Mean service over mean patience, theta / mu; above 0.

    Returns
    -------
    float64 array, shape (...)
        In (0, 1).

    Notes
    -----
    1 / (1 + sqrt(theta / mu) h(beta sqrt(mu / theta)) / h(-beta)), h the hazard of the normal distribution
    [1]_. For a ratio of 0 it tends to the function of Halfin and Whitt.

    References
    ----------
    .. [1] Garnett, O., Mandelbaum, A., Reiman, M. (2002). Designing a call center with impatient customers.
       Manufacturing & Service Operations Management 4, 208-227, theorem 4.

    Examples
    --------
    >>> round(float(garnett(0, 0.5)), 6)
    0.585786
    """
    b, root = np.asarray(beta, dtype=np.float64), np.sqrt(positive("ratio", ratio))
    if not np.isfinite(b).all():
        msg = "beta: must be finite"
        raise ValueError(msg)
    return np.asarray(1 / (1 + root * _hazard(b / root) / _hazard(-b)))[()]


def halfin_whitt_beta(delay_probability: ArrayLike) -> FloatArray:
    """Beta with which a share of callers waits in M/M/c: the inverse of :func:`halfin_whitt`.

    Parameters
    ----------
    delay_probability : float array, shape (...)
        Above 0 and below 1.

    Returns
    -------
    float64 array, shape (...)
        Above 0.
    """
    wanted = share("delay_probability", delay_probability, open_ends=True)
    return _solve(halfin_whitt, wanted, 0.0, 40.0)


def garnett_beta(delay_probability: ArrayLike, ratio: ArrayLike) -> FloatArray:
    """Beta with which a share of callers waits in M/M/c+M: the inverse of :func:`garnett`.

    Parameters
    ----------
    delay_probability : float array, shape (...)
        Above 0 and below 1.
    ratio : float array, shape (...)
        Mean service over mean patience, above 0.

    Returns
    -------
    float64 array, shape (...)
        Between -40 and 40.
    """
    wanted, given = np.broadcast_arrays(
        share("delay_probability", delay_probability, open_ends=True), positive("ratio", ratio)
    )
    return _solve(lambda beta: garnett(beta, given), wanted, -40.0, 40.0)


def _solve(
    falling: Callable[[FloatArray], FloatArray], wanted: FloatArray, low: float, high: float
) -> FloatArray:
    """Argument at which a falling function takes a value, by halving."""
    lower, upper = np.full(wanted.shape, low), np.full(wanted.shape, high)
    for _ in range(60):
        middle = (lower + upper) / 2
        above = falling(middle) > wanted
        lower, upper = np.where(above, middle, lower), np.where(above, upper, middle)
    return np.asarray((lower + upper) / 2)[()]


def square_root_agents(offered_load: ArrayLike, beta: ArrayLike) -> IntArray:
    """Agents by the square-root rule: R + beta sqrt(R), rounded up.

    Parameters
    ----------
    offered_load : float array, shape (...)
        R, in erlang.
    beta : float array, shape (...)
        Quality of service; 0 gives as many agents as erlangs.

    Returns
    -------
    int64 array, shape (...)
        At least 0.

    References
    ----------
    .. [1] Kolesar, P., Green, L. (1998). Insights on service system design from a normal approximation to
       Erlang's delay formula. Production and Operations Management 7, 282-293.

    Examples
    --------
    >>> int(square_root_agents(100, 1.5))
    115
    """
    load = nonnegative("offered_load", offered_load)
    agents = np.ceil(load + np.asarray(beta, dtype=np.float64) * np.sqrt(load) - 1e-9)
    return np.maximum(agents, 0).astype(np.int64)[()]
