"""
========================================
How wide must an interval be to be true?
========================================

A student learns quantiles from the members of a random forest. They are the ends of an
interval that is wide where the numbers scatter. MAPIE then makes the interval keep its
promise.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# The noise grows from the left to the right. Half of the samples are for training. The
# others are for MAPIE and for the test.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
X = rng.uniform(0, 10, size=(2400, 1))
y = 2 * np.sin(X[:, 0]) + (0.1 + 0.15 * X[:, 0]) * rng.normal(size=2400)
X_train, X_rest, y_train, y_rest = train_test_split(X, y, random_state=0, test_size=0.5)
X_calibration, X_test, y_calibration, y_test = train_test_split(
    X_rest, y_rest, random_state=0, test_size=0.5
)

# %%
# The levels 0.05 and 0.95 bound an interval that should cover 90 % of the numbers.

from skdistill import DistilledRegressor, distillation_report

forest = RandomForestRegressor(300, min_samples_leaf=5)
model = DistilledRegressor(
    forest, quantiles=(0.05, 0.5, 0.95), keep_teacher=True, random_state=0
)
model.fit(X_train, y_train)

line = np.linspace(0, 10, 300)[:, None]
low, median, high = model.predict_quantiles(line).T
plt.scatter(X_test[:, 0], y_test, s=4, color="0.6", label="test samples")
plt.fill_between(line[:, 0], low, high, alpha=0.3, label="interval of the student")
plt.plot(line[:, 0], median, label="median")
plt.legend(loc="lower left")
plt.show()

# %%
# The report counts how many test samples the interval covers. The members of this
# forest predict means over their leaves, which scatter too little. The targets of the
# student were shifted until they fitted the samples out of bag.

print(distillation_report(model, X_train, y_train, X_test, y_test))

# %%
# MAPIE moves the ends of the interval once more, by samples that neither teacher nor
# student has seen. Then the interval covers at least 90 % of new samples on average,
# whatever the model is. MAPIE takes one regressor for each quantile.

from mapie.regression import ConformalizedQuantileRegressor
from sklearn.base import BaseEstimator, RegressorMixin


class OneQuantile(RegressorMixin, BaseEstimator):
    """One of the quantiles of a fitted model, as a regressor."""

    def __init__(self, model, column):
        self.model = model
        self.column = column

    @property
    def n_features_in_(self):
        return self.model.n_features_in_

    def fit(self, X, y):
        """Do nothing: the model is fitted."""
        return self

    def predict(self, X):
        return self.model.predict_quantiles(X)[:, self.column]


# The lower end, the upper end and the median, in this order.
parts = [OneQuantile(model, column) for column in (0, 2, 1)]
conformal = ConformalizedQuantileRegressor(parts, confidence_level=0.9, prefit=True)
conformal.conformalize(X_calibration, y_calibration)

# %%
# On the test samples:

_, intervals = conformal.predict_interval(X_test)
low, _, high = model.predict_quantiles(X_test).T
ends = {"student": (low, high), "conformalized": intervals[:, :, 0].T}
for name, (low, high) in ends.items():
    covered = np.mean((low <= y_test) & (y_test <= high))
    print(f"{name:<14} covers {covered:.1%}, mean width {np.mean(high - low):.2f}")
