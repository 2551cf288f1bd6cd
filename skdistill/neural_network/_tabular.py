"""TabularMLPClassifier: a network for tables of any columns, and for records."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, MetaEstimatorMixin, _fit_context, clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skdistill.losses import DistillationLoss
from skdistill.neural_network._lookup import CategoryLookup
from skdistill.neural_network._mlp_classifier import SoftmaxMLPClassifier
from skdistill.neural_network._prediction import predict_log_proba, predict_proba
from skdistill.tables import TableEncoder
from skdistill.tables._encoding import with_encoder
from skdistill.transfer import TransferSet
from skdistill.transfer._transfer_set import check_distillation
from skdistill.utils._metaestimators import set_random_states
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error

# Three networks on piecewise-linear features: more accurate than one of 100 units,
# though not as fast.
DEFAULT_NETWORK: dict[str, Any] = {
    "hidden_layer_sizes": (64, 64),
    "numeric_encoding": "auto",
    "n_members": 3,
}

# Fewer samples are predicted as fast without looking categories up.
MIN_SAMPLES = 32


def _can_grow(model):
    return hasattr(vars(model).get("network_", model._get_network()), "partial_fit")


class TabularMLPClassifier(
    ProbabilityClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """A network behind an encoder of tables: for categories, dates, gaps and records.

    It is what :class:`DistilledClassifier` takes as its student for tables, and does
    what a :class:`~sklearn.pipeline.Pipeline` of the two parts would do. It learns from
    a teacher, too, and predicts a single sample several times as fast.

    Read more in the :ref:`User Guide <tables>`.

    Parameters
    ----------
    network : SoftmaxMLPClassifier, default=None
        None: three networks of (64, 64) units with ``numeric_encoding="auto"``.

    encoder : TableEncoder, default=None
        None: one with its defaults.

    random_state : int, RandomState instance or None, default=None
        Seeds the network, if that has no seed of its own.

    Attributes
    ----------
    network_ : SoftmaxMLPClassifier
        The fitted network; its samples are those that the encoder returns.

    encoder_ : TableEncoder
        The fitted encoder.

    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted.

    n_features_in_ : int
        Number of features: columns of the table.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where they have some.

    See Also
    --------
    skdistill.tables.TableEncoder : The encoder.
    SoftmaxMLPClassifier : The network.

    Examples
    --------
    >>> from skdistill import SoftmaxMLPClassifier, TabularMLPClassifier
    >>> records = [{"age": 20, "city": "Bern"}, {"age": 60, "city": "Oslo"}] * 20
    >>> network = SoftmaxMLPClassifier((8,), random_state=0)
    >>> model = TabularMLPClassifier(network).fit(records, ["no", "yes"] * 20)
    >>> model.predict({"age": 50, "city": "Oslo"})
    array(['yes'], dtype='<U3')
    """

    _parameter_constraints: dict = {
        "network": [SoftmaxMLPClassifier, None],
        "encoder": [TableEncoder, None],
        "random_state": ["random_state"],
    }

    _has_exact_log_proba = True

    def __init__(self, network=None, encoder=None, *, random_state=None):
        self.network = network
        self.encoder = encoder
        self.random_state = random_state

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the encoder, and train the network.

        Parameters
        ----------
        X : {DataFrame, array-like, list of dict} of shape (n_samples, n_features)
            A table of pandas or polars, an array, or records.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities (soft labels).
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        self : TabularMLPClassifier
        """
        X = self._start(X)
        self.network_.fit(X, y, sample_weight)
        return self._finish()

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def fit_distill(self, transfer: TransferSet, loss: DistillationLoss) -> Self:
        """Train the network on a teacher's predictions and on labels.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's logits, labels and weights.
        loss : DistillationLoss
            Temperature and weight of the soft targets.

        Returns
        -------
        self : TabularMLPClassifier
        """
        check_distillation(transfer, loss)
        X = self._start(transfer.X)
        self.network_.fit_distill(replace(transfer, X=X), loss)
        return self._finish()

    def fit_distill_path(
        self, transfer: TransferSet, losses: Sequence[DistillationLoss]
    ) -> list[Self]:
        """Fit the encoder once, and train one network for each of several losses.

        Parameters
        ----------
        transfer : TransferSet
            Samples, the teacher's logits, labels and weights.
        losses : sequence of DistillationLoss
            Temperatures and weights of the soft targets.

        Returns
        -------
        models : list of TabularMLPClassifier
            Fitted clones of this model, as :meth:`fit_distill` would fit them.

        See Also
        --------
        SoftmaxMLPClassifier.fit_distill_path : How the networks are trained.
        """
        first = clone(self)
        X = first._start(transfer.X)
        networks = first.network_.fit_distill_path(replace(transfer, X=X), losses)
        models = [clone(self) for _ in losses]
        for model, network in zip(models, networks, strict=True):
            model.encoder_, model.network_ = first.encoder_, network
            model._finish()
        return models

    @available_if(_can_grow)
    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: Any,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
    ) -> Self:
        """Train the network for one epoch. The first call fits the encoder.

        Parameters
        ----------
        X : {DataFrame, array-like, list of dict} of shape (n_samples, n_features)
            Training samples.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.
        classes : array-like of shape (n_classes,), default=None
            All labels of all calls; needed in the first call only.

        Returns
        -------
        self : TabularMLPClassifier
        """
        X = self._encode(X) if "network_" in vars(self) else self._start(X)
        self.network_.partial_fit(X, y, sample_weight, classes)
        return self._finish()

    def predict_proba(self, X: Any) -> NDArray:
        """Predict class probabilities.

        Parameters
        ----------
        X : {DataFrame, array-like, dict, list of dict} of shape (n_samples, n_features)
            Samples to predict. A dict is one sample.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        return self._predict(predict_proba, X)

    def predict_log_proba(self, X: Any) -> NDArray:
        """Predict logarithms of class probabilities.

        Parameters
        ----------
        X : {DataFrame, array-like, dict, list of dict} of shape (n_samples, n_features)
            Samples to predict. A dict is one sample.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes)
            Exact where ``predict_proba`` is rounded to zero.
        """
        return self._predict(predict_log_proba, X)

    def _predict(self, function, X):
        # The check takes as long as the rest needs for a sample.
        if "network_" not in vars(self):
            check_is_fitted(self)
        encoded = self.encoder_.encode(X)
        if self._lookup is not None and len(encoded.codes) >= MIN_SAMPLES:
            return self._lookup.predict(function, encoded)
        return self.network_._predict(
            function, self.encoder_.layout_.to_matrix(encoded)
        )

    def to_sklearn(self) -> BaseEstimator:
        """Make an equal estimator of scikit-learn's own classes.

        It predicts without this package.

        Returns
        -------
        pipeline : Pipeline
            Of a ColumnTransformer, and an MLPClassifier or a VotingClassifier. It takes
            no records.

        Raises
        ------
        TypeError, ValueError
            If scikit-learn has nothing equal: for dates, for categories that are no
            strings, and for a numeric encoding if the activation is not "relu".
        """
        check_is_fitted(self)
        parts = (self.encoder_, self.network_)
        return make_pipeline(*(part.to_sklearn() for part in parts))

    def _get_network(self):
        if self.network is not None:
            return self.network
        return SoftmaxMLPClassifier(**DEFAULT_NETWORK)

    def _start(self, X):
        """Fit the encoder, make the network, and encode samples."""
        self.encoder_ = clone(self.encoder or TableEncoder()).fit(X)
        self.network_ = clone(self._get_network())
        if self.random_state is not None:
            set_random_states(self.network_, self.random_state)
        return self._encode(X)

    def _encode(self, X):
        # No DataFrame on the way, whatever the configuration says.
        return self.encoder_.layout_.to_matrix(self.encoder_.encode(X))

    def _finish(self):
        self.classes_ = self.network_.classes_
        self._lookup = CategoryLookup.of(self.network_, self.encoder_.layout_)
        self.n_features_in_ = self.encoder_.n_features_in_
        vars(self).pop("feature_names_in_", None)
        if hasattr(self.encoder_, "feature_names_in_"):
            self.feature_names_in_ = self.encoder_.feature_names_in_
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inputs = tags.input_tags
        inputs.allow_nan = inputs.string = inputs.categorical = True
        return tags


def behind_encoder(
    network: SoftmaxMLPClassifier, encoder: BaseEstimator | None
) -> BaseEstimator:
    """Put a network behind an encoder, if there is one.

    Parameters
    ----------
    network : SoftmaxMLPClassifier
    encoder : transformer or None

    Returns
    -------
    estimator : estimator
        A pipeline where the encoder is none of tables, or the very network.
    """
    if isinstance(encoder, TableEncoder):
        return TabularMLPClassifier(network, encoder)
    return with_encoder(network, encoder)
