"""Where the scripts that make a corpus write it."""
import pathlib
import sys


def write(kind, seeds):
    """Writes each (name, bytes) to NAME.KIND in fuzz/corpus/KIND, or in the folder that the command
    line names."""
    default = pathlib.Path(__file__).parent / "corpus" / kind
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds:
        (folder / f"{name}.{kind}").write_bytes(content)
