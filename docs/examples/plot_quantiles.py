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
# The numbers depend on three features, and their noise grows with a fourth one. Teacher
# and student see 800 samples. The others are for MAPIE and for the test.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
X = rng.uniform(size=(2400, 8))
y = 5 * np.floor(3 * X[:, 0]) * (X[:, 1] > 0.5) + 3 * X[:, 2]
y += (0.2 + 4 * X[:, 3]) * rng.normal(size=2400)
X_train, X_rest, y_train, y_rest = train_test_split(
    X, y, train_size=800, random_state=0
)
X_calibration, X_test, y_calibration, y_test = train_test_split(
    X_rest, y_rest, train_size=600, random_state=0
)

# %%
# The levels 0.05 and 0.95 bound an interval that should cover 90 % of the numbers.

from skdistill import DistilledRegressor, distillation_report

model = DistilledRegressor(
    quantiles=(0.05, 0.5, 0.95), keep_teacher=True, random_state=0
)
model.fit(X_train, y_train)

low, median, high = model.predict_quantiles(X_test).T
noise = X_test[:, 3]
plt.scatter(noise, y_test - median, s=4, color="0.6", label="error of the median")
plt.scatter(noise, low - median, s=4, label="lower end of the interval")
plt.scatter(noise, high - median, s=4, label="upper end")
plt.xlabel("feature with which the noise grows")
plt.legend(loc="upper left")
plt.show()

# %%
# The report counts how many test samples the interval covers, beside the forest and a
# network of the same kind that learned the quantiles of the labels alone.

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
