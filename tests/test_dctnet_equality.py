"""Our DCT-Net gives upstream's numbers: outputs, losses, gradients, spectral norm's vectors. So does a whole training step."""

import numpy as np
import pytest
import tensorflow as tf
from dctnet_fixture import arrays, numbers, random_vgg, to_network

from helpers.dctnet import checkpoints, discriminator, losses, micro_batches, unet
from helpers.dctnet.guided_filter import guided_filter
from helpers.dctnet.step import TrainingStep
from helpers.dctnet.superpixels import superpixels
from helpers.dctnet.vgg19 import fast, vgg_features

EXPECTED = numbers("losses")["sets"]["64"]


@pytest.fixture(scope="module")
def pictures():
    found = arrays("pictures")
    return {name: to_network(found[name]) if found[name].dtype == np.uint8 else found[name] for name in found}


@pytest.fixture(scope="module")
def features(pictures):
    """A function picture -> features of the fixture's random VGG19, computed as the trainer does on a CPU."""
    weights = fast(random_vgg())
    return lambda picture: vgg_features(picture, weights)


def forward(pictures, features, weights):
    """All losses of one step as a dict, and the u vectors after it."""
    output = unet.cartoonize(pictures["photo"], weights)
    normalized, vectors = discriminator.normalize(weights)
    gray_weights = tf.constant(numbers("losses")["gray_weights_bgr"])

    def scores(picture):
        blurred, grayed = losses.blur(picture), losses.gray(picture, gray_weights)
        return [discriminator.score(blurred, normalized, "disc_blur"), discriminator.score(grayed, normalized, "disc_gray")]

    fake, real = scores(output), scores(pictures["cartoon"])
    found = {
        "style_g": losses.style_loss_generator(fake),
        "style_d": losses.style_loss_discriminator(real, fake),
        "content": losses.content_loss(features(output), features(pictures["photo"]), features(pictures["superpixel"])),
        "tv": losses.total_variation_loss(output),
    }
    found["g_loss"] = losses.generator_loss(found["style_g"], found["content"], found["tv"])
    found["d_loss"] = found["style_d"]
    return found, vectors


@pytest.fixture(scope="module")
def step(pictures, features):
    """Losses, gradients and u vectors of one step with upstream's fixed u."""
    variables = {name: tf.Variable(value) for name, value in {**arrays("weights"), **arrays("u_fixed")}.items()}
    trained = {name: variable for name, variable in variables.items() if not name.endswith("/u")}
    generator = {name: variable for name, variable in trained.items() if name.startswith("generator/")}
    opponents = {name: variable for name, variable in trained.items() if name not in generator}
    with tf.GradientTape(persistent=True) as tape:
        found, vectors = forward(pictures, features, variables)
    gradients = {**tape.gradient(found["g_loss"], generator), **tape.gradient(found["d_loss"], opponents)}
    return found, {name: gradient.numpy() for name, gradient in gradients.items()}, vectors


def test_weights_have_upstreams_names_and_shapes():
    ours = {**unet.shapes(), **discriminator.shapes()}
    upstreams = {name: list(value.shape) for name, value in arrays("weights").items()}
    assert ours == upstreams and len(ours) == 78
    assert sum(np.prod(shape) for shape in unet.shapes().values()) == 1_467_075


@pytest.mark.parametrize("module", [unet, discriminator])
def test_initial_weights_have_these_shapes_and_come_from_the_seed(module):
    first, again, other = (module.initial_weights(seed) for seed in (1, 1, 2))
    assert {name: list(value.shape) for name, value in first.items()} == module.shapes()
    assert all(value.dtype == np.float32 and np.array_equal(value, again[name]) for name, value in first.items())
    assert any(not np.array_equal(value, other[name]) for name, value in first.items())


def test_outputs(pictures):
    weights = arrays("weights")
    assert np.abs(unet.unet(pictures["photo"], weights) - pictures["gen_raw"]).max() < 1e-5
    assert np.abs(unet.cartoonize(pictures["photo"], weights) - pictures["output_cartoon"]).max() < 1e-5


def test_features_are_those_of_direct_convolutions(pictures, features):
    direct = vgg_features(pictures["photo"], random_vgg())
    assert np.abs(features(pictures["photo"]) - direct).mean() < 1e-5 * np.abs(direct).mean()


