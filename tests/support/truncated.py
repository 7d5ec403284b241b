"""A smaller model for tests of speculation: a copy of a GGUF that ends after its first layers."""
from pathlib import Path

from gguf import GGUFReader, GGUFValueType, GGUFWriter

from support import places


def layer_of(tensor: str) -> int:
    """-1: of no layer."""
    return int(tensor.split(".")[1]) if tensor.startswith("blk.") else -1


def copy_fields(reader, writer, change):
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        value = change.get(field.name, lambda same: same)(field.contents())
        subtype = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, value, field.types[0], subtype)


def write_truncated(path: Path, layers: int, source: Path = None, change: dict = None) -> Path:
    """`change`: metadata key → function of its old value."""
    reader = GGUFReader(source or places.model_path())
    architecture = reader.fields["general.architecture"].contents()
    writer = GGUFWriter(path, architecture)
    copy_fields(reader, writer, {f"{architecture}.block_count": lambda _: layers, **(change or {})})
    for tensor in reader.tensors:
        if layer_of(tensor.name) < layers:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
