"""
====================================
A model of much data, a task of few
====================================

Where does a teacher help most? Where it knows more than the student's rows can tell,
and on rows that it has not seen. Here an ensemble of trees has learnt from 800 digits.
Those are gone: what is left is the model, a few labelled rows, and some rows without
labels.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

# %%
# Three ways to train the same network
# ------------------------------------
# :class:`~skdistill.SoftmaxMLPClassifier` learns from labels, and from a matrix of
# probabilities just as well. So a teacher that is already there needs nothing but its
# ``predict_proba``. Rows that the teacher was fitted on stay out of this.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import train_test_split

from skdistill import SoftmaxMLPClassifier

X, y = load_digits(return_X_y=True)
X_source, X_rest, y_source, y_rest = train_test_split(
    X, y, train_size=800, stratify=y, random_state=0
)
teacher = ExtraTreesClassifier(n_estimators=300, random_state=0)
teacher.fit(X_source, y_source)


def accuracies(n_labelled, seed):
    """Of networks taught by labels, by the teacher, and by the teacher on all rows."""
    X_target, X_test, y_target, y_test = train_test_split(
        X_rest, y_rest, train_size=500, stratify=y_rest, random_state=seed
    )
    answers = teacher.predict_proba(X_target)
    few = slice(n_labelled)
    lessons = [
        (X_target[few], y_target[few]),
        (X_target[few], answers[few]),
        (X_target, answers),
    ]
    network = SoftmaxMLPClassifier(random_state=seed)
    return [network.fit(*lesson).score(X_test, y_test) for lesson in lessons]


sizes = [30, 50, 100, 200, 500]
means = np.array(
    [np.mean([accuracies(n, seed) for seed in range(3)], axis=0) for n in sizes]
)

# %%
# What it is worth
# ----------------

fig, ax = plt.subplots(layout="constrained")
labels = (
    "n rows with labels",
    "n rows with the teacher's probabilities",
    "all 500 rows with the teacher's probabilities",
)
for mean, label in zip(means.T, labels, strict=True):
    ax.plot(sizes, mean, "o-", label=label)
ax.axhline(
    teacher.score(X_rest, y_rest), ls="--", color="gray", label="the teacher itself"
)
ax.set(
    xscale="log",
    xlabel="labelled rows n",
    ylabel="test accuracy",
    title="One network, taught in three ways",
)
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.legend()
plt.show()

# %%
# On the same few rows the teacher's probabilities say a little more than the labels. By
# far the most of the gain comes from more rows to ask about, and these need no label:
# with the teacher at hand, the network is as good as with 500 labels.
