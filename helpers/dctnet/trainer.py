"""Fine-tuning DCT-Net under TensorFlow 2 with the calls, options and files of ModelScope's trainer.

    trainer = CartoonTranslationTrainer(model="anime", work_dir="exp_localtoon", photo="face_photo", cartoon="face_cartoon", max_steps=10)
    trainer.train()

Owns: the order of things in a run. The step itself is in step.py, files in checkpoints.py, pictures in dataset.py.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
import tensorflow as tf

from helpers.errors import CourseError, DatasetError
from helpers.interrupt import Interrupt
from helpers.stylize.graphs import eagerly

from . import checkpoints, losses, model_directory, training_note
from .dataset import Batches, PictureFolder, check_folder
from .devices import is_chief, strategy_for
from .features import FeatureCache, describe, open_features
from .options import WEIGHTS, read_options
from .step import TrainingStep, type_of
from .training_log import SilentLog, TrainingLog


class CartoonTranslationTrainer:
    """Trains the texture translation network on a folder of photos and a folder of cartoons, unpaired.

    model: a style, a hub model ID or a model directory; its configuration.json's `train` block gives every option that is not
    set here. work_dir: gets saved_models/, images/, train_log/. photo, cartoon: folders; of each picture the middle square is
    resized to patch_size. max_steps: at which step the training ends, counted from the first run in this work_dir.
    adv_train_lr: learning rate. style_weight, content_weight, tv_weight: of the generator's losses; upstream's where they are left
    out, which are meant for patches of 256 pixels: `**losses.weights_for(128)` keeps their balance at 128.
    logging_interval: steps between lines of losses; every ckpt_period_interval steps, at such a
    line, a checkpoint and sample pictures are written, and also after the first and the last step.
    resume_epoch: N to start from the model's tf_ckpts/model-N, 0 to start from fresh weights.
    num_gpus: above 1 for a MirroredStrategy over so many GPUs. strategy: a tf.distribute strategy of your own instead;
    batch_size is that of all devices together. seed: of the weights, the order of the pictures and the gray weights.
    on_bad_image: "skip" or "raise". precision: "float32", "bfloat16", or "mixed": float16 with loss scaling, for GPUs.
    feature_cache_mb: memory for the photos' features, in MB, 0 for none.

    `model_dir` is the folder to export into: the model directory itself, or, for a style or an ID, a copy in runs/models/.
    Making a trainer finds the model, whose configuration it needs, and checks what it was given; it opens no picture and writes
    nothing. Raises ModelError and DatasetError. (Men et al., 2022, DCT-Net; ModelScope 1.3.2, trainers/cv/cartoon_translation_trainer.py)
    """

    def __init__(
        self,
        model,
        cfg_file=None,
        work_dir=None,
        photo=None,
        cartoon=None,
        max_steps=None,
        *,
        patch_size=None,
        batch_size=None,
        adv_train_lr=None,
        logging_interval=None,
        ckpt_period_interval=None,
        resume_epoch=None,
        style_weight=None,
        content_weight=None,
        tv_weight=None,
        num_gpus=None,
        strategy=None,
        seed=0,
        on_bad_image="skip",
        precision="float32",
        feature_cache_mb=1024,
    ):
        options = dict(
            work_dir=work_dir,
            photo=photo,
            cartoon=cartoon,
            max_steps=max_steps,
            patch_size=patch_size,
            batch_size=batch_size,
            adv_train_lr=adv_train_lr,
            logging_interval=logging_interval,
            ckpt_period_interval=ckpt_period_interval,
            resume_epoch=resume_epoch,
            style_weight=style_weight,
            content_weight=content_weight,
            tv_weight=tv_weight,
            num_gpus=num_gpus,
        )
        self.model, self.source = model, model_directory.find(model)
        self.params = read_options(cfg_file or self.source / model_directory.CONFIGURATION, options)
        self.work_dir = Path(self.params["work_dir"]).expanduser()
        self.saved_models = self.work_dir / "saved_models"
        self.seed, self.dtype, self.feature_cache_mb = seed, type_of(precision), feature_cache_mb
        self.on_bad_image = on_bad_image
        self.loss_weights = {name: self.params[name] for name in WEIGHTS}
        with eagerly():
            self.strategy = strategy or strategy_for(self.params["num_gpus"])
        self._check()

    def _check(self):
        """What would stop the training and can be seen without opening a picture."""
        for name in ("photo", "cartoon"):
            check_folder(self.params[name], self.on_bad_image)
        batch, devices = self.params["batch_size"], self.strategy.num_replicas_in_sync
        if batch % devices:
            raise DatasetError(f"batch_size is {batch}: set it to a multiple of the {devices} devices.")

    @cached_property
    def photos(self):
        """Batches of the photos, each of which is opened once when this is first asked for. Raises DatasetError."""
        return self._batches("photo", 0)

    @cached_property
    def cartoons(self):
        """Batches of the cartoons, in the same way."""
        return self._batches("cartoon", 1)

    def _batches(self, name, place):
        folder = PictureFolder(self.params[name], self.params["patch_size"], self.on_bad_image)
        return Batches(folder, self.params["batch_size"], [self.seed, place])

    @cached_property
    def model_dir(self):
        """The folder to export into, str; a copy in runs/models/ is made when this is first asked for. Raises ModelError."""
        return str(model_directory.writable_copy(self.model, self.source))

    def _prepare(self):
        """Open every picture and complete the copy of the model: what is wrong with them is told before the first step."""
        return self.photos, self.cartoons, self.model_dir

    def train(self):
        """Train up to max_steps, going on from the last whole checkpoint in work_dir.

        Every picture is opened before the first step. Killed at any moment, the next call ends on the same weights (same options,
        one thread, float32). Ctrl-C saves and returns. Raises DatasetError for pictures that cannot be used, CourseError when the
        losses are no numbers any more, ModelError when a checkpoint cannot be read or written.
        """
        with eagerly():
            self._prepare()
            start, state = self._start()
            if start >= self.params["max_steps"]:
                print(f"{self.work_dir} holds {start} steps already: raise max_steps, or choose another work_dir.", flush=True)
            else:
                self._train(start, state)

    def _start(self):
        """The number of the next step, and the state before it."""
        found = checkpoints.newest(self.saved_models)
        if found:
            return found[0] + 1, found[1]
        if self.params["resume_epoch"]:
            prefix = model_directory.start_checkpoint(self.model, self.source, self.model_dir, self.params["resume_epoch"])
            return 0, checkpoints.read_state(prefix)
        return 0, checkpoints.fresh(self.seed)

    def _train(self, start, state):
        features, file = open_features(self.source / model_directory.VGG, self.dtype)
        self._cache = FeatureCache(features, self.feature_cache_mb) if self.feature_cache_mb else None
        rate = self.params["adv_train_lr"]
        self._step = TrainingStep(state, features, rate, self.seed, self.strategy, self.dtype, self.loss_weights)
        end = self.params["max_steps"]
        log = TrainingLog(self.work_dir, start, end) if is_chief(self.strategy) else SilentLog()
        with log, Interrupt() as interrupt:
            log.note("content_features", f"The content loss compares features of {describe(file)}.")
            log.note("loss_weights", losses.describe(self.loss_weights, self.params["patch_size"]))
            if start:
                log.say(" ".join([f"Going on after step {start - 1}.", *training_note.changes(self.saved_models, self._noted())]))
            if is_chief(self.strategy):
                training_note.write(self.saved_models, describe(file), self._noted())
            for step in range(start, end):
                found, photo, output = self._one_step(step)
                log.losses(step, found)
                stop = interrupt.asked
                self._report(log, step, found, photo, output, last=stop or step + 1 == end)
                if stop:
                    log.say(f"Stopped: step {step} is saved, and train() goes on from there.")
                    break

    def _noted(self):
        """The options that make a training what it is, beside its pictures."""
        named = {name: self.params[name] for name in ("patch_size", "batch_size", "adv_train_lr", *WEIGHTS)}
        return {**named, "precision": self.dtype.name, "seed": self.seed}

    def _one_step(self, step):
        """The losses, and the photos and the output of this process's first device."""

        def photos(part):
            return self.photos.pictures(step, part, devices)

        devices = self.strategy.num_replicas_in_sync
        photo, cartoon = self._spread(photos), self._spread(lambda part: self.cartoons.pictures(step, part, devices))
        known = None
        if self._cache:
            shares = self.strategy.experimental_local_results(photo)
            known = self._spread(lambda part: self._cache(self.photos.numbers(step, part, devices), shares[part % len(shares)]))
        found, output = self._step(step, photo, cartoon, known)
        if not np.isfinite(list(found.values())).all():
            way_back = checkpoints.way_back(self.saved_models, step)
            raise CourseError(f"The losses are no numbers any more at step {step}: lower adv_train_lr. {way_back}")
        return found, self.strategy.experimental_local_results(photo)[0], output

    def _spread(self, make):
        """One tensor a device: `make` gets the number of the device among all devices of all processes."""
        function = self.strategy.experimental_distribute_values_from_function
        return function(lambda context: tf.constant(make(context.replica_id_in_sync_group)))

    def _report(self, log, step, found, photo, output, last):
        """A line of losses, a checkpoint and pictures, at upstream's intervals and after the last step."""
        if not last and step and (step + 1) % self.params["logging_interval"]:
            return
        log.say(f"Iter: {step}, d_loss: {found['d_loss']:.6f}, g_loss: {found['g_loss']:.6f}")
        if last or not step or (step + 1) % self.params["ckpt_period_interval"] == 0:
            if is_chief(self.strategy):
                checkpoints.write(self.saved_models, step, self._step.state())
            log.pictures(step, photo, output)
