"""What is not known about a row must not push any weight."""

import random

import torch

from models.batches import collate, items
from models.corpus import Row
from models.labels import SENTIMENTS
from models.losses import AuxiliaryHeads, sentiment_loss, total_loss
from models.network import FeedbackNetwork
from tests.models.tiny import tiny_network, tiny_tokenizer


def gradients(rows: list[Row]) -> FeedbackNetwork:
    """Return a network with the gradients of one step over the rows."""
    network = tiny_network()
    auxiliary = AuxiliaryHeads(network.config.hidden, {"stars": ["1", "5"]})
    batch = collate(items(rows, tiny_tokenizer(), 32, random.Random(0), noise=0.0), {"stars": ["1", "5"]})
    total_loss(network, auxiliary, network.encode(batch.ids, batch.mask), batch).backward()  # type: ignore[no-untyped-call]
    return network


def moved(parameter: torch.nn.Parameter) -> bool:
    """Return whether a step would change the parameter."""
    return parameter.grad is not None and bool(parameter.grad.abs().max() > 1e-9)


def test_a_binary_row_says_nothing_about_mixed_or_neutral() -> None:
    """Shop reviews labelled good or bad would otherwise teach the model that nothing is ever mixed."""
    network = gradients([Row("good box", "waimai", "en", sentiment="pos", among=("pos", "neg"))])
    gradient = network.comment.outputs["sentiment"].weight.grad
    assert gradient is not None
    assert gradient[SENTIMENTS.index("pos")].abs().max() > 1e-6
    assert gradient[SENTIMENTS.index("mix")].abs().max() < 1e-9
    assert gradient[SENTIMENTS.index("neu")].abs().max() < 1e-9


def test_a_row_without_topics_trains_no_topic() -> None:
    """Unknown topics are not absent topics."""
    network = gradients([Row("good box", "waimai", "en", sentiment="pos", among=("pos", "neg"))])
    assert not moved(network.topic.presence)
    assert not moved(network.comment.outputs["kind"].weight)
    assert not moved(network.comment.outputs["urgent"].weight)


def test_an_aspect_trains_the_judge_of_topics() -> None:
    """That is why aspect sets are read at all."""
    network = gradients([Row("good box", "a", "en", aspects=((5, 8, "pos"),))])
    assert moved(network.topic.polarity.weight)
    assert not moved(network.topic.queries)


def test_gold_trains_every_head() -> None:
    """One row with everything known reaches every head."""
    row = Row("the delivery was late", "gold", "en", sentiment="neg", topics=(("delivery_speed", "neg", 4, 21),),
              all_topics=True, kind="complaint", churn=2, escalation=1, urgent=0)  # fmt: skip
    network = gradients([row])
    assert all(
        moved(parameter) for name, parameter in network.named_parameters() if name.startswith(("comment", "topic"))
    )


def test_the_right_sentiment_costs_less() -> None:
    """The sign of the loss."""
    batch = collate(items([Row("good", "gold", "en", sentiment="pos")], tiny_tokenizer(), 8, random.Random(0), 0.0), {})
    network = tiny_network()
    outputs = network(batch.ids, batch.mask)
    better = type(outputs)(**{**vars(outputs), "sentiment": torch.tensor([[5.0, 0, 0, 0]])})
    worse = type(outputs)(**{**vars(outputs), "sentiment": torch.tensor([[0.0, 5, 0, 0]])})
    assert sentiment_loss(better, batch) < sentiment_loss(worse, batch)
