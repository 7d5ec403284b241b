"""A GGUF with every tensor of another in f32: what coarser types are made from.

    .venv-peers/torch/bin/python bench/make_f32_gguf.py MODEL OUT

Metadata are copied; values are those that PyPI gguf's own dequantizer gives.
"""
import os
import sys

import gguf
import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter, LlamaFileType

OWN = ("GGUF.", "general.architecture", "general.file_type", "general.quantization_version")


def copy_metadata(reader: GGUFReader, writer: GGUFWriter):
    for key, field in reader.fields.items():
        if key.startswith(OWN):
            continue
        inner = field.types[1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(key, field.contents(), field.types[0], sub_type=inner)
    writer.add_file_type(LlamaFileType.ALL_F32)


def main():
    source, out = sys.argv[1:]
    reader = GGUFReader(source)
    partial = out + ".partial"
    writer = GGUFWriter(partial, reader.fields["general.architecture"].contents())
    copy_metadata(reader, writer)
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        writer.add_tensor(tensor.name, np.ascontiguousarray(values, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, out)


if __name__ == "__main__":
    main()
