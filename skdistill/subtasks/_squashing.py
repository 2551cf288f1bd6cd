"""The sigmoid squashing transform of features."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from scipy.sparse import issparse
from scipy.special import expit, log_expit


def squash(X, feature_temperature):
    """Squash features between 0 and 1 by a sigmoid.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    feature_temperature : float or None
        None: the features stay as they are.

    Returns
    -------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        ``sigmoid(log(sigmoid(X)) / feature_temperature)``.

    Raises
    ------
    ValueError
        If X is sparse: a squashed zero is not zero.
    """
    if feature_temperature is None:
        return X
    if issparse(X):
        raise ValueError("feature_temperature needs a dense X: it leaves no zeros.")
    return expit(log_expit(X) / feature_temperature)
