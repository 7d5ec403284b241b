// Well-formed safetensors files: what is in them comes out.
#include "formats/safetensors.h"

#include <gmock/gmock.h>

#include "tests/support/safetensors_builder.h"
#include "tests/support/temp_folder.h"

namespace ashlar::formats {
namespace {

using test::bytes_of;
using test::SafetensorsBuilder;
using testing::ElementsAre;
using testing::Pair;

Safetensors parsed(const std::string& file) {
  auto tensors = Safetensors::parse(bytes_of(file), "built");
  EXPECT_TRUE(tensors) << (tensors ? "" : tensors.error().line());
  return tensors ? std::move(*tensors) : Safetensors();
}

std::vector<float> values_of(const SafetensorsTensor& tensor) {
  std::vector<float> values(tensor.shape.elements());
  tensor.codec->dequantize(tensor.data.data(), values.data(), values.size());
  return values;
}

TEST(Safetensors, ReadsNamesShapesAndValues) {
  const std::string file = SafetensorsBuilder()
                               .f32("matrix", {2, 3}, {1, 2, 3, 4, 5, 6})
                               .tensor("half", "F16", {2}, std::string("\x00\x3c\x00\xc0", 4))
                               .tensor("brain", "BF16", {1, 1}, std::string("\xc0\x3f", 2))
                               .f32("scalar", {}, {7})
                               .build();
  const Safetensors tensors = parsed(file);
  ASSERT_EQ(tensors.tensors().size(), 4u);
  const SafetensorsTensor& matrix = *tensors.find_tensor("matrix");
  EXPECT_EQ(matrix.shape, (tensor::Shape{{3, 2, 1, 1}, 2})) << "innermost first";
  EXPECT_THAT(values_of(matrix), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(values_of(*tensors.find_tensor("half")), ElementsAre(1, -2));
  EXPECT_THAT(values_of(*tensors.find_tensor("brain")), ElementsAre(1.5f));
  EXPECT_THAT(values_of(*tensors.find_tensor("scalar")), ElementsAre(7));
  EXPECT_EQ(tensors.find_tensor("scalar")->shape.rank, 0u);
  EXPECT_EQ(tensors.find_tensor("nothing"), nullptr);
}

TEST(Safetensors, TensorsComeInOrderOfNameWhereverTheirBytesAre) {
  const std::string file =
      SafetensorsBuilder().f32("b", {1}, {2}).f32("c", {1}, {3}).f32("a", {1}, {1}).build();
  const Safetensors tensors = parsed(file);
  std::vector<std::string> names;
  for (const auto& tensor : tensors.tensors()) names.push_back(tensor.name);
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

TEST(Safetensors, MetadataAndPaddingAreFine) {
  const std::string file = SafetensorsBuilder::file(R"({"__metadata__":{"format":"pt"}}      )");
  const Safetensors tensors = parsed(file);
  EXPECT_THAT(tensors.metadata(), ElementsAre(Pair("format", "pt")));
  EXPECT_TRUE(tensors.tensors().empty());
}

TEST(Safetensors, EmptyTensorsHaveNoBytes) {
  const std::string file =
      SafetensorsBuilder().f32("none", {0, 5}, {}).f32("one", {1}, {1}).build();
  const Safetensors tensors = parsed(file);
  EXPECT_TRUE(tensors.find_tensor("none")->data.empty());
}

class SafetensorsFile : public test::TempFolder {};

TEST_F(SafetensorsFile, IsMappedAndOutlivesAMove) {
  put("/a.safetensors", SafetensorsBuilder().f32("x", {2}, {3, 4}).build());
  auto opened = Safetensors::open(root() / "a.safetensors");
  ASSERT_TRUE(opened);
  const Safetensors moved = std::move(*opened);
  EXPECT_THAT(values_of(*moved.find_tensor("x")), ElementsAre(3, 4));
}

TEST_F(SafetensorsFile, MissingOnesAreSaidSo) {
  EXPECT_EQ(Safetensors::open(root() / "no").error().kind, ErrorKind::not_found);
  EXPECT_EQ(Safetensors::open(root()).error().kind, ErrorKind::bad_input);
}

}  // namespace
}  // namespace ashlar::formats
