"""What else there is: other packages, and a training loop by hand.

Each function imports what it needs, and raises ImportError where that is missing.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import logging
import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone


def figs(seed):
    """A sum of trees with 31 splits."""
    from imodels import FIGSClassifier

    return FIGSClassifier(max_rules=31, random_state=seed)


def shrunk_tree(seed):
    """A tree of 32 leaves with hierarchical shrinkage."""
    from imodels import HSTreeClassifier

    return HSTreeClassifier(max_leaf_nodes=32, random_state=seed)


def real_mlp(seed, n_folds=1):
    """RealMLP-TD-S, one network or one for each fold."""
    from pytabkit import RealMLP_TD_S_Classifier

    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    return RealMLP_TD_S_Classifier(
        device="cpu", random_state=seed, n_cv=n_folds, n_threads=1
    )


class TorchLoop(ClassifierMixin, BaseEstimator):
    """The loop of tutorials: a network on a teacher's in-sample predictions.

    Parameters
    ----------
    teacher : classifier
    n_hidden : int, default=100
    temperature : float, default=2.0
    alpha : float, default=0.5
        Weight of the soft targets.
    n_epochs : int, default=100
    random_state : int, default=0
    """

    def __init__(
        self,
        teacher,
        n_hidden=100,
        temperature=2.0,
        alpha=0.5,
        n_epochs=100,
        random_state=0,
    ):
        self.teacher = teacher
        self.n_hidden = n_hidden
        self.temperature = temperature
        self.alpha = alpha
        self.n_epochs = n_epochs
        self.random_state = random_state

    def fit(self, X, y):
        """Fit the teacher, and the network to labels 0, 1, ... and its predictions."""
        import torch
        from torch.nn.functional import cross_entropy, kl_div, log_softmax

        torch.manual_seed(self.random_state)
        torch.set_num_threads(1)
        proba = clone(self.teacher).fit(X, y).predict_proba(X)
        powers = np.maximum(proba, 1e-7) ** (1 / self.temperature)
        soft = torch.tensor(powers / powers.sum(axis=1, keepdims=True)).float()
        inputs, labels = torch.tensor(X).float(), torch.tensor(y)
        self.classes_ = np.arange(proba.shape[1])
        self.network_ = torch.nn.Sequential(
            torch.nn.Linear(X.shape[1], self.n_hidden),
            torch.nn.ReLU(),
            torch.nn.Linear(self.n_hidden, proba.shape[1]),
        )
        optimizer = torch.optim.Adam(self.network_.parameters())
        for _ in range(self.n_epochs):
            for rows in torch.randperm(len(inputs)).split(64):
                logits = self.network_(inputs[rows])
                softened = log_softmax(logits / self.temperature, dim=1)
                distance = kl_div(softened, soft[rows], reduction="batchmean")
                loss = (1 - self.alpha) * cross_entropy(logits, labels[rows])
                loss = loss + self.alpha * self.temperature**2 * distance
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        return self

    def predict_proba(self, X):
        """Probabilities of the network."""
        import torch

        with torch.inference_mode():
            return self.network_(torch.tensor(X).float()).softmax(dim=1).numpy()
