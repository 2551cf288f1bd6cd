"""Who gets which parameters of a distillation's `fit`."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings

from sklearn import get_config
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    get_routing_for_object,
    process_routing,
)

from skdistill.utils._metaestimators import weight_parameter


def make_router(owner, teacher, splitter):
    """Route parameters of the owner's `fit`.

    Parameters
    ----------
    owner : estimator
    teacher : classifier
        For its `fit`.
    splitter : int, splitter or iterable
        For its `split`.

    Returns
    -------
    router : MetadataRouter
    """
    return (
        MetadataRouter(owner=type(owner).__name__)
        .add_self_request(owner)
        .add(
            teacher=teacher,
            method_mapping=MethodMapping().add(caller="fit", callee="fit"),
        )
        .add(
            splitter=splitter,
            method_mapping=MethodMapping().add(caller="fit", callee="split"),
        )
    )


def route(owner, teacher, weights, fit_params, by_user=True):
    """Parameters of the teacher's `fit` and the splitter's `split`.

    Parameters
    ----------
    owner : estimator
        Has the router.
    teacher : classifier
    weights : ndarray of shape (n_samples,) or None
        For the teacher, if it takes any.
    fit_params : dict
    by_user : bool, default=True
        Whether the user passed weights. Those of classes alone go without saying to a
        teacher that asks for none.

    Returns
    -------
    fit_params, split_params : dict
    """
    if get_config().get("enable_metadata_routing"):
        requests = get_routing_for_object(teacher)
        if not by_user and not requests.consumes("fit", {"sample_weight"}):
            _warn_of_no_weights(teacher, weights)
            weights = None
        routed = process_routing(owner, "fit", sample_weight=weights, **fit_params)
        return dict(routed.teacher.fit), dict(routed.splitter.split)
    name = None if weights is None else weight_parameter(teacher)
    if name is not None:
        return {**fit_params, name: weights}, {}
    _warn_of_no_weights(teacher, weights)
    return fit_params, {}


def _warn_of_no_weights(teacher, weights):
    if weights is not None:
        warnings.warn(
            f"teacher={teacher!r} takes no sample_weight: it is fitted without them, "
            "and only the student learns with them.",
            stacklevel=3,
        )


def route_without_teacher(owner, teacher, fit_params):
    """Parameters of the splitter's `split`, which alone wants any.

    Parameters
    ----------
    owner : estimator
        Has the router.
    teacher : classifier
        The one that is not fitted.
    fit_params : dict

    Returns
    -------
    split_params : dict
    """
    fit_params, split_params = route(owner, teacher, None, fit_params)
    if fit_params:
        raise TypeError(
            f"With teacher_proba no teacher is fitted, so {sorted(fit_params)} would "
            "go nowhere."
        )
    return split_params