def test_modern_resizing_would_be_wrong(pictures, monkeypatch):
    """The trap of TensorFlow 2: its own resize gives other numbers."""
    monkeypatch.setattr(unet, "double_size_corners", lambda x: tf.image.resize(x, tf.shape(x)[1:3] * 2))
    assert np.abs(unet.unet(pictures["photo"], arrays("weights")) - pictures["gen_raw"]).max() > 0.1


@pytest.mark.parametrize("name", sorted(EXPECTED["losses_with_u_fixed"]))
def test_losses(step, name):
    assert float(step[0][name]) == pytest.approx(EXPECTED["losses_with_u_fixed"][name], rel=1e-6)


def test_losses_from_the_checkpoints_own_u(pictures, features):
    """Here u is not yet at rest: whether the losses see it before or after the power iteration makes 0.4 percent."""
    found, vectors = forward(pictures, features, arrays("weights"))
    ours = [float(found[name]) for name in ("g_loss", "d_loss", "style_g")]
    assert ours == pytest.approx(EXPECTED["losses_with_ckpt_u_g_d_styleg_3runs"][0], rel=1e-6)
    assert max(np.abs(value - arrays("weights")[name]).max() for name, value in vectors.items()) > 1e-2


def test_gradients(step):
    assert_upstreams(step[1])


def assert_upstreams(gradients):
    """All together within 1e-4, each variable's within 1e-3: on another processor a sum that is zero but for rounding may fall on the
    other side of a leaky ReLU's kink, which moves the gradients of all variables before it a little."""
    stored = arrays("gradients")
    for part in sorted({name.partition("/")[0][:5] for name in gradients}):
        assert sum(name.startswith(part) for name in gradients) == sum(name.startswith(part) for name in stored)
        error = size = 0.0
        for name in gradients:
            if name.startswith(part):
                entries = spread(gradients[name], len(stored[name]))
                assert np.linalg.norm(entries - stored[name]) < 1e-3 * np.linalg.norm(stored[name]), name
                assert np.linalg.norm(gradients[name]) == pytest.approx(stored["norm/" + name], rel=1e-3), name
                error += np.sum((entries - stored[name]) ** 2)
                size += np.sum(stored[name] ** 2)
        assert size > 0.1 and np.sqrt(error / size) < 1e-4


def spread(gradient, count):
    """The entries that the fixture kept: every n-th, n the least that leaves `count` of them."""
    flat = gradient.ravel()
    return next(flat[::n] for n in range(1, flat.size + 1) if len(flat[::n]) == count)


class Flatten:
    """Upstream's superpixels of the fixture's pictures, whichever are asked for; keeps how many were asked for at once."""

    def __init__(self, pictures):
        self.pictures, self.counts = pictures, []

    def __call__(self, outputs):
        self.counts.append(len(outputs))
        nearest = [np.abs(self.pictures["output_cartoon"] - output).mean((1, 2, 3)).argmin() for output in outputs]
        return self.pictures["superpixel"][nearest]


@pytest.fixture
def training_step(pictures, features, monkeypatch):
    """Makes a TrainingStep on upstream's weights, u and gray weights, and its Flatten."""
    monkeypatch.setattr(losses, "draw_gray_weights", lambda seed: tf.constant(numbers("losses")["gray_weights_bgr"]))

    def make(features, micro_batch=None):
        flatten, state = Flatten(pictures), checkpoints.fresh(0, {**arrays("weights"), **arrays("u_fixed")})
        return TrainingStep(state, features, 2e-4, flatten=flatten, micro_batch=micro_batch), flatten

    return make


@pytest.mark.slow(
    reason="traces VGG19 at its full size three times", fast="test_micro_batches_follow_from_the_size_of_the_pictures_and_add_up"
)
@pytest.mark.parametrize("micro_batch, counts, cached", [(None, [4], False), (2, [2, 2], True), (3, [3, 1], False)])
def test_a_step_in_micro_batches(pictures, features, training_step, micro_batch, counts, cached):
    """Losses, output and gradients are the whole batch's, also where the last micro-batch is smaller."""
    step, flatten = training_step(features, micro_batch)
    batch = pictures["photo"], pictures["cartoon"]
    assert_upstreams(step.gradients(0, *batch))
    assert flatten.counts == counts
    found, output = step(0, *batch, features(pictures["photo"]) if cached else None)
    expected = EXPECTED["losses_with_u_fixed"]
    assert {name: found[name] for name in ("g_loss", "d_loss", "content", "tv")} == pytest.approx(
        {name: expected[name] for name in ("g_loss", "d_loss", "content", "tv")}, rel=1e-6
    )
    assert found["style"] == pytest.approx(expected["style_g"], rel=1e-6)
    assert np.abs(output - pictures["output_cartoon"]).max() < 1e-5


