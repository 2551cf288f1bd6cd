"""One network for each of several losses, trained in one pass over the samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from skdistill.losses import DistillationLoss, Term
from skdistill.neural_network._folding import FoldedNetworks
from skdistill.neural_network._settings import TrainingSettings
from skdistill.neural_network._training import Training, TrainingResult
from skdistill.probability import soften
from skdistill.transfer import TransferSet


def can_share_batches(settings: TrainingSettings) -> bool:
    """Whether networks may train side by side: none of them stops before another.

    Parameters
    ----------
    settings : TrainingSettings

    Returns
    -------
    can_share : bool
    """
    return not (settings.ends_by_itself or settings.early_stopping)


def train_path(
    settings: TrainingSettings,
    X: NDArray,
    transfer: TransferSet,
    losses: Sequence[DistillationLoss],
    random_state: RandomState,
) -> list[TrainingResult]:
    """Train networks side by side, one group of members for each loss.

    Parameters
    ----------
    settings : TrainingSettings
        Those of one group.
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        The samples of the transfer set.
    transfer : TransferSet
    losses : sequence of DistillationLoss
    random_state : RandomState
        All groups start from the same weights, and see the samples in one order.

    Returns
    -------
    results : list of TrainingResult
        The losses of their epochs are the means over all groups. Empty if a group
        diverged.
    """
    settings = replace(settings, n_losses=len(losses))
    terms = stack_terms(transfer, losses, settings.n_members)
    n_classes = len(transfer.classes)
    training = Training(settings, X, terms, n_classes, random_state)
    result = training.run()
    if training.monitor.diverged:
        return []
    return [
        result._replace(networks=select(result.networks, i, settings.n_members))
        for i in range(len(losses))
    ]


def stack_terms(
    transfer: TransferSet, losses: Sequence[DistillationLoss], n_members: int = 1
) -> list[Term]:
    """Write several losses as terms with targets and weights for each network.

    Parameters
    ----------
    transfer : TransferSet
    losses : sequence of DistillationLoss
    n_members : int, default=1
        Number of networks that share a loss.

    Returns
    -------
    terms : list of Term
        One if all temperatures are 1, else that of the labels and that of the soft
        targets.
    """
    weights = transfer.sample_weight
    if all(loss.temperature == 1 for loss in losses):
        mixed = _for_each_network([loss.mix(transfer) for loss in losses], n_members)
        return [Term(mixed, weights)]
    soft = [soften(transfer.raw_predictions, loss.temperature) for loss in losses]
    alphas = np.repeat([loss.alpha for loss in losses], n_members)
    temperatures = np.repeat([float(loss.temperature) for loss in losses], n_members)
    known = np.ones(len(transfer.y)) if transfer.labeled is None else transfer.labeled
    hard_weights = known[:, None] * (1 - alphas)
    weights = np.ones(len(known)) if weights is None else weights
    return [
        Term(transfer.y, hard_weights * weights[:, None]),
        Term(
            _for_each_network(soft, n_members),
            (1 - hard_weights) * weights[:, None],
            temperatures[:, None, None].astype(np.float32),
        ),
    ]


def select(networks: FoldedNetworks, group: int, n_members: int) -> FoldedNetworks:
    """Select the members of one group.

    Parameters
    ----------
    networks : FoldedNetworks
        Of all groups, one after the other.
    group : int
    n_members : int
        Number of networks of a group.

    Returns
    -------
    networks : FoldedNetworks
    """
    members = slice(group * n_members, (group + 1) * n_members)
    coefs = [weights[members] for weights in networks.coefs]
    intercepts = [values[members] for values in networks.intercepts]
    if n_members == 1:
        coefs = [weights[0] for weights in coefs]
        intercepts = [values[0, 0] for values in intercepts]
    return FoldedNetworks(
        networks.features,
        [weights.copy() for weights in coefs],
        [values.copy() for values in intercepts],
    )


def _for_each_network(targets, n_members):
    return np.repeat(np.stack(targets, axis=1), n_members, axis=1).astype(np.float32)
