"""How large a model is, and how long its predictions take."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from dataclasses import dataclass
from io import BytesIO
from pickle import PicklingError
from time import process_time
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from skdistill.utils._dataframes import is_dataframe

# Samples of the batch whose prediction is timed.
BATCH = 10_000

# A prediction is repeated until this many seconds have passed, within these bounds.
SECONDS, MIN_CALLS, MAX_CALLS = 0.5, 5, 200


@dataclass(frozen=True)
class Latency:
    """Processor time of one call for a prediction.

    Read more in the :ref:`User Guide <report>`.

    Attributes
    ----------
    form : {"as given", "array"}
        Whether the samples came as the user has them, or as an array of numbers.
    n_samples : int
        Samples that were predicted in the call.
    median, percentile_95 : float
        In seconds. All threads of the process count; other processes do not.
    """

    form: str
    n_samples: int
    median: float
    percentile_95: float


def measure_bytes(estimator: Any) -> int | None:
    """Size of an estimator's joblib file.

    Parameters
    ----------
    estimator : estimator

    Returns
    -------
    n_bytes : int or None
        None if it has no such file.
    """
    file = BytesIO()
    try:
        joblib.dump(estimator, file)
    except (PicklingError, TypeError, AttributeError):
        return None
    return len(file.getbuffer())


def measure_latencies(
    estimator: Any, X: Any, seconds: float = SECONDS
) -> list[Latency]:
    """Time predictions of one sample and of 10,000, in each form of the samples.

    Parameters
    ----------
    estimator : estimator
        Fitted. Probabilities are timed where it has them.
    X : array-like of shape (n_samples, n_features)
        Samples as the user has them. A DataFrame of numbers is timed as an array too,
        if the estimator takes that.
    seconds : float, default=0.5
        Time after which a prediction is not repeated any more.

    Returns
    -------
    latencies : list of Latency
    """
    predict = getattr(estimator, "predict_proba", None) or estimator.predict
    latencies = []
    for form, samples in _forms(X).items():
        one = _safe_indexing(samples, [0])
        batch = _safe_indexing(samples, np.resize(np.arange(_num_samples(X)), BATCH))
        try:
            calls = [_time_calls(predict, part, seconds) for part in (one, batch)]
        except Exception:
            if form == "as given":
                raise
            continue  # Not every model of a DataFrame takes arrays.
        for n_samples, times in zip((1, BATCH), calls, strict=True):
            median, high = np.quantile(times, [0.5, 0.95])
            latencies.append(Latency(form, n_samples, float(median), float(high)))
    return latencies


def _forms(X) -> dict[str, Any]:
    forms = {"as given": X}
    if is_dataframe(X):
        array = _as_numbers(X)
        if array is not None:
            forms["array"] = array
    return forms


def _as_numbers(X) -> NDArray | None:
    """A DataFrame as an array of numbers; None where it holds anything else."""
    try:
        return np.asarray(X).astype(np.float64)
    except (TypeError, ValueError):
        return None


def _time_calls(predict, X, enough) -> NDArray:
    with warnings.catch_warnings():
        # Models of named features warn about arrays, which have no names.
        for message in ("X does not have valid feature names", "X lacks feature names"):
            warnings.filterwarnings("ignore", message)
        predict(X)  # the first call may fill a cache
        seconds: list[float] = []
        while len(seconds) < MIN_CALLS or (
            sum(seconds) < enough and len(seconds) < MAX_CALLS
        ):
            start = process_time()
            predict(X)
            seconds.append(process_time() - start)
    return np.array(seconds)
