"""The interval of a share, from counts: so many successes among so many trials.

Ratios of two quantities that vary from replication to replication are the subject of ``intervals.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotline_sim.statistics.intervals import check_confidence

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hotline_sim.arrays import FloatArray


def wilson(
    successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval of a share.

    Parameters
    ----------
    successes, trials : int or int array, shape (n,)
        Counts.
    confidence : float
        In (0, 1).

    Returns
    -------
    low, high : float64 array, shape (n,)
        NaN without trials; without a dimension for single counts.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Notes
    -----
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal of the
    American Statistical Association 22, 209-212.

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.4902, 0.9433)
    """
    from scipy.special import ndtri

    check_confidence(confidence)
    z = float(ndtri(0.5 + confidence / 2))
    trials = np.asarray(trials)
    count = np.where(trials > 0, trials, 1).astype(np.float64)
    share = np.asarray(successes) / count
    middle = share + z * z / (2 * count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    none = trials <= 0
    low = np.where(none, np.nan, np.maximum((middle - half) / scale, 0.0))
    high = np.where(none, np.nan, np.minimum((middle + half) / scale, 1.0))
    return low, high
