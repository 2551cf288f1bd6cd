"""Measures: the scores, the size and the speed of one model."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, field
from typing import Any

from sklearn.utils import Bunch

from skdistill.inspection._compared import is_model
from skdistill.inspection._speed import Latency, measure_bytes, measure_latencies


@dataclass(frozen=True, eq=False)
class Measures:
    """Measures of one model on the test samples.

    Read more in the :ref:`User Guide <report>`.

    Attributes
    ----------
    name : {"teacher", "scratch student", "distilled student"}
    estimator : estimator or None
        None if its predictions were precomputed: it then has neither size nor speed.
    predictions : object
        With the predicted ``labels`` and the probabilities, ``values``. Of numbers it
        has the ``values`` alone.
    scores : Bunch
        Scores by name, as in ``scores.accuracy`` or ``scores["accuracy"]``.
    n_bytes : int or None
        Size of its joblib file, if it has one.
    latencies : list of Latency
        Times of one sample and of 10,000.
    """

    name: str
    estimator: Any
    predictions: Any
    scores: Bunch
    n_bytes: int | None = None
    latencies: list[Latency] = field(default_factory=list)

    def latency(self, n_samples: int = 1, form: str = "as given") -> Latency | None:
        """Find the time of a prediction.

        Parameters
        ----------
        n_samples : {1, 10_000}, default=1
        form : {"as given", "array"}, default="as given"
            Form of the samples.

        Returns
        -------
        latency : Latency or None
            None if it was not measured.
        """
        for latency in self.latencies:
            if (latency.n_samples, latency.form) == (n_samples, form):
                return latency
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, as types that JSON has."""
        return {
            "scores": dict(self.scores),
            "n_bytes": self.n_bytes,
            "latencies": [vars(latency) for latency in self.latencies],
        }


def measure(name, estimator, X, predictions, contributions) -> Measures:
    """Measure a fitted model.

    Parameters
    ----------
    name : str
    estimator : estimator or array-like
        Precomputed predictions have neither size nor speed.
    X : array-like of shape (n_samples, n_features)
        Test samples.
    predictions : object
    contributions : dict of str to ndarray of shape (n_samples,)
        What each sample adds to each score.

    Returns
    -------
    measures : Measures
    """
    scores = Bunch(**{k: float(v.mean()) for k, v in contributions.items()})
    if not is_model(estimator):
        return Measures(name, None, predictions, scores)
    return Measures(
        name,
        estimator,
        predictions,
        scores,
        measure_bytes(estimator),
        measure_latencies(estimator, X),
    )
