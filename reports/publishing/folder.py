"""Copy an edition into a folder: a shared drive, an intranet, a synchronised directory."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from reports.publishing.port import Publication, PublishError, Receipt


class FolderNotWritable(PublishError):
    """The target folder cannot be written."""


class UnsafeName(PublishError):
    """A week or edition name would leave the target folder."""

    lasting = True


@dataclass(frozen=True, slots=True)
class FolderPublisher:
    """Puts editions under `<target>/<week>/<edition>/`.

    The files are written beside and the folder is then renamed into place, so a reader sees the old edition or the new
    one (for the moment between two renames, none). An edition that is already there with the same bytes is left alone.
    """

    target: Path
    name: str = "folder"

    def publish(self, publication: Publication) -> Receipt:
        for part in (publication.week, publication.edition):
            if not part or part.startswith(".") or Path(part).name != part or "\\" in part:
                raise UnsafeName(f"{part!r} cannot name a folder. Use letters, digits and hyphens.")
        place = self.target / publication.week / publication.edition
        content = {path.name: path.read_bytes() for path in publication.attachments}
        content |= {publication.html.name: publication.html.read_bytes()}
        content |= {publication.html.with_suffix(".md").name: publication.text.encode()}
        try:
            self._place(place, content, publication.key)
        except OSError as error:
            raise FolderNotWritable(
                f"{self.target} cannot be written ({type(error).__name__}: {error.strerror}). "
                "Mount it, free space or grant the right to write, then run again."
            ) from error
        return Receipt(str(place))

    def _place(self, place: Path, content: dict[str, bytes], key: str) -> None:
        if place.is_dir() and {path.name: path.read_bytes() for path in place.iterdir()} == content:
            return
        draft, former = (place.with_name(f".{place.name}-{key[:16]}-{kind}") for kind in ("new", "old"))
        for leftover in (draft, former):
            shutil.rmtree(leftover, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            for name, data in content.items():
                with (draft / name).open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            if place.exists():
                place.rename(former)
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            shutil.rmtree(former, ignore_errors=True)
