"""The training loop: Adam, resume to the same bits, moving averages, the record, and mistakes that it tells."""

import json

import numpy as np
import pytest
import tensorflow as tf

from helpers import layers, learn
from helpers.errors import CourseError
from helpers.images import read_image

TRUE = np.float32([[2.0], [-1.0], [0.5]])


def fresh():
    """Two small networks: one learns TRUE, the other its negative."""
    return learn.State(plus={"a/weights": np.full((3, 1), 0.1, np.float32)}, minus={"b/weights": np.full((3, 1), 0.1, np.float32)})


def batches(random):
    x = random.standard_normal((8, 3))
    return x, x @ TRUE


def step(state, batch):
    x, y = batch
    with tf.GradientTape(persistent=True) as tape:
        plus = tf.reduce_mean((x @ state["plus"]["a/weights"] - y) ** 2)
        minus = tf.reduce_mean((x @ state["minus"]["b/weights"] + y) ** 2)
    learn.adam(state, "plus", tape.gradient(plus, state["plus"]), rate=0.05)
    learn.adam(state, "minus", tape.gradient(minus, state["minus"]), rate=0.02, beta_1=0.5, scheduled=False)
    return {"plus": plus, "minus": minus}


def numbers(state):
    return {name: value.numpy() for name, value in state._variables().items()}


def test_adam_is_the_papers():
    """Five steps against the paper's algorithm 1, with its epsilon where Keras and the paper's section 2 have it."""
    state, first, second, weight = learn.State(net={"w": np.float32([1, -2])}), 0.0, 0.0, np.array([1.0, -2.0])
    for t in range(1, 6):
        gradient = np.array([0.3 * t, -0.7])
        learn.adam(state, "net", {"w": tf.constant(gradient, tf.float32)}, rate=0.1, beta_1=0.8, beta_2=0.9, decay=0.01)
        weight = weight - 0.1 * 0.01 * weight
        first, second = 0.8 * first + 0.2 * gradient, 0.9 * second + 0.1 * gradient**2
        weight = weight - 0.1 * np.sqrt(1 - 0.9**t) / (1 - 0.8**t) * first / (np.sqrt(second) + 1e-7)
    np.testing.assert_allclose(state["net"]["w"], weight, rtol=1e-5)


def test_adam_is_keras_adam():
    state, variable, keras = learn.State(net={"w": np.float32([1, -2])}), tf.Variable([1.0, -2.0]), tf.keras.optimizers.Adam(0.01)
    for gradient in np.float32([[0.5, -3], [1e-3, 2], [4, 0]]):
        learn.adam(state, "net", {"w": tf.constant(gradient)}, rate=0.01)
        keras.apply_gradients([(tf.constant(gradient), variable)])
    np.testing.assert_allclose(state["net"]["w"], variable, rtol=1e-6)


def test_long_gradients_are_shortened_and_broken_ones_skipped():
    state = learn.State(net={"w": np.float32([1, 1])})
    learn.adam(state, "net", {"w": tf.constant([3.0, 4.0])}, rate=0.1, clip=1.0)
    np.testing.assert_allclose(state.memory["net"]["first"]["w"], [0.06, 0.08], rtol=1e-5)
    before = numbers(state)
    learn.adam(state, "net", {"w": tf.constant([1.0, np.nan])}, rate=0.1)
    learn.adam(state, "net", {"w": tf.constant([30.0, 40.0])}, rate=0.1, limit=49.0)
    after = numbers(state)
    assert after.pop("skipped") == 2 and before.pop("skipped") == 0
    assert all(np.array_equal(after[name], before[name]) for name in before)


def test_training_learns_and_is_recorded(tmp_path):
    state = fresh()
    record = learn.fit(
        step, batches, tmp_path, state=state, steps=150, schedule=learn.cosine, average=0.9, samples=lambda state: sheet(state)
    )
    np.testing.assert_allclose(state["plus"]["a/weights"], TRUE, atol=0.05)
    np.testing.assert_allclose(state.average["plus"]["a/weights"], TRUE, atol=0.1)
    assert record["step"] == [20, 40, 60, 80, 100, 120, 140, 150] and record["plus"][-1] < 0.05 * record["plus"][0]
    assert record["rate"][0] > 0.9 and record["rate"][-1] < 0.03
    lines = [json.loads(line) for line in (tmp_path / "record.jsonl").read_text().splitlines()]
    assert [line["plus"] for line in lines] == record["plus"] and learn.read_record(tmp_path / "record.jsonl") == record
    assert [file.name for file in sorted((tmp_path / "samples").iterdir())] == ["000000.jpg", "000150.jpg"]
    assert read_image(tmp_path / "samples" / "000150.jpg").shape == (8, 8, 3)


