"""A teacher network that learns while it teaches, batch by batch."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from itertools import repeat

import numpy as np

from skdistill.neural_network._optimizers import adam_update, cosine_decay, l2_penalty
from skdistill.neural_network._passes import Passes
from skdistill.neural_network._prediction import predict_logits
from skdistill.probability._softening import soften


class LearningTeacher:
    """A network in training that can be asked, and shown one more batch.

    Parameters
    ----------
    run : TrainingRun
        Its training, before the first step.
    """

    def __init__(self, run):
        settings, theta, architecture = run.settings, run.theta, run.architecture
        self.batches, self._monitor = run.batches, run.monitor
        self._activation = architecture.activation
        self._networks = [
            architecture.coefs_and_intercepts(theta, network)
            for network in range(architecture.n_networks or 1)
        ]
        gradients = np.empty((2, theta.size), theta.dtype)
        self._gradient = gradients[0]
        self._passes = {
            size: Passes(architecture, theta, self._gradient, size)
            for size in self.batches.sizes
        }
        self._penalty = l2_penalty(architecture, theta, self._gradient, run.alpha)
        # As in `adam`, gradients are sums over a batch.
        self._update = adam_update(
            theta,
            gradients,
            np.zeros_like(gradients),
            settings.beta_1,
            settings.beta_2,
            settings.epsilon * self.batches.batch_size,
        )
        rate, n_steps = settings.learning_rate_init, run.n_epochs * self.batches.n_steps
        cosine = settings.learning_rate == "cosine"
        self._rates = iter(cosine_decay(rate, n_steps) if cosine else repeat(rate))
        self._n_steps = 0

    def answer(self, X, temperature):
        """What it says now.

        Parameters
        ----------
        X : ndarray of shape (batch_size, n_inputs + 1)
            A batch of its own inputs.
        temperature : float

        Returns
        -------
        proba : ndarray of shape (batch_size, n_classes)
            Softened.
        """
        logits = [
            predict_logits(X[:, :-1], *network, self._activation)
            for network in self._networks
        ]
        if len(logits) == 1:
            return soften(logits[0], temperature)
        return soften(np.log(np.mean([soften(z) for z in logits], axis=0)), temperature)

    def learn(self, X, terms):
        """Take a step.

        Parameters
        ----------
        X, terms
            A batch of its own.
        """
        self._passes[len(X)](X, terms)
        self._penalty.add_gradient()
        unit = self.batches.batch_size
        if len(X) != unit:
            self._gradient *= unit / len(X)
        self._n_steps += 1
        self._update(next(self._rates), self._n_steps)

    def end_epoch(self):
        """Tell its monitor the mean loss of an epoch."""
        loss = sum(each.take_loss() for each in self._passes.values())
        loss /= self.batches.n_samples
        loss += self._penalty.value() / self.batches.batch_size
        self._monitor(loss / len(self._networks))


class JointBatches:
    """The batches of a student whose soft targets are made when they are needed.

    Parameters
    ----------
    batches : Batches
        The student's. Their last term is the soft one, its targets anything.
    teacher : LearningTeacher
        With batches of the same rows and of the same size.
    temperature : float or None
        Of the soft term; None if there is none.
    """

    def __init__(self, batches, teacher, temperature):
        self._batches, self._teacher = batches, teacher
        self._temperature = temperature
        self.batch_size, self.sizes = batches.batch_size, batches.sizes
        self.n_samples, self.n_steps = batches.n_samples, batches.n_steps

    def epoch(self, order):
        """Yield (X, terms) of each batch, the teacher's answers among the terms.

        Then the teacher takes its own step on the batch.
        """
        teacher = self._teacher
        pairs = zip(
            self._batches.epoch(order), teacher.batches.epoch(order), strict=True
        )
        for (X, terms), (X_teacher, labels) in pairs:
            if self._temperature is not None:
                targets, *_ = terms[-1]
                targets[:] = teacher.answer(X_teacher, self._temperature).T
            teacher.learn(X_teacher, labels)
            yield X, terms
        teacher.end_epoch()
