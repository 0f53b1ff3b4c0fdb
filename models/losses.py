"""What training minimises: one loss over every head, each row counted only for what is known about it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.batches import Batch
from models.labels import KINDS, SENTIMENTS, TOPICS
from models.network import MASKED, FeedbackNetwork, HeadOutputs


class AuxiliaryHeads(nn.Module):
    """What is used in training and not shipped: classifiers of the public sets' own labels (stars, intents, complaint
    reasons), and how our readers' labels differ from the gold annotators'.
    """

    def __init__(self, hidden: int, classes: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.outputs = nn.ModuleDict({head: nn.Linear(hidden, len(labels)) for head, labels in classes.items()})
        self.readers = ReaderHabits()

    def loss(self, states: Tensor, outputs: HeadOutputs, batch: Batch) -> Tensor:
        """Return the summed cross entropy; stars read the sentiment vector, all else the mean of the tokens."""
        weights = batch.mask.to(states.dtype).unsqueeze(-1)
        mean = (states * weights).sum(1) / weights.sum(1)
        total = states.new_zeros(())
        for head, (rows, labels) in batch.extra.items():
            vectors = outputs.pooled[:, 0] if head == "stars" else mean
            total = total + functional.cross_entropy(self.outputs[head](vectors[rows]), labels, reduction="sum")
        return total


class ReaderHabits(nn.Module):
    """A "crowd layer" (Rodrigues & Pereira 2018, arXiv:1709.01779): what readers say too freely is learnt here, instead
    of by the network.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sentiment = nn.Parameter(torch.zeros(len(SENTIMENTS)))
        self.kind = nn.Parameter(torch.zeros(len(KINDS)))
        self.topics = nn.Parameter(torch.zeros(len(TOPICS)))
        self.scale = nn.Parameter(torch.ones(len(TOPICS)))

    def forward(self, outputs: HeadOutputs, by_reader: Tensor) -> HeadOutputs:
        """Return the outputs as readers would have it, in the rows (B,) that readers labelled."""
        theirs = by_reader.unsqueeze(-1)
        return replace(
            outputs,
            sentiment=outputs.sentiment + theirs * self.sentiment,
            kind=outputs.kind + theirs * self.kind,
            topics=torch.where(theirs, outputs.topics * self.scale + self.topics, outputs.topics),
        )


def total_loss(network: FeedbackNetwork, auxiliary: AuxiliaryHeads, states: Tensor, batch: Batch) -> Tensor:
    """Return the loss of a batch, a mean over its rows."""
    states = states.float()
    outputs = auxiliary.readers(network.heads(states, batch.mask), batch.by_reader)
    rows = batch.ids.shape[0]
    parts = [
        sentiment_loss(outputs, batch),
        _classes(outputs.kind, batch.kind),
        _classes(outputs.churn, batch.churn),
        _flag(outputs.escalation, batch.escalation),
        _flag(outputs.urgent, batch.urgent),
        topic_loss(outputs, batch),
        polarity_loss(outputs, batch),
        evidence_loss(outputs, batch),
        0.5 * aspect_loss(network, states, batch),
        0.3 * auxiliary.loss(states, outputs, batch),
    ]
    return torch.stack(parts).sum() / rows


def sentiment_loss(outputs: HeadOutputs, batch: Batch) -> Tensor:
    """Cross entropy among the sentiments that the row's source tells apart, so a binary set says nothing about
    mixed.
    """
    scores = outputs.sentiment.masked_fill(~batch.allowed, MASKED).log_softmax(-1)
    losses = -(batch.sentiment * scores.masked_fill(~batch.allowed, 0.0)).sum(-1)
    return (losses * batch.weight * batch.has_sentiment).sum()


def topic_loss(outputs: HeadOutputs, batch: Batch) -> Tensor:
    """Binary cross entropy of each topic's presence, over known topics."""
    losses = functional.binary_cross_entropy_with_logits(outputs.topics, batch.topics, reduction="none")
    return 0.3 * (losses * batch.topics_weight).sum()


def polarity_loss(outputs: HeadOutputs, batch: Batch) -> Tensor:
    """Cross entropy of the polarity of topics that are there."""
    if not len(batch.polarity):
        return outputs.polarity.new_zeros(())
    row, topic, label = batch.polarity.unbind(1)
    return 0.7 * functional.cross_entropy(outputs.polarity[row, topic], label, reduction="sum", label_smoothing=0.03)


def evidence_loss(outputs: HeadOutputs, batch: Batch) -> Tensor:
    """Two readings of one score: which tokens are evidence (each by itself), and where a present topic looks
    (together).
    """
    if not batch.has_evidence.any():
        return outputs.evidence.new_zeros(())
    wanted = batch.evidence
    known = (batch.mask & batch.has_evidence.unsqueeze(-1)).unsqueeze(-1)
    each = functional.binary_cross_entropy_with_logits(outputs.evidence.clamp(min=-30), wanted, reduction="none")
    counts = wanted.sum(1)  # (B, T)
    present = (counts > 0).float()
    attention = outputs.evidence.log_softmax(1)
    together = -(attention * wanted).sum(1) / counts.clamp(min=1)
    length = batch.mask.sum(1).clamp(min=1).float()
    alone = (each * known).sum(1) / length.unsqueeze(-1)  # (B, T): mean over tokens
    return (alone * (1.5 * present + 0.1)).sum() + 0.25 * (together * present).sum()


def aspect_loss(network: FeedbackNetwork, states: Tensor, batch: Batch) -> Tensor:
    """Cross entropy of the polarity of a span of tokens, through the same judge as the topics."""
    if not len(batch.aspects):
        return states.new_zeros(())
    row, first, last, label = batch.aspects.unbind(1)
    steps = torch.arange(states.shape[1])
    inside = ((steps >= first.unsqueeze(1)) & (steps < last.unsqueeze(1))).to(states.dtype)  # (K, L)
    views = (inside.unsqueeze(1) @ states[row]).squeeze(1) / inside.sum(1, keepdim=True)
    weights = batch.mask.to(states.dtype).unsqueeze(-1)
    mean = ((states * weights).sum(1) / weights.sum(1))[row]
    return functional.cross_entropy(network.topic.judge(views, mean), label, reduction="sum", label_smoothing=0.05)


def _classes(logits: Tensor, labels: Tensor) -> Tensor:
    return functional.cross_entropy(logits, labels, reduction="sum", ignore_index=-1, label_smoothing=0.02)


def _flag(logits: Tensor, labels: Tensor) -> Tensor:
    known = labels >= 0
    target = labels.clamp(min=0).float()
    # Rare: a danger missed costs more than a false alarm, and the threshold is chosen on dev anyway.
    losses = functional.binary_cross_entropy_with_logits(logits, target, reduction="none", pos_weight=torch.tensor(3.0))
    return (losses * known).sum()
