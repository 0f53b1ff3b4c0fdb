"""The choices of a training run, in one place."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Stage:
    """One part of training, done `passes` times over a fresh mixture.

    gold, annotated, written and public say how often each gold row, each row labelled by our own readers, each comment
    written for training, and each public row times its source's own repeat, comes in a pass (a fraction is sampled);
    intents, the same as public for the sets that tell fine intents apart; taught, how many rows labelled by the network
    itself; longest, pieces a text; tokens, padded pieces a batch; rate, learning rate of the last encoder layer,
    head_rate of the heads; warmup and final, share of the steps and last share of the rate; noise, share of rows with
    typing noise; average, how much of the weight average each step keeps; minutes, a limit: a slow machine stops early,
    its rate brought down as if all were done; after, the stage whose average it starts from (None: the weights as the
    stage before left them).
    """

    name: str
    passes: int
    gold: float
    public: float
    intents: float
    longest: int
    tokens: int
    rate: float
    head_rate: float
    warmup: float = 0.05
    final: float = 0.02
    noise: float = 0.15
    taught: int = 0
    annotated: float = 0.0
    written: float = 0.0
    average: float = 0.998
    minutes: float | None = None
    after: int | None = None


GOLD = Stage(
    "gold",
    passes=4,
    gold=2.0,
    annotated=1.0,
    written=1.0,
    public=0.12,
    intents=0.5,
    taught=1000,
    longest=256,
    tokens=4096,
    rate=9e-5,
    head_rate=4e-4,
    average=0.996,
    minutes=42.0,
)
FINISH = replace(
    GOLD, name="finish", passes=2, annotated=0.6, written=0.6, taught=600, rate=6e-5, head_rate=2.5e-4, minutes=13.0
)


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the outcome, besides the data; `blend`: the shares of the stages' averages at the end.

    The stages after "mixed" are done twice from the same start: what comes of the first time teaches the second (soft
    topics on more texts; "born-again networks", Furlanello et al. 2018, arXiv:1805.04770) and is not in the blend.
    """

    seed: int = 20261121
    vocabulary: int = 18_500
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    blend: tuple[float, ...] = (0.1, 0.0, 0.0, 0.6, 0.3)
    stages: tuple[Stage, ...] = (
        Stage(
            "mixed", passes=1, gold=3.0, public=1.0, intents=1.0, longest=160, tokens=4096, rate=1.5e-4, head_rate=6e-4
        ),
        GOLD,
        FINISH,
        replace(GOLD, name="gold again", public=0.2, taught=3000, minutes=58.0, after=0),
        replace(FINISH, name="finish again", written=1.5, taught=3000, minutes=20.0),
    )


def rate_at(done: float, stage: Stage) -> float:
    """Return the share of the learning rate after a share `done` of the stage: linear warm-up, then linear decay."""
    if done < stage.warmup:
        return max(done / stage.warmup, 0.01)
    return stage.final + (1 - stage.final) * (1 - done) / (1 - stage.warmup)
