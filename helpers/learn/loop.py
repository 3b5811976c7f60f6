"""The loop round a training step: budget, rate, pictures, checkpoints, progress."""

from __future__ import annotations

import concurrent.futures
import itertools
import sys
import time

import numpy as np
import tensorflow as tf

from helpers.errors import CourseError
from helpers.learn.keeping import Bar, Keeping
from helpers.learn.schedules import constant

MOVED_AFTER = 3  # steps: before a last layer of zeros, nothing moves in the first one


def fit(
    step,
    batches,
    folder=None,
    *,
    state,
    steps=None,
    minutes=None,
    seed=0,
    schedule=constant,
    warm_up=0,
    average=None,
    samples=None,
    watch=None,
    on_save=None,
    read_every=20,
    sample_seconds=60.0,
    save_seconds=120.0,
):
    """Train until so many steps or minutes are done, counted from the very first one. Returns the record: dict name -> list of numbers.

    step: function (state, batch) -> dict name -> loss, or one loss; compiled by tf.function. It moves the networks itself, see `adam`.
    batches: function of a numpy RandomState -> what `step` takes: arrays, or a tuple or dict of them; float64 becomes float32. Each step
    has a RandomState of its own, made of `seed` and its number: so an interrupted training goes on with the same bits. It is called one
    step ahead, from another thread.
    folder: for state.npz, record.jsonl, samples/; if there is a state, the training goes on from it. None: nothing is kept.
    schedule: function of the part done -> share of the rates. warm_up: steps until the rates are reached.
    average: decay of the moving average of all networks, or dict network -> decay. samples: function of the state -> RGB uint8 [H, W, 3].
    watch: function (record, last samples or None), a live display in place of the progress bar. on_save: function of the state.
    read_every: steps between two looks at the losses; their mean is recorded. Ctrl-C saves, then stops.

    Raises CourseError if a variable stays as it was in the first steps, or if no gradient is finite any more.
    """
    if steps is None and minutes is None:
        raise CourseError("How long? Give fit() steps or minutes.")
    decays = average if isinstance(average, dict) else dict.fromkeys(state.networks, average) if average else {}
    state.keep_average(decays)
    keeping = Keeping(folder, state, samples, on_save)
    done, start = int(state.done), time.monotonic() - state.seconds
    unmoved = _copies(state) if done == 0 else {}
    update, drawn, losses = _compile(step, state, decays), _ahead(batches, seed, done, steps), []
    show = watch or Bar(steps, minutes, done, state.seconds)
    sampled = saved = time.monotonic()

    def part():
        return max(done / steps if steps else 0.0, state.seconds / (60 * minutes) if minutes else 0.0)

    if done == 0 and keeping.sample():
        show(keeping.record, keeping.sheet)
    try:
        while part() < 1:
            share = schedule(part()) * min(1, (done + 1) / max(warm_up, 1))
            losses.append(update(next(drawn), tf.constant(share, tf.float32)))
            done, state.seconds = done + 1, time.monotonic() - start
            unmoved = _still_unmoved(unmoved, done)
            if done % read_every == 0 or part() >= 1:
                keeping.read(losses, broken=read_every)
                losses = []
                show(keeping.record, keeping.sheet)
            if time.monotonic() - sampled > sample_seconds and keeping.sample():
                sampled = time.monotonic()
                show(keeping.record, keeping.sheet)
            if time.monotonic() - saved > save_seconds:
                keeping.save()
                saved = time.monotonic()
    finally:
        drawn.close()
        if not isinstance(sys.exc_info()[1], CourseError):
            keeping.finish(losses)  # whatever it was that ended it, Ctrl-C included
        show(keeping.record, keeping.sheet)
        getattr(show, "close", lambda: None)()
    return keeping.record


def _compile(step, state, decays):
    @tf.function
    def update(batch, share):
        state.rate.assign(share)
        losses = step(state, batch)
        state.follow(decays)
        state.done.assign_add(1)
        return losses if isinstance(losses, dict) else {"loss": losses}

    return update


def _ahead(batches, seed, first, steps):
    """The batches from step `first` on; while one is used, the next is drawn."""

    def draw(step):
        return tf.nest.map_structure(_tensor, batches(np.random.RandomState([seed, step])))

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(draw, first)
        for step in itertools.count(first + 1):
            batch = waiting.result()
            if steps is None or step < steps:
                waiting = pool.submit(draw, step)
            yield batch


def _tensor(value):
    return tf.convert_to_tensor(value, tf.float32 if getattr(value, "dtype", None) == np.float64 else None)


def _copies(state):
    """Every variable that is trained, with its value now."""
    trained = {f"{network}/{name}": value for network in state.networks for name, value in state.trained(network).items()}
    return {name: (value, value.numpy()) for name, value in trained.items()}


def _still_unmoved(before, done):
    before = {name: pair for name, pair in before.items() if np.array_equal(*pair)}
    if before and done >= MOVED_AFTER:
        raise CourseError(f"{done} steps did not change {', '.join(before)}: no loss reaches them. Leave them out, or mend the loss.")
    return before
