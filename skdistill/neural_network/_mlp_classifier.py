"""SoftmaxMLPClassifier: a small network that learns from labels or probabilities."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import _fit_context
from sklearn.utils import assert_all_finite
from sklearn.utils.metaestimators import available_if

from skdistill.losses import Term
from skdistill.neural_network._base import BaseNetwork, trains_by_epochs
from skdistill.neural_network._path import stack_terms
from skdistill.neural_network._prediction import predict_log_proba, predict_proba
from skdistill.neural_network._training_loss import CrossEntropy
from skdistill.transfer._validation import check_targets, check_weights
from skdistill.utils._mixins import ProbabilityClassifierMixin, restore_on_error


class SoftmaxMLPClassifier(ProbabilityClassifierMixin, BaseNetwork):
    r"""Multi-layer perceptron that learns from class labels or class probabilities.

    It takes the place of :class:`~sklearn.neural_network.MLPClassifier` and has its
    parameters and attributes by the same names. Beyond that class, it learns from
    probabilities (soft labels), scales its inputs, encodes numeric features, and trains
    several networks at once. It trains in single precision and several times as fast.

    Read more in the :ref:`User Guide <network>`.

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
        Strength of the L2 penalty. As in MLPClassifier, it is divided by the number of
        samples of a batch.

    batch_size : int or "auto", default="auto"
        Number of samples of a batch. "auto" is 32 below 400 samples, 64 up to 50,000
        and 256 above. Ignored by "lbfgs".

    learning_rate : {"cosine", "constant"}, default="cosine"
        Schedule of Adam's learning rate. "cosine" lets it fall to zero over `max_iter`
        epochs, all of which are run. "constant" stops when the training loss improves
        no more, as in MLPClassifier.

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
        Whether to start from the weights of the last fit.

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
        input, which rises from 0 to 1 within the bin: a piecewise-linear feature [3]_.
        It helps where a class depends on a feature by steps or bumps. "auto" is 8, or
        up to 32 where features are few and samples are thousands. With more than 250
        numeric features "auto" is None. "selective" is "auto" for those features on
        which the targets depend otherwise than linearly, and no bins for the others,
        so that predictions are faster.

    n_members : int, default=1
        Number of networks that train together, on the same batches and from different
        initial weights. Predictions are the mean of their probabilities.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted. After a fit to probabilities, the names of their columns
        if they came as a DataFrame, else 0, 1, ...

    coefs_ : list of ndarray of shape (n_inputs, n_outputs)
        Weights of each layer, for unscaled inputs. Of several members, arrays of shape
        (n_members, n_inputs, n_outputs).

    intercepts_ : list of ndarray of shape (n_outputs,)
        Intercepts of each layer. Of several members, arrays of shape
        (n_members, 1, n_outputs).

    loss_ : float
        Training loss of the last epoch.

    best_loss_ : float or None
        Lowest training loss; None with `early_stopping`.

    loss_curve_ : list of float
        Training loss of each epoch.

    validation_scores_ : list of float or None
        With `early_stopping`, the negative cross-entropy on the samples held out, after
        each epoch.

    best_validation_score_ : float or None
        The highest of them.

    n_iter_ : int
        Number of epochs run.

    t_ : int
        Number of samples that training went through.

    n_layers_ : int
        Number of layers, input and output included.

    n_outputs_ : int
        Number of classes.

    out_activation_ : str
        "softmax".

    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where X had any.

    See Also
    --------
    DistilledClassifier : Trains such a network on the probabilities of a teacher.

    Notes
    -----
    The loss is the mean of the samples' cross-entropies
    :math:`-\sum_k q_{ik} \log p_{ik}`, weighted by `sample_weight`, plus the L2 penalty
    :math:`\frac{\alpha}{2 n} \|W\|^2` for batches of :math:`n` samples. The targets
    :math:`q` are probabilities, or one-hot labels. :meth:`fit_distill` minimizes
    :class:`DistillationLoss` instead [1]_. Adam [2]_ takes the steps.

    References
    ----------
    .. [1] G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural
       network", 2015. :arxiv:`1503.02531`
    .. [2] D. Kingma and J. Ba, "Adam: A method for stochastic optimization", ICLR
       2015. :arxiv:`1412.6980`
    .. [3] Y. Gorishniy, I. Rubachev and A. Babenko, "On embeddings for numerical
       features in tabular deep learning", NeurIPS 2022. :arxiv:`2203.05556`

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import SoftmaxMLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> SoftmaxMLPClassifier((16,), random_state=0).fit(X, y).score(X, y) > 0.95
    True

    Probabilities in place of labels, here rather uncertain ones:

    >>> import numpy as np
    >>> P = np.full((150, 3), 0.1)
    >>> P[np.arange(150), y] = 0.8
    >>> network = SoftmaxMLPClassifier((16,), random_state=0).fit(X, P)
    >>> network.predict_proba(X[:1]).round(1)
    array([[0.8, 0.1, 0.1]], dtype=float32)
    """

    _out_activation = "softmax"

    # Small probabilities are computed from logits.
    _has_exact_log_proba = True

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
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities (soft labels).
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        self : SoftmaxMLPClassifier
        """
        X = self._validate_samples(X, y)
        classes, targets = check_targets(y)
        return self._learn(X, [Term(targets, check_weights(sample_weight, X))], classes)

    @available_if(trains_by_epochs)
    @restore_on_error
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: ArrayLike | None = None,
    ) -> Self:
        """Train for one epoch, at a constant learning rate.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training samples. The first call learns the scaling from them.
        y : {array-like, DataFrame} of shape (n_samples,) or (n_samples, n_classes)
            Class labels, or class probabilities.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.
        classes : array-like of shape (n_classes,), default=None
            All labels of all calls; needed in the first call only.

        Returns
        -------
        self : SoftmaxMLPClassifier
        """
        first = not hasattr(self, "classes_")
        if first and classes is None and np.shape(y)[1:] in ((), (1,)):
            raise ValueError("classes must be passed on the first call to partial_fit.")
        X = self._validate_samples(X, y, reset=first)
        if classes is not None:
            assert_all_finite(classes, input_name="classes")
        known = None if classes is None else np.unique(classes)
        if not first:
            if known is not None and not np.array_equal(known, self.classes_):
                raise ValueError(
                    f"classes={classes!r} differ from those of the first call, "
                    f"{self.classes_}."
                )
            known = self.classes_
        classes, targets = check_targets(y, known)
        terms = [Term(targets, check_weights(sample_weight, X))]
        return self._learn(X, terms, classes, incremental=True)

    def predict_proba(self, X: ArrayLike) -> NDArray:
        """Predict class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        return self._predict(predict_proba, X)

    def predict_log_proba(self, X: ArrayLike) -> NDArray:
        """Predict logarithms of class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes)
            Exact where ``predict_proba`` is rounded to zero.
        """
        return self._predict(predict_log_proba, X)

    def _learn(self, X, terms, classes, incremental=False):
        known: Any = vars(self).get("classes_")
        if self._goes_on(incremental) and not np.array_equal(classes, known):
            raise ValueError(
                f"warm_start needs the classes of the last fit, {known}, but y has "
                f"{classes}."
            )
        self._set_classes(classes)
        loss = CrossEntropy(terms, len(classes))
        return self._train(X, classes[loss.strata], loss, incremental)

    def _stack_losses(self, transfer, losses):
        terms = stack_terms(transfer, losses, self.n_members)
        return CrossEntropy(terms, len(transfer.classes))

    def _set_classes(self, classes):
        self.classes_ = classes
