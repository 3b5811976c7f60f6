"""Two worker processes on 127.0.0.1 compute what one process computes with the same batch. (tf.distribute)"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import distributed_worker
import numpy as np
import pytest
import tensorflow as tf

HERE = Path(__file__).resolve().parent
STEPS = 5
SECONDS = 600  # a machine that does other things as well


def start(result, task=None):
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(HERE.parent), str(HERE)]))
    environment.pop("TF_CONFIG", None)
    if task:
        environment["TF_CONFIG"] = json.dumps(task)
    command = [sys.executable, str(HERE / "distributed_worker.py"), str(result), str(STEPS)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def free_addresses(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    found = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    return found


def test_a_strategy_of_one_device_computes_the_same():
    """In this process: a batch that is shared, reduced and applied by way of a strategy, which here has one device."""
    alone = distributed_worker.compute(None, 1, with_gradients=False)
    shared = distributed_worker.compute(tf.distribute.MirroredStrategy(["/cpu:0"]), 1, with_gradients=False)
    assert shared.keys() == alone.keys() and shared["devices"] == alone["devices"] == 1
    moments = [name for name in alone if name.endswith("/Adam")]  # half the gradient after one step
    assert len(moments) == 64
    for name in moments:
        assert np.linalg.norm(shared[name] - alone[name]) < 1e-4 * np.linalg.norm(alone[name]), name
    for name in ("losses/g_loss", "losses/d_loss"):
        np.testing.assert_allclose(shared[name], alone[name], rtol=1e-5)


# Three processes. What a device gets of a batch: test_dataset; that the parts of a batch add up: test_dctnet_equality.
PROCESSES = pytest.mark.slow(reason="three processes that train", fast="test_a_strategy_of_one_device_computes_the_same")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What one process alone found, and each of two workers: three dicts of arrays."""
    folder = tmp_path_factory.mktemp("distributed")
    cluster = {"worker": free_addresses(2)}
    names = ["alone", "worker0", "worker1"]
    tasks = [None] + [{"cluster": cluster, "task": {"type": "worker", "index": index}} for index in range(2)]
    processes = [start(folder / f"{name}.npz", task) for name, task in zip(names, tasks)]
    try:
        for name, process in zip(names, processes):
            said = process.communicate(timeout=SECONDS)[0].decode(errors="replace")
            assert process.returncode == 0, f"{name}: {said[-3000:]}"
    finally:
        for process in processes:
            process.kill()
    return [dict(np.load(folder / f"{name}.npz")) for name in names]


@PROCESSES
def test_the_batch_was_shared(results):
    assert [int(result["devices"]) for result in results] == [1, 2, 2]


@PROCESSES
@pytest.mark.parametrize("part", ["generator", "disc_"])
def test_reduced_gradients_equal_one_process(results, part):
    names = [name for name in results[0] if name.startswith("gradient|" + part)]
    alone, *workers = (np.concatenate([result[name].ravel() for name in names]) for result in results)
    assert np.linalg.norm(alone) > 0.1
    for worker in workers:
        assert np.linalg.norm(worker - alone) < 1e-5 * np.linalg.norm(alone)


@PROCESSES
def test_losses_after_five_steps(results):
    for name in ("g_loss", "d_loss"):
        alone, *workers = (result["losses|" + name] for result in results)
        assert len(alone) == STEPS and abs(alone[-1] - alone[0]) > 0.01 * abs(alone[0])  # something was learnt
        for worker in workers:
            np.testing.assert_allclose(worker, alone, rtol=0.01)


@PROCESSES
def test_both_workers_hold_the_same_state(results):
    names = [name for name in results[1] if name.startswith("state|")]
    assert len(names) == 210
    assert all(np.array_equal(results[1][name], results[2][name]) for name in names)
