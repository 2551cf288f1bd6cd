"""Doubts about a teacher, which users are warned of."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.teachers._memorization import (
    is_memorized,
    is_suspect,
    predict_held_out,
    warn_of_memorized,
)


def doubt_frozen(predictions, committee, data, make_reference):
    """Warn of a frozen teacher that seems to have been fitted on the samples.

    Parameters
    ----------
    predictions : TeacherPredictions
    committee : Committee or None
    data : TrainingData
    make_reference : callable
        From the samples to a model to compare with, or None, where there is no
        committee.
    """
    has_seen = predictions.source in ("train", "cv")  # Bags have not.
    if not has_seen or not is_suspect(predictions.raw, data):
        return
    if committee is not None:
        held_out = committee.held_out
    else:
        model = make_reference(data.X)
        held_out = None if model is None else predict_held_out(model, data)
    if held_out is not None and is_memorized(predictions.raw, held_out, data):
        warn_of_memorized(predictions.raw, data)
