"""The table of a search, in the form of GridSearchCV's."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from skdistill.distillation._candidates import Candidate
from skdistill.distillation._choice import complete_splits
from skdistill.distillation._search_folds import Cost, Trial


def tabulate(
    candidates: Sequence[Candidate], folds: Sequence[list[Trial]]
) -> dict[str, Any]:
    """Make the table of all candidates.

    Parameters
    ----------
    candidates : list of Candidate
    folds : list of list of Trial
        The trials of each fold.

    Returns
    -------
    results : dict of str to array or list
        As ``cv_results_`` of GridSearchCV, with ``latency``, ``batch_latency`` and
        ``n_bytes``. Splits for which there was no time are left out.
    """
    found = [{trial.candidate: trial for trial in fold} for fold in folds]
    trials = [[fold.get(candidate) for fold in found] for candidate in candidates]
    scores = complete_splits(_read(trials, "score"))
    results: dict[str, Any] = {}
    for name in ("fit", "score"):
        seconds = _read(trials, f"{name}_seconds")
        results[f"mean_{name}_time"] = _nan_mean(seconds)
        results[f"std_{name}_time"] = (
            _nan_mean((seconds - results[f"mean_{name}_time"][:, None]) ** 2) ** 0.5
        )
    params = [candidate.params for candidate in candidates]
    for name in params[0]:
        values = np.array([row[name] for row in params])
        values = values.astype(object) if values.dtype.kind == "U" else values
        results[f"param_{name}"] = np.ma.masked_array(values, mask=False)
    results["params"] = params
    for i, column in enumerate(scores.T):
        results[f"split{i}_test_score"] = column
    results["mean_test_score"] = scores.mean(axis=1)
    results["std_test_score"] = scores.std(axis=1)
    results["rank_test_score"] = _rank(results["mean_test_score"])
    return results | _costs(candidates, trials)


def split_scores(results: dict[str, Any]) -> NDArray:
    """Get the scores of each split out of the table.

    Parameters
    ----------
    results : dict

    Returns
    -------
    scores : ndarray of shape (n_candidates, n_splits)
    """
    names = [name for name in results if name.endswith("_test_score")]
    splits = [name for name in names if name.startswith("split")]
    return np.stack([results[name] for name in splits], axis=1)


def _costs(candidates, trials):
    """Costs of each candidate: the greatest of its student's."""
    costs: dict[str, list] = {}
    for candidate, row in zip(candidates, trials, strict=True):
        known = [trial.cost for trial in row if trial is not None]
        costs.setdefault(candidate.student, [Cost()]).extend(known)
    # Of whatever was not measured, there is no greatest.
    greatest = {name: np.fmax.reduce(np.array(rows)) for name, rows in costs.items()}
    table = np.array([greatest[candidate.student] for candidate in candidates])
    return dict(zip(Cost._fields, table.T, strict=True))


def _read(trials, field):
    return np.array(
        [[np.nan if t is None else getattr(t, field) for t in row] for row in trials]
    )


def _nan_mean(values):
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0).sum(axis=1) / known.sum(axis=1)


def _rank(means):
    """Ranks from 1, the best; those without a score are last."""
    lowest = np.nanmin(means) - 1 if not np.isnan(means).all() else 0.0
    means = np.where(np.isnan(means), lowest, means)
    return rankdata(-means, method="min").astype(np.int32)
