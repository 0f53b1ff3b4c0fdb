"""Train the shipped network: base weights, then the public sets beside the gold set, then the gold set first.

One seed, two cores, about an hour. Killed and started again, it goes on from its last saved state.
"""

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn
from tqdm import tqdm

from models.attention import train_with_products
from models.base import HUB_NAME
from models.batches import batched, collate, items
from models.checkpoint import save
from models.corpus import Row, row_from
from models.fitting import cross_fitted, fit_calibration
from models.losses import AuxiliaryHeads, total_loss
from models.mixing import Corpus, keep_shape, load_corpus, mixture, resumed_network, start_network
from models.network import FeedbackNetwork
from models.optimising import Average, parameter_groups
from models.progress import Progress, blended, keep, keep_average, kept, stage_average
from models.recipe import Recipe, Stage, rate_at
from models.scoring import public_accuracy, read, score
from models.selftraining import taught
from models.tokens import FeedbackTokenizer

MEASURED = ("shopping", "waimai", "chnsenticorp", "airline", "tweeteval")  # public sets looked at while training


def train(
    data: Path,
    output: Path,
    *,
    weights: Path | str = HUB_NAME,
    tokenizer: Path | None = None,
    work: Path = Path("var/train"),
    recipe: Recipe | None = None,
    save_every: float = 240.0,
) -> dict[str, float]:
    """Train from base weights to a checkpoint in `output`; return the dev figures.

    `work` keeps the state to go on from and a log of measurements (log.jsonl). Raises CorpusNotFound or
    BaseNotReadable.
    """
    recipe = recipe or Recipe()
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    corpus = load_corpus(data, work / "datasets")
    network, pieces = resumed_network(work) or start_network(weights, tokenizer, corpus, recipe.vocabulary)
    keep_shape(work, network, pieces)
    train_with_products(network)
    classes = corpus.classes()
    auxiliary = AuxiliaryHeads(network.config.hidden, classes)
    trainer = Trainer(network, auxiliary, pieces, corpus, recipe, work, save_every)
    trainer.resume()
    for number, stage in enumerate(recipe.stages):
        trainer.run(number, stage, classes)
    network.load_state_dict(blended(work, recipe.blend))
    network.eval()
    readings = read(network, pieces, corpus.dev)
    calibration = fit_calibration(readings, corpus.dev)
    figures = score(readings, corpus.dev, cross_fitted(readings, corpus.dev))
    for name, rows in corpus.held_out.items():
        if any(row.sentiment for row in rows):
            measured = public_accuracy(read(network, pieces, rows), rows)
            figures |= {f"{name}_accuracy": measured["accuracy"], f"{name}_macro_recall": measured["macro_recall"]}
    about = {"recipe": asdict(recipe), "dev": figures, "gold_rows": len(corpus.gold), "base": str(HUB_NAME)}
    save(output, network, pieces, calibration, about)
    return figures


