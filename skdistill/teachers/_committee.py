"""The committee: the teacher pooled with models trained on the labels alone.

A teacher can be worse than the student would be alone. So other models, the student
among them, are trained on the labels, out-of-fold. The student learns from the opinion
pool of all that has the least loss on samples that none was fitted on. Probabilities
have a logarithmic pool, numbers a linear one.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_memory

from skdistill.exceptions import CommitteeWarning
from skdistill.probability._pooling import Pool
from skdistill.transfer._cross_fitting import cross_val_raw
from skdistill.transfer._predictions import TeacherPredictions
from skdistill.utils._metaestimators import weight_params
from skdistill.utils._warnings import warn_user

# The member that is the student itself, trained on the labels alone.
SCRATCH = "student"


@dataclass(frozen=True, eq=False)
class Committee:
    """The teacher and the other members, and what they predict together.

    Attributes
    ----------
    predictions : TeacherPredictions
        Of the pool.
    weights : dict of str to float
        Relative weight of each member in the pool; they sum to one.
    pool : Pool
        Weights of the members' raw predictions, by output.
    scratch : ndarray of shape (n_samples, n_outputs) or None
        Out-of-fold raw predictions of the student trained on the labels alone.
    held_out : ndarray of shape (n_samples, n_outputs) or None
        Out-of-fold raw predictions of the best model trained on the labels alone.
    """

    predictions: TeacherPredictions
    weights: dict
    pool: Pool
    scratch: NDArray | None = None
    held_out: NDArray | None = None


def teacher_only(predictions, data, alpha):
    """The committee of a teacher that no other model joins.

    Parameters
    ----------
    predictions : TeacherPredictions
        Samples without any (NaN) have their smoothed labels.
    data : TrainingData
    alpha : float
        Weight of the teacher: at 0 the student learns from the labels alone.

    Returns
    -------
    committee : Committee
    """
    weights = {"teacher": 1.0} if alpha > 0 else {SCRATCH: 1.0}
    pool = data.targets.pool_of_teacher(float(alpha > 0))
    raw = np.where(
        np.isnan(predictions.raw),
        data.targets.label_raw(data.encoded),
        predictions.raw,
    )
    return Committee(replace(predictions, raw=raw), weights, pool)


def scratch_only(committee):
    """The committee of a student that learned from the labels alone after all.

    Parameters
    ----------
    committee : Committee

    Returns
    -------
    committee : Committee
    """
    weights = {name: float(name == SCRATCH) for name in committee.weights}
    members = np.zeros_like(committee.pool.weights)
    members[list(weights).index(SCRATCH)] = 1.0
    pool = committee.pool._replace(
        weights=members, offsets=np.zeros_like(committee.pool.offsets)
    )
    return replace(committee, weights=weights, pool=pool)


def fit_committee(predictions, data, members, *, memory=None, n_jobs=None):
    """Fit the members out-of-fold, and pool their predictions with the teacher's.

    Parameters
    ----------
    predictions : TeacherPredictions
    data : TrainingData
        With splits.
    members : list of (str, estimator)
        Models to train on the labels; the one named "student" is the student's kind.
    memory : str, object with the joblib.Memory interface or None, default=None
        Where to cache what the members predict.
    n_jobs : int, default=None
        Folds of each member to fit at a time.

    Returns
    -------
    committee : Committee
    """
    predict = check_memory(memory).cache(cross_val_raw, ignore=["n_jobs"])
    answers = {}
    for name, member in members:
        fit_params = weight_params(member, data.sample_weight)
        try:
            answers[name] = predict(
                member, data, fit_params, on_unlabeled=True, n_jobs=n_jobs
            )
        except Exception as error:  # whatever a member may raise
            if name == SCRATCH:
                raise
            _warn_of_failure(name, member, error)
    return pool_members(predictions, answers, data)


def pool_members(predictions, answers, data):
    """Pool the predictions of the teacher and of the members by their loss.

    Parameters
    ----------
    predictions : TeacherPredictions
    answers : dict of str to OutOfFold
        Predictions of each member.
    data : TrainingData

    Returns
    -------
    committee : Committee
        A member that does not predict a sample (NaN) is taken to agree with the
        teacher; a teacher that does not, with the mean of the others.
    """
    raws = np.stack([predictions.raw, *(answer.raw for answer in answers.values())])
    judged = ~np.isnan(raws).any(axis=(0, 2))
    if not judged.any():
        raise ValueError(
            "There is no sample for which teacher and committee both have predictions."
        )
    weights = data.sample_weight
    weights = None if weights is None else weights[judged]
    pool = data.targets.fit_pool(raws[:, judged], data.encoded[judged], weights)
    raw = pool.mix(_without_gaps(raws, data.targets.label_raw(data.encoded)))
    raw_unlabeled = None
    if predictions.raw_unlabeled is not None:
        others = (answer.raw_unlabeled for answer in answers.values())
        unlabeled = np.stack([predictions.raw_unlabeled, *others])
        raw_unlabeled = pool.mix(_without_gaps(unlabeled))

    def mean_loss(raw):
        loss = data.targets.sample_loss(raw[judged], data.encoded[judged])
        return np.average(loss, weights=weights)

    relative = pool.relative_weights(raws[:, judged], weights).tolist()
    return Committee(
        replace(predictions, raw=raw, raw_unlabeled=raw_unlabeled),
        dict(zip(("teacher", *answers), relative, strict=True)),
        pool,
        answers[SCRATCH].raw if SCRATCH in answers else None,
        min(raws[1:], key=mean_loss),
    )


def pool_with_student(pool, teacher_raw, student_raw):
    """Pool a teacher's predictions for new samples with the student's.

    Parameters
    ----------
    pool : Pool
        Of the committee, the teacher first. The student stands in for each of the
        other members.
    teacher_raw, student_raw : ndarray of shape (n_samples, n_outputs)
        Where the teacher predicts NaN, the student stands in for it, too.

    Returns
    -------
    raw : ndarray of shape (n_samples, n_outputs)
    """
    teacher_raw = np.where(np.isnan(teacher_raw), student_raw, teacher_raw)
    n_others = len(pool.weights) - 1
    return pool.mix(np.stack([teacher_raw, *[student_raw] * n_others]))


def _without_gaps(raws, label_raw=None):
    """Predictions of all members, the teacher's first, where some have none."""
    known = ~np.isnan(raws[1:])
    with np.errstate(invalid="ignore"):
        others = np.where(known, raws[1:], 0).sum(axis=0) / known.sum(axis=0)
    if label_raw is not None:
        others = np.where(np.isnan(others), label_raw, others)
    teacher = np.where(np.isnan(raws[0]), others, raws[0])
    return np.where(np.isnan(raws), teacher, raws)


def _warn_of_failure(name, member, error):
    warn_user(
        f"The committee does without its member {name!r}, {member!r}, whose fit "
        f"failed: {type(error).__name__}: {error}",
        CommitteeWarning,
    )
