"""A shared folder gets each edition whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from reports.publishing.folder import FolderNotWritable, FolderPublisher, UnsafeName
from reports.publishing.port import Publication


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    (tmp_path / "product.html").write_text("<p>one</p>")
    (tmp_path / "product.xlsx").write_bytes(b"book")
    return Publication(
        edition="product",
        team="product",
        week="2026-W46",
        language="en",
        subject="Product",
        html=tmp_path / "product.html",
        text="One",
        key="k" * 32,
        attachments=(tmp_path / "product.xlsx",),
    )


def test_an_edition_is_copied_whole(publication: Publication, tmp_path: Path) -> None:
    """Page, workbook and short text lie together, and nothing else."""
    receipt = FolderPublisher(tmp_path / "share").publish(publication)
    place = tmp_path / "share" / "2026-W46" / "product"
    assert receipt.reference == str(place)
    assert {path.name for path in place.iterdir()} == {"product.html", "product.md", "product.xlsx"}
    assert [path.name for path in place.parent.iterdir()] == ["product"]


def test_the_same_edition_again_changes_nothing(publication: Publication, tmp_path: Path) -> None:
    """Synchronised folders should not upload what they have."""
    publisher = FolderPublisher(tmp_path / "share")
    place = Path(publisher.publish(publication).reference)
    before = place.stat().st_ino
    publisher.publish(publication)
    assert place.stat().st_ino == before


def test_a_restated_edition_replaces_the_old_one(publication: Publication, tmp_path: Path) -> None:
    """Also files that the new edition no longer has."""
    publisher = FolderPublisher(tmp_path / "share")
    place = Path(publisher.publish(publication).reference)
    publication.html.write_text("<p>two</p>")
    publisher.publish(replace(publication, attachments=()))
    assert {path.name for path in place.iterdir()} == {"product.html", "product.md"}
    assert (place / "product.html").read_text() == "<p>two</p>"


def test_what_a_killed_run_left_is_cleared(publication: Publication, tmp_path: Path) -> None:
    """A half-written folder from yesterday is not in the way."""
    leftover = tmp_path / "share" / "2026-W46" / f".product-{publication.key[:16]}-new"
    leftover.mkdir(parents=True)
    (leftover / "half").write_text("half")
    place = Path(FolderPublisher(tmp_path / "share").publish(publication).reference)
    assert [path.name for path in place.parent.iterdir()] == ["product"]
    assert not (place / "half").exists()


@pytest.mark.parametrize("name", ["../secret", "a/b", "", ".hidden", "a\\b"])
def test_a_name_cannot_leave_the_folder(name: str, publication: Publication, tmp_path: Path) -> None:
    """Team names come from a file that many may edit."""
    with pytest.raises(UnsafeName):
        FolderPublisher(tmp_path / "share").publish(replace(publication, edition=name))


def test_a_folder_that_cannot_be_written_is_named(publication: Publication, tmp_path: Path) -> None:
    """The operator learns which folder and what to do."""
    (tmp_path / "share").write_text("a file where the folder should be")
    with pytest.raises(FolderNotWritable, match="share"):
        FolderPublisher(tmp_path / "share").publish(publication)
