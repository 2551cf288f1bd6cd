"""The calendar by scikit-learn's own transformers.

Parts of a date are sums of seconds, days and so on, each divided and rounded down. Each
layer appends columns to those that there are.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline

from skdistill.export._plain_parts import append, chain, function, linear, scaled


class Ratio(NamedTuple):
    """``(sum of columns times weights + offset) / divisor``."""

    weights: dict[str, int]
    offset: int = 0
    divisor: int = 1

    def plus(self, offset: int, divisor: int = 1, **weights: int) -> "Ratio":
        """Add to the sum, and divide by something else."""
        return Ratio(self.weights | weights, self.offset + offset, divisor)


# Years begin in March here, so that a leap day is the last of its year. A cycle of leap
# years has 146097 days, and one of them began 719468 days before 1970.
DAY_OF_CYCLE = Ratio({"days": 1, "cycles": -146097}, 719468)
DAY_OF_YEAR = DAY_OF_CYCLE.plus(0, years=-365, fours=-1, centuries=1)

LAYERS = [
    {"days": Ratio({"seconds": 1}, 0, 86400)},
    {
        "cycles": Ratio({"days": 1}, 719468, 146097),
        "weeks": Ratio({"days": 1}, 3, 7),
    },
    {
        "leap_days": DAY_OF_CYCLE.plus(0, 1460),
        "no_leap_days": DAY_OF_CYCLE.plus(0, 36524),
        "last_days": DAY_OF_CYCLE.plus(0, 146096),
    },
    {"years": DAY_OF_CYCLE.plus(0, 365, leap_days=-1, no_leap_days=1, last_days=-1)},
    {"fours": Ratio({"years": 1}, 0, 4), "centuries": Ratio({"years": 1}, 0, 100)},
    {
        "months": Ratio(
            {name: 5 * weight for name, weight in DAY_OF_YEAR.weights.items()},
            5 * DAY_OF_YEAR.offset + 2,
            153,
        )
    },
    {
        "days_before": Ratio({"months": 153}, 2, 5),
        "new_years": Ratio({"months": 1}, 2, 12),
    },
]

PARTS = {
    "total_seconds": Ratio({"seconds": 1}),
    "year": Ratio({"cycles": 400, "years": 1, "new_years": 1}),
    "month": Ratio({"months": 1, "new_years": -12}, 3),
    "day": DAY_OF_YEAR.plus(1, days_before=-1),
    "weekday": Ratio({"days": 1, "weeks": -7}, 3),
    "hour": Ratio({"seconds": 1, "days": -86400}, 0, 3600),
}

# Parts of 1970, which stands in gaps at first.
EPOCH = {
    "total_seconds": 0,
    "year": 1970,
    "month": 1,
    "day": 1,
    "weekday": 3,
    "hour": 0,
}


def plain_dates(encoder: Any) -> Pipeline:
    """Make a transformer that encodes dates as a fitted encoder of a column does.

    Parameters
    ----------
    encoder : DatetimeEncoder

    Returns
    -------
    transformer : Pipeline
        It takes one column of seconds since 1970, with NaN in gaps. It refuses
        datetime64, of which no transformer of scikit-learn knows the unit.
    """
    imputer = SimpleImputer(strategy="constant", fill_value=0, add_indicator=True)
    # As one of objects, it takes integers as well as floats.
    steps = [imputer.fit(np.array([[0.0], [np.nan]], dtype=object))]
    columns = ["seconds", "missing"]
    for layer in LAYERS:
        rounded = chain(*_ratios(layer.values(), columns), function(np.floor))
        steps.append(append(rounded))
        columns += layer
    ratios = [PARTS[part] for part in encoder.parts]
    steps.append(append(chain(*_ratios(ratios, columns))))
    return chain(*steps, linear(_filled(encoder, len(columns))))


def _filled(encoder, n_columns):
    """Weights of the parts, which the second column changes to what stands in gaps."""
    n_parts = len(encoder.parts)
    weights = np.zeros((n_columns + n_parts, n_parts + encoder.has_gaps))
    weights[n_columns:, :n_parts] = np.eye(n_parts)
    weights[1, :n_parts] = encoder.fills - np.array([EPOCH[x] for x in encoder.parts])
    weights[1, n_parts:] = 1
    return weights


def _ratios(ratios: Collection[Ratio], columns: list[str]) -> list:
    """Transformers that together compute some ratios of columns."""
    weights = np.array([[r.weights.get(name, 0) for r in ratios] for name in columns])
    offsets = np.array([ratio.offset for ratio in ratios])
    return [linear(weights), scaled(-offsets, [ratio.divisor for ratio in ratios])]
