"""
===========================================================
How are temperature and alpha tuned on a logarithmic scale?
===========================================================

Temperature and alpha range over orders of magnitude. Written as an inverse temperature
and a log pressure, they can be drawn and stepped through on a logarithmic scale. This
page tunes both by cross-validation: at random, by successive halving, and on a grid
with one teacher a fold.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# A random search
# ---------------
# :func:`~skdistill.losses.from_gibbs` turns distributions of :math:`\beta` and
# :math:`a` into distributions of temperature and alpha. With ``memory`` the teacher is
# fitted once a fold.

from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import logit
from scipy.stats import loguniform, uniform
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import (
    HalvingGridSearchCV,
    RandomizedSearchCV,
    train_test_split,
)

from skdistill import DistilledClassifier, DistilledClassifierCV, SoftmaxMLPClassifier
from skdistill.losses import from_gibbs

X, y = load_digits(return_X_y=True)
X, _, y, _ = train_test_split(X, y, train_size=600, stratify=y, random_state=0)
forest = RandomForestClassifier(n_estimators=100, random_state=0)
network = SoftmaxMLPClassifier((16,), learning_rate_init=0.01, random_state=0)

temperature, alpha = from_gibbs(beta=loguniform(0.1, 2), log_pressure=uniform(-4, 8))
with TemporaryDirectory() as cache:
    model = DistilledClassifier(
        forest, network, committee=None, memory=cache, random_state=0
    )
    random = RandomizedSearchCV(
        model,
        {"temperature": temperature, "alpha": alpha},
        n_iter=20,
        scoring="neg_log_loss",
        cv=3,
        random_state=0,
    ).fit(X, y)
print(random.best_params_)

# %%
# Successive halving
# ------------------
# Lists do for a grid. Many candidates learn from few samples, and the better half of
# them from twice as many.

temperatures, alphas = from_gibbs(beta=[1, 0.5, 0.25], log_pressure=[-2, 0, 2])
halving = HalvingGridSearchCV(
    model.set_params(memory=None),
    {"temperature": temperatures, "alpha": alphas},
    scoring="neg_log_loss",
    factor=2,
    min_resources=150,
    cv=3,
    random_state=0,
).fit(X, y)
print(halving.best_params_)

# %%
# One teacher a fold
# ------------------
# :class:`~skdistill.DistilledClassifierCV` trains all networks of a fold side by side,
# so that a finer grid costs little.

temperatures, alphas = from_gibbs(
    beta=np.geomspace(0.125, 2, 5), log_pressure=np.linspace(-4, 4, 7)
)
search = DistilledClassifierCV(
    forest,
    network,
    temperatures=temperatures,
    alphas=alphas,
    committee=None,
    cv=3,
    random_state=0,
).fit(X, y)
print(search.frontier_)

# %%
# The colors are log losses on held-out samples, circles of the random search, squares
# of the grid.

fig, ax = plt.subplots(layout="constrained")
for results, marker in ((search.cv_results_, "s"), (random.cv_results_, "o")):
    points = ax.scatter(
        1 / results["param_temperature"].data.astype(float),
        logit(results["param_alpha"].data.astype(float)),
        c=-results["mean_test_score"],
        marker=marker,
        s=90,
        vmin=-search.best_score_,
        vmax=-search.best_score_ * 1.5,
        edgecolors="white",
    )
ax.set(xscale="log", xlabel=r"$\beta = 1 / T$", ylabel=r"$a = \log P$")
fig.colorbar(points, label="log loss")
plt.show()
