// Files that lie: each is refused with the place and the mend, and nothing that a file says is
// believed before it was checked.
#include <gmock/gmock.h>

#include <limits>
#include <random>

#include "formats/safetensors.h"
#include "tests/support/safetensors_builder.h"

namespace ashlar::formats {
namespace {

using test::bytes_of;
using test::SafetensorsBuilder;
using testing::HasSubstr;

Error error_of(const std::string& file) {
  const auto tensors = Safetensors::parse(bytes_of(file), "bad.safetensors");
  EXPECT_FALSE(tensors) << "the file was accepted";
  if (tensors) return {};
  EXPECT_THAT(tensors.error().where, HasSubstr("bad.safetensors"));
  EXPECT_NE(tensors.error().mend, "");
  return tensors.error();
}

void expect_refused(const std::string& file, std::string_view message, std::string_view where = "",
                    ErrorKind kind = ErrorKind::corrupt) {
  const Error error = error_of(file);
  EXPECT_EQ(error.kind, kind) << error.line();
  EXPECT_THAT(error.message, HasSubstr(std::string(message)));
  EXPECT_THAT(error.where, HasSubstr(std::string(where)));
}

SafetensorsBuilder sample() {
  return SafetensorsBuilder()
      .raw(R"("__metadata__":{"format":"pt"})")
      .f32("matrix", {2, 2}, {1, 2, 3, 4})
      .tensor("half", "F16", {3}, "abcdef");
}

// Reads all that a parsed file offers; a sanitizer sees any view that is out of bounds.
std::size_t touch(const Safetensors& file) {
  std::size_t sum = file.metadata().size();
  for (const SafetensorsTensor& tensor : file.tensors())
    for (const std::byte byte : tensor.data) sum += std::to_integer<std::size_t>(byte);
  return sum;
}

// Parsed from an exact copy on the heap, so that reading past it is seen.
Result<Safetensors> parse_copy(const std::vector<std::byte>& copy) {
  return Safetensors::parse(copy, "copy");
}

TEST(HostileSafetensors, EveryTruncationIsRefused) {
  const std::string file = sample().build();
  for (std::size_t length = 0; length < file.size(); ++length) {
    const auto part = bytes_of(std::string_view(file).substr(0, length));
    const auto tensors = parse_copy({part.begin(), part.end()});
    ASSERT_FALSE(tensors) << "accepted when cut to " << length << " of " << file.size();
    EXPECT_EQ(tensors.error().kind, ErrorKind::corrupt) << tensors.error().line();
  }
}

TEST(HostileSafetensors, RandomDamageIsRefusedOrHarmless) {
  const std::string file = sample().build();
  std::mt19937 random(6);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> copy(bytes_of(file).begin(), bytes_of(file).end());
    for (int i = 0; i < 3; ++i)
      copy[random() % copy.size()] =
          random() % 2 ? std::byte(random() % 256) : std::byte("0123456789{}[],\""[random() % 16]);
    if (const auto tensors = parse_copy(copy)) touch(*tensors);
  }
}

TEST(HostileSafetensors, HeadersThatAreNone) {
  expect_refused("", "8 bytes are needed");
  expect_refused(SafetensorsBuilder::file("[]"), "doesn't begin with '{'");
  expect_refused(SafetensorsBuilder::file(""), "doesn't begin with '{'");
  expect_refused(SafetensorsBuilder::file("{\"a\":}"), "not JSON at byte 6", "header");
  expect_refused(SafetensorsBuilder::file("{\"\xff\":{}}"), "not JSON");
  expect_refused("GGUF and so on, a model in another format", "a header of");
  std::string long_header;
  test::put<std::uint64_t>(long_header, 33u << 20);
  long_header.resize((33u << 20) + 8, ' ');
  expect_refused(long_header, "at most 33554432 are read", "", ErrorKind::too_large);
}

TEST(HostileSafetensors, DepthAndManyKeysCostLittle) {
  std::string deep = "{\"a\":";
  for (int i = 0; i < 1'000'000; ++i) deep += '[';
  expect_refused(SafetensorsBuilder::file(deep), "not JSON");
  expect_refused(SafetensorsBuilder::file("{\"a\":[[[[0]]]]}"), "nested too deeply");
  std::string many = "{\"z\":0";
  for (int i = 0; i < 300'000; ++i) many += ",\"" + std::to_string(i) + "\":0";
  expect_refused(SafetensorsBuilder::file(many + "}"), "not {dtype, shape, data_offsets}");
}

TEST(HostileSafetensors, KeysThatOccurTwice) {
  expect_refused(sample().entry("matrix", "F16", {8}, 0, 16).build(), "'matrix' occurs twice");
  expect_refused(SafetensorsBuilder()
                     .raw(R"("a":{"dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,4]})")
                     .data("1234")
                     .build(),
                 "'dtype' occurs twice");
}

