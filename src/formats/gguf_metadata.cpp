// Metadata of a GGUF file: value types as a table, scalars and flat arrays. Arrays of arrays are
// allowed by the format but used by no model that we know; they are refused by name.
// Source: ggml's docs/gguf.md, gguf_metadata_value_type.
#include <fmt/format.h>

#include <array>

#include "formats/gguf_reader.h"

namespace ashlar::formats {
namespace {

template <class Stored, class Wide>
Result<GgufValue> read_number(ByteCursor& cursor) {
  ASHLAR_ASSIGN(const Stored stored, cursor.number<Stored>());
  return GgufValue(static_cast<Wide>(stored));
}

// REQUIRES: `count` elements are left.
template <class Stored, class Wide>
Result<GgufArray> read_numbers(ByteCursor& cursor, std::uint64_t count) {
  ASHLAR_ASSIGN(const auto bytes, cursor.take(count * sizeof(Stored)));
  std::vector<Wide> values(count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = static_cast<Wide>(stored);
  }
  return GgufArray(std::move(values));
}

Result<bool> read_bool(ByteCursor& cursor) {
  ASHLAR_ASSIGN(const auto byte, cursor.number<std::uint8_t>());
  if (byte > 1)
    return cursor.error(ErrorKind::corrupt, fmt::format("{} is not a bool (0 or 1)", byte));
  return byte == 1;
}

Result<GgufValue> read_bool_value(ByteCursor& cursor) {
  ASHLAR_ASSIGN(const bool value, read_bool(cursor));
  return GgufValue(value);
}

Result<GgufArray> read_bools(ByteCursor& cursor, std::uint64_t count) {
  std::vector<bool> values(count);
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASHLAR_ASSIGN(values[i], read_bool(cursor));
  }
  return GgufArray(std::move(values));
}

Result<GgufValue> read_string_value(ByteCursor& cursor) {
  ASHLAR_ASSIGN(const std::string_view value, cursor.string());
  return GgufValue(value);
}

Result<GgufArray> read_strings(ByteCursor& cursor, std::uint64_t count) {
  std::vector<std::string_view> values(count);
  for (std::string_view& value : values) {
    ASHLAR_ASSIGN(value, cursor.string());
  }
  return GgufArray(std::move(values));
}

struct ValueType {
  std::uint32_t id;
  std::string_view name, array_name;
  std::uint64_t minimum_bytes;  // of one element
  Result<GgufValue> (*read)(ByteCursor&);
  Result<GgufArray> (*read_array)(ByteCursor&, std::uint64_t count);
};

template <class Stored, class Wide>
constexpr ValueType number_type(std::uint32_t id, std::string_view name,
                                std::string_view array_name) {
  return {
      id, name, array_name, sizeof(Stored), read_number<Stored, Wide>, read_numbers<Stored, Wide>};
}

constexpr std::uint32_t kArrayType = 9;

constexpr std::array kValueTypes{
    number_type<std::uint8_t, std::uint64_t>(0, "u8", "arr[u8]"),
    number_type<std::int8_t, std::int64_t>(1, "i8", "arr[i8]"),
    number_type<std::uint16_t, std::uint64_t>(2, "u16", "arr[u16]"),
    number_type<std::int16_t, std::int64_t>(3, "i16", "arr[i16]"),
    number_type<std::uint32_t, std::uint64_t>(4, "u32", "arr[u32]"),
    number_type<std::int32_t, std::int64_t>(5, "i32", "arr[i32]"),
    number_type<float, double>(6, "f32", "arr[f32]"),
    ValueType{7, "bool", "arr[bool]", 1, read_bool_value, read_bools},
    ValueType{8, "str", "arr[str]", 8, read_string_value, read_strings},
    number_type<std::uint64_t, std::uint64_t>(10, "u64", "arr[u64]"),
    number_type<std::int64_t, std::int64_t>(11, "i64", "arr[i64]"),
    number_type<double, double>(12, "f64", "arr[f64]"),
};

Result<const ValueType*> find_value_type(ByteCursor& cursor, std::uint32_t id) {
  for (const ValueType& type : kValueTypes)
    if (type.id == id) return &type;
  return cursor.error(ErrorKind::corrupt, fmt::format("no metadata type has number {}", id));
}

Result<TypedValue> read_array(ByteCursor& cursor) {
  ASHLAR_ASSIGN(const auto id, cursor.number<std::uint32_t>());
  if (id == kArrayType)
    return cursor.error(ErrorKind::unsupported, "an array of arrays",
                        "remove the key, or write its value as flat arrays");
  ASHLAR_ASSIGN(const ValueType* const type, find_value_type(cursor, id));
  ASHLAR_ASSIGN(const std::uint64_t count, cursor.count("array elements", type->minimum_bytes));
  ASHLAR_ASSIGN(GgufArray array, type->read_array(cursor, count));
  return TypedValue{type->array_name, GgufValue(std::move(array))};
}

}  // namespace

Result<TypedValue> read_gguf_value(ByteCursor& cursor) {
  ASHLAR_ASSIGN(const auto id, cursor.number<std::uint32_t>());
  if (id == kArrayType) return read_array(cursor);
  ASHLAR_ASSIGN(const ValueType* const type, find_value_type(cursor, id));
  ASHLAR_ASSIGN(GgufValue value, type->read(cursor));
  return TypedValue{type->name, std::move(value)};
}

}  // namespace ashlar::formats
