"""
===================================
Which students gain from a teacher?
===================================

A student need not be a network. :class:`~skdistill.DistilledClassifier` takes any
classifier and wraps it in :class:`~skdistill.SoftTargetClassifier`. Which of them gain?

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# Four students of one forest
# ---------------------------
# Each student is trained twice on the breast cancer data: with ``alpha=0``, on the
# labels alone, and with the default ``alpha=0.5``. The log loss is the mean of five
# splits.

from tempfile import TemporaryDirectory

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skdistill import DistilledClassifier, SoftmaxMLPClassifier

X, y = load_breast_cancer(return_X_y=True)
students = {
    "tree of 16 leaves": DecisionTreeClassifier(max_leaf_nodes=16),
    "naive Bayes": GaussianNB(),
    "network of 32 units": SoftmaxMLPClassifier((32,)),
    "logistic regression": make_pipeline(StandardScaler(), LogisticRegression()),
}
forest = RandomForestClassifier(n_estimators=100)
splits = StratifiedShuffleSplit(n_splits=5, test_size=0.25, random_state=0)


def log_loss(student, alpha):
    model = DistilledClassifier(
        forest, student, alpha=alpha, memory=cache, random_state=0
    )
    return -np.mean(cross_val_score(model, X, y, cv=splits, scoring="neg_log_loss"))


with TemporaryDirectory() as cache:
    losses = {
        name: (log_loss(student, alpha=0), log_loss(student, alpha=0.5))
        for name, student in students.items()
    }

# %%
# Before and after
# ----------------

import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
positions = np.arange(len(losses))
scratch, distilled = np.transpose(list(losses.values()))
ax.barh(positions - 0.2, scratch, height=0.4, label="labels alone")
ax.barh(positions + 0.2, distilled, height=0.4, label="distilled")
ax.set_yticks(positions, losses)
ax.invert_yaxis()
ax.set(xlabel="log loss on test samples", title="Breast cancer")
ax.legend()
plt.show()

# %%
# The tree gains most. Its leaves hold the teacher's probabilities instead of zeros and
# ones. Naive Bayes counts correlated features twice, and no target can change that
# much. The logistic regression already suits these data, and has nothing to gain. It is
# best to try both.
