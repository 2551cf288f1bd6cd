"""
====================================
What do synthetic samples look like?
====================================

A teacher can predict any sample, so a student may learn from samples that nobody has
measured. Each sampler of :mod:`skdistill.synthesis` makes them in its own way. Two
features are enough to see how.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# Four samplers and their mixture
# -------------------------------
# 80 samples lie on two moons. The teacher, a support vector machine, draws the
# boundary. Synthetic samples have its color.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons
from sklearn.svm import SVC

from skdistill.synthesis import (
    MixedSampler,
    Munge,
    NeighborInterpolation,
    NeighborSwap,
    SwapNoise,
)

X, y = make_moons(80, noise=0.15, random_state=0)
teacher = SVC(C=10).fit(X, y)
samplers = [
    NeighborInterpolation(random_state=0),
    NeighborSwap(random_state=0),
    SwapNoise(random_state=0),
    Munge(random_state=0),
    MixedSampler(random_state=0),
]


def draw(ax, X_shown, title, **style):
    """Draw samples over the teacher's classes."""
    grid = np.stack(
        np.meshgrid(np.linspace(-1.7, 2.7, 150), np.linspace(-1.2, 1.7, 150)), axis=-1
    )
    regions = teacher.predict(grid.reshape(-1, 2)).reshape(150, 150)
    ax.contourf(grid[..., 0], grid[..., 1], regions, cmap="coolwarm", alpha=0.15)
    ax.scatter(*X_shown.T, c=teacher.predict(X_shown), cmap="coolwarm", **style)
    ax.set(title=title, xticks=[], yticks=[])


fig, axes = plt.subplots(2, 3, figsize=(9, 5.2), layout="constrained")
draw(axes[0, 0], X, "80 training samples", s=14)
for ax, sampler in zip(axes.flat[1:], samplers, strict=True):
    draw(ax, sampler.fit(X).sample(X, 800), type(sampler).__name__, s=3)
plt.show()

# %%
# Interpolation stays closest to the data. Swap noise takes each value from any other
# sample with a probability of 0.15, and goes farthest: some of its samples lie where no
# real one would. The teacher predicts them all the same. :ref:`synthetic_samples` tells
# how each works, and what each is worth.

# %%
# What a student learns from them
# -------------------------------
# A network with eight units learns from the teacher's predictions. It sees the 80
# samples alone, or synthetic ones besides: 30 for each sample, 2,400 in all.

from skdistill import DistilledClassifier, SoftmaxMLPClassifier

fig, axes = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
X_test, y_test = make_moons(2000, noise=0.15, random_state=1)
for ax, synthesizer in zip(axes, (None, "auto"), strict=True):
    model = DistilledClassifier(
        teacher,
        SoftmaxMLPClassifier((8,)),
        synthesizer=synthesizer,
        committee=None,
        random_state=0,
    ).fit(X, y)
    grid = np.stack(
        np.meshgrid(np.linspace(-1.7, 2.7, 150), np.linspace(-1.2, 1.7, 150)), axis=-1
    )
    proba = model.predict_proba(grid.reshape(-1, 2))[:, 1].reshape(150, 150)
    ax.contourf(grid[..., 0], grid[..., 1], proba, 20, cmap="coolwarm", alpha=0.6)
    ax.scatter(*X.T, c=y, cmap="coolwarm", s=14, edgecolor="white")
    title = (
        "80 samples" if synthesizer is None else "80 samples and 2,400 synthetic ones"
    )
    ax.set(title=title, xticks=[], yticks=[])
    print(f"{title}: accuracy {model.score(X_test, y_test):.3f}")
plt.show()
