// Files that lie: each is refused with the place and the mend, and nothing that a file says is
// believed before it was checked.
#include <gmock/gmock.h>

#include <cstdlib>
#include <limits>
#include <numeric>
#include <random>

#include "formats/gguf.h"
#include "tests/support/gguf_builder.h"

namespace ashlar::formats {
namespace {

using test::bytes_of;
using test::Ggml;
using test::GgufBuilder;
using test::Meta;
using ::testing::HasSubstr;

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

Error error_of(const std::string& file) {
  auto gguf = Gguf::parse(bytes_of(file), "bad.gguf");
  EXPECT_FALSE(gguf) << "the file was accepted";
  if (gguf) return {};
  EXPECT_THAT(gguf.error().where, HasSubstr("bad.gguf"));
  EXPECT_NE(gguf.error().mend, "");
  return gguf.error();
}

void expect_refused(const GgufBuilder& builder, ErrorKind kind, std::string_view message,
                    std::string_view where = "") {
  const Error error = error_of(builder.build());
  EXPECT_EQ(error.kind, kind) << error.line();
  EXPECT_THAT(error.message, HasSubstr(std::string(message)));
  EXPECT_THAT(error.where, HasSubstr(std::string(where)));
}

// A small file with something of everything.
GgufBuilder sample() {
  return GgufBuilder()
      .string("general.architecture", "llama")
      .u32("llama.block_count", 2)
      .boolean("flag", true)
      .strings("pieces", {"a", "bc"})
      .i32s("kinds", {1, 3})
      .tensor_f32("norm", {3}, {1, 2, 3})
      .tensor("matrix", Ggml::q4_0, {32, 2}, std::string(36, '\x42'));
}

// Reads all that a parsed file offers; a sanitizer sees any view that is out of bounds.
std::size_t touch(const Gguf& gguf) {
  std::size_t sum = 0;
  for (const GgufEntry& entry : gguf.metadata()) {
    sum += std::accumulate(entry.key.begin(), entry.key.end(), std::size_t{0});
    if (const auto strings = gguf.strings(entry.key))
      for (const std::string_view text : *strings) sum += text.empty() ? 0 : text.back();
  }
  for (const GgufTensor& tensor : gguf.tensors())
    sum += std::to_integer<std::size_t>(tensor.data.front()) +
           std::to_integer<std::size_t>(tensor.data.back());
  return sum;
}

// Parsed from an exact copy on the heap, so that reading past it is seen.
Result<Gguf> parse_copy(const std::vector<std::byte>& copy) {
  return Gguf::parse(copy, "copy");
}

TEST(HostileGguf, EveryTruncationIsRefused) {
  const std::string file = sample().build();
  for (std::size_t length = 0; length < file.size(); ++length) {
    const auto part = bytes_of(std::string_view(file).substr(0, length));
    const auto gguf = parse_copy({part.begin(), part.end()});
    ASSERT_FALSE(gguf) << "accepted when cut to " << length << " of " << file.size();
    EXPECT_EQ(gguf.error().kind, ErrorKind::corrupt) << gguf.error().line();
  }
}

TEST(HostileGguf, EveryFlippedBitIsRefusedOrHarmless) {
  const std::string file = sample().build();
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::vector<std::byte> copy(bytes_of(file).begin(), bytes_of(file).end());
    copy[bit / 8] ^= std::byte(1u << bit % 8);
    const auto gguf = parse_copy(copy);
    if (gguf) touch(*gguf);
  }
}

TEST(HostileGguf, RandomDamageIsRefusedOrHarmless) {
  const std::string file = sample().build();
  std::mt19937 random(6);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> copy(bytes_of(file).begin(), bytes_of(file).end());
    for (int i = 0; i < 4; ++i) {
      // Half the damage is extreme values, which lengths and counts dislike most.
      const std::byte value = random() % 2 ? std::byte(random() % 256) : std::byte{0xFF};
      copy[random() % copy.size()] = value;
    }
    const auto gguf = parse_copy(copy);
    if (gguf) touch(*gguf);
  }
}

