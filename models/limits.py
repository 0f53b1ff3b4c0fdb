"""What this machine can do at most, and what a process of ours takes."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from models.network import NetworkConfig

SIZES = (1_024, 2_048, 4_096)
CHECKOUT = Path(__file__).parents[1]
PROBE = """
import json, resource, sys
from models.analyser import Analyser
from data.records import Document
analyser = Analyser.load(sys.argv[1], engine=sys.argv[2])
done = list(analyser.analyse(Document(str(n), "v", line.rstrip("\\n"), "zh-Hans") for n, line in enumerate(sys.stdin)))
try:  # ru_maxrss would count the parent's memory too: it lives on through exec
    status = open("/proc/self/status").read()
    peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
except (OSError, IndexError):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([len(done), peak]))
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """One process of its own: texts read, wall seconds from its start to its end, peak memory in bytes."""

    texts: int
    seconds: float
    peak: int


def product_limit(dtype: torch.dtype, threads: int, seconds: float = 1.0, device: str = "cpu") -> float:
    """Return the most floating-point operations a second that a square matrix product reaches, all cores at work."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    best = 0.0
    try:
        for size in SIZES:
            left, right = (torch.randn(size, size, dtype=dtype, device=device) for _ in range(2))
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                begun = time.perf_counter()
                torch.mm(left, right)
                if device == "cuda":
                    torch.cuda.synchronize()
                best = max(best, 2 * size**3 / (time.perf_counter() - begun))
    finally:
        torch.set_num_threads(before)
    return best


def encoder_operations(config: NetworkConfig, lengths: list[int]) -> float:
    """Return the floating-point operations that the encoder's matrix products need for texts of so many tokens."""
    matrices = 2 * config.layers * (4 * config.hidden**2 + 2 * config.hidden * config.inner)
    return float(sum(length * matrices + config.layers * 4 * length**2 * config.hidden for length in lengths))


def probe(folder: Path, engine: str, texts: list[str]) -> Probe:
    """Return what a fresh process takes to import, load the checkpoint and read the texts. POSIX only."""
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", PROBE, str(folder.resolve()), engine],
        input="\n".join(text.replace("\n", " ") for text in texts),
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=CHECKOUT,
        check=True,
    )
    seconds = time.perf_counter() - begun
    count, peak = json.loads(done.stdout)
    return Probe(count, seconds, peak)
