"""Checkpoints go both ways between our code and TensorFlow 1's Saver, and survive whatever happens while one is written."""

import numpy as np
import pytest
import tensorflow as tf
from dctnet_fixture import arrays, numbers

from helpers.dctnet import checkpoints
from helpers.errors import ModelError

resource = pytest.importorskip("resource")  # limits on file sizes; not on Windows
v1 = tf.compat.v1
UPSTREAM = {entry["name"]: entry["shape"] for entry in numbers("checkpoint_variables")}


@pytest.fixture(scope="module")
def state():
    """A state in which no two variables are alike."""
    random = np.random.RandomState(3)
    return {name: random.uniform(0.1, 1, shape).astype(np.float32) for name, shape in checkpoints.shapes().items()}


def equal(first, second):
    return first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)


def upstreams_graph():
    """The variables of upstream's trainer, made as upstream makes them, with both of its optimisers' steps."""
    with v1.variable_scope(v1.get_variable_scope(), use_resource=False):
        for name in arrays("weights"):
            shape = UPSTREAM[name]
            v1.get_variable(name, shape, initializer=v1.random_normal_initializer(), trainable=not name.endswith("/u"))
    trained = v1.trainable_variables()
    updates = []
    for part in ("gene", "disc"):
        variables = [variable for variable in trained if part in variable.name]
        loss = tf.add_n([tf.reduce_sum(variable**2) for variable in variables])
        updates.append(v1.train.AdamOptimizer(1e-3, beta1=0.5, beta2=0.99).minimize(loss, var_list=variables))
    return updates


def session():
    """A plain session: rewriting a graph of 700 nodes takes longer than running it."""
    options = v1.ConfigProto()
    options.graph_options.rewrite_options.disable_meta_optimizer = True
    return v1.Session(config=options)


@pytest.fixture(scope="module")
def upstreams(tmp_path_factory):
    """A checkpoint written by TensorFlow 1's Saver after two steps: its prefix, and the values it should hold."""
    folder = tmp_path_factory.mktemp("saver")
    with tf.Graph().as_default(), session() as running:
        updates = upstreams_graph()
        running.run(v1.global_variables_initializer())
        running.run(updates)
        running.run(updates)
        prefix = v1.train.Saver().save(running, str(folder / "model"), write_meta_graph=False, global_step=2)
        values = running.run({variable.op.name: variable for variable in v1.global_variables()})
    return prefix, values


def test_names_and_shapes_are_upstreams():
    assert checkpoints.shapes() == UPSTREAM and len(UPSTREAM) == 210


def test_reads_what_tensorflow_1_wrote(upstreams):
    prefix, values = upstreams
    assert equal(checkpoints.read_state(prefix), values)
    assert values["beta1_power"] == pytest.approx(0.5**3)  # two steps were made, so the moments are not zeros
    assert np.abs(values["generator/Conv/weights/Adam"]).max() > 0


def test_tensorflow_1_reads_what_we_wrote(tmp_path, state):
    checkpoints.write(tmp_path / "saved_models", 7, state)
    with tf.Graph().as_default(), session() as running:
        upstreams_graph()
        found = v1.train.latest_checkpoint(str(tmp_path / "saved_models"))
        assert found.endswith("model-7")
        v1.train.Saver().restore(running, found)
        assert equal(running.run({variable.op.name: variable for variable in v1.global_variables()}), state)


def test_the_folder_holds_nothing_else(tmp_path, state):
    checkpoints.write(tmp_path, 0, state)
    checkpoints.write(tmp_path, 12, state)
    expected = {"checkpoint"} | {f"model-{step}{ending}" for step in (0, 12) for ending in checkpoints.ENDINGS}
    assert {path.name for path in tmp_path.iterdir()} == expected
    assert checkpoints.steps(tmp_path) == [0, 12]


def test_works_after_modelscope_switched_eager_execution_off(tmp_path, state):
    with tf.Graph().as_default():  # no eager execution in here either
        checkpoints.write(tmp_path, 1, state)
        assert equal(checkpoints.newest(tmp_path)[1], state)


def test_a_damaged_checkpoint_is_passed_over(tmp_path, state, capsys):
    checkpoints.write(tmp_path, 1, state)
    checkpoints.write(tmp_path, 2, state)
    data = tmp_path / "model-2.data-00000-of-00001"
    content = bytearray(data.read_bytes())
    content[len(content) // 2] ^= 255
    data.write_bytes(content)
    assert checkpoints.newest(tmp_path)[0] == 1
    assert "model-2" in capsys.readouterr().out


def test_data_without_an_index_do_not_count(tmp_path, state):
    checkpoints.write(tmp_path, 1, state)
    (tmp_path / "model-5.data-00000-of-00001").write_bytes(b"half")
    assert checkpoints.newest(tmp_path)[0] == 1
    assert checkpoints.newest(tmp_path / "nothing") is None


def test_a_full_disk_leaves_the_last_good_one(tmp_path, state):
    checkpoints.write(tmp_path, 1, state)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))  # no file may grow beyond 1 MB, a checkpoint has 23 MB
    try:
        with pytest.raises(ModelError, match="step 2 could not be written.*last good one is .*model-1"):
            checkpoints.write(tmp_path, 2, state)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert equal(checkpoints.newest(tmp_path)[1], state)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_checkpoint_of_something_else_is_refused(tmp_path, state):
    with pytest.raises(ModelError, match="not a whole TensorFlow checkpoint"):
        checkpoints.read(tmp_path / "model-3")
    wrong = {**state, "generator/Conv/biases": np.zeros(7, np.float32)}
    with pytest.raises(ModelError, match=r"generator/Conv/biases has shape \[7\], not \[32\]"):
        checkpoints.read_state(checkpoints.write(tmp_path, 1, wrong))
    short = {name: value for name, value in state.items() if name != "beta1_power"}
    with pytest.raises(ModelError, match="beta1_power is missing"):
        checkpoints.read_state(checkpoints.write(tmp_path, 2, short))


def test_a_fresh_state_is_tensorflow_1s():
    fresh = checkpoints.fresh(seed=0, weights={"disc_gray/conv_out/bias": np.float32([5])})
    assert {name: list(np.shape(value)) for name, value in fresh.items()} == UPSTREAM
    assert fresh["beta1_power_1"] == np.float32(0.5) and not fresh["generator/Conv/weights/Adam"].any()
    assert fresh["generator/Conv/weights"].any() and fresh["disc_gray/conv_out/bias"] == [5]
