"""BaseDistilled: the line from the samples to the student."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import replace
from numbers import Integral
from typing import Any, ClassVar, NamedTuple, Self

from numpy.typing import NDArray
from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone
from sklearn.utils import check_random_state, get_tags
from sklearn.utils.metadata_routing import MetadataRouter
from sklearn.utils.validation import check_is_fitted, check_memory

from skdistill.distillation._defaults import Defaults
from skdistill.distillation._doubts import doubt_frozen, doubt_use
from skdistill.distillation._prepared import Prepared
from skdistill.distillation._progress import stage
from skdistill.distillation._routing import make_router, route, route_without_teacher
from skdistill.exceptions import DistillationFallbackWarning
from skdistill.neural_network._tabular import behind_encoder
from skdistill.students._protocol import fit_student
from skdistill.students._scratch_fallback import is_worse_than_scratch
from skdistill.tables._encoding import make_encoder, warn_of_encoder, with_encoder
from skdistill.teachers._committee import (
    fit_committee,
    pool_with_student,
    scratch_only,
)
from skdistill.teachers._teacher import choose_source, no_predictions, predict_teacher
from skdistill.transfer._cross_fitting import split_samples
from skdistill.transfer._training_data import (
    add_synthetic,
    check_unlabeled,
    make_sampler,
)
from skdistill.utils._callbacks import CallbackSupportMixin, root_task
from skdistill.utils._metaestimators import (
    MAX_SEED,
    explain_pickling,
    has_frozen_part,
    is_frozen,
    name_errors,
    set_random_states,
)
from skdistill.utils._rows import check_X_lazily
from skdistill.utils._time_limit import time_is_up, time_limit
from skdistill.utils._warnings import tell_once, warn_user

# Sources of the teacher's predictions, in the words of a line of progress.
SOURCES = {"oob": "out-of-bag", "cv": "out-of-fold", "train": "as it is"}


class Parts(NamedTuple):
    """Clones of what the user passed, with encoders and seeds.

    Attributes
    ----------
    teacher : estimator
    student : estimator
        With the student protocol.
    sampler : sampler or None
    members : list of (str, estimator)
        The committee's, without the teacher; empty where there is none.
    """

    teacher: Any
    student: Any
    sampler: Any
    members: list


class BaseDistilled(CallbackSupportMixin, MetaEstimatorMixin):
    """What distilled estimators share, whatever they predict: a mixin.

    Subclasses have the parameters, and define what depends on the kind of targets:
    `_defaults`, `_prepare_teacher`, `_weights`, `_read_targets`, `_loss` and
    `_hard_loss`, the loss of the labels alone.
    """

    _defaults: ClassVar[Defaults]

    @tell_once()
    def _distill(self, inputs):
        """Fit the teacher, build the transfer set, and train the student on it."""
        self._warn_if_not_cached()
        inputs = self._check_inputs(inputs)
        parts = self._make_parts(inputs.X, inputs.y, inputs.X_unlabeled)
        with time_limit(self.max_seconds), root_task(self, inputs.X, inputs.y):
            prepared = self._prepare(inputs, parts)
            with name_errors("student", self._get_student()):
                student, committee = self._fit_student(parts.student, prepared)
            self._set_fitted(prepared, committee, student)
            self._warn_if_late()
        return prepared.data

    def _warn_if_late(self):
        if time_is_up():
            warn_user(
                f"max_seconds={self.max_seconds} were not enough: no committee was "
                "begun after them, and a network stopped training."
            )

    def _warn_if_not_cached(self):
        if self.memory is not None and not isinstance(self.random_state, Integral):
            warn_user(
                f"memory={self.memory!r} needs a whole number as random_state, got "
                f"{self.random_state!r}: otherwise seeds or synthetic samples differ "
                "in each fit, and nothing is found again."
            )

    def _check_inputs(self, inputs):
        """Count and name the features, and check what has to be like X."""
        X, y, sample_weight = check_X_lazily(
            self, inputs.X, inputs.y, inputs.sample_weight
        )
        X_unlabeled = check_unlabeled(self, X, inputs.X_unlabeled)
        self._fitted_to_texts = isinstance(next(iter(X), None), str) and not hasattr(
            self, "n_features_in_"
        )
        return inputs._replace(
            X=X, y=y, sample_weight=sample_weight, X_unlabeled=X_unlabeled
        )

    def _make_parts(self, X, y, X_unlabeled):
        """Clones of teacher, student and sampler, seeded in an order that stays."""
        teacher = self._prepare_teacher(self._get_teacher(), y)
        with name_errors("teacher", teacher):
            teacher = clone(teacher)
        student = self._get_student()
        if self.teacher is None or self._has_default_student:
            encoder = make_encoder(X, X_unlabeled)
            # What the user told of columns needs no telling.
            own = getattr(getattr(student, "encoder", None), "kinds", None)
            warn_of_encoder(encoder, own or {})
        if self.teacher is None:
            teacher = with_encoder(teacher, encoder)
        if self._has_default_student:
            student = behind_encoder(student, encoder)
        student = self._defaults.as_student(student)
        sampler = make_sampler(self.synthesizer, X)
        members = []
        if self.committee is not None:
            members = self._defaults.members(self.committee, student, X, X_unlabeled)
        if self.random_state is not None:
            random_state = check_random_state(self.random_state)
            # The student is the first member.
            others = (member for _, member in members[1:])
            for part in (teacher, student, sampler, *others):
                if part is not None:
                    set_random_states(part, random_state.randint(MAX_SEED))
        return Parts(teacher, student, sampler, self._prepare_members(members))

    def _prepare_members(self, members):
        """Make the committee's members learn what is to be predicted."""
        return members

    def _prepare(self, inputs, parts):
        """Make all that students learn from: samples, predictions, the committee."""
        weights = self._weights(inputs.sample_weight, inputs.X, inputs.y)
        data, predictions = self._read_targets(inputs, parts.teacher)
        routed = self._route(inputs, parts.teacher, weights, predictions)
        data = replace(data, sample_weight=weights)
        source = self._source(parts.teacher, grouped="groups" in routed.split)
        data = replace(data, splits=self._split(data, source, routed.split))
        if predictions is None:
            data = self._add_synthetic(data, parts.sampler)
            predictions = self._predict_teacher(parts.teacher, data, source, routed.fit)
        with name_errors("student", self._get_student()):
            committee = self._fit_committee(predictions, data, parts.members)
        doubt_use(predictions, committee, data)
        # Who chooses "train" means it.
        if self.target_source != "train" and has_frozen_part(parts.teacher):
            doubt_frozen(predictions, committee, data, self._reference)
        return Prepared(data, predictions, committee)

    def _reference(self, X):
        """Make the model that a frozen teacher is compared with, if there is one."""
        return self._defaults.reference(X)

    def _route(self, inputs, teacher, weights, predictions):
        if predictions is not None:
            return route_without_teacher(self, teacher, inputs.fit_params)
        by_user = inputs.sample_weight is not None
        return route(self, teacher, inputs.fit_params, weights=weights, by_user=by_user)

    def _add_synthetic(self, data, sampler):
        """Synthetic samples beside the unlabeled ones, where soft targets count."""
        if self.alpha == 0:
            return replace(data, X_unlabeled=None)
        if sampler is None:
            return data
        with stage(self, "synthetic samples"):
            samples = add_synthetic(data.X, data.X_unlabeled, sampler)
        return replace(data, X_unlabeled=samples)

    def _has_committee(self, data):
        # alpha=1 takes the labels away, alpha=0 the teacher.
        return (
            self.committee is not None
            and 0 < self.alpha < 1
            and data.targets.can_be_split(data.encoded)
        )

    def _split(self, data, source, split_params):
        """Folds for all that is predicted out-of-fold, made once."""
        # Samples that are in nearly every bag of a forest are predicted out-of-fold.
        is_bagged = source == "oob" and data.targets.can_be_split(data.encoded)
        if not (source == "cv" or is_bagged or self._has_committee(data)):
            return []
        return split_samples(self.cv, data, split_params)

    def _source(self, teacher, grouped):
        """Where the teacher's predictions come from; None if they are not needed."""
        if self.alpha == 0:
            return None
        return choose_source(teacher, self.target_source, grouped)

    def _predict_teacher(self, teacher, data, source, fit_params):
        """The teacher's predictions, from the cache if it has them."""
        keep = self.keep_teacher or is_frozen(teacher)
        if source is None:
            return no_predictions(teacher, data, fit_params, keep_teacher=keep)
        predict = check_memory(self.memory).cache(predict_teacher, ignore=["n_jobs"])
        with (
            stage(self, f"teacher, {SOURCES[source]}"),
            name_errors("teacher", self._get_teacher()),
            explain_pickling(),
            time_limit(None),  # what is cached must not depend on the time
        ):
            return predict(
                teacher,
                data,
                fit_params,
                source=source,
                keep_teacher=keep,
                n_jobs=self.n_jobs,
            )

    def _fit_committee(self, predictions, data, members):
        """Pool the teacher with models trained on the labels alone, where possible."""
        targets, weights = data.targets, data.sample_weight
        if (
            time_is_up()
            or not members
            or not self._has_committee(data)
            or not targets.has_valid_folds(data.encoded, data.splits, weights)
        ):
            return None
        names = ", ".join(name for name, _ in members)
        what = f"committee, {len(data.splits)} folds of {names}"
        with stage(self, what), explain_pickling(), time_limit(None):
            committee = fit_committee(
                predictions, data, members, memory=self.memory, n_jobs=self.n_jobs
            )
        return committee

    def _fit_student(self, student, prepared):
        """Train the student; on the labels alone where that is clearly better."""
        data, committee = prepared.data, prepared.committee_for(self.alpha)
        transfer = prepared.transfer_set(committee, self.alpha)
        with stage(self, f"student, {len(transfer.y)} samples", student):
            fit_student(student, transfer, self._loss())
        if committee.scratch is None:
            return student, committee
        targets, y = data.targets, data.encoded
        raw = targets.predict_raw(student, data.X)
        is_worse = is_worse_than_scratch(
            targets.sample_loss(raw, y),
            targets.sample_loss(committee.scratch, y),
            data.sample_weight,
        )
        if not is_worse or not self.fallback:
            return student, committee
        warn_user(
            f"student={type(student).__name__} is replaced: it predicts its training "
            "samples worse than the same student, trained on the labels alone, "
            "predicts held-out samples. The latter takes its place; fallback=False "
            "keeps the distilled one.",
            DistillationFallbackWarning,
        )
        labeled = data.labeled_set(committee.predictions.raw)
        student = fit_student(clone(student), labeled, self._hard_loss())
        return student, scratch_only(committee)

    def _set_fitted(self, prepared, committee, student):
        self.student_ = student
        self.target_source_ = prepared.predictions.source
        self.committee_weights_ = committee.weights
        self._pool = committee.pool
        self._fitted_teacher = prepared.predictions.estimator

    @property
    def teacher_(self) -> Any:
        """The fitted teacher, with `keep_teacher` or if it is frozen."""
        teacher = vars(self).get("_fitted_teacher")
        if teacher is None:
            raise AttributeError(
                "teacher_ is there after a fit with keep_teacher=True or with a frozen "
                "teacher; otherwise the teacher is not kept."
            )
        return teacher

    def predict(self, X: Any) -> NDArray:
        """Predict by the student.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Class labels, or numbers, with a column for each of several outputs.
        """
        self._check_predict(X)
        return self.student_.predict(X)

    def to_sklearn(self) -> BaseEstimator:
        """Make an estimator of scikit-learn's own classes that equals the student.

        Returns
        -------
        estimator : estimator
            It predicts without this package.

        Raises
        ------
        TypeError
            If scikit-learn has no equal of the student.
        """
        from skdistill.export._wrapped import as_plain

        check_is_fitted(self)
        return as_plain(self.student_)

    def _predict_pooled(self, X, y, targets):
        """Check new samples, and pool what teacher and student predict for them."""
        X, y = check_X_lazily(self, X, y, reset=False)
        teacher, student = (
            targets.predict_raw(model, X) for model in (self.teacher_, self.student_)
        )
        return X, y, pool_with_student(self._pool, teacher, student)

    def _check_predict(self, X):
        """Refuse what the student cannot tell from what it was fitted to."""
        # scikit-learn's check looks at tags and parameters, for ten times as long as a
        # network needs for a sample.
        fitted = vars(self)
        if "student_" not in fitted:
            check_is_fitted(self)
        if fitted["_fitted_to_texts"] and len(getattr(X, "shape", ())) == 2:
            raise ValueError("X must be one column of texts, as in fit, not a table.")

    def set_params(self, **params: Any) -> Self:
        """Set parameters of this estimator, and of its parts.

        Parameters
        ----------
        **params : dict
            Those of a part are named as ``teacher__max_depth``.

        Returns
        -------
        self : estimator

        Raises
        ------
        ValueError
            If there is no such parameter. The parts that stand for None are made by
            `fit`, and have none before.
        """
        parts = {**self.get_params(deep=False), **params}
        for name in params:
            part, is_inside, _ = name.partition("__")
            # Of a part that does not exist, scikit-learn's own error tells.
            if is_inside and not hasattr(parts.get(part, self), "set_params"):
                raise ValueError(
                    f"{name}: {part}={parts[part]!r} has no parameters to set. Pass an "
                    f"estimator as {part}; None stands for one that fit makes."
                )
        return super().set_params(**params)

    def get_metadata_routing(self) -> MetadataRouter:
        """Get the metadata routing of this object.

        Returns
        -------
        routing : MetadataRouter
            Of the teacher's `fit` and the splitter's `split`.
        """
        return make_router(self, self._get_teacher(), self.cv)

    def _get_teacher(self):
        return self._defaults.teacher() if self.teacher is None else self.teacher

    def _get_student(self):
        if not self._has_default_student:
            return self.student
        return self._defaults.student(self.student)

    @property
    def _has_default_student(self):
        """Whether the student is one of ours, by None or by name."""
        return self.student is None or isinstance(self.student, str)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        teacher = get_tags(self._get_teacher()).input_tags
        student = get_tags(self._defaults.as_student(self._get_student())).input_tags
        # The default student fills gaps; the default teacher takes them as they are.
        student.allow_nan = student.allow_nan or self._has_default_student
        for name in ("sparse", "allow_nan", "categorical", "string", "pairwise"):
            both = getattr(teacher, name) and getattr(student, name)
            setattr(tags.input_tags, name, both)
        return tags
