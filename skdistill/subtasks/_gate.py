"""The gate: which member is responsible for a sample."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.metrics.pairwise import euclidean_distances

# Two standard deviations squared of the gate, in units of the mean squared distance of
# a sample to the nearest center. Half or double of it do as well, ten times does not.
GATE_WIDTH = 0.2


class Gate(NamedTuple):
    r"""Responsibilities of members, by the distance of a sample to their centers.

    A member :math:`m` with the center :math:`c_m` is responsible for a sample
    :math:`x` by :math:`r_m(x) \propto \exp(-\|x - c_m\|^2 / s)`.

    Read more in the :ref:`User Guide <subtasks>`.

    Parameters
    ----------
    centers : ndarray of shape (n_members, n_features)
        Mean of the samples that are assigned to each member.
    scale : float
        What squared distances are divided by, :math:`s`.

    References
    ----------
    .. [1] R. Jacobs, M. Jordan, S. Nowlan and G. Hinton, "Adaptive mixtures of local
       experts", Neural Computation 3, 1991.

    Examples
    --------
    >>> import numpy as np
    >>> from skdistill.subtasks import Gate
    >>> gate = Gate(centers=np.array([[0.0], [2.0]]), scale=1.0)
    >>> gate.responsibilities(np.array([[1.0], [0.5]])).round(2)
    array([[0.5 , 0.5 ],
           [0.88, 0.12]])
    """

    centers: np.ndarray
    scale: float

    def responsibilities(self, X: Any) -> NDArray:
        """Compute the responsibility of each member for each sample.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        responsibilities : ndarray of shape (n_samples, n_members)
            Rows sum to one.
        """
        # Squared distances have |x|^2 in common, which would overflow, or hide the rest
        # in rounding errors. Without it, and seen from the middle of the centers, they
        # are linear.
        middle = self.centers.mean(axis=0)
        away = self.centers - middle
        offsets = 2 * away @ middle + np.square(away).sum(axis=1)
        return softmax((2 * (X @ away.T) - offsets) / self.scale, axis=1)


def fit_gate(X, assigned):
    """Find the members' centers, and how fast responsibility fades.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_samples, n_features)
    assigned : list of ndarray
        Indices of the samples that are assigned to each member.

    Returns
    -------
    gate : Gate
    """
    centers = np.stack([np.asarray(X[rows].mean(axis=0)).ravel() for rows in assigned])
    distances = euclidean_distances(X, centers, squared=True).min(axis=1)
    scale = GATE_WIDTH * float(distances.mean())
    # Where every sample is a center, any scale will do.
    return Gate(centers, scale if scale > 0 else 1.0)
