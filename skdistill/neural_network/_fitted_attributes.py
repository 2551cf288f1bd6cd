"""The result of a training under the names of scikit-learn's fitted attributes."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np

from skdistill.neural_network._folding import FoldedNetworks
from skdistill.neural_network._training import TrainingResult


def network_attributes(networks: FoldedNetworks) -> dict:
    """Collect the attributes that a network predicts by.

    Parameters
    ----------
    networks : FoldedNetworks

    Returns
    -------
    attributes : dict
    """
    return {
        "coefs_": networks.coefs,
        "intercepts_": networks.intercepts,
        "n_layers_": len(networks.coefs) + 1,
        "n_outputs_": networks.coefs[-1].shape[-1],
        "_features": networks.features,
        "_target_scaling": networks.target_scaling,
    }


def training_attributes(
    result: TrainingResult, loss_curve: list[float] | None = None, t: int = 0
) -> dict:
    """Collect the attributes that describe a training.

    Parameters
    ----------
    result : TrainingResult
    loss_curve : list of float, default=None
        Losses of the epochs before, where the training went on from there.
    t : int, default=0
        Number of samples that the training before went through.

    Returns
    -------
    attributes : dict
    """
    loss_curve = [*(loss_curve or ()), *result.losses]
    scores, best_score, best_loss = result.scores, None, None
    if scores is None:
        best_loss = min(loss_curve, default=np.inf)
    else:
        best_score = max(scores, default=-np.inf)
    return {
        "n_iter_": len(result.losses),
        "t_": t + result.n_seen,
        "loss_curve_": loss_curve,
        "loss_": loss_curve[-1] if loss_curve else np.inf,
        "best_loss_": best_loss,
        "validation_scores_": scores,
        "best_validation_score_": best_score,
        "_adam_state": result.adam_state,
    }
