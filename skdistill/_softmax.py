"""Softmax by matrix products, for the many small arrays of a training.

A reduction or a broadcast takes NumPy two or three microseconds however few the
numbers, as long as a layer of a small network. A product with ones takes a tenth of
that, so here the sums over classes are products, and so is handing them out to the
classes again. The usual shift by the largest logit is a reduction too. It is left out
while the logits are tame: while the sums of their exponentials, and the inverses of
these, are finite.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from math import inf

import numpy as np


class TameSoftmax:
    """Softmax in place, again and again over one array.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes, n_samples)
        Contiguous; the first of three axes is that of networks.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill._softmax import TameSoftmax
    >>> logits = np.log([[1.0, 3.0], [1.0, 1.0]])
    >>> normalizers = np.empty((1, 2))
    >>> TameSoftmax(logits)(normalizers)
    True
    >>> logits
    array([[0.5 , 0.75],
           [0.5 , 0.25]])
    >>> normalizers
    array([[2., 4.]])
    """

    def __init__(self, logits):
        *several, n_classes, n_samples = logits.shape
        n_networks = several[0] if several else 1
        self._values = logits.reshape(-1, n_samples)
        self._sum = np.repeat(np.eye(n_networks, dtype=logits.dtype), n_classes, axis=1)
        self._hand_out = np.ascontiguousarray(self._sum.T)
        self._inverse = np.empty((n_networks, n_samples), logits.dtype)
        self._factors = np.empty_like(self._values)

    def __call__(self, normalizers):
        """Replace the logits by probabilities.

        Parameters
        ----------
        normalizers : ndarray of shape (n_networks, n_samples)
            Becomes the sums of the exponentials.

        Returns
        -------
        tame : bool
            If False, logits and normalizers are spoilt.
        """
        values, inverse = self._values, self._inverse
        np.exp(values, values)
        self._sum.dot(values, normalizers)
        np.reciprocal(normalizers, inverse)
        # Not finite where a sum is infinite, zero, or too small to be inverted.
        if not normalizers.ravel().dot(inverse.ravel()) < inf:
            return False
        self._hand_out.dot(inverse, self._factors)
        np.multiply(values, self._factors, values)
        return True