TEST(HostileGguf, WrongMagicAndVersions) {
  EXPECT_EQ(error_of("GGML").kind, ErrorKind::corrupt);
  EXPECT_THAT(error_of("PK\3\4 a zip file").message, HasSubstr("not a GGUF file"));
  EXPECT_THAT(error_of("").message, HasSubstr("4 bytes are needed and 0 are left"));
  expect_refused(GgufBuilder().version(1), ErrorKind::unsupported, "version 1");
  expect_refused(GgufBuilder().version(4), ErrorKind::unsupported, "version 4");
  expect_refused(GgufBuilder().version(0x03000000), ErrorKind::unsupported, "big-endian");
}

TEST(HostileGguf, CountsThatTheFileCannotHold) {
  for (const std::uint64_t count : {kHuge, std::uint64_t{1} << 63, std::uint64_t{1} << 32}) {
    expect_refused(sample().claim_entries(count), ErrorKind::corrupt, "metadata entries can't fit");
    expect_refused(sample().claim_tensors(count), ErrorKind::corrupt, "tensors can't fit");
  }
  // More than there are, but few enough that their smallest form would fit.
  expect_refused(sample().claim_tensors(5), ErrorKind::corrupt, "", "tensor");
}

std::string array_of(Meta type, std::uint64_t count, std::string_view data) {
  std::string encoded;
  test::put(encoded, static_cast<std::uint32_t>(type));
  test::put(encoded, count);
  return encoded.append(data);
}

TEST(HostileGguf, ArraysThatTheFileCannotHold) {
  for (const Meta type : {Meta::u8, Meta::i16, Meta::f32, Meta::f64, Meta::boolean, Meta::string})
    for (const std::uint64_t count : {kHuge, kHuge / 4, kHuge / 8 + 1, std::uint64_t{100}})
      expect_refused(GgufBuilder().raw("list", Meta::array, array_of(type, count, "12345678")),
                     ErrorKind::corrupt, "array elements can't fit", "key 'list'");
}

TEST(HostileGguf, GigabyteStrings) {
  std::string encoded;
  test::put<std::uint64_t>(encoded, std::uint64_t{1} << 30);
  expect_refused(GgufBuilder().raw("text", Meta::string, encoded + "abc"), ErrorKind::corrupt,
                 "1073741824 bytes are needed and 3 are left", "key 'text'");
  std::string key;
  test::put(key, kHuge);
  expect_refused(GgufBuilder().raw("a", Meta::string, key), ErrorKind::corrupt, "are needed");
}

TEST(HostileGguf, TypesThatDoNotExist) {
  expect_refused(GgufBuilder().raw("k", static_cast<Meta>(13), "12345678"), ErrorKind::corrupt,
                 "no metadata type has number 13", "key 'k'");
  expect_refused(GgufBuilder().raw("k", Meta::array, array_of(static_cast<Meta>(99), 1, "1")),
                 ErrorKind::corrupt, "no metadata type has number 99");
  expect_refused(GgufBuilder().u8("k", 0).raw("b", Meta::boolean, "\2"), ErrorKind::corrupt,
                 "2 is not a bool", "key 'b'");
  expect_refused(GgufBuilder().raw("b", Meta::array, array_of(Meta::boolean, 2, "\1\3")),
                 ErrorKind::corrupt, "3 is not a bool");
}

TEST(HostileGguf, ArraysOfArrays) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += array_of(Meta::array, 1, "");
  expect_refused(GgufBuilder().raw("deep", Meta::array, deep), ErrorKind::unsupported,
                 "an array of arrays", "key 'deep'");
}

TEST(HostileGguf, NamesThatAreNotText) {
  expect_refused(GgufBuilder().u32("bad\xFFkey", 1), ErrorKind::corrupt, "not UTF-8",
                 "key 'bad\uFFFDkey'");
  expect_refused(GgufBuilder().u32("", 1), ErrorKind::corrupt, "an empty key");
  expect_refused(GgufBuilder().tensor_f32("\xC0\x80", {1}, {1}), ErrorKind::corrupt, "not UTF-8");
  expect_refused(GgufBuilder().tensor_f32("", {1}, {1}), ErrorKind::corrupt, "an empty tensor");
}

TEST(HostileGguf, LongNamesAreShortenedInMessages) {
  const Error error =
      error_of(GgufBuilder().raw(std::string(1 << 20, 'k') + "\n", Meta::boolean, "\7").build());
  EXPECT_LT(error.line().size(), 300u);
}

