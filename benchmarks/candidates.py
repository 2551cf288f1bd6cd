"""What `bench_quality` can measure, by name.

A candidate is a function ``build(teacher, memory, seed) -> classifier``. It gets an
unfitted teacher, the cache that its answers should go to, and a seed; whatever it
builds is fitted to encoded rows and to labels 0, 1, ... Add a line to try an idea.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from sklearn.tree import DecisionTreeClassifier

from benchmarks.baselines import TemperatureCalibrated
from benchmarks.internals import DEFAULT_NETWORK
from skdistill import DistilledClassifier, SoftmaxMLPClassifier


def distilled(student=None, **parameters):
    """Distill the teacher into a student, None for the default one."""

    def build(teacher, memory, seed):
        return DistilledClassifier(
            teacher, student, memory=memory, random_state=seed, **parameters
        )

    return build


def network(**parameters):
    """The default student's network on the labels alone."""
    return lambda teacher, memory, seed: SoftmaxMLPClassifier(
        random_state=seed, **parameters
    )


def calibrated(**parameters):
    """The same, calibrated by one out-of-fold temperature."""
    build = network(**parameters)
    return lambda *context: TemperatureCalibrated(build(*context))


def small_tree(teacher, memory, seed):
    """A tree of 32 leaves on the labels alone."""
    return DecisionTreeClassifier(max_leaf_nodes=32, random_state=seed)


CANDIDATES = {
    # The teacher itself, and networks that had none.
    "teacher": lambda teacher, memory, seed: teacher,
    "plain": network(),
    "scratch": network(early_stopping=True),
    "plain-calibrated": calibrated(),
    "scratch-calibrated": calibrated(early_stopping=True),
    "same-calibrated": calibrated(**DEFAULT_NETWORK),
    # The default, and one change each.
    "distilled": distilled(),
    "alpha=0": distilled(alpha=0.0),
    "alpha=0.25": distilled(alpha=0.25),
    "alpha=0.75": distilled(alpha=0.75),
    "alpha=1": distilled(alpha=1.0),
    "temperature=2": distilled(temperature=2.0),
    "temperature=4": distilled(temperature=4.0),
    "committee=None": distilled(committee=None),
    "synthesizer=None": distilled(synthesizer=None),
    "targets=cv": distilled(target_source="cv"),
    "targets=train": distilled(target_source="train"),
    "alpha=1-targets=train": distilled(alpha=1.0, target_source="train"),
    # Other students.
    "fast": distilled(SoftmaxMLPClassifier(), committee=None, synthesizer=None),
    "plain-student": distilled(SoftmaxMLPClassifier()),
    "tree": distilled(DecisionTreeClassifier(max_leaf_nodes=32)),
    "tree-scratch": small_tree,
}

# Those without a teacher.
ALONE = frozenset(
    {
        "plain",
        "scratch",
        "plain-calibrated",
        "scratch-calibrated",
        "same-calibrated",
        "tree-scratch",
    }
)

BASELINES = ("teacher", "plain", "same-calibrated")

DEFAULT = (*BASELINES, "distilled")
