"""scikit-learn's checks of estimators, on all versions of it and of pytest."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks


def parametrize_estimator_checks(estimators, expected_failed_checks):
    """Parametrize a test of `estimator` and `check`."""
    mark = parametrize_with_checks(
        estimators, expected_failed_checks=expected_failed_checks
    )
    # Before 1.8 the checks come in a generator, which pytest does not like any more.
    return pytest.mark.parametrize(mark.args[0], list(mark.args[1]), **mark.kwargs)
