"""Time the analyser against what people usually run and against what the machine can do at most, in one run."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tqdm import tqdm

from data.records import Document
from models.analyser import SHIPPED, Analyser
from models.bench_texts import comments, spread, transcript
from models.engine import physical_cores
from models.limits import encoder_operations, probe, product_limit
from models.rivals import Rival, same_checkpoint, seconds_alone, usual_pair

TEXTS = 1_500
PIPELINE_TEXTS = 150
PAIR_TEXTS = 4
LONGEST = 1_000  # characters; the rivals cannot read more than 512 tokens
GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class Bench:
    """What one run measured: texts and tokens a second, processor-time shares, ratios, limits, memory, cold start.

    `limit` is the measured matrix product and `reached` the encoder's own products, both in operations a second on all
    threads; `peak` in bytes, for many comments and one transcript of 100,000 characters; `cold_start` in seconds from
    starting Python to the first result.
    """

    engine: str
    threads: int
    texts: int
    tokens: int
    seconds: float
    encoder_share: float
    heads_share: float
    other_share: float
    limit: float
    reached: float
    pipeline_ratio: float
    pair_ratio: float
    peak: int
    cold_start: float

    def json(self) -> str:
        """Return the figures as JSON."""
        return json.dumps(asdict(self), indent=1) + "\n"

    def markdown(self) -> str:
        """Return the report for people."""
        return "\n".join(_lines(self)) + "\n"


def bench(
    folder: Path = SHIPPED, engine: str = "auto", threads: int | None = None, texts: Sequence[str] | None = None
) -> Bench:
    """Measure, on `texts` (default: generated comments), in about three minutes on two idle cores.

    The rivals are timed on a sample of the same texts with the same spread of lengths, since the slower one takes
    seconds for each.
    """
    chosen = list(dict.fromkeys(text for text in texts or comments(TEXTS) if 0 < len(text) <= LONGEST))
    with tqdm(total=5, desc="bench", disable=None, leave=False) as progress:
        analyser = Analyser.load(folder, engine, threads)
        ours = _ours(analyser, chosen)
        progress.update()
        pipeline = _ratio(analyser, ours, spread(chosen, PIPELINE_TEXTS), same_checkpoint, folder)
        progress.update()
        pair = _ratio(analyser, ours, spread(chosen, PAIR_TEXTS), usual_pair, folder)
        progress.update()
        probe(folder, engine, chosen[:1])
        cold = probe(folder, engine, chosen[:1])
        progress.update()
        many = probe(folder, engine, [*comments(4_000, seed=11), transcript(100_000)])
        progress.update()
    return replace(ours, pipeline_ratio=pipeline, pair_ratio=pair, peak=many.peak, cold_start=cold.seconds)


def _ours(analyser: Analyser, texts: Sequence[str]) -> Bench:
    list(analyser.analyse(_documents(texts[:64], "warm ")))
    reader, engine = analyser.reader, analyser.engine
    reader.encoder_seconds = reader.heads_seconds = 0.0
    begun, processor = time.perf_counter(), time.process_time()
    found = list(analyser.analyse(_documents(texts)))
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    limit = product_limit(engine.dtype, max(engine.threads, physical_cores()), device=engine.device)
    needed = encoder_operations(engine.config, [said.tokens + 2 for said in found])
    return Bench(
        engine=engine.name,
        threads=engine.threads,
        texts=len(found),
        tokens=sum(said.tokens for said in found),
        seconds=seconds,
        encoder_share=reader.encoder_seconds / processor,
        heads_share=reader.heads_seconds / processor,
        other_share=1 - (reader.encoder_seconds + reader.heads_seconds) / processor,
        limit=limit,
        reached=needed / (reader.encoder_seconds / engine.threads),
        pipeline_ratio=0.0,
        pair_ratio=0.0,
        peak=0,
        cold_start=0.0,
    )


def _ratio(analyser: Analyser, ours: Bench, texts: Sequence[str], make: Callable[[Path], Rival], folder: Path) -> float:
    """Return how many times longer the rival takes for the texts than ours does for as many tokens."""
    theirs = seconds_alone(make, folder, texts)
    tokens = sum(said.tokens for said in analyser.analyse(_documents(texts)))
    return theirs / (ours.seconds / ours.tokens * tokens)


def _documents(texts: Sequence[str], mark: str = "") -> list[Document]:
    return [Document(str(number), "v", mark + text, "zh-Hans") for number, text in enumerate(texts)]


def _lines(bench: Bench) -> list[str]:
    return [
        f"engine {bench.engine} on {bench.threads} threads; "
        f"{bench.texts} texts of {bench.tokens / bench.texts:.0f} tokens on average",
        f"{bench.texts / bench.seconds:,.0f} texts a second, {bench.tokens / bench.seconds:,.0f} tokens a second",
        f"processor time: encoder {bench.encoder_share:.1%}, heads {bench.heads_share:.1%}, "
        f"tokenising, batching and deciding {bench.other_share:.1%}",
        f"encoder {bench.reached / 1e9:,.0f} of {bench.limit / 1e9:,.0f} Gflop/s: "
        f"{bench.reached / bench.limit:.2f} of the measured matrix product",
        f"{bench.pipeline_ratio:,.1f} times as fast as transformers' pipeline with the same checkpoint",
        f"{bench.pair_ratio:,.0f} times as fast as a DistilBERT-size pipeline plus zero-shot NLI for 22 topics",
        f"peak memory {bench.peak / GIGABYTE:.2f} GB, cold start {bench.cold_start:.1f} s",
    ]
