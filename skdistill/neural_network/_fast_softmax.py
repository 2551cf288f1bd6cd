"""Softmax for many small arrays: in training by matrix products, else by columns.

A reduction or a broadcast takes NumPy two or three microseconds however few the
numbers, as long as a layer of a small network. A product with ones takes a tenth of
that. So in training the sums over classes are products, and a product hands them out to
the classes again. The usual shift by the largest logit is a reduction too. It is left
out while nothing overflows: while the sums of the exponentials are neither zero nor
infinite. Sums next to zero have few bits: in single precision, logits that are all
below -97 give probabilities that are off by a percent or more, below -104 none.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from math import inf

import numpy as np
from numpy.typing import NDArray

# Norm of a few logits up to which exponentials are far from overflow.
LARGEST_NORM = 64.0


class UnshiftedSoftmax:
    """Softmax in place, again and again over one array.

    Parameters
    ----------
    logits : ndarray of shape (..., n_classes, n_samples)
        Contiguous; the first of three axes is that of networks.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.neural_network._fast_softmax import UnshiftedSoftmax
    >>> logits = np.log([[1.0, 3.0], [1.0, 1.0]])
    >>> normalizers = np.empty((1, 2))
    >>> UnshiftedSoftmax(logits)(normalizers)
    True
    >>> logits
    array([[0.5 , 0.75],
           [0.5 , 0.25]])
    >>> normalizers
    array([[2., 4.]])
    """

    def __init__(self, logits: NDArray) -> None:
        *network_axis, n_classes, n_samples = logits.shape
        n_networks = network_axis[0] if network_axis else 1
        self._values = logits.reshape(-1, n_samples)
        self._sum = np.repeat(np.eye(n_networks, dtype=logits.dtype), n_classes, axis=1)
        self._hand_out = np.ascontiguousarray(self._sum.T)
        self._divisors = np.empty_like(self._values)
        self._flat = self._values.ravel(), self._divisors.ravel()

    def __call__(self, normalizers: NDArray) -> bool:
        """Replace the logits by probabilities.

        Parameters
        ----------
        normalizers : ndarray of shape (n_networks, n_samples)
            Becomes the sums of the exponentials.

        Returns
        -------
        overflow_free : bool
            If False, logits and normalizers are invalid.
        """
        values, divisors = self._values, self._divisors
        np.exp(values, values)
        self._sum.dot(values, normalizers)
        self._hand_out.dot(normalizers, divisors)
        np.divide(values, divisors, values)
        # Not finite where a sum is zero or infinite: such quotients times such sums.
        flat_values, flat_divisors = self._flat
        return bool(flat_values.dot(flat_divisors) < inf)


def mean_softmax(logits: NDArray, out: NDArray) -> None:
    """Write the probabilities of logits, or their mean over several networks.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        Of several networks, (n_networks, n_samples, n_classes).
    out : ndarray of shape (n_samples, n_classes)
        Is written.
    """
    n_classes = logits.shape[-1]
    # Reductions along rows of few classes are slow, along columns they are fast; the
    # columns of several networks lie side by side.
    columns = logits.reshape(-1, n_classes).T.copy()
    if not np.vdot(columns, columns) < LARGEST_NORM**2:
        columns -= np.maximum.reduce(columns, 0)
    np.exp(columns, columns)
    total = np.add.reduce(columns, 0)
    if logits.ndim == 2:
        np.divide(columns, total, out.T)
    else:
        columns /= total
        np.mean(columns.reshape(n_classes, len(logits), -1), axis=1, out=out.T)
