"""Checks the unzipped size of a build, because it is read from disk at every cold start."""

from collections.abc import Iterator

from tools.artefacts.layout import Artefacts, files

# Lambda's limit on a function with its layers is 250 MB. Measured: 21.8 MB, and 27.6 MB with bytecode. A fifth more.
MAX_BYTES = 33_000_000
# A function's folder has only its handler; other code belongs in the layer.
MAX_FUNCTION_BYTES = 20_000


def sizes(artefacts: Artefacts) -> dict[str, int]:
    """Bytes by function and by each folder or file at the top of the layer, without bytecode; largest first."""
    found: dict[str, int] = {}
    for name, folder in artefacts.functions.items():
        found[name] = sum(path.stat().st_size for path in files(folder))
    for path in files(artefacts.packages):
        top = path.relative_to(artefacts.packages).parts[0]
        name = "bytecode" if path.suffix == ".pyc" else "metadata, licences" if top.endswith(".dist-info") else top
        found[f"layer: {name}"] = found.get(f"layer: {name}", 0) + path.stat().st_size
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def too_large(artefacts: Artefacts, max_bytes: int = MAX_BYTES) -> Iterator[str]:
    """Returns a sentence for each size above its limit."""
    found = sizes(artefacts)
    total = sum(found.values())
    if total > max_bytes:
        largest = ", ".join(f"{name} {bytes_:,}" for name, bytes_ in list(found.items())[:3])
        remedy = "drop a dependency, or raise MAX_BYTES and say why"
        yield f"the build has {total:,} bytes, over {max_bytes:,}: {largest}; {remedy}"
    for name, folder in artefacts.functions.items():
        if found[name] > MAX_FUNCTION_BYTES:
            yield f"{folder}: has {found[name]:,} bytes, over {MAX_FUNCTION_BYTES:,}; move code into the layer"
