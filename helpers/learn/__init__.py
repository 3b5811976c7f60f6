"""One training loop for all networks of the course. The step is the caller's own code; what surrounds it is here.

state = State(generator=initial(generator, 0, photo), discriminator=initial(discriminator, 1, photo))

def step(state, batch):
    photo, anime = batch
    with tf.GradientTape(persistent=True) as tape:
        ...
    adam(state, "generator", tape.gradient(loss, state["generator"]), rate=2e-4, beta_1=0.5)
    adam(state, "discriminator", tape.gradient(other, state["discriminator"]), rate=4e-4, beta_1=0.5)
    return {"generator": loss, "discriminator": other}

def batches(random):
    ...                                                             # draws with this RandomState, returns arrays

fit(step, batches, RUNS / "anime", state=state, minutes=5, average={"generator": 0.999}, schedule=cosine)
"""

from helpers.learn.adam import adam
from helpers.learn.keeping import read_record
from helpers.learn.loop import fit
from helpers.learn.schedules import constant, cosine
from helpers.learn.shipped import SHIPPED, load_or_train
from helpers.learn.state import State, networks_of, stored_networks

__all__ = ["SHIPPED", "State", "adam", "constant", "cosine", "fit", "load_or_train", "networks_of", "read_record", "stored_networks"]
