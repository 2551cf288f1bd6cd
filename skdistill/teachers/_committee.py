"""The committee: the teacher pooled with models trained on the labels alone.

A teacher can be worse than the student would be alone. So models of other kinds, the
student's own among them, are trained on the labels, out-of-fold, and what teaches in
the end is the logarithmic opinion pool of all that has the least log loss on samples
that none was fitted on.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_memory

from skdistill.exceptions import CommitteeWarning
from skdistill.probability import soften
from skdistill.probability._pooling import Pool, single_member_pool
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
        Weights of the members' logits, by class.
    scratch : ndarray of shape (n_samples, n_outputs) or None
        Out-of-fold raw predictions of the student trained on the labels alone.
    held_out_loss : float or None
        Mean out-of-fold loss of the best member.
    """

    predictions: TeacherPredictions
    weights: dict
    pool: Pool
    scratch: NDArray | None = None
    held_out_loss: float | None = None


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
    pool = single_member_pool(float(alpha > 0), data.targets.n_outputs)
    raw = np.where(
        np.isnan(predictions.raw),
        data.targets.label_logits(data.encoded),
        predictions.raw,
    )
    return Committee(replace(predictions, raw=raw), weights, pool)


def scratch_only(committee, n_outputs):
    """The committee of a student that learned from the labels alone after all.

    Parameters
    ----------
    committee : Committee
    n_outputs : int

    Returns
    -------
    committee : Committee
    """
    weights = {name: float(name == SCRATCH) for name in committee.weights}
    members = np.array([name == SCRATCH for name in weights], dtype=float)
    pool = Pool(np.tile(members[:, None], n_outputs), np.zeros(n_outputs))
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
    """Pool the predictions of the teacher and of the members by their log loss.

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
            "There is no sample for which teacher and committee both have predictions: "
            "teacher_proba must not be NaN everywhere."
        )
    weights = data.sample_weight
    weights = None if weights is None else weights[judged]
    pool = data.targets.fit_pool(raws[:, judged], data.encoded[judged], weights)
    raw = pool.mix(_without_gaps(raws, data.targets.label_logits(data.encoded)))
    raw_unlabeled = None
    if predictions.raw_unlabeled is not None:
        others = (answer.raw_unlabeled for answer in answers.values())
        unlabeled = np.stack([predictions.raw_unlabeled, *others])
        raw_unlabeled = pool.mix(_without_gaps(unlabeled))
    relative = relative_weights(pool, raws[:, judged], weights)
    return Committee(
        replace(predictions, raw=raw, raw_unlabeled=raw_unlabeled),
        dict(zip(("teacher", *answers), relative, strict=True)),
        pool,
        answers[SCRATCH].raw,
        min(
            np.average(
                data.targets.sample_loss(raw[judged], data.encoded[judged]),
                weights=weights,
            )
            for raw in raws[1:]
        ),
    )


def pool_with_student(pool, teacher_logits, student_logits):
    """Pool a teacher's predictions for new samples with the student's.

    Parameters
    ----------
    pool : Pool
        Of the committee, the teacher first. The student stands in for each of the
        other members.
    teacher_logits, student_logits : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
    """
    n_others = len(pool.weights) - 1
    return soften(pool.mix(np.stack([teacher_logits, *[student_logits] * n_others])))


def _without_gaps(raws, label_logits=None):
    """Predictions of all members, the teacher's first, where some have none."""
    known = ~np.isnan(raws[1:])
    with np.errstate(invalid="ignore"):
        others = np.where(known, raws[1:], 0).sum(axis=0) / known.sum(axis=0)
    if label_logits is not None:
        others = np.where(np.isnan(others), label_logits, others)
    teacher = np.where(np.isnan(raws[0]), others, raws[0])
    return np.where(np.isnan(raws), teacher, raws)


def relative_weights(pool, raws, sample_weight=None):
    """How much each member moves the pool: weight times spread, divided by the sum.

    Parameters
    ----------
    pool : Pool
    raws : ndarray of shape (n_members, n_samples, n_classes)
        Logits, whose spread between the classes counts.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    weights : list of float
        Of one sum.
    """
    spreads = np.average(raws.std(axis=2), axis=1, weights=sample_weight)
    parts = spreads * pool.weights.mean(axis=1)
    parts = parts / parts.sum() if parts.any() else np.eye(len(parts))[0]
    return parts.tolist()


def _warn_of_failure(name, member, error):
    warn_user(
        f"The committee does without its member {name!r}, {member!r}, whose fit "
        f"failed: {type(error).__name__}: {error}",
        CommitteeWarning,
    )
