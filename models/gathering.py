"""Pool a text that comes in several windows, as if all its tokens had been read at once.

A softmax over all tokens splits into running sums (as in the online softmax of Milakov and Gimelshein 2018,
arXiv:1805.02867), so the heads need no more memory for a long call than for a short comment.
"""

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional

from models.network import COMMENT_HEADS, MASKED, HeadOutputs, ReadingHeads, beside
from models.own_topics import OwnTopics

LIKELIEST = 8  # own topics of a text whose polarity is judged


class Gathering:
    """Running sums over tokens, for each of the K attentions: those of the comment heads, then those of the topics."""

    def __init__(self, states: Tensor, scores: Tensor) -> None:
        """Begin with states (n, H) of some tokens and their attention scores (n, K), float32."""
        self.peak = scores.amax(dim=0)  # (K,)
        weights = torch.exp(scores - self.peak)
        self.weight = weights.sum(0)  # (K,)
        self.views = weights.T @ states  # (K, H)
        self.strength = (weights * scores).sum(0)  # (K,)
        self.summed = scores.sum(0)  # (K,)
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
        self.summed = self.summed + other.summed
        self.total = self.total + other.total
        self.count += other.count

    def outputs(self, heads: ReadingHeads, own: OwnTopics | None = None) -> HeadOutputs:
        """Return what the heads say of all the tokens, one row; without evidence, which each window has.

        With `own` topics, the later attentions are theirs.
        """
        views, mean = self.views / self.weight.unsqueeze(1), self.total / self.count
        first = len(COMMENT_HEADS)
        pooled = functional.gelu(beside(heads.comment.dense, views[:first], mean))
        said = {name: heads.comment.outputs[name](pooled[place]) for place, name in enumerate(COMMENT_HEADS)}
        topic, shown = heads.topic, views[first:]
        if own is not None:
            presence = self.summed[first:] / self.count + own.bias
        else:
            strongest = (self.strength / self.weight)[first:]
            presence = (shown * topic.presence).sum(-1) + topic.weight * strongest + topic.bias
        polarity = topic.judge(shown, mean)
        return HeadOutputs(
            sentiment=said["sentiment"][None], kind=said["kind"][None], churn=said["churn"][None],
            escalation=said["escalation"], urgent=said["urgent"], topics=presence[None], polarity=polarity[None],
            evidence=shown.new_zeros((1, 0, shown.shape[0])), pooled=pooled[None],
        )  # fmt: skip


def all_heads(
    heads: ReadingHeads, states: Tensor, mask: Tensor, own: OwnTopics | None, branched: Tensor
) -> HeadOutputs:
    """Return what the heads say of states (B, L, H) of whole texts; own topics, read from `branched`, replace the
    shipped.

    The polarity of own topics is judged by the shipped judge, for the few topics of each text that are likeliest.
    """
    outputs = heads.heads(states, mask)
    if own is None:
        return outputs
    evidence = own.evidence(branched, mask)
    count = mask.sum(1, keepdim=True)
    presence = evidence.sum(1) / count + own.bias
    likeliest = presence.topk(min(LIKELIEST, presence.shape[1]), dim=1).indices  # (B, few)
    chosen = evidence.gather(2, likeliest.unsqueeze(1).expand(-1, evidence.shape[1], -1))
    attention = chosen.masked_fill(~mask.unsqueeze(-1), MASKED).softmax(1)
    views = attention.transpose(1, 2) @ states
    mean = (states * mask.unsqueeze(-1)).sum(1) / count
    judged = heads.topic.judge(views, mean.unsqueeze(1))
    polarity = judged.new_zeros((*presence.shape, judged.shape[-1]))
    polarity.scatter_(1, likeliest.unsqueeze(-1).expand_as(judged), judged)
    return replace(outputs, topics=presence, polarity=polarity, evidence=evidence)


def attention_scores(
    heads: ReadingHeads, states: Tensor, mask: Tensor, own: OwnTopics | None, branched: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the scores (B, L, K) of every attention, and of them the topics' evidence (B, L, T)."""
    evidence = heads.topic.evidence(states, mask) if own is None else own.evidence(branched, mask)
    return torch.cat([heads.comment.attention(states), evidence], dim=-1), evidence


def clause_logits(heads: ReadingHeads, states: Tensor, member: Tensor) -> Tensor:
    """Return sentiment logits (B, C, 4) of clauses, from states (B, L, H) and which tokens each has: member (B, C, L).

    The same as the sentiment head of `ReadingHeads.heads` with the mask narrowed to the clause. What is returned for a
    clause without tokens means nothing.
    """
    scores = heads.comment.attention(states)[..., 0].unsqueeze(1)  # the first view is the sentiment's
    attended = scores.masked_fill(~member, MASKED).softmax(dim=-1) @ states
    inside = member.to(states.dtype)
    mean = (inside @ states) / inside.sum(-1, keepdim=True).clamp(min=1)
    pooled = functional.gelu(beside(heads.comment.dense, attended, mean))
    logits: Tensor = heads.comment.outputs["sentiment"](pooled)
    return logits
