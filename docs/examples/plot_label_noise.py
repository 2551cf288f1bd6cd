"""
=========================
What if labels are wrong?
=========================

Labels are mistaken more often than one would like. A network believes them. A forest
averages over many trees, and its out-of-bag predictions for a sample do not know its
label. Does a student inherit that?

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# Labels drawn at random
# ----------------------
# The same network is trained on the labels alone, and by a forest that was fitted to
# the same labels. Only the training labels are changed. The test labels are right.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from skdistill import DistilledClassifier, SoftmaxMLPClassifier

X, y = load_digits(return_X_y=True)
shares = [0, 0.1, 0.2, 0.3, 0.4]
models = {
    "forest": RandomForestClassifier(200, random_state=0),
    "network, labels alone": SoftmaxMLPClassifier((64,), random_state=0),
    "the same network, distilled": DistilledClassifier(
        RandomForestClassifier(200), SoftmaxMLPClassifier((64,)), random_state=0
    ),
}


def scores(model, share, seed):
    """Accuracy and log loss on right labels, after training on some wrong ones."""
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, train_size=600, stratify=y, random_state=seed
    )
    random = np.random.RandomState(seed)
    wrong = random.rand(len(y_train)) < share
    y_train = np.where(wrong, random.randint(10, size=len(y_train)), y_train)
    proba = model.fit(X_train, y_train).predict_proba(X_test)
    return np.mean(proba.argmax(axis=1) == y_test), log_loss(y_test, proba)


curves = {
    name: np.array(
        [np.mean([scores(model, s, seed) for seed in range(2)], axis=0) for s in shares]
    )
    for name, model in models.items()
}

fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for name, curve in curves.items():
    for ax, values in zip(axes, curve.T, strict=True):
        ax.plot(shares, values, "o-", label=name)
axes[0].set(xlabel="share of labels drawn at random", ylabel="test accuracy")
axes[1].set(xlabel="share of labels drawn at random", ylabel="test log loss")
axes[0].legend()
plt.show()

# %%
# In figures
# ----------

for name, curve in curves.items():
    print(f"{name:28}", *(f"{accuracy:.3f}" for accuracy in curve[:, 0]))

# %%
# The network alone learns the wrong labels as well as the right ones. With a teacher it
# loses half as much. The forest itself loses less: with ``alpha=0.5`` the labels still
# have half of the weight. If you know that many are wrong, try a higher ``alpha``.
#
# All log losses rise, because all models learn to be unsure, as such labels are.
