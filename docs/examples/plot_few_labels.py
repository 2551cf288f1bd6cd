"""
============================================
Does distillation help where labels are few?
============================================

Few labels are the rule where labeling is work. A learning curve shows what a teacher of
the same few labels is worth, and what unlabeled samples add.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# Three ways to use the same labels
# ---------------------------------
# The teacher is an ensemble of randomized trees, fitted to the labeled samples alone.
# The student learns from the labels, from the teacher too, and from the teacher's
# predictions for the unlabeled samples as well.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from skdistill import DistilledClassifier

X, y = load_digits(return_X_y=True)
sizes = [40, 80, 160, 320]


def fitted(n_labeled, X_train, y_train, seed):
    """The three models."""
    few, others = slice(n_labeled), slice(n_labeled, None)
    teacher = ExtraTreesClassifier(100)
    for alpha, unlabeled in ((0, None), (0.5, None), (0.5, X_train[others])):
        model = DistilledClassifier(
            teacher, student="fast", alpha=alpha, random_state=seed
        )
        yield model.fit(X_train[few], y_train[few], X_unlabeled=unlabeled)


def scores(n_labeled, seed):
    """Accuracy and log loss of the three models."""
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, train_size=900, stratify=y, random_state=seed
    )
    return [
        (model.score(X_test, y_test), log_loss(y_test, model.predict_proba(X_test)))
        for model in fitted(n_labeled, X_train, y_train, seed)
    ]


means = np.array([np.mean([scores(n, s) for s in range(2)], axis=0) for n in sizes])

fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
names = "labels alone", "distilled", "distilled, with unlabeled samples"
for ax, measure, values in zip(
    axes, ("test accuracy", "test log loss"), np.moveaxis(means, 2, 0), strict=True
):
    for name, line in zip(names, values.T, strict=True):
        ax.plot(sizes, line, "o-", label=name)
    ax.set(xscale="log", xlabel="labeled samples", ylabel=measure)
    ax.set_xticks(sizes, sizes)
    ax.minorticks_off()
axes[0].legend()
plt.show()

# %%
# In figures
# ----------

print(f"{'labeled samples':34}", *(f"{size:6}" for size in sizes))
for name, line in zip(names, means[..., 0].T, strict=True):
    print(f"{name:34}", *(f"{accuracy:6.3f}" for accuracy in line))

# %%
# The teacher is worth some points, and so are its synthetic samples. Unlabeled samples
# add hardly anything: what the teacher predicts for them, it has learned from the same
# few labels. For a teacher that knows more than these labels, see
# :ref:`sphx_glr_auto_examples_plot_source_model.py`.
