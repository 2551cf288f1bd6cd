"""
=====================================
A model of many rows, a task of few
=====================================

Where does a teacher help most? Where it knows more than the student's rows can tell,
and on rows that it has not seen. Here a support vector machine has learnt from 800
digits. Those are gone: what is left is the model, a few labelled rows, and some rows
without labels.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

# %%
# Three ways to train the same network
# ------------------------------------
# The teacher is there already, so it goes into a
# :class:`~sklearn.frozen.FrozenEstimator`. It is asked about rows that it was not
# fitted on: the few labelled ones, synthetic ones made from them, and, in the last
# way, others that have no label. With ``alpha=1`` only what it says counts: it has seen
# eight hundred labels, and the few that are left would add nothing but their noise.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

from skdistill import DistilledClassifier, SoftmaxMLPClassifier

X, y = load_digits(return_X_y=True)
X_source, X_rest, y_source, y_rest = train_test_split(
    X, y, train_size=800, stratify=y, random_state=0
)
teacher = CalibratedClassifierCV(SVC(C=5), ensemble=False).fit(X_source, y_source)


def accuracies(n_labelled, seed):
    """Of networks taught by labels, by the teacher, and by the teacher on all rows."""
    X_target, X_test, y_target, y_test = train_test_split(
        X_rest, y_rest, train_size=500, stratify=y_rest, random_state=seed
    )
    few, others = slice(n_labelled), slice(n_labelled, None)
    network = SoftmaxMLPClassifier(random_state=seed)
    model = DistilledClassifier(
        FrozenEstimator(teacher), network, alpha=1.0, random_state=seed
    )
    scores = [network.fit(X_target[few], y_target[few]).score(X_test, y_test)]
    for unlabeled in (None, X_target[others]):
        model.fit(X_target[few], y_target[few], X_unlabeled=unlabeled)
        scores.append(model.score(X_test, y_test))
    return scores


sizes = [50, 100, 200, 400]
means = np.array(
    [np.mean([accuracies(n, seed) for seed in range(3)], axis=0) for n in sizes]
)
for n_labelled, mean in zip(sizes, means, strict=True):
    print(f"{n_labelled} rows: ", *mean.round(3))

# %%
# What it is worth
# ----------------

fig, ax = plt.subplots(layout="constrained")
labels = (
    "n rows, from scratch",
    "n rows, distilled",
    "n rows and the others of 500 without labels, distilled",
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
# From fifty rows, the network that learns from the teacher is about ten points better
# than the one that learns from the labels. With unlabelled rows it is nearly as good as
# the teacher, however few labels there are.

# %%
# A class that no row has
# -----------------------
# The student has all classes of its teacher. Take every three away from the rows that
# it learns from, so that neither a label nor a row nor a synthetic row is one, and it
# still knows four of five threes that it meets: the teacher's "somewhat like a three"
# about eights and fives is all that it takes. Threes without labels bring half of the
# others.


def found_threes(seed):
    """Shares of the threes that students know who learnt from none with a label."""
    X_target, X_test, y_target, y_test = train_test_split(
        X_rest, y_rest, train_size=500, stratify=y_rest, random_state=seed
    )
    known, threes = y_target != 3, X_test[y_test == 3]
    model = DistilledClassifier(FrozenEstimator(teacher), random_state=seed)
    return [
        np.mean(
            model.fit(X_target[known], y_target[known], X_unlabeled=unlabeled).predict(
                threes
            )
            == 3
        )
        for unlabeled in (None, X_target[~known])
    ]


without, unlabeled = np.mean([found_threes(seed) for seed in range(3)], axis=0)
print(f"found, having seen none: {without:.2f}")
print(f"found, having seen some without labels: {unlabeled:.2f}")
print(f"by the teacher: {np.mean(teacher.predict(X_rest[y_rest == 3]) == 3):.2f}")
