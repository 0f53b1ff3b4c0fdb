"""Our forward pass computes what transformers computes."""

import pytest
import torch

from models.encoder import Attention, Encoder, attend_exactly, attend_packed, plain_product
from models.packing import STEP, Packing
from tests.models.tiny import tiny_network


@pytest.mark.parametrize("attend", [attend_exactly, attend_packed])
@torch.inference_mode()
def test_states_are_those_of_transformers(attend: Attention) -> None:
    """Training uses transformers, reading does not: a difference here would waste the training."""
    network = tiny_network()
    encoder = Encoder(network.config, network.state_dict(), plain_product, attend, torch.float32)
    ids = torch.randint(4, 80, (3, 20))
    mask = torch.ones_like(ids, dtype=torch.bool)
    mask[1, 11:] = False
    (ours, again), theirs = encoder(ids, mask), network.encode(ids, mask)
    assert torch.allclose(ours[mask], theirs[mask], atol=1e-5)
    assert again is ours


@torch.inference_mode()
def test_a_branch_shares_the_layers_below_it() -> None:
    """Your own topics may have upper layers of their own; with the shipped ones in it, a branch changes nothing."""
    network = tiny_network()
    encoder = Encoder(network.config, network.state_dict(), plain_product, attend_exactly, torch.float32)
    ids = torch.randint(4, 80, (2, 9))
    mask = torch.ones_like(ids, dtype=torch.bool)
    same, branched = encoder(ids, mask, encoder.layers[1:])
    assert torch.equal(same, branched)
    _, other = encoder(ids, mask, encoder.layers[:1])
    assert not torch.allclose(same, other)


@torch.inference_mode()
def test_packed_attention_shows_an_overflow() -> None:
    """It leaves out the maximum, so scores above 88 must be seen and read again by the exact way, never labelled."""
    packing = Packing(torch.ones(1, 4, dtype=torch.bool), heads=2)
    qkv = torch.full((len(packing.padded), 3, 2, 8), 5.0)
    assert torch.isfinite(attend_exactly(qkv, packing)).all()
    assert not torch.isfinite(attend_packed(qkv, packing)).all()


def test_packing_and_unpacking_gives_every_token_back() -> None:
    """Whatever the mask: full, ragged, one token alone, exactly as many tokens as fill a step."""
    for lengths in ([4, 4], [5, 1, 3], [1], [32, 32], [63]):
        mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
        states = torch.randn(*mask.shape, 6)
        packing = Packing(mask, heads=2)
        packed = packing.pack(states)
        assert len(packed) % STEP == 0
        assert len(packed) > sum(lengths)
        assert torch.equal(packing.unpack(packed)[mask], states[mask])
