"""The heads read exactly the tokens they are told to, whatever stands beside them."""

import torch

from models.labels import CHURN, KINDS, POLARITIES, SENTIMENTS, TOPICS
from models.network import MASKED, HeadOutputs
from tests.models.tiny import tiny_network

NAMES = ("sentiment", "kind", "churn", "escalation", "urgent", "topics", "polarity")


def close(one: HeadOutputs, other: HeadOutputs, row: int, other_row: int) -> bool:
    """Return whether two outputs agree on a row."""
    return all(torch.allclose(getattr(one, name)[row], getattr(other, name)[other_row], atol=1e-5) for name in NAMES)


@torch.inference_mode()
def test_scores_depend_neither_on_neighbours_nor_on_padding() -> None:
    """The same comment must get the same labels on Monday and in any other batch."""
    network = tiny_network()
    ids = torch.randint(4, 80, (3, 20))
    mask = torch.ones_like(ids)
    mask[1, 12:] = 0
    together = network(ids, mask)
    alone = network(ids[1:2, :12], mask[1:2, :12])
    assert close(together, alone, 1, 0)


@torch.inference_mode()
def test_heads_read_only_the_masked_tokens() -> None:
    """A clause is judged by its own tokens: changing states outside the mask changes nothing."""
    network = tiny_network()
    states = torch.randn(1, 16, 24)
    mask = torch.zeros(1, 16, dtype=torch.bool)
    mask[0, 4:9] = True
    changed = states.clone()
    changed[0, 9:] += 5
    assert close(network.heads(states, mask), network.heads(changed, mask), 0, 0)


@torch.inference_mode()
def test_outputs_have_the_promised_shapes() -> None:
    """The engine relies on them."""
    outputs = tiny_network()(torch.randint(4, 80, (2, 7)), torch.ones(2, 7))
    assert outputs.sentiment.shape == (2, len(SENTIMENTS))
    assert outputs.kind.shape == (2, len(KINDS))
    assert outputs.churn.shape == (2, len(CHURN))
    assert outputs.escalation.shape == outputs.urgent.shape == (2,)
    assert outputs.topics.shape == (2, len(TOPICS))
    assert outputs.polarity.shape == (2, len(TOPICS), len(POLARITIES))
    assert outputs.evidence.shape == (2, 7, len(TOPICS))


@torch.inference_mode()
def test_evidence_outside_the_mask_is_impossible() -> None:
    """Padding must never be quoted as evidence."""
    mask = torch.tensor([[1, 1, 1, 0, 0]])
    outputs = tiny_network()(torch.randint(4, 80, (1, 5)), mask)
    assert (outputs.evidence[0, 3:] <= MASKED).all()
    assert (outputs.evidence[0, :3] > MASKED).all()
