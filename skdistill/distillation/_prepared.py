"""What goes into a fit, and all that is made of it before a student is trained."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _check_method_params

from skdistill.teachers._committee import Committee, teacher_only
from skdistill.transfer._predictions import TeacherPredictions
from skdistill.transfer._training_data import TrainingData


class FitInputs(NamedTuple):
    """What the user passed to `fit`.

    Attributes
    ----------
    X : array-like of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,) or None
    X_unlabeled : array-like of shape (n_unlabeled, n_features) or None
    precomputed : object
        Predictions of a teacher that is not at hand, such as
        :class:`~skdistill.teachers._precomputed.Precomputed`.
    fit_params : dict
        For the teacher's `fit` and the splitter's `split`.
    classes : ndarray of shape (n_classes,) or None
        All class labels, of which a fold may lack some. None: those of y.
    """

    X: Any
    y: Any
    sample_weight: Any
    X_unlabeled: Any
    precomputed: Any
    fit_params: dict
    classes: Any = None

    def take(self, indices: Any) -> "FitInputs":
        """Take some of the samples, with all that belongs to them.

        Parameters
        ----------
        indices : ndarray of shape (n_taken,)

        Returns
        -------
        inputs : FitInputs
            With all unlabeled samples.
        """
        X, y, weights = (
            None if part is None else _safe_indexing(part, indices)
            for part in (self.X, self.y, self.sample_weight)
        )
        precomputed = self.precomputed.take(indices)
        fit_params = _check_method_params(self.X, self.fit_params, indices)
        return self._replace(
            X=X,
            y=y,
            sample_weight=weights,
            precomputed=precomputed,
            fit_params=fit_params,
        )


@dataclass(frozen=True, eq=False)
class Prepared:
    """The teacher's side of a distillation: all that students learn from.

    It does not depend on the student's loss, so that many students can be trained on
    it.

    Attributes
    ----------
    data : TrainingData
        With synthetic samples and folds.
    predictions : TeacherPredictions
        Of the teacher alone.
    committee : Committee or None
        None where no other model joins the teacher.
    """

    data: TrainingData
    predictions: TeacherPredictions
    committee: Committee | None

    def committee_for(self, alpha: float) -> Committee:
        """Return the committee that teaches with a given weight.

        Parameters
        ----------
        alpha : float
            Weight of the soft targets. With 1 the teacher teaches alone, with 0 nobody.

        Returns
        -------
        committee : Committee
        """
        if self.committee is not None and 0 < alpha < 1:
            return self.committee
        return teacher_only(self.predictions, self.data, alpha)

    def transfer_set(self, committee: Committee, alpha: float):
        """Make the transfer set that a committee teaches with a given weight.

        Parameters
        ----------
        committee : Committee
        alpha : float
            With 0 it has the labeled samples alone.

        Returns
        -------
        transfer : TransferSet
        """
        predictions = committee.predictions
        if alpha == 0:
            predictions = replace(predictions, raw_unlabeled=None)
        return self.data.transfer_set(predictions)