class Trainer:
    """The state of a training run and its steps."""

    def __init__(
        self, network: FeedbackNetwork, auxiliary: AuxiliaryHeads, pieces: FeedbackTokenizer, corpus: Corpus,
        recipe: Recipe, work: Path, save_every: float,
    ) -> None:  # fmt: skip
        self.network, self.auxiliary, self.pieces, self.corpus = network, auxiliary, pieces, corpus
        self.recipe, self.work, self.save_every = recipe, work, save_every
        self.stage, self.step = 0, 0
        self.average = Average(network, recipe.stages[0].average)
        self.progress: Progress | None = None

    def resume(self) -> None:
        """Go on from the last saved state, if there is one."""
        self.progress = kept(self.work)
        if self.progress:
            self.progress.restore(self.network, self.auxiliary, self.average)
            self.stage, self.step = self.progress.stage, self.progress.step

    def run(self, number: int, stage: Stage, classes: Mapping[str, Sequence[str]]) -> None:
        """Do what is left of a stage; the order of batches follows from the seed, so a resumed run sees the same
        ones.
        """
        if number < self.stage:
            return
        first = self.step if number == self.stage else 0
        self.stage = number
        rng = random.Random(self.recipe.seed + number)
        lessons = self.lessons(number, stage, rng) if stage.taught else []
        if stage.after is not None and not first:
            self.network.load_state_dict(stage_average(self.work, stage.after))
            self.average = Average(self.network, stage.average)
        plan = []
        for _ in range(stage.passes):
            made = items(mixture(self.corpus, stage, lessons, rng), self.pieces, stage.longest, rng, stage.noise)
            plan += batched(made, stage.tokens, rng)
        optimizer = torch.optim.AdamW(parameter_groups(self.network, self.auxiliary, stage, self.recipe), fused=True)
        self.average.keep = stage.average
        bases = [group["lr"] for group in optimizer.param_groups]
        if first and self.progress:
            self.progress.restore_optimizer(optimizer)
        saved, spent, trained, running = time.monotonic(), time.monotonic(), 0, 0.0
        begun = first / max(len(plan), 1)
        self.network.train()
        progress = tqdm(range(first, len(plan)), initial=first, total=len(plan), desc=stage.name, mininterval=20)
        for step in progress:
            done = step / len(plan)
            if stage.minutes:
                done = min(1.0, max(done, begun + (1 - begun) * (time.monotonic() - spent) / 60 / stage.minutes))
            for group, base in zip(optimizer.param_groups, bases, strict=True):
                group["lr"] = base * rate_at(done, stage)
            batch = collate(plan[step], classes)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                states = self.network.encode(batch.ids, batch.mask)
            loss = total_loss(self.network, self.auxiliary, states, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            self.average.update(self.network)
            trained += int(batch.mask.sum())
            running = 0.98 * running + 0.02 * float(loss.detach()) if step > first else float(loss.detach())
            if step % 20 == 0:
                progress.set_postfix(loss=f"{running:.3f}", tokens_s=int(trained / (time.monotonic() - spent)))
            last = step + 1 == len(plan) or done >= 1
            if time.monotonic() - saved > self.save_every or last:
                following, at = (number + 1, 0) if last else (number, step + 1)
                keep(self.work, following, at, self.network, self.auxiliary, self.average, optimizer)
                self._measure(stage, step + 1, running)
                saved = time.monotonic()
            if last:
                keep_average(self.work, number, self.average)
                break

    def lessons(self, number: int, stage: Stage, rng: random.Random) -> list[Row]:
        """Return rows labelled by the averaged network at the start of the stage; kept for a resumed run."""
        path = self.work / f"taught{number}.json"
        if path.is_file():
            return [row_from(content) for content in json.loads(path.read_text(encoding="utf-8"))]
        current = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.average.values)
        self.network.eval()
        candidates = list(self.corpus.unlabelled)
        for name, rows in self.corpus.public.items():
            if name not in ("multidogo", "tweeteval", "umsab", "absa_zh", "semeval"):
                candidates += rng.sample(rows, min(700, len(rows)))
        rows = taught(self.network, self.pieces, candidates, stage.taught * 4, rng)
        self.network.load_state_dict(current)
        self.network.train()
        path.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False), encoding="utf-8")
        return rows

    def _measure(self, stage: Stage, step: int, loss: float) -> None:
        current = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.average.values)
        self.network.eval()
        readings = read(self.network, self.pieces, self.corpus.dev)
        figures = score(readings, self.corpus.dev, fit_calibration(readings, self.corpus.dev))
        for name in MEASURED:
            rows = self.corpus.held_out[name][:400]
            figures[name] = public_accuracy(read(self.network, self.pieces, rows), rows)["accuracy"]
        with (self.work / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps({"stage": stage.name, "step": step, "loss": loss} | figures) + "\n")
        self.network.load_state_dict(current)
        self.network.train()
