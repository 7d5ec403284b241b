// Well-formed GGUF files: what is in them comes out.
#include "formats/gguf.h"

#include <gmock/gmock.h>

#include <fstream>
#include <limits>
#include <map>

#include "tests/support/fixtures.h"
#include "tests/support/gguf_builder.h"

namespace ashlar::formats {
namespace {

using test::bytes_of;
using test::GgufBuilder;
using test::Meta;
using ::testing::ElementsAre;

Gguf parsed(const std::string& file) {
  auto gguf = Gguf::parse(bytes_of(file), "built");
  EXPECT_TRUE(gguf) << (gguf ? "" : gguf.error().line());
  return gguf ? std::move(*gguf) : Gguf();
}

TEST(Gguf, ReadsScalarsOfEveryType) {
  const std::string file = GgufBuilder()
                               .u8("u8", 255)
                               .i8("i8", -128)
                               .u16("u16", 65535)
                               .i16("i16", -32768)
                               .u32("u32", 4294967295u)
                               .i32("i32", -2147483647)
                               .u64("u64", std::numeric_limits<std::uint64_t>::max())
                               .i64("i64", std::numeric_limits<std::int64_t>::min())
                               .f32("f32", 1.5f)
                               .f64("f64", 1e-300)
                               .boolean("yes", true)
                               .boolean("no", false)
                               .string("text", "Grüße")
                               .build();
  const Gguf gguf = parsed(file);
  EXPECT_EQ(gguf.integer("u8"), 255u);
  EXPECT_EQ(gguf.integer("u16"), 65535u);
  EXPECT_EQ(gguf.integer("u32"), 4294967295u);
  EXPECT_EQ(gguf.integer("u64"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(std::get<std::int64_t>(gguf.find("i8")->value), -128);
  EXPECT_EQ(std::get<std::int64_t>(gguf.find("i16")->value), -32768);
  EXPECT_EQ(std::get<std::int64_t>(gguf.find("i32")->value), -2147483647);
  EXPECT_EQ(std::get<std::int64_t>(gguf.find("i64")->value),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(gguf.number("f32"), 1.5);
  EXPECT_EQ(gguf.number("f64"), 1e-300);
  EXPECT_EQ(gguf.number("u8"), 255.0);
  EXPECT_EQ(gguf.number("i8"), -128.0);
  EXPECT_EQ(gguf.boolean("yes"), true);
  EXPECT_EQ(gguf.boolean("no"), false);
  EXPECT_EQ(gguf.string("text"), "Grüße");
  EXPECT_EQ(gguf.find("i16")->type, "i16");
  EXPECT_EQ(gguf.find("text")->type, "str");
}

TEST(Gguf, ReadsArrays) {
  const std::string file = GgufBuilder()
                               .strings("pieces", {"a", "", "Ġthe"})
                               .i32s("kinds", {1, -3})
                               .array<std::uint8_t>("bytes", Meta::u8, {0, 200})
                               .array<std::uint8_t>("flags", Meta::boolean, {1, 0, 1})
                               .f32s("scores", {0.5f, -1})
                               .i32s("nothing", {})
                               .build();
  const Gguf gguf = parsed(file);
  EXPECT_THAT(gguf.strings("pieces").value(), ElementsAre("a", "", "Ġthe"));
  EXPECT_THAT(gguf.integers("kinds").value(), ElementsAre(1, -3));
  EXPECT_THAT(gguf.integers("bytes").value(), ElementsAre(0, 200));
  EXPECT_TRUE(gguf.integers("nothing").value().empty());
  const auto& flags = std::get<GgufArray>(gguf.find("flags")->value);
  EXPECT_THAT(std::get<std::vector<bool>>(flags), ElementsAre(true, false, true));
  const auto& scores = std::get<GgufArray>(gguf.find("scores")->value);
  EXPECT_THAT(std::get<std::vector<double>>(scores), ElementsAre(0.5, -1.0));
  EXPECT_EQ(gguf.find("pieces")->type, "arr[str]");
}

TEST(Gguf, KeepsTheOrderOfTheFileAndFindsByName) {
  const std::string file = GgufBuilder().u32("z", 1).u32("a", 2).u32("m", 3).build();
  const Gguf gguf = parsed(file);
  std::vector<std::string_view> keys;
  for (const GgufEntry& entry : gguf.metadata()) keys.push_back(entry.key);
  EXPECT_THAT(keys, ElementsAre("z", "a", "m"));
  for (const std::string_view key : keys) EXPECT_EQ(gguf.find(key)->key, key);
  for (const std::string_view absent : {"", "b", "zz", "A"}) EXPECT_EQ(gguf.find(absent), nullptr);
}

TEST(Gguf, ReadsTensors) {
  const std::string q8(2 * 34, '\x11');
  const std::string file = GgufBuilder()
                               .tensor_f32("norm", {3}, {1, 2, 3})
                               .tensor("matrix", test::Ggml::q8_0, {32, 2}, q8)
                               .tensor_f32("deep", {1, 2, 1, 2}, {1, 2, 3, 4})
                               .build();
  const Gguf gguf = parsed(file);
  ASSERT_EQ(gguf.tensors().size(), 3u);
  const GgufTensor* norm = gguf.find_tensor("norm");
  ASSERT_NE(norm, nullptr);
  EXPECT_EQ(norm->shape, (tensor::Shape{{3, 1, 1, 1}, 1}));
  EXPECT_EQ(norm->codec->name, "F32");
  ASSERT_EQ(norm->data.size(), 12u);
  float values[3];
  norm->codec->dequantize(norm->data.data(), values, 3);
  EXPECT_THAT(values, ElementsAre(1, 2, 3));

  const GgufTensor* matrix = gguf.find_tensor("matrix");
  EXPECT_EQ(matrix->shape.rows(), 2u);
  EXPECT_EQ(
      std::string_view(reinterpret_cast<const char*>(matrix->data.data()), matrix->data.size()),
      q8);
  EXPECT_EQ(gguf.find_tensor("deep")->shape.rank, 4u);
  EXPECT_EQ(gguf.find_tensor("matri"), nullptr);
}

TEST(Gguf, TensorsStandOnTheFilesOwnAlignment) {
  for (const std::uint32_t alignment : {8u, 64u, 4096u}) {
    const std::string file = GgufBuilder()
                                 .alignment(alignment)
                                 .tensor_f32("a", {1}, {7})
                                 .tensor_f32("b", {1}, {8})
                                 .build();
    const Gguf gguf = parsed(file);
    EXPECT_EQ(gguf.alignment(), alignment);
    for (const GgufTensor& tensor : gguf.tensors())
      EXPECT_EQ((tensor.data.data() - bytes_of(file).data()) % alignment, 0);
    float value;
    std::memcpy(&value, gguf.find_tensor("b")->data.data(), 4);
    EXPECT_EQ(value, 8);
  }
}

TEST(Gguf, ReadsVersions2And3) {
  for (const std::uint32_t version : {2u, 3u})
    EXPECT_EQ(parsed(GgufBuilder().version(version).build()).version(), version);
}

TEST(Gguf, StaysWholeWhenMoved) {
  const std::string path = ::testing::TempDir() + "moved.gguf";
  GgufBuilder().string("name", "x").tensor_f32("t", {1}, {5}).save(path);
  auto opened = Gguf::open(path);
  ASSERT_TRUE(opened);
  const Gguf moved = std::move(*opened);
  EXPECT_EQ(moved.where(), path);
  EXPECT_EQ(moved.string("name"), "x");
  EXPECT_EQ(moved.find_tensor("t")->data.size(), 4u);
}

// Bytes of a mapped file that are in our memory now.
std::size_t resident_bytes(const std::string& path) {
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  while (std::getline(maps, line))
    if (line.ends_with(path)) break;
  while (std::getline(maps, line))
    if (line.starts_with("Rss:")) return std::stoull(line.substr(4)) * 1024;
  return 0;
}

TEST(Gguf, ReleasedPagesLeaveMemoryAndComeBack) {
  const std::string path = ::testing::TempDir() + "pages.gguf";
  const std::vector<float> values(1 << 18, 3.5f);
  GgufBuilder().tensor_f32("t", {values.size()}, values).save(path);
  const Gguf gguf = Gguf::open(path).value();
  const GgufTensor& tensor = gguf.tensors()[0];
  std::vector<float> read(values.size());
  const auto read_all = [&] {
    tensor.codec->dequantize(tensor.data.data(), read.data(), read.size());
  };
  read_all();
  EXPECT_GE(resident_bytes(path), tensor.data.size());
  gguf.release_pages(tensor.data);
  EXPECT_LE(resident_bytes(path), 2u * 4096);  // the ends share pages with other bytes
  read_all();
  EXPECT_EQ(read, values);
}

TEST(Gguf, ReleasingBytesThatAreNotMappedLeavesThemAlone) {
  const std::string file =
      GgufBuilder().tensor_f32("t", {1 << 14}, std::vector<float>(1 << 14, 2.0f)).build();
  const Gguf gguf = parsed(file);
  gguf.release_pages(gguf.tensors()[0].data);
  float value;
  std::memcpy(&value, gguf.tensors()[0].data.data() + (1 << 15), sizeof(value));
  EXPECT_EQ(value, 2.0f);
}

// The figures of the file that the project runs first.
TEST(Gguf, ReadsSmolLm2) {
  ASHLAR_NEEDS_SMOLLM2();
  auto gguf = Gguf::open(test::smollm2());
  ASSERT_TRUE(gguf) << gguf.error().line();
  std::map<std::string_view, int> tensors_of_type;
  std::uint64_t parameters = 0;
  for (const GgufTensor& tensor : gguf->tensors()) {
    ++tensors_of_type[tensor.codec->name];
    parameters += tensor.shape.elements();
  }
  EXPECT_EQ(tensors_of_type,
            (std::map<std::string_view, int>{{"F32", 61}, {"Q4_1", 210}, {"Q8_0", 1}}));
  EXPECT_EQ(parameters, 134'515'008u);
  EXPECT_EQ(gguf->string("general.architecture"), "llama");
  EXPECT_EQ(gguf->string("tokenizer.ggml.pre"), "smollm");
  EXPECT_EQ(gguf->integer("llama.block_count"), 30u);
  EXPECT_EQ(gguf->strings("tokenizer.ggml.tokens").value().size(), 49'152u);
  EXPECT_EQ(gguf->find_tensor("token_embd.weight")->shape.rows(), 49'152u);
}

}  // namespace
}  // namespace ashlar::formats
