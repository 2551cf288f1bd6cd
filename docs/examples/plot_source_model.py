"""
=======================================================
What can a source model teach, with few labels or none?
=======================================================

This is transfer learning, and semi-supervised learning. A teacher helps most if it
knows more than the student's samples can tell, and on samples that it was not fitted
on. Here a support vector machine was fitted to 800 digits. They are no longer
available. What is left is the model, a few labeled samples, and some unlabeled ones.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# Three ways to train the same network
# ------------------------------------
# The teacher is already fitted, so it goes into a
# :class:`~sklearn.frozen.FrozenEstimator`. It predicts samples that it was not fitted
# on: the few labeled ones, synthetic ones made from them, and, in the third way,
# unlabeled ones. With ``alpha=1`` the student learns from the teacher's predictions
# alone. The teacher has seen 800 labels, and the few that are left would only add
# noise.

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


def accuracies(n_labeled, seed):
    """Of networks trained on labels, by the teacher, and by it on all samples."""
    X_target, X_test, y_target, y_test = train_test_split(
        X_rest, y_rest, train_size=500, stratify=y_rest, random_state=seed
    )
    few, others = slice(n_labeled), slice(n_labeled, None)
    network = SoftmaxMLPClassifier(random_state=seed)
    # "train" says that the frozen teacher has not seen these samples: on 50 of them it
    # is so good that it could be taken for one that has.
    model = DistilledClassifier(
        FrozenEstimator(teacher),
        network,
        alpha=1.0,
        target_source="train",
        random_state=seed,
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
for n_labeled, mean in zip(sizes, means, strict=True):
    print(f"{n_labeled} labels: ", *mean.round(3))

# %%
# Accuracy by the number of labels
# --------------------------------

fig, ax = plt.subplots(layout="constrained")
labels = (
    "n labeled samples, from scratch",
    "n labeled samples, distilled",
    "the same and unlabeled samples, 500 in all, distilled",
)
for mean, label in zip(means.T, labels, strict=True):
    ax.plot(sizes, mean, "o-", label=label)
ax.axhline(
    teacher.score(X_rest, y_rest), ls="--", color="gray", label="the teacher itself"
)
ax.set(
    xscale="log",
    xlabel="labeled samples n",
    ylabel="test accuracy",
    title="One network, trained in three ways",
)
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.legend()
plt.show()

# %%
# With 50 labels, the network that learns from the teacher is about ten points better
# than the one that learns from the labels. With unlabeled samples it is nearly as good
# as the teacher, however few labels there are.

# %%
# A class without samples: zero-shot learning
# -------------------------------------------
# The student has all classes of its teacher. Here all threes are taken away from its
# samples, so that there are no labels, no samples and no synthetic samples of threes.
# The student still recognizes most threes. It learned them from the teacher's small
# probabilities of a three for eights and fives. Unlabeled threes bring about half of
# the rest.


def found_threes(seed):
    """Shares of the threes that students recognize without a labeled three."""
    X_target, X_test, y_target, y_test = train_test_split(
        X_rest, y_rest, train_size=500, stratify=y_rest, random_state=seed
    )
    known, threes = y_target != 3, X_test[y_test == 3]
    model = DistilledClassifier(
        FrozenEstimator(teacher), target_source="train", random_state=seed
    )
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
print(f"recognized, without any threes: {without:.2f}")
print(f"recognized, with unlabeled threes: {unlabeled:.2f}")
by_teacher = np.mean(teacher.predict(X_rest[y_rest == 3]) == 3)
print(f"recognized by the teacher: {by_teacher:.2f}")