def test_micro_batches_follow_from_the_size_of_the_pictures_and_add_up(pictures, training_step, monkeypatch):
    """What VGG19 has no part in is upstream's, whatever the content is compared by; the generator's gradients are the whole batch's."""

    def made(kind, counts):
        """The gradients of a step, from Adam's first moment, which starts at zero."""
        monkeypatch.setattr(micro_batches, "device_kind", lambda: kind)
        step, flatten = training_step(lambda picture: tf.nn.avg_pool2d(picture, 8, 8, "SAME"))
        found, output = step(0, pictures["photo"], pictures["cartoon"])
        assert flatten.counts == counts
        for name, upstreams in (("d_loss", "d_loss"), ("style", "style_g"), ("tv", "tv")):
            assert found[name] == pytest.approx(EXPECTED["losses_with_u_fixed"][upstreams], rel=1e-6)
        assert np.abs(output - pictures["output_cartoon"]).max() < 1e-5
        moments = {name: value for name, value in step.state().items() if name.endswith("/Adam")}
        return {name[: -len("/Adam")]: value / np.float32(1 - checkpoints.BETA1) for name, value in moments.items()}

    monkeypatch.setattr(micro_batches, "MICRO_BATCH_PIXELS", {"CPU": 4 * 64 * 64 - 1, "GPU": 10**9})
    for_cpu, for_gpu = made("CPU", [3, 1]), made("GPU", [4])
    assert_upstreams({name: value for name, value in for_cpu.items() if name.startswith("disc_")})
    for name, value in for_gpu.items():
        assert np.linalg.norm(for_cpu[name] - value) < 1e-4 * np.linalg.norm(value), name


def test_u_is_at_rest_where_upstreams_is(step):
    assert max(np.abs(value - arrays("u_fixed")[name]).max() for name, value in step[2].items()) < 1e-6


def test_power_iterations_lead_to_upstreams_u():
    weights = arrays("weights")
    iterate = tf.function(lambda current: discriminator.normalize({**weights, **current})[1])
    current = {name: value for name, value in weights.items() if name.endswith("/u")}
    for _ in range(500):
        current = iterate(current)
    for name, expected in arrays("u_fixed").items():
        sign = np.sign(np.sum(current[name] * expected))  # a singular vector is known up to its sign
        assert np.abs(sign * current[name] - expected).max() < 1e-3, name


def test_superpixels(pictures):
    assert np.abs(superpixels(pictures["output_cartoon"]) - pictures["superpixel"]).max() < 1e-5
    assert np.abs(pictures["output_cartoon"] - pictures["superpixel"]).max() > 0.1


def test_guided_filter_keeps_a_picture_that_is_its_own_sharp_guide():
    edge = np.zeros([1, 16, 16, 1], np.float32)
    edge[:, :, 8:] = 10
    assert np.abs(guided_filter(edge, edge, radius=2, epsilon=1e-4) - edge).max() < 1e-3
    flat = guided_filter(np.zeros_like(edge), edge, radius=2, epsilon=1e-4)
    assert 1 < float(flat[0, 8, 7, 0]) < 9  # a guide without the edge gives a ramp


def test_gray_weights_are_drawn_from_upstreams_ranges():
    drawn = np.stack([losses.draw_gray_weights([0, step]) for step in range(300)])
    assert (drawn.min(0) >= losses.GRAY_LOWEST).all() and (drawn.max(0) <= losses.GRAY_HIGHEST).all()
    assert np.ptp(drawn, axis=0).min() > 0.19
    assert np.array_equal(drawn[5], losses.draw_gray_weights([0, 5])) and not np.array_equal(drawn[5], drawn[6])