def sheet(state):
    return np.full((8, 8, 3), 100, np.uint8)


@pytest.mark.parametrize("stop", [1, 7, 20])
def test_an_interrupted_training_goes_on_with_the_same_bits(tmp_path, stop):
    """Ctrl-C while a batch is drawn; then a new process, which has nothing but the files."""
    options = dict(steps=30, schedule=learn.cosine, warm_up=5, average={"plus": 0.9}, seed=4)
    whole, halves = fresh(), [fresh(), fresh()]
    record = learn.fit(step, batches, tmp_path / "whole", state=whole, **options)
    drawn = []

    def interrupted(random):
        drawn.append(1)
        if len(drawn) > stop:
            raise KeyboardInterrupt
        return batches(random)

    with pytest.raises(KeyboardInterrupt):
        learn.fit(step, interrupted, tmp_path / "halves", state=halves[0], **options)
    assert int(halves[0].done) == stop
    again = learn.fit(step, batches, tmp_path / "halves", state=halves[1], **options)
    first, second = numbers(whole), numbers(halves[1])
    assert first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)
    assert again["step"][-1] == record["step"][-1] == 30
    assert learn.fit(step, batches, tmp_path / "halves", state=fresh(), **options) == again  # all done: nothing moves


def test_lines_after_the_last_state_are_dropped(tmp_path):
    learn.fit(step, batches, tmp_path, state=fresh(), steps=40)
    with open(tmp_path / "record.jsonl", "a") as file:
        file.write('{"step": 60, "plus": 1.0}\n')
    assert learn.fit(step, batches, tmp_path, state=fresh(), steps=60)["step"] == [20, 40, 60]


def test_average_forgets_the_first_weights_then_looks_far_back():
    state = learn.State(net={"w": np.float32([1])})
    state.keep_average(["net"])
    expected = 1.0
    for number in range(100):
        state["net"]["w"].assign([float(number)])
        state.follow({"net": 0.9})
        state.done.assign_add(1)
        decay = min(0.9, (1 + number) / (10 + number))
        expected = decay * expected + (1 - decay) * number
    assert float(state.average["net"]["w"][0]) == pytest.approx(expected, rel=1e-5)


def test_minutes_are_counted_over_all_sittings(tmp_path):
    state = fresh()
    record = learn.fit(step, batches, tmp_path, state=state, minutes=0.02)
    assert 1.2 <= state.seconds < 20 and record["minutes"][-1] >= 0.02
    again = fresh()
    assert learn.fit(step, batches, tmp_path, state=again, minutes=0.02) == record
    assert int(again.done) == int(state.done)


def test_a_loss_that_reaches_nothing_is_told():
    def outside(state, batch):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.stop_gradient(batch[0] @ state["plus"]["a/weights"]))
        learn.adam(state, "plus", tape.gradient(loss, state["plus"]), rate=0.1)
        return loss

    with pytest.raises(CourseError, match="no gradient for plus: a/weights"):
        learn.fit(outside, batches, state=fresh(), steps=5)


def test_a_variable_that_stays_is_told(tmp_path):
    """The loss of a network that nobody optimises, as upstream's identity loss: no error of TensorFlow tells it."""

    def half(state, batch):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((batch[0] @ state["plus"]["a/weights"] - batch[1]) ** 2)
        learn.adam(state, "plus", tape.gradient(loss, state["plus"]), rate=0.1)
        return loss

    with pytest.raises(CourseError, match="did not change minus/b/weights"):
        learn.fit(half, batches, tmp_path, state=fresh(), steps=5)
    assert not (tmp_path / "state.npz").exists()
    frozen = learn.State(plus=fresh()["plus"], minus={"b": tf.Variable([1.0], trainable=False)})
    learn.fit(half, batches, state=frozen, steps=5)


def test_a_network_that_begins_with_zeros_may_take_two_steps():
    state = learn.State(net={"first": np.float32([[1.0], [1], [1]]), "last": np.zeros((1, 1), np.float32)})

    def through(state, batch):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((batch[0] @ state["net"]["first"] @ state["net"]["last"] - batch[1]) ** 2)
        learn.adam(state, "net", tape.gradient(loss, state["net"]), rate=0.1)
        return loss

    assert learn.fit(through, batches, state=state, steps=5)["loss"]


