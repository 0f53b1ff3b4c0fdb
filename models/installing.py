"""Put a checkpoint in the shipped one's place, whole or not at all, with the reason in its manifest."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.checkpoint import FILES, read


def install(candidate: Path, place: Path, about: Mapping[str, Any]) -> str:
    """Copy the checkpoint in `candidate` to the folder `place` and return its revision.

    `about` is written into the manifest beside what training wrote there, under "promotion". The new files are complete
    beside the old ones before these are moved away. Raises CheckpointNotFound and ModelHashMismatch.
    """
    stored = read(candidate)
    coming = place.with_name(f".{place.name}.coming")
    leaving = place.with_name(f".{place.name}.leaving")
    for old in (coming, leaving):
        shutil.rmtree(old, ignore_errors=True)
    coming.mkdir(parents=True)
    for name in FILES:
        shutil.copyfile(candidate / name, coming / name)
    manifest = {**stored.manifest, "about": {**stored.manifest.get("about", {}), "promotion": dict(about)}}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (coming / "manifest.json").write_text(text, encoding="utf-8")
    read(coming)
    if place.exists():
        place.rename(leaving)
    coming.rename(place)
    shutil.rmtree(leaving, ignore_errors=True)
    return stored.revision
