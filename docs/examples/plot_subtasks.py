"""
=================================
Can linear models follow a curve?
=================================

A logistic regression draws one straight line. Several of them, each for another cluster
of samples, follow a curve. :class:`~skdistill.SubtaskEnsembleClassifier` finds the
clusters, fits all members at once, and weights them by a gate.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# Which member is responsible where
# ---------------------------------
# k-means assigns the samples to members, and each member has its center among its own.
# There is no hard border between them. Each member learns from all samples, but little
# from distant ones, and has a weight for every prediction, but a small one far from its
# center. A generalist that has learned from all samples alike has a fixed weight. It is
# chosen by cross-validation.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression

from skdistill import SubtaskEnsembleClassifier

X, y = make_moons(400, noise=0.2, random_state=0)
X_test, y_test = make_moons(2000, noise=0.2, random_state=1)

single = LogisticRegression().fit(X, y)
ensemble = SubtaskEnsembleClassifier(n_subtasks=8, random_state=0).fit(X, y)

grid = np.stack(
    np.meshgrid(np.linspace(-1.8, 2.8, 300), np.linspace(-1.4, 1.9, 300)), axis=-1
)
points = grid.reshape(-1, 2)
responsibilities = ensemble.gate_.responsibilities(points)


def draw_line(ax, member, center, length=0.45):
    """Draw the part of a member's own boundary that is nearest to its center."""
    weights, intercept = member.coef_[0], member.intercept_[0]
    foot = center - (weights @ center + intercept) / (weights @ weights) * weights
    along = np.array([-weights[1], weights[0]]) / np.linalg.norm(weights)
    ends = np.stack([foot - length * along, foot + length * along])
    ax.plot(*ends.T, color="black", lw=1.5)


fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
colors = plt.colormaps["tab10"].colors
# A color for each member, as strong as it is responsible.
mixed = responsibilities @ np.array(colors[: responsibilities.shape[1]])
left.imshow(
    mixed.reshape(*grid.shape[:2], 3),
    extent=(-1.8, 2.8, -1.4, 1.9),
    origin="lower",
    alpha=0.5,
    aspect="auto",
)
for number, (member, center) in enumerate(
    zip(ensemble.estimators_, ensemble.gate_.centers, strict=True)
):
    draw_line(left, member, center)
    left.plot(*center, "o", ms=9, mec="black", mfc=colors[number])
left.set_title("Responsibilities and boundaries of the members")

combined = ensemble.predict_proba(points)[:, 1].reshape(grid.shape[:2])
right.contourf(
    *np.moveaxis(grid, 2, 0), combined, np.linspace(0, 1, 11), cmap="RdBu", alpha=0.7
)
for model, style in ((ensemble, "solid"), (single, "dashed")):
    proba = model.predict_proba(points)[:, 1].reshape(grid.shape[:2])
    right.contour(*np.moveaxis(grid, 2, 0), proba, [0.5], linestyles=style)
right.set_title("Combined boundary (solid), and one model's (dashed)")
for ax in (left, right):
    ax.scatter(*X.T, c=y, cmap="RdBu", s=12, edgecolor="black", linewidth=0.3)
    ax.set(xlim=(-1.8, 2.8), ylim=(-1.4, 1.9), xticks=[], yticks=[])
plt.show()

# %%
print(f"one logistic regression: {single.score(X_test, y_test):.3f}")
print(f"eight and a generalist:  {ensemble.score(X_test, y_test):.3f}")

# %%
# The older recipe
# ----------------
# An older recipe splits the samples at random, squashes the features by a temperature,
# fits a model to each part and averages. Parameters select it. Here are 100 samples of
# 20 features, half of them redundant, in five parts of 20 samples, at T = 0.5. Accuracy
# is measured on 1,000 further samples of each of 20 tasks.

from sklearn.datasets import make_classification

models = {
    "one logistic regression": LogisticRegression(max_iter=1000),
    "five random parts, squashed features": SubtaskEnsembleClassifier(
        LogisticRegression(max_iter=1000),
        n_subtasks=5,
        partition="random",
        combine="mean",
        subtask_size=0.2,
        feature_temperature=0.5,
        random_state=0,
    ),
    "five random parts": SubtaskEnsembleClassifier(
        LogisticRegression(max_iter=1000),
        n_subtasks=5,
        partition="random",
        combine="mean",
        subtask_size=0.2,
        random_state=0,
    ),
    "the default": SubtaskEnsembleClassifier(random_state=0),
}
scores = {name: [] for name in models}
for seed in range(20):
    X, y = make_classification(
        1100, 20, n_informative=10, n_redundant=10, random_state=seed
    )
    for name, model in models.items():
        model.fit(X[:100], y[:100])
        scores[name].append(model.score(X[100:], y[100:]))
for name, values in scores.items():
    print(f"{name:38}{np.mean(values):.3f}")

# %%
# Random parts make no specialists, only the same model of fewer samples. The mean of
# five of them is worse than one model of all samples, and squashed features make it
# worse still. Clusters give each member something of its own to learn.
