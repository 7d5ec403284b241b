// What the writer writes, the reader reads: metadata byte for byte, tensors in their places. A file
// appears whole or not at all.
#include "formats/gguf_writer.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/temp_folder.h"

namespace ashlar::formats {
namespace {

using test::bytes_of;
using test::GgufBuilder;

std::string source_file() {
  return GgufBuilder()
      .string("general.architecture", "llama")
      .u32("general.alignment", 64)
      .i8("small", -3)
      .boolean("yes", true)
      .f64("precise", 1e-300)
      .strings("pieces", {"a", "", "Ġthe"})
      .array<std::uint8_t>("flags", test::Meta::boolean, {1, 0})
      .build();
}

tensor::Shape shape_of(std::uint64_t width, std::uint64_t rows) {
  return {{width, rows, 1, 1}, 2};
}

class GgufWriterTest : public test::TempFolder {
 protected:
  std::filesystem::path path() const { return root() / "out.gguf"; }
  std::filesystem::path partial() const { return GgufWriter::partial_path(path()); }

  // Two matrices of 20 and 68 bytes; 34 + 34 of Q8_0.
  static GgufHeader header() {
    GgufHeader header;
    header.u32("answer", 42);
    header.tensor("a", tensor::codec_of(tensor::Dtype::f32), shape_of(5, 1));
    header.tensor("b", tensor::codec_of(tensor::Dtype::q8_0), shape_of(32, 2));
    return header;
  }
  static std::string data_of(std::size_t bytes, char fill) { return std::string(bytes, fill); }

  std::string whole() const { return base::read_file(path()).value(); }
};

TEST_F(GgufWriterTest, MetadataIsCopiedByteForByte) {
  const std::string from = source_file();
  const Gguf source = Gguf::parse(bytes_of(from), "source").value();
  GgufHeader header(source.alignment());
  for (const GgufEntry& entry : source.metadata()) header.copy(entry);
  EXPECT_EQ(header.bytes().substr(0, from.size()), from);
  EXPECT_EQ(header.bytes().size() % 64, 0u);
}

TEST_F(GgufWriterTest, TensorsComeBackFromTheirPlaces) {
  auto writer = GgufWriter::create(path()).value();
  ASSERT_TRUE(writer.begin(header()));
  // In pieces that don't end where tensors do.
  const std::string data = data_of(20, 'a') + data_of(68, 'b');
  for (std::size_t at = 0; at < data.size(); at += 11)
    ASSERT_TRUE(writer.append(bytes_of(data.substr(at, 11))));
  EXPECT_FALSE(std::filesystem::exists(path()));
  ASSERT_TRUE(writer.finish());
  EXPECT_FALSE(std::filesystem::exists(partial()));

  const Gguf file = Gguf::open(path()).value();
  EXPECT_EQ(file.version(), 3u);
  EXPECT_EQ(file.integer("answer"), 42u);
  ASSERT_EQ(file.tensors().size(), 2u);
  const GgufTensor& b = *file.find_tensor("b");
  EXPECT_EQ(b.codec->name, "Q8_0");
  EXPECT_EQ(b.shape, shape_of(32, 2));
  EXPECT_EQ(b.data.front(), std::byte{'b'});
  EXPECT_EQ(file.find_tensor("a")->data.back(), std::byte{'a'});
  // The padding behind the last tensor is there too.
  EXPECT_EQ(file.file_bytes() % 32, 0u);
}

TEST_F(GgufWriterTest, AnotherWriterGoesOnBehindWhatIsKept) {
  {
    auto killed = GgufWriter::create(path()).value();
    ASSERT_TRUE(killed.begin(header()));
    ASSERT_TRUE(killed.append(bytes_of(data_of(20, 'a') + data_of(40, 'x'))));
  }
  auto writer = GgufWriter::create(path()).value();
  ASSERT_TRUE(writer.begin(header(), 1));
  ASSERT_TRUE(writer.append(bytes_of(data_of(68, 'b'))));
  ASSERT_TRUE(writer.finish());
  const std::string resumed = whole();

  std::filesystem::remove(path());
  auto at_once = GgufWriter::create(path()).value();
  ASSERT_TRUE(at_once.begin(header()));
  ASSERT_TRUE(at_once.append(bytes_of(data_of(20, 'a') + data_of(68, 'b'))));
  ASSERT_TRUE(at_once.finish());
  EXPECT_EQ(whole(), resumed);
}

TEST_F(GgufWriterTest, TwoWritersOfOneFileAreOneTooMany) {
  auto first = GgufWriter::create(path());
  ASSERT_TRUE(first);
  const auto second = GgufWriter::create(path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::io);
  EXPECT_THAT(second.error().message, testing::HasSubstr("another process"));
}

TEST_F(GgufWriterTest, AFileThatCameAboutMeanwhileIsNotWrittenOver) {
  auto writer = GgufWriter::create(path()).value();
  ASSERT_TRUE(writer.begin(header()));
  ASSERT_TRUE(writer.append(bytes_of(data_of(88, 'a'))));
  test::spill(path(), "precious");
  EXPECT_EQ(writer.finish().error().kind, ErrorKind::io);
  EXPECT_EQ(whole(), "precious");
}

TEST_F(GgufWriterTest, ALinkIsNotFollowedAndAnEmptyFileNotLeft) {
  {
    const auto writer = GgufWriter::create(path()).value();
  }
  EXPECT_TRUE(std::filesystem::is_empty(root()));
  test::spill(root() / "precious", "precious");
  std::filesystem::create_symlink(root() / "precious", partial());
  EXPECT_EQ(GgufWriter::create(path()).error().kind, ErrorKind::io);
  EXPECT_EQ(base::read_file(root() / "precious").value(), "precious");
}

TEST_F(GgufWriterTest, TooFewAndTooManyBytesAreErrors) {
  auto writer = GgufWriter::create(path()).value();
  ASSERT_TRUE(writer.begin(header()));
  ASSERT_TRUE(writer.append(bytes_of(data_of(87, 'a'))));
  EXPECT_EQ(writer.finish().error().kind, ErrorKind::internal);
  EXPECT_FALSE(std::filesystem::exists(path()));
  EXPECT_EQ(writer.append(bytes_of(data_of(2, 'a'))).error().kind, ErrorKind::internal);
}

TEST_F(GgufWriterTest, AFolderThatIsNotThereIsNamed) {
  const auto writer = GgufWriter::create(root() / "none" / "out.gguf");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().kind, ErrorKind::io);
  EXPECT_THAT(writer.error().where, testing::HasSubstr("none/out.gguf"));
}

}  // namespace
}  // namespace ashlar::formats
