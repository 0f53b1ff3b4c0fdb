"""One encoder, every head: what a comment says, about what, how strongly, and where it says so.

`encode` gives token states; `heads` reads any token mask over any states, so the states of several windows may be
joined for a long text, or the mask narrowed to one clause. Scores depend neither on batch neighbours nor on padding.
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.labels import CHURN, KINDS, POLARITIES, SENTIMENTS, TOPICS

if TYPE_CHECKING:  # importing transformers takes longer than reading a first comment; only training needs it
    from transformers import BertConfig

MASKED = -1e4  # fits 16-bit floats; exp of it is 0
COMMENT_HEADS = ("sentiment", "kind", "churn", "escalation", "urgent")


@dataclass(frozen=True)
class NetworkConfig:
    """The shape of the network; the defaults are those of multilingual-e5-small with a trimmed vocabulary."""

    vocabulary: int = 18_500
    hidden: int = 384
    layers: int = 12
    attention_heads: int = 12
    inner: int = 1536
    positions: int = 512
    topics: int = len(TOPICS)

    def encoder(self) -> "BertConfig":
        """Return the same shape in transformers' words; dropout is left to training."""
        from transformers import BertConfig

        return BertConfig(
            vocab_size=self.vocabulary, hidden_size=self.hidden, num_hidden_layers=self.layers,
            num_attention_heads=self.attention_heads, intermediate_size=self.inner,
            max_position_embeddings=self.positions, type_vocab_size=2, layer_norm_eps=1e-12, pad_token_id=1,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        )  # fmt: skip

    def as_dict(self) -> dict[str, int]:
        """Return what config.json holds."""
        return asdict(self)


@dataclass(frozen=True)
class HeadOutputs:
    """Logits, float32. B comments, L tokens, T topics.

    sentiment (B, 4), kind (B, 5), churn (B, 3), escalation (B,), urgent (B,), topics (B, T) presence, polarity (B, T,
    4), evidence (B, L, T): above 0 where a token shows the topic, MASKED outside the mask; pooled (B, 5, H): the
    vector behind each comment head, in the order of COMMENT_HEADS.
    """

    sentiment: Tensor
    kind: Tensor
    churn: Tensor
    escalation: Tensor
    urgent: Tensor
    topics: Tensor
    polarity: Tensor
    evidence: Tensor
    pooled: Tensor


def beside(dense: nn.Linear, views: Tensor, mean: Tensor) -> Tensor:
    """Return what `dense` makes of views (..., H) with the mean beside each; a mean shared by many is read once."""
    width = views.shape[-1]
    shared = functional.linear(mean, dense.weight[:, width:], dense.bias)
    return functional.linear(views, dense.weight[:, :width]) + shared


class CommentHeads(nn.Module):
    """Each head looks at the tokens through its own attention, then decides."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.attention = nn.Linear(hidden, len(COMMENT_HEADS))
        self.dense = nn.Linear(2 * hidden, hidden)
        self.outputs = nn.ModuleDict(
            {
                "sentiment": nn.Linear(hidden, len(SENTIMENTS)), "kind": nn.Linear(hidden, len(KINDS)),
                "churn": nn.Linear(hidden, len(CHURN)), "escalation": nn.Linear(hidden, 1), "urgent":
                nn.Linear(hidden, 1),
            }
        )  # fmt: skip

    def pool(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return (B, 5, H): each head's view, its attended tokens beside the mean of all."""
        scores = self.attention(states).masked_fill(~mask.unsqueeze(-1), MASKED)  # (B, L, 5)
        attended = scores.softmax(dim=1).transpose(1, 2) @ states  # (B, 5, H)
        weights = mask.to(states.dtype).unsqueeze(-1)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
        return functional.gelu(beside(self.dense, attended, mean.unsqueeze(1)))


class TopicHeads(nn.Module):
    """Label-wise attention: each topic looks for its own evidence, then says whether it is there and how it is
    judged.
    """

    def __init__(self, hidden: int, topics: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(topics, hidden) * hidden**-0.5)
        self.keys = nn.Linear(hidden, hidden)
        self.shift = nn.Parameter(torch.full((topics,), -3.0))
        self.presence = nn.Parameter(torch.randn(topics, hidden) * 0.02)
        self.weight = nn.Parameter(torch.ones(topics))
        self.bias = nn.Parameter(torch.zeros(topics))
        self.dense = nn.Linear(2 * hidden, hidden)
        self.polarity = nn.Linear(hidden, len(POLARITIES))

    def evidence(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return (B, L, T): how much a token is evidence of a topic; the keys may be kept in another floating type."""
        keys = functional.gelu(self.keys(states.to(self.keys.weight.dtype))).float()
        scores = keys @ self.queries.T + self.shift
        return scores.masked_fill(~mask.unsqueeze(-1), MASKED)

    def judge(self, views: Tensor, mean: Tensor) -> Tensor:
        """Return (..., 4) polarity logits of views (..., H) beside the mean of the comment, which broadcasts against
        them; also read by aspect sets.
        """
        judged: Tensor = self.polarity(functional.gelu(beside(self.dense, views, mean)))
        return judged

    def forward(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        evidence = self.evidence(states, mask)
        attention = evidence.softmax(dim=1)
        views = attention.transpose(1, 2) @ states  # (B, T, H)
        strongest = (attention * evidence).sum(1)  # a soft maximum of the token scores
        presence = (views * self.presence).sum(-1) + self.weight * strongest + self.bias
        weights = mask.to(states.dtype).unsqueeze(-1)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
        polarity = self.judge(views, mean.unsqueeze(1))
        return presence, polarity, evidence


class ReadingHeads(nn.Module):
    """All heads, without the encoder: what is needed to read token states that another engine made."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.comment = CommentHeads(config.hidden)
        self.topic = TopicHeads(config.hidden, config.topics)

    def heads(self, states: Tensor, mask: Tensor) -> HeadOutputs:
        """Return every head's logits from states (B, L, H), read only where mask (B, L) is true."""
        states, mask = states.float(), mask.bool()
        pooled = self.comment.pool(states, mask)
        said = {name: self.comment.outputs[name](pooled[:, place]) for place, name in enumerate(COMMENT_HEADS)}
        presence, polarity, evidence = self.topic(states, mask)
        return HeadOutputs(
            sentiment=said["sentiment"], kind=said["kind"], churn=said["churn"],
            escalation=said["escalation"].squeeze(-1), urgent=said["urgent"].squeeze(-1),
            topics=presence, polarity=polarity, evidence=evidence, pooled=pooled,
        )  # fmt: skip


class FeedbackNetwork(ReadingHeads):
    """The encoder with all heads; every head reads the same token states."""

    def __init__(self, config: NetworkConfig) -> None:
        from transformers import BertModel

        super().__init__(config)
        self.encoder = BertModel(config.encoder(), add_pooling_layer=False)

    def encode(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return token states (B, L, H) of ids (B, L), start and end marks included; L is at most `positions`."""
        states: Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> HeadOutputs:
        return self.heads(self.encode(input_ids, attention_mask), attention_mask)
