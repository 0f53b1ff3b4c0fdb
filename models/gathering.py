"""Pool a text that comes in several windows, as if all its tokens had been read at once.

A softmax over all tokens splits into running sums (as in the online softmax of Milakov and Gimelshein 2018,
arXiv:1805.02867), so the heads need no more memory for a long call than for a short comment.
"""

import torch
from torch import Tensor
from torch.nn import functional

from models.network import COMMENT_HEADS, HeadOutputs, ReadingHeads


class Gathering:
    """Running sums over tokens, for each of the K attentions: those of the comment heads, then those of the topics."""

    def __init__(self, states: Tensor, scores: Tensor) -> None:
        """Begin with states (n, H) of some tokens and their attention scores (n, K), float32."""
        self.peak = scores.amax(dim=0)  # (K,)
        weights = torch.exp(scores - self.peak)
        self.weight = weights.sum(0)  # (K,)
        self.views = weights.T @ states  # (K, H)
        self.strength = (weights * scores).sum(0)  # (K,)
        self.total = states.sum(0)  # (H,)
        self.count = states.shape[0]

    def add(self, other: "Gathering") -> None:
        """Take in the tokens of another gathering."""
        peak = torch.maximum(self.peak, other.peak)
        mine, theirs = torch.exp(self.peak - peak), torch.exp(other.peak - peak)
        self.weight = self.weight * mine + other.weight * theirs
        self.views = self.views * mine.unsqueeze(1) + other.views * theirs.unsqueeze(1)
        self.strength = self.strength * mine + other.strength * theirs
        self.peak = peak
        self.total = self.total + other.total
        self.count += other.count

    def outputs(self, heads: ReadingHeads) -> HeadOutputs:
        """Return what `ReadingHeads.heads` says of all the tokens, one row; without evidence, which each window has."""
        views, mean = self.views / self.weight.unsqueeze(1), self.total / self.count
        own = len(COMMENT_HEADS)
        pooled = functional.gelu(heads.comment.dense(torch.cat([views[:own], mean.expand(own, -1)], dim=-1)))
        said = {name: heads.comment.outputs[name](pooled[place]) for place, name in enumerate(COMMENT_HEADS)}
        topic, shown = heads.topic, views[own:]
        presence = (shown * topic.presence).sum(-1) + topic.weight * (self.strength / self.weight)[own:] + topic.bias
        polarity = topic.judge(shown, mean.expand_as(shown))
        return HeadOutputs(
            sentiment=said["sentiment"][None], kind=said["kind"][None], churn=said["churn"][None],
            escalation=said["escalation"], urgent=said["urgent"], topics=presence[None], polarity=polarity[None],
            evidence=shown.new_zeros((1, 0, shown.shape[0])), pooled=pooled[None],
        )  # fmt: skip


def attention_scores(heads: ReadingHeads, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return the scores (B, L, K) of every attention, and of them the topics' evidence (B, L, T)."""
    evidence = heads.topic.evidence(states, mask)
    return torch.cat([heads.comment.attention(states), evidence], dim=-1), evidence


def clause_logits(heads: ReadingHeads, states: Tensor, member: Tensor) -> Tensor:
    """Return sentiment logits (B, C, 4) of clauses, from states (B, L, H) and which tokens each has: member (B, C, L).

    The same as the sentiment head of `ReadingHeads.heads` with the mask narrowed to the clause. What is returned for a
    clause without tokens means nothing.
    """
    scores = heads.comment.attention(states)[..., 0].unsqueeze(1)  # the first view is the sentiment's
    attended = scores.masked_fill(~member, -1e4).softmax(dim=-1) @ states
    inside = member.to(states.dtype)
    mean = (inside @ states) / inside.sum(-1, keepdim=True).clamp(min=1)
    pooled = functional.gelu(heads.comment.dense(torch.cat([attended, mean], dim=-1)))
    logits: Tensor = heads.comment.outputs["sentiment"](pooled)
    return logits
