"""Networks for tables of any columns, and for records."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, _fit_context, is_regressor
from sklearn.utils.metaestimators import available_if

from skdistill.neural_network._base import BaseNetwork
from skdistill.neural_network._mlp_classifier import SoftmaxMLPClassifier
from skdistill.neural_network._mlp_regressor import SquaredErrorMLPRegressor
from skdistill.neural_network._prediction import (
    predict_log_proba,
    predict_mean,
    predict_proba,
)
from skdistill.neural_network._tabular_base import BaseTabularMLP, can_grow
from skdistill.tables import TableEncoder
from skdistill.tables._encoding import with_encoder
from skdistill.transfer._validation import as_y
from skdistill.utils._mixins import (
    MultiOutputRegressorMixin,
    ProbabilityClassifierMixin,
    restore_on_error,
)

# Two networks on piecewise-linear features: more accurate than one of 100 units, though
# not as fast.
DEFAULT_NETWORK: dict[str, Any] = {
    "hidden_layer_sizes": (64, 64),
    "numeric_encoding": "selective",
    "n_members": 2,
}

# For those who count microseconds: fewer inputs, weights and layers.
FAST_NETWORK: dict[str, Any] = {"hidden_layer_sizes": (100,)}


class TabularMLPClassifier(ProbabilityClassifierMixin, BaseTabularMLP):
    """A network behind an encoder of tables: for categories, dates, gaps and records.

    It is what :class:`DistilledClassifier` takes as its student for tables, and does
    what a :class:`~sklearn.pipeline.Pipeline` of the two parts would do. It learns from
    a teacher, too, and predicts a single sample several times as fast.

    Read more in the :ref:`User Guide <tables>`.

    Parameters
    ----------
    network : SoftmaxMLPClassifier, default=None
        None: two networks of (64, 64) units, ``numeric_encoding="selective"``.

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

    @available_if(can_grow)
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
        return self._fit_epoch(X, y, sample_weight, classes)

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

    def _default_network(self):
        return SoftmaxMLPClassifier(**DEFAULT_NETWORK)

    def _finish(self):
        self.classes_ = self.network_.classes_
        return super()._finish()


class TabularMLPRegressor(MultiOutputRegressorMixin, BaseTabularMLP):
    """A network for numbers behind an encoder of tables.

    It is the sibling of :class:`TabularMLPClassifier`: for categories, dates, gaps and
    records.

    Read more in the :ref:`User Guide <tables>`.

    Parameters
    ----------
    network : SquaredErrorMLPRegressor, default=None
        None: two networks of (64, 64) units, ``numeric_encoding="selective"``.

    encoder : TableEncoder, default=None
        None: one with its defaults.

    random_state : int, RandomState instance or None, default=None
        Seeds the network, if that has no seed of its own.

    Attributes
    ----------
    network_ : SquaredErrorMLPRegressor
        The fitted network; its samples are those that the encoder returns.

    encoder_ : TableEncoder
        The fitted encoder.

    n_features_in_ : int
        Number of columns of the table.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of these columns, where they have some.

    See Also
    --------
    skdistill.tables.TableEncoder : The encoder.
    SquaredErrorMLPRegressor : The network.

    Examples
    --------
    >>> from skdistill import SquaredErrorMLPRegressor, TabularMLPRegressor
    >>> records = [{"age": 20, "city": "Bern"}, {"age": 60, "city": "Oslo"}] * 20
    >>> network = SquaredErrorMLPRegressor((8,), random_state=0)
    >>> model = TabularMLPRegressor(network).fit(records, [10.0, 30.0] * 20)
    >>> model.predict({"age": 60, "city": "Oslo"}).round()
    array([30.])
    """

    _parameter_constraints: dict = {
        "network": [SquaredErrorMLPRegressor, None],
        "encoder": [TableEncoder, None],
        "random_state": ["random_state"],
    }

    @available_if(can_grow)
    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train the network for one epoch. The first call fits the encoder.

        Parameters
        ----------
        X : {DataFrame, array-like, list of dict} of shape (n_samples, n_features)
            Training samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        self : TabularMLPRegressor
        """
        return self._fit_epoch(X, y, sample_weight)

    def predict(self, X: Any) -> NDArray:
        """Predict targets.

        Parameters
        ----------
        X : {DataFrame, array-like, dict, list of dict} of shape (n_samples, n_features)
            Samples to predict. A dict is one sample.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        return as_y(self._predict(predict_mean, X))

    def _default_network(self):
        return SquaredErrorMLPRegressor(**DEFAULT_NETWORK)


def behind_encoder(
    network: BaseNetwork, encoder: BaseEstimator | None
) -> BaseEstimator:
    """Put a network behind an encoder, if there is one.

    Parameters
    ----------
    network : SoftmaxMLPClassifier or SquaredErrorMLPRegressor
    encoder : transformer or None

    Returns
    -------
    estimator : estimator
        A pipeline where the encoder is none of tables, or the very network.
    """
    if isinstance(encoder, TableEncoder):
        kind = TabularMLPRegressor if is_regressor(network) else TabularMLPClassifier
        return kind(network, encoder)
    return with_encoder(network, encoder)
