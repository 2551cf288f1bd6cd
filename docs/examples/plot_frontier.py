"""
=====================================
Which student, and what does it cost?
=====================================

A search compares eight students of one teacher, from a linear model to the default
network, by log loss and by what they cost. It chooses the fastest one that is nearly as
good as the best.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# The search
# ----------
# Each fold has one teacher, however many students there are. An arrow marks the chosen
# student. A star marks those to which none is both better and faster.

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier

from skdistill import DistilledClassifierCV

X, y = load_breast_cancer(return_X_y=True)
forest = RandomForestClassifier(n_estimators=100)
search = DistilledClassifierCV(
    forest, students="auto", alphas=[0, 0.5], temperatures=[1], cv=5, random_state=0
).fit(X, y)
print(search.frontier_)

# %%
# The score against the time
# --------------------------
# The bars are standard errors over the folds. A student within one bar of the best is
# as good, as far as five folds can tell.

import matplotlib.pyplot as plt

from skdistill.inspection import FrontierDisplay

FrontierDisplay.from_estimator(search)
plt.show()

# %%
# Times in batches, and the size of the file
# ------------------------------------------
# Samples in a batch cost far less, and the order of the students may be another.

figure, axes = plt.subplots(1, 2, figsize=(12, 5), sharey=True, layout="constrained")
FrontierDisplay.from_estimator(search, cost="batch_latency", ax=axes[0])
FrontierDisplay.from_estimator(search, cost="n_bytes", ax=axes[1])
plt.show()

# %%
# A budget
# --------
# With ``max_bytes`` alone, the smallest of the good students is chosen. If none is
# small enough, the error names the nearest.

from sklearn.base import clone

small = clone(search).set_params(max_bytes=20_000).fit(X, y)
point = small.frontier_.chosen
print(f"{point.student}: {point.n_bytes:,.0f} bytes, {point.score:.3f}")

try:
    clone(search).set_params(max_bytes=100).fit(X, y)
except ValueError as error:
    print(error)
