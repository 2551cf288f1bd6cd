"""
=======================================================
Which temperature, and how much weight for the teacher?
=======================================================

A search over ``temperature`` and ``alpha`` fits the teacher once a fold, if there is a
``memory``. Its display has a line for each temperature.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# The search
# ----------
# With ``alpha=0`` the student learns from the labels alone: it belongs in every grid.

from tempfile import TemporaryDirectory

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from skdistill import DistilledClassifier

X, y = load_breast_cancer(return_X_y=True)
forest = RandomForestClassifier(n_estimators=100)
tree = DecisionTreeClassifier(max_leaf_nodes=8)
grid = {"temperature": [1, 2, 4], "alpha": [0, 0.25, 0.5, 0.75, 1]}
with TemporaryDirectory() as cache:
    model = DistilledClassifier(forest, tree, memory=cache, random_state=0)
    search = GridSearchCV(model, grid, scoring="neg_log_loss", cv=3).fit(X, y)
print(search.best_params_)

# %%
# The loss over the grid
# ----------------------

import matplotlib.pyplot as plt

from skdistill.inspection import TemperatureAlphaDisplay

TemperatureAlphaDisplay.from_estimator(search)
plt.show()

# %%
# From the labels alone, the leaves of the tree are sure of themselves, and a single
# error costs much. Any weight for the teacher mends that. The temperature matters
# less.
