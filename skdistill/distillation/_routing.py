"""Who gets which parameters of a distillation's `fit`."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import NamedTuple

from sklearn import get_config
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    get_routing_for_object,
    process_routing,
)
from sklearn.utils.validation import has_fit_parameter

from skdistill.utils._metaestimators import weight_parameter
from skdistill.utils._warnings import warn_user


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


class Routed(NamedTuple):
    """Parameters of the teacher's `fit` and of the splitter's `split`."""

    fit: dict
    split: dict


def route(owner, teacher, fit_params, *, weights=None, by_user=True):
    """Route parameters to the teacher's `fit` and to the splitter's `split`.

    Parameters
    ----------
    owner : estimator
        Has the router, and the splitter as its parameter `cv`.
    teacher : classifier
    fit_params : dict
    weights : ndarray of shape (n_samples,), default=None
        For the teacher, if it takes any.
    by_user : bool, default=True
        Whether the user passed weights. Those of classes alone need no request.

    Returns
    -------
    routed : Routed
    """
    if get_config().get("enable_metadata_routing"):
        requests = get_routing_for_object(teacher)
        if not by_user and not requests.consumes("fit", {"sample_weight"}):
            _warn_of_no_weights(teacher, weights)
            weights = None
        routed = process_routing(owner, "fit", sample_weight=weights, **fit_params)
        return Routed(dict(routed.teacher.fit), dict(routed.splitter.split))
    fit_params, split_params = dict(fit_params), {}
    if "groups" in fit_params and hasattr(owner.cv, "split"):
        split_params["groups"] = fit_params.pop("groups")
    elif "groups" in fit_params and not has_fit_parameter(teacher, "groups"):
        raise ValueError(
            f"groups needs a splitter of groups as cv, such as GroupKFold(), not "
            f"cv={owner.cv!r}."
        )
    name = None if weights is None else weight_parameter(teacher)
    if name is None:
        _warn_of_no_weights(teacher, weights)
    else:
        fit_params[name] = weights
    return Routed(fit_params, split_params)


def route_without_teacher(owner, teacher, fit_params):
    """Route parameters to the splitter's `split`, where no teacher is fitted.

    Parameters
    ----------
    owner, teacher, fit_params
        As in :func:`route`.

    Returns
    -------
    routed : Routed

    Raises
    ------
    TypeError
        If a parameter is for the teacher.
    """
    routed = route(owner, teacher, fit_params)
    if routed.fit:
        raise TypeError(
            f"With precomputed predictions no teacher is fitted: {sorted(routed.fit)} "
            "would not be used."
        )
    return routed


def _warn_of_no_weights(teacher, weights):
    if weights is not None:
        warn_user(
            f"teacher={teacher!r} takes no sample_weight: it is fitted without them, "
            "and only the student learns with them.",
        )
