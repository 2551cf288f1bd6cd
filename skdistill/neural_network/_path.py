"""One network for each of several losses, trained in one pass over the samples."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from skdistill.losses import DistillationLoss, PinballDistillation, Term
from skdistill.losses._pinball import Loss
from skdistill.neural_network._folding import FoldedNetworks
from skdistill.neural_network._settings import TrainingSettings
from skdistill.neural_network._training import Training, TrainingResult
from skdistill.neural_network._training_loss import TrainingLoss
from skdistill.probability import soften
from skdistill.transfer import TransferSet


def can_share_batches(settings: TrainingSettings) -> bool:
    """Whether networks may train side by side, on the same inputs and to the same end.

    Parameters
    ----------
    settings : TrainingSettings

    Returns
    -------
    can_share : bool
    """
    # What is selected depends on the targets, and they on the loss.
    has_own_inputs = settings.numeric_encoding == "selective"
    return not (settings.ends_by_itself or settings.early_stopping or has_own_inputs)


def can_be_stacked(losses: Sequence[Loss]) -> bool:
    """Whether several losses can be written as one, with targets for each network.

    Parameters
    ----------
    losses : sequence of loss

    Returns
    -------
    can_be : bool
        Not of quantiles.
    """
    return len(losses) > 1 and not any(
        isinstance(loss, PinballDistillation) for loss in losses
    )


def train_path(
    settings: TrainingSettings,
    X: NDArray,
    loss: TrainingLoss,
    n_losses: int,
    random_state: RandomState,
) -> list[TrainingResult]:
    """Train networks side by side, one group of members for each loss.

    Parameters
    ----------
    settings : TrainingSettings
        Those of one group.
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    loss : TrainingLoss
        With targets for each network, or weights, where they differ.
    n_losses : int
        Number of groups.
    random_state : RandomState
        All groups start from the same weights, and see the samples in one order.

    Returns
    -------
    results : list of TrainingResult
        The losses of their epochs are the means over all groups. Empty if a group
        diverged.
    """
    settings = replace(settings, n_losses=n_losses)
    training = Training(settings, X, loss, random_state)
    result = training.run()
    if training.monitor.diverged:
        return []
    return [
        result._replace(networks=select(result.networks, i, settings.n_members))
        for i in range(n_losses)
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
        term = stack_mixed(transfer, losses, n_members)
        return [term._replace(targets=term.targets.astype(np.float32))]
    soft = [soften(transfer.raw_predictions, loss.temperature) for loss in losses]
    alphas = np.repeat([loss.alpha for loss in losses], n_members)
    temperatures = np.repeat([float(loss.temperature) for loss in losses], n_members)
    known = np.ones(len(transfer.y)) if transfer.labeled is None else transfer.labeled
    hard_weights = known[:, None] * (1 - alphas)
    weights = np.ones(len(known)) if weights is None else weights
    return [
        Term(transfer.y, hard_weights * weights[:, None]),
        Term(
            _for_each_network(soft, n_members).astype(np.float32),
            (1 - hard_weights) * weights[:, None],
            temperatures[:, None, None].astype(np.float32),
        ),
    ]


def stack_mixed(
    transfer: TransferSet, losses: Sequence[DistillationLoss], n_members: int = 1
) -> Term:
    """Write several losses as one term of their mixed targets.

    Parameters
    ----------
    transfer, losses, n_members
        As of :func:`stack_terms`.

    Returns
    -------
    term : Term
    """
    mixed = [loss.mix(transfer) for loss in losses]
    return Term(_for_each_network(mixed, n_members), transfer.sample_weight)


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
    scaling = networks.target_scaling
    if scaling is not None:
        scaling = scaling.select(members.start)
    if n_members == 1:
        coefs = [weights[0] for weights in coefs]
        intercepts = [values[0, 0] for values in intercepts]
    return FoldedNetworks(
        networks.features,
        [weights.copy() for weights in coefs],
        [values.copy() for values in intercepts],
        scaling,
    )


def _for_each_network(targets, n_members):
    return np.repeat(np.stack(targets, axis=1), n_members, axis=1)