TEST(HostileGguf, NamesThatOccurTwice) {
  expect_refused(GgufBuilder().u32("b", 1).u32("a", 1).u32("b", 2), ErrorKind::corrupt,
                 "the key occurs twice", "key 'b'");
  expect_refused(
      GgufBuilder().tensor_f32("y", {1}, {1}).tensor_f32("x", {1}, {1}).tensor_f32("y", {1}, {1}),
      ErrorKind::corrupt, "the tensor occurs twice", "tensor 'y'");
}

TEST(HostileGguf, Alignments) {
  for (const std::uint32_t alignment : {0u, 1u, 4u, 12u, 33u, 1u << 21, 0x80000000u})
    expect_refused(GgufBuilder().u32("general.alignment", alignment), ErrorKind::corrupt,
                   "a power of two", "general.alignment");
  expect_refused(GgufBuilder().string("general.alignment", "32"), ErrorKind::corrupt,
                 "type str where an integer is needed");
}

TEST(HostileGguf, AbsurdShapes) {
  const auto shaped = [](GgufBuilder::Extents extents) {
    return GgufBuilder().tensor_at("t", 0, extents, 0, std::string(64, '\0'));
  };
  expect_refused(shaped({}), ErrorKind::corrupt, "0 dimensions", "tensor 't'");
  expect_refused(shaped({1, 1, 1, 1, 1}), ErrorKind::corrupt, "5 dimensions");
  expect_refused(shaped({4, 0}), ErrorKind::corrupt, "dimension 1 is empty");
  expect_refused(shaped({kHuge, 2}), ErrorKind::corrupt, "more than 2^64 elements");
  expect_refused(shaped({1ull << 32, 1ull << 32}), ErrorKind::corrupt, "more than 2^64 elements");
  // Their bytes, not their elements, overflow.
  expect_refused(shaped({1ull << 62}), ErrorKind::corrupt, "reach past the end");
  expect_refused(shaped({kHuge}), ErrorKind::corrupt, "reach past the end");
  expect_refused(shaped({17}), ErrorKind::corrupt, "reach past the end");
}

TEST(HostileGguf, RowsThatAreNotWholeBlocks) {
  expect_refused(GgufBuilder().tensor("t", Ggml::q4_1, {48, 2}, std::string(60, '\0')),
                 ErrorKind::corrupt, "rows of 48 elements are not whole blocks of 32 (Q4_1)",
                 "tensor 't'");
}

TEST(HostileGguf, TensorTypesThatAreNotRead) {
  for (const std::uint32_t type : {4u, 99u, 255u, 0xFFFFFFFFu}) {
    const Error error = error_of(GgufBuilder().tensor_at("t", type, {32}, 0).build());
    EXPECT_EQ(error.kind, ErrorKind::unsupported);
    EXPECT_THAT(error.message, HasSubstr(std::to_string(type)));
    EXPECT_THAT(error.where, HasSubstr("tensor 't'"));
    EXPECT_THAT(error.mend, HasSubstr("F32, F16, BF16, Q4_0, Q4_1, Q8_0"));
  }
}

TEST(HostileGguf, Offsets) {
  const auto placed = [](std::uint64_t offset) {
    return GgufBuilder().tensor_at("t", 0, {4}, offset, std::string(16, '\0'));
  };
  EXPECT_TRUE(Gguf::parse(bytes_of(placed(0).build()), ""));
  expect_refused(placed(32), ErrorKind::corrupt, "reach past the end", "tensor 't'");
  expect_refused(placed(4), ErrorKind::corrupt, "not a multiple of 32");
  expect_refused(placed(kHuge - 31), ErrorKind::corrupt, "reach past the end");
  expect_refused(placed(1ull << 63), ErrorKind::corrupt, "reach past the end");
}

// A hundred views of one block would make us allocate a hundred times the file.
TEST(HostileGguf, TensorsThatShareBytes) {
  expect_refused(GgufBuilder()
                     .tensor_f32("a", {16}, std::vector<float>(16))
                     .tensor_at("b", 0, {4}, 32, std::string(16, '\0')),
                 ErrorKind::corrupt, "tensors 'a' and 'b' share bytes");
}

TEST(HostileGguf, MissingFilesAndFolders) {
  EXPECT_EQ(Gguf::open("/nonexistent.gguf").error().kind, ErrorKind::not_found);
  EXPECT_EQ(Gguf::open(::testing::TempDir()).error().kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace ashlar::formats