TEST(HostileSafetensors, EntriesOfAnotherForm) {
  const auto entry = [](const std::string& value) {
    return SafetensorsBuilder().raw("\"t\":" + value).data("1234").build();
  };
  for (const char* value : {"0", "[]", "{}", R"({"dtype":"F32","shape":[1]})",
                            R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1})"})
    expect_refused(entry(value), "not {dtype, shape, data_offsets}", "tensor 't'");
  expect_refused(entry(R"({"dtype":1,"shape":[1],"data_offsets":[0,4]})"), "dtype is not a string");
  for (const char* shape : {"1", "[-1]", "[1.0]", "[\"1\"]", "null"})
    expect_refused(
        entry(R"({"dtype":"F32","shape":)" + std::string(shape) + R"(,"data_offsets":[0,4]})"),
        "shape is not an array of whole numbers", "tensor 't'");
  for (const char* offsets : {"[0]", "[0,4,4]", "[0,4.0]", "[-4,0]", "4"})
    expect_refused(
        entry(R"({"dtype":"F32","shape":[1],"data_offsets":)" + std::string(offsets) + "}"),
        "data_offsets are not two whole numbers", "tensor 't'");
  expect_refused(SafetensorsBuilder().raw(R"("__metadata__":{"a":1})").build(),
                 "__metadata__: 'a' is not a string");
  expect_refused(SafetensorsBuilder().raw(R"("__metadata__":3)").build(), "is not an object");
  expect_refused(SafetensorsBuilder().f32("", {1}, {1}).build(), "name is empty");
}

TEST(HostileSafetensors, DtypesThatAreNotRead) {
  for (const char* dtype : {"I64", "F8_E4M3", "f32", "Q4_0", ""})
    expect_refused(SafetensorsBuilder().tensor("t", dtype, {1}, "1234").build(), "is not read",
                   "tensor 't'", ErrorKind::unsupported);
}

TEST(HostileSafetensors, ShapesThatDoNotFit) {
  const auto shaped = [](const SafetensorsBuilder::Shape& shape) {
    return SafetensorsBuilder().tensor("t", "F32", shape, "12345678").build();
  };
  constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();
  expect_refused(shaped({1}), "1 elements of F32 don't fill 8 bytes", "tensor 't'");
  expect_refused(shaped({3}), "don't fill 8 bytes");
  expect_refused(shaped({0}), "don't fill 8 bytes");
  expect_refused(shaped({1ull << 62, 2}), "don't fill 8 bytes");     // their bytes overflow to 0
  expect_refused(shaped({(1ull << 62) + 2}), "don't fill 8 bytes");  // and to 8
  expect_refused(shaped({kHuge, kHuge}), "more than 2^64 elements");
  expect_refused(shaped({1, 1, 1, 1, 2}), "5 dimensions");
}

TEST(HostileSafetensors, OffsetsThatDoNotFit) {
  const auto at = [](std::uint64_t begin, std::uint64_t end) {
    return SafetensorsBuilder().entry("t", "F32", {1}, begin, end).data("1234").build();
  };
  EXPECT_TRUE(Safetensors::parse(bytes_of(at(0, 4)), ""));
  expect_refused(at(4, 0), "bytes 4 to 0 of 4", "tensor 't'");
  expect_refused(at(0, 8), "bytes 0 to 8 of 4");
  expect_refused(at(4, 8), "bytes 4 to 8 of 4");
  expect_refused(at(1ull << 63, (1ull << 63) + 4), "of 4 bytes of data");
}

// What belongs to no tensor could hide another file; what belongs to two counts twice.
TEST(HostileSafetensors, HolesAndSharedBytes) {
  expect_refused(sample().data("x").build(), "the last 1 bytes belong to no tensor");
  expect_refused(SafetensorsBuilder()
                     .entry("a", "F16", {2}, 0, 4)
                     .entry("b", "F16", {2}, 2, 6)
                     .data("123456")
                     .build(),
                 "shares bytes", "tensor 'b'");
  expect_refused(SafetensorsBuilder()
                     .entry("a", "F16", {1}, 0, 2)
                     .entry("b", "F16", {1}, 4, 6)
                     .data("123456")
                     .build(),
                 "bytes before the tensor belong to none", "tensor 'b'");
}

TEST(HostileSafetensors, NamesAreMadeHarmlessAndShort) {
  const Error error = error_of(
      SafetensorsBuilder().tensor(std::string(100'000, 'k') + "\\u001b", "F32", {9}, "1").build());
  EXPECT_LT(error.line().size(), 300u);
}

}  // namespace
}  // namespace ashlar::formats
