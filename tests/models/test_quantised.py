"""The product in 8-bit integers is close to the real one, also where a row holds a huge number."""

import torch

from models.quantised import quantised_product


def test_one_huge_number_does_not_drown_the_others() -> None:
    """Encoders write a few numbers fifty times the rest; one 8-bit scale for all would leave the rest no steps."""
    torch.manual_seed(0)
    weight, states = torch.randn(64, 384) / 20, torch.randn(40, 384)
    states[:, 7] = 60.0
    weight[:, 7] = 0.0
    exact = states @ weight.t()
    found = quantised_product(weight, torch.zeros(64))(states, None)
    assert float((found - exact).norm() / exact.norm()) < 0.01


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    """A customer's labels must not change with who else wrote that week."""
    torch.manual_seed(1)
    product = quantised_product(torch.randn(32, 64), torch.randn(32))
    states = torch.randn(24, 64)
    louder = torch.cat([states[:20], 100 * states[20:]])
    assert torch.equal(product(states, None)[:20], product(louder, None)[:20])
