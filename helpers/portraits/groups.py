"""Several people in one picture."""

from __future__ import annotations

import collections

import numpy as np

from .fields import FLOAT, over
from .landmarks import landmarks
from .people import Expression, Identity, Pose
from .registry import Sitting, finish
from .sampling import Dice
from .segmentation import person_alpha

# one person of a group: who, where and turned how, with which expression
Member = collections.namedtuple("Member", "identity pose expression")
# image: RGB uint8 [size, size, 3]; faces: the Landmarks of each member, in the order in which they were given
Group = collections.namedtuple("Group", "image faces")
FEWEST, MOST = 1, 4


def sample_members(seed, count):
    """Random people side by side, whose faces do not cover one another: a list of Members.

    Raises ValueError unless count is from 1 to 4.
    """
    if count not in range(FEWEST, MOST + 1):
        raise ValueError(f"count is {count!r}: it must be a whole number from {FEWEST} to {MOST}.")
    dice, members = Dice(seed, 9), []
    for place in range(count):
        room = 1.0 / count  # width of a place; a head is 0.75 as wide as it is high
        size = float(np.clip(room * dice.between(0.85, 1.15), 0.2, 0.62))
        own = int(seed) * MOST + place
        pose = Pose.sample(own)
        x = (place + 0.5) * room - 0.5 + dice.between(-0.05, 0.05) * room
        pose = pose.replace(size=size, x=x, y=dice.between(-0.12, 0.0), roll=0.5 * pose.roll)
        members.append(Member(Identity.sample(own), pose, Expression.sample(own)))
    return members


def group(members, style="photo", size=256, light=None, background=None, camera=None, exaggeration=1.0):
    """Draw several people before one background, smaller heads behind larger ones: a Group of image and landmarks.

    members: Members. The other arguments are those of render(). Raises ValueError that names the wrong field, or if nobody is there.
    """
    if not members:
        raise ValueError("members is empty: a group needs at least one person.")
    around = dict(style=style, size=size, light=light, background=background, exaggeration=exaggeration)
    picture = None
    for member in sorted(members, key=lambda one: one.pose.size):
        sitting = Sitting(member.identity, pose=member.pose, expression=member.expression, **around)
        alone = np.asarray(sitting.style.draw(sitting), FLOAT)
        picture = alone if picture is None else over(picture, alone, person_alpha(sitting))
    image = finish(picture, Sitting(members[0].identity, camera=camera, **around))
    faces = [landmarks(one.identity, pose=one.pose, expression=one.expression, **around) for one in members]
    return Group(image, faces)
