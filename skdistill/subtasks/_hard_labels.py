"""The second ensemble of a student: the same, fitted to the labels alone.

Few members of few parameters cannot be right everywhere: what they learn about
synthetic samples costs them some of what they knew about real ones. So predictions are
the mean of both ensembles.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np
from sklearn.base import clone

from skdistill.losses import DistillationLoss
from skdistill.subtasks._subtask import Subtask, Task, restrict_transfer
from skdistill.transfer import TransferSet
from skdistill.utils._callbacks import fit_task, without_callbacks


def fit_hard_label_ensemble(ensemble: Any, task: Task) -> Any:
    """Fit the same ensemble to labels alone, where these are a part of the samples.

    Parameters
    ----------
    ensemble : SubtaskEnsembleClassifier
    task : Task
        What it was fitted to.

    Returns
    -------
    same : SubtaskEnsembleClassifier or None
        None with one kind of targets only, and where :func:`labeled_part` finds
        nothing.
    """
    labeled = labeled_part(task.transfer)
    if not 0 < task.loss.alpha < 1 or labeled is None:
        return None
    # Without soft targets, there is nothing to be softened.
    same = without_callbacks(clone(ensemble).set_params(temperature=None))
    with fit_task(ensemble, "ensemble of labels alone", same):
        return same.fit_distill(labeled, DistillationLoss(alpha=0.0))


def labeled_part(transfer: TransferSet) -> TransferSet | None:
    """Select the samples that labels alone can teach something about.

    Parameters
    ----------
    transfer : TransferSet

    Returns
    -------
    transfer : TransferSet or None
        The labeled samples that have a weight. None where all samples are labeled, or
        the weighted ones are of one class.
    """
    labeled = transfer.labeled
    if transfer.all_labeled:
        return None
    if transfer.sample_weight is not None:
        labeled = labeled & (transfer.sample_weight > 0)
    if len(np.unique(transfer.y[labeled])) < 2:
        return None
    return restrict_transfer(transfer, Subtask(samples=np.flatnonzero(labeled)))
