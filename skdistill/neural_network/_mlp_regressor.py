"""SquaredErrorMLPRegressor: a small network that learns numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Self

from numpy.typing import ArrayLike, NDArray
from sklearn.base import _fit_context
from sklearn.utils.metaestimators import available_if

from skdistill.losses import QuantileTerms, Term
from skdistill.neural_network._base import BaseNetwork, trains_by_epochs
from skdistill.neural_network._features import check_range
from skdistill.neural_network._path import stack_mixed
from skdistill.neural_network._prediction import predict_mean
from skdistill.neural_network._training_loss import Pinball, SquaredError
from skdistill.transfer._validation import as_y, check_weights, encode_numbers
from skdistill.utils._mixins import MultiOutputRegressorMixin, restore_on_error


class SquaredErrorMLPRegressor(MultiOutputRegressorMixin, BaseNetwork):
    r"""Multi-layer perceptron that learns numbers by the squared error.

    It takes the place of :class:`~sklearn.neural_network.MLPRegressor` and has its
    parameters and attributes by the same names. Beyond that class, it standardizes
    inputs and targets, encodes numeric features, trains several networks at once, and
    learns from a teacher. It trains in single precision and several times as fast.

    Read more in the :ref:`User Guide <network_regressor>`.

    Parameters
    ----------
    hidden_layer_sizes : array-like of shape (n_hidden_layers,), default=(100,)
        Number of units of each hidden layer.

    activation : {"relu", "tanh", "logistic", "identity"}, default="relu"
        Activation of the hidden layers.

    solver : {"adam", "lbfgs"}, default="adam"
        The optimizer. "adam" goes over batches of samples. "lbfgs" uses all samples at
        each step, works in the precision of X, and suits up to about a thousand
        samples. It is deterministic but for the initial weights, and treats a sample of
        weight 2 as two samples.

    alpha : float, default=1e-4
        Strength of the L2 penalty. As in MLPRegressor, it is divided by the number of
        samples of a batch. It applies to weights that predict standardized targets.

    batch_size : int or "auto", default="auto"
        Number of samples of a batch. "auto" is 32 below 400 samples, 64 up to 50,000
        and 256 above. Ignored by "lbfgs".

    learning_rate : {"cosine", "constant"}, default="cosine"
        Schedule of Adam's learning rate. "cosine" lets it fall to zero over `max_iter`
        epochs, all of which are run. "constant" stops when the training loss improves
        no more, as in MLPRegressor.

    learning_rate_init : float, default=1e-2
        Adam's learning rate at the start.

    max_iter : int or "auto", default="auto"
        Number of epochs, or of iterations of "lbfgs". For the cosine schedule, "auto"
        makes 2,000 steps, but at least 10 epochs. It makes at most 20 epochs, or 200
        steps where these are more. Otherwise "auto" is 200, without a warning where
        training has not converged by then.

    shuffle : bool, default=True
        Whether to draw a new order of the samples in each epoch.

    random_state : int, RandomState instance or None, default=None
        Draws initial weights, validation samples and orders.

    tol : float, default=1e-4
        Least improvement of the training loss, or of the validation score, that
        counts. For "lbfgs", the largest element of the gradient at which to stop.

    verbose : bool, default=False
        Whether to print the loss of each epoch.

    warm_start : bool, default=False
        Whether to start from the weights of the last fit, and to keep its
        standardization.

    early_stopping : bool, default=False
        Whether to hold out `validation_fraction` of the samples. Training stops when
        the score on them has not improved for `n_iter_no_change` epochs, and ends with
        the best weights.

    validation_fraction : float, default=0.1
        Fraction of the samples that `early_stopping` holds out.

    beta_1, beta_2, epsilon : float, default=0.9, 0.999, 1e-8
        Adam's decay rates and its guard against division by zero.

    n_iter_no_change : int, default=10
        Patience, in epochs.

    max_fun : int, default=15000
        Limit on evaluations of the loss by "lbfgs".

    standardize : bool, default=True
        Whether to center and scale each feature of a dense X by its mean and standard
        deviation over the training samples. The scaling becomes part of the first
        layer, so that it costs nothing in prediction. Sparse matrices are not scaled.

    numeric_encoding : int, "auto", "selective" or None, default=None
        Number of quantile bins of each feature of a dense X. Each bin is one more
        input, which rises from 0 to 1 within the bin: a piecewise-linear feature [2]_.
        It helps where a target depends on a feature by steps or bumps. "auto" is 8, or
        up to 32 where features are few and samples are thousands. With more than 250
        numeric features "auto" is None. "selective" is "auto" for those features on
        which the targets depend otherwise than linearly, and no bins for the others,
        so that predictions are faster.

    n_members : int, default=1
        Number of networks that train together, on the same batches and from different
        initial weights. Predictions are their mean.

    Attributes
    ----------
    coefs_ : list of ndarray of shape (n_inputs, n_outputs)
        Weights of each layer, for unscaled inputs and targets. Of several members,
        arrays of shape (n_members, n_inputs, n_outputs).

    intercepts_ : list of ndarray of shape (n_outputs,)
        Intercepts of each layer. Of several members, arrays of shape
        (n_members, 1, n_outputs).

    loss_ : float
        Training loss of the last epoch, of standardized targets.

    best_loss_ : float or None
        Lowest training loss; None with `early_stopping`.

    loss_curve_ : list of float
        Training loss of each epoch.

    validation_scores_ : list of float or None
        With `early_stopping`, the negative loss on the samples held out, after each
        epoch. It is about -0.5 for a constant prediction, and 0 for a perfect one.

    best_validation_score_ : float or None
        The highest of them.

    n_iter_ : int
        Number of epochs run.

    t_ : int
        Number of samples that training went through.

    n_layers_ : int
        Number of layers, input and output included.

    n_outputs_ : int
        Number of targets.

    out_activation_ : str
        "identity".

    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    SoftmaxMLPClassifier : The network for classes.
    TabularMLPRegressor : The network behind an encoder of tables.

    Notes
    -----
    The loss is the mean over the samples of half the squared error
    :math:`\frac12 \sum_k (y_{ik} - u_{ik})^2`, weighted by `sample_weight`, plus the L2
    penalty :math:`\frac{\alpha}{2 n} \|W\|^2` for batches of :math:`n` samples.
    :meth:`fit_distill` learns the mixed targets of :class:`SquaredErrorDistillation`,
    or quantiles by the loss of :class:`PinballDistillation`.
    Adam [1]_ takes the steps.

    Each target is standardized by its mean and standard deviation over the training
    samples. Learning rate and penalty then mean the same whatever the unit, and targets
    far from zero keep their digits. The way back is part of the last layer.

    References
    ----------
    .. [1] D. Kingma and J. Ba, "Adam: A method for stochastic optimization", ICLR
       2015. :arxiv:`1412.6980`
    .. [2] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical
       features in tabular deep learning", NeurIPS 2022. :arxiv:`2203.05556`

    Examples
    --------
    >>> from sklearn.datasets import make_friedman1
    >>> from skdistill import SquaredErrorMLPRegressor
    >>> X, y = make_friedman1(500, random_state=0)
    >>> network = SquaredErrorMLPRegressor(random_state=0).fit(X[:400], y[:400])
    >>> network.score(X[400:], y[400:]) > 0.9
    True
    """

    _out_activation = "identity"

    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        self : SquaredErrorMLPRegressor
        """
        X = self._validate_samples(X, y)
        return self._learn(X, _read_targets(X, y, sample_weight))

    @available_if(trains_by_epochs)
    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train for one epoch, at a constant learning rate.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training samples. The first call learns the standardization from them.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        self : SquaredErrorMLPRegressor
        """
        X = self._validate_samples(X, y, reset=not hasattr(self, "coefs_"))
        return self._learn(X, _read_targets(X, y, sample_weight), incremental=True)

    def predict(self, X: ArrayLike) -> NDArray:
        """Predict targets.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        """
        return as_y(self._predict(predict_mean, X))

    def _learn(self, X, terms, classes=None, incremental=False):
        targets, scaling = terms[0].targets, None
        if self._goes_on(incremental):
            scaling = self._target_scaling
            if targets.shape[1] != self.n_outputs_:
                raise ValueError(
                    f"y has {targets.shape[1]} outputs, but that of the last fit, "
                    f"from which to go on, had {self.n_outputs_}."
                )
        if isinstance(terms, QuantileTerms):
            loss = Pinball.standardized(terms, scaling)
        else:
            loss = SquaredError.standardized(terms[0], scaling)
        return self._train(X, as_y(targets), loss, incremental)

    def _stack_losses(self, transfer, losses):
        return SquaredError.standardized(stack_mixed(transfer, losses, self.n_members))


def _read_targets(X, y, sample_weight):
    """Validated targets and weights, as the terms of a loss."""
    targets = encode_numbers(y)
    check_range(targets, targets.dtype, "y")
    return [Term(targets, check_weights(sample_weight, X))]
