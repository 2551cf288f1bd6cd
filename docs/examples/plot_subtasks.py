"""
=======================================
Straight members, curved boundary
=======================================

A logistic regression draws one straight line. Several of them, each at home in another
part of the space, follow a curve. :class:`~skdistill.SubtaskEnsembleClassifier` finds
the parts, fits all members at once, and lets a gate decide whom to listen to.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

# %%
# Whose home is where
# -------------------
# The clusters of k-means are the members' homes. There is no hard border between them:
# each member learns from all rows, but from distant ones little, and has a share in the
# answer for every row, but for distant ones a small one. A generalist that has learnt
# from all rows alike gets a fixed share; which one is chosen by cross-validation.

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
shares = ensemble.gate_.responsibilities(points)


def draw_line(ax, member, centre, length=0.45):
    """The part of a member's own boundary that is nearest to its home."""
    weights, intercept = member.coef_[0], member.intercept_[0]
    foot = centre - (weights @ centre + intercept) / (weights @ weights) * weights
    along = np.array([-weights[1], weights[0]]) / np.linalg.norm(weights)
    ends = np.stack([foot - length * along, foot + length * along])
    ax.plot(*ends.T, color="black", lw=1.5)


fig, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
colours = plt.colormaps["tab10"].colors
# A colour for each home, as strong as its member's share.
mixed = shares @ np.array(colours[: shares.shape[1]])
left.imshow(
    mixed.reshape(*grid.shape[:2], 3),
    extent=(-1.8, 2.8, -1.4, 1.9),
    origin="lower",
    alpha=0.5,
    aspect="auto",
)
for number, (member, centre) in enumerate(
    zip(ensemble.estimators_, ensemble.gate_.centres, strict=True)
):
    draw_line(left, member, centre)
    left.plot(*centre, "o", ms=9, mec="black", mfc=colours[number])
left.set_title("Homes of the members, and their boundaries")

fused = ensemble.predict_proba(points)[:, 1].reshape(grid.shape[:2])
right.contourf(
    *np.moveaxis(grid, 2, 0), fused, np.linspace(0, 1, 11), cmap="RdBu", alpha=0.7
)
for model, style in ((ensemble, "solid"), (single, "dashed")):
    proba = model.predict_proba(points)[:, 1].reshape(grid.shape[:2])
    right.contour(*np.moveaxis(grid, 2, 0), proba, [0.5], linestyles=style)
right.set_title("Fused boundary (solid), and one model's (dashed)")
for ax in (left, right):
    ax.scatter(*X.T, c=y, cmap="RdBu", s=12, edgecolor="black", linewidth=0.3)
    ax.set(xlim=(-1.8, 2.8), ylim=(-1.4, 1.9), xticks=[], yticks=[])
plt.show()

# %%
print(f"one logistic regression: {single.score(X_test, y_test):.3f}")
print(f"eight and a generalist:  {ensemble.score(X_test, y_test):.3f}")

# %%
# The recipe of old
# -----------------
# An older recipe splits the rows at random instead, squashes the features by a
# temperature, trains a model on each part and averages. It is there by its parameters.
# Here are 100 rows of 20 features, half of them redundant, in five parts of 20 rows,
# at T = 0.5. What the models are worth shows on 1,000 further rows of each of 20 tasks.

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
# Random parts make no specialists, only the same model on fewer rows: the mean of five
# of them is worse than one model of all rows, and squashed features make it worse
# still. Clusters give each member something of its own to know.