def test_vectors_of_spectral_norm_and_a_lazy_loss_live_in_the_step():
    """As in a GAN: kernels are normalised inside the tape, the vectors assigned at the end; a penalty counts in each fourth step only."""
    weights = {"a/weights": np.random.RandomState(0).standard_normal((3, 2)).astype(np.float32)}
    state = learn.State(critic={**weights, **layers.spectral_vectors(weights, seed=1)})
    assert state.trained("critic").keys() == {"a/weights"}

    def through(state, batch):
        with tf.GradientTape() as tape:
            normalised, vectors = layers.spectral_norm(state["critic"])
            loss = penalty = tf.reduce_mean(batch[0] @ normalised["a/weights"])
            if state.done % 4 == 0:
                penalty = 2 * loss
        learn.adam(state, "critic", tape.gradient(penalty, state["critic"]), rate=0.1)
        for name, value in vectors.items():
            state["critic"][name].assign(value)
        return {"loss": loss, "ratio": penalty / loss}

    first = state["critic"]["a/u"].numpy()
    record = learn.fit(through, batches, state=state, steps=8, read_every=1, average=0.9)
    np.testing.assert_allclose(record["ratio"], [2, 1, 1, 1, 2, 1, 1, 1])
    assert not np.array_equal(state["critic"]["a/u"], first)
    np.testing.assert_array_equal(state.average["critic"]["a/u"], state["critic"]["a/u"])


def test_a_training_that_broke_down_ends(tmp_path):
    def burst(state, batch):
        return step(state, (batch[0], batch[1] / tf.cast(state.done < 20, tf.float32)))

    with pytest.raises(CourseError, match="No gradient is finite any more at step 40"):
        learn.fit(burst, batches, tmp_path, state=fresh(), steps=100)


def test_a_live_display_gets_record_and_samples():
    seen = []
    learn.fit(step, batches, state=fresh(), steps=40, samples=sheet, watch=lambda record, picture: seen.append((dict(record), picture)))
    assert seen[0][0] == {} and seen[0][1].shape == (8, 8, 3)
    assert seen[-1][0]["step"] == [20, 40] and seen[-1][1].dtype == np.uint8


def test_each_save_is_told(tmp_path):
    saved = []
    learn.fit(step, batches, tmp_path, state=fresh(), steps=5, save_seconds=0, on_save=lambda state: saved.append(int(state.done)))
    assert saved == [1, 2, 3, 4, 5]


def test_another_networks_files_are_told(tmp_path):
    learn.fit(step, batches, tmp_path, state=fresh(), steps=1)
    with pytest.raises(CourseError, match="other networks"):
        learn.fit(step, batches, tmp_path, state=learn.State(plus=fresh()["plus"]), steps=2)
    (tmp_path / "state.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(CourseError, match="damaged"):
        learn.fit(step, batches, tmp_path, state=fresh(), steps=2)
    with pytest.raises(CourseError, match="How long"):
        learn.fit(step, batches, state=fresh())


def test_results_are_averages_and_a_start_for_others():
    state = fresh()
    learn.fit(step, batches, state=state, steps=10, average={"plus": 0.9})
    result = state.result()
    np.testing.assert_array_equal(result["plus/a/weights"], state.average["plus"]["a/weights"])
    np.testing.assert_array_equal(result["minus/b/weights"], state["minus"]["b/weights"])
    assert learn.networks_of(result)["plus"].keys() == {"a/weights"} and state.result(["minus"]).keys() == {"minus/b/weights"}
    other = fresh()
    other.start_from(state.result(["plus"]))
    np.testing.assert_array_equal(other["plus"]["a/weights"], result["plus/a/weights"])
    with pytest.raises(CourseError, match="no plus/c"):
        other.start_from({"plus/c": np.zeros(1)})


def test_noise_of_a_step_is_its_own():
    state = fresh()
    draw = lambda number: tf.random.stateless_normal([4], state.seed(number)).numpy()  # noqa: E731
    first = draw(0)
    assert np.array_equal(first, draw(0)) and not np.array_equal(first, draw(1))
    state.done.assign_add(1)
    assert not np.array_equal(first, draw(0))


def test_rate_warms_up_and_falls():
    record = learn.fit(step, batches, state=fresh(), steps=100, schedule=learn.cosine, warm_up=10, read_every=1)
    assert record["rate"][0] == pytest.approx(0.1) and record["rate"][9] > 0.95
    assert record["rate"][50] == pytest.approx(0.51) and record["rate"][99] < 0.03


def test_schedules():
    assert learn.constant(0.7) == 1
    assert learn.cosine(0.0) == pytest.approx(1) and learn.cosine(0.5) == pytest.approx(0.51) and learn.cosine(1.0) == pytest.approx(0.02)
    assert learn.cosine(1.0, floor=0.0) == pytest.approx(0)
