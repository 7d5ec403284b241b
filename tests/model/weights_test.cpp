// Tensors find their places by name, each once and with its shape, and are packed without loss.
#include "model/weights.h"

#include <gmock/gmock.h>

#include <cstring>
#include <filesystem>

#include "tests/model/tiny_llama.h"
#include "tests/support/temp_folder.h"

namespace ashlar::model {
namespace {

using test::Ggml;
using test::GgufBuilder;
using test::TinyLlama;
using ::testing::HasSubstr;

Config tiny_config(bool tied = true) {
  const std::string bytes = TinyLlama{}.file();
  Config config =
      Config::from_gguf(formats::Gguf::parse(test::bytes_of(bytes), "tiny").value()).value();
  config.tied_embedding = tied;
  return config;
}

// A file in memory, and what loading it by a given shape gives.
struct Loaded {
  std::string bytes;
  formats::Gguf file;
  Result<Weights> weights;

  explicit Loaded(const GgufBuilder& builder, const Config& config = tiny_config(),
                  unsigned threads = 2)
      : bytes(builder.build()), file(formats::Gguf::parse(test::bytes_of(bytes), "tiny").value()) {
    base::ThreadPool pool(threads);
    weights = Weights::load(file, config, pool);
  }

  // The rows of a packed matrix, one after another, as a file holds them.
  static std::vector<std::byte> rows_of(const kernels::PackedMatrix& matrix) {
    const std::size_t row = tensor::codec_of(matrix.dtype).bytes_for(matrix.width);
    std::vector<std::byte> rows(row * matrix.rows);
    for (std::uint32_t r = 0; r < matrix.rows; ++r) unpack_row(matrix, r, rows.data() + r * row);
    return rows;
  }
  void expect_packed(const kernels::PackedMatrix& matrix, const std::string& name) const {
    const auto data = file.find_tensor(name)->data;
    EXPECT_EQ(rows_of(matrix), std::vector(data.begin(), data.end())) << name;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(matrix.tiles) % 64, 0u) << name;
  }
  void expect_copied(const std::vector<float>& vector, const std::string& name) const {
    const auto data = file.find_tensor(name)->data;
    ASSERT_EQ(vector.size() * sizeof(float), data.size()) << name;
    EXPECT_EQ(std::memcmp(vector.data(), data.data(), data.size()), 0) << name;
  }
};

TEST(Weights, EveryTensorComesToItsPlace) {
  const Loaded loaded{TinyLlama{}.builder()};
  ASSERT_TRUE(loaded.weights) << loaded.weights.error().line();
  const Weights& w = *loaded.weights;
  loaded.expect_packed(w.embedding, "token_embd.weight");
  loaded.expect_copied(w.output_norm, "output_norm.weight");
  ASSERT_EQ(w.layers.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string prefix = "blk." + std::to_string(i) + ".";
    const LayerWeights& layer = w.layers[i];
    loaded.expect_copied(layer.attention_norm, prefix + "attn_norm.weight");
    loaded.expect_packed(layer.query, prefix + "attn_q.weight");
    loaded.expect_packed(layer.key, prefix + "attn_k.weight");
    loaded.expect_packed(layer.value, prefix + "attn_v.weight");
    loaded.expect_packed(layer.attention_out, prefix + "attn_output.weight");
    loaded.expect_copied(layer.ff_norm, prefix + "ffn_norm.weight");
    loaded.expect_packed(layer.gate, prefix + "ffn_gate.weight");
    loaded.expect_packed(layer.up, prefix + "ffn_up.weight");
    loaded.expect_packed(layer.down, prefix + "ffn_down.weight");
  }
}

// A file in memory and its weights, from a store in `folder`, once all is done with them.
struct Stored {
  std::string bytes;
  formats::Gguf file;
  Weights weights;

  Stored(const std::filesystem::path& folder, const TinyLlama& tiny)
      : bytes(tiny.file()), file(formats::Gguf::parse(test::bytes_of(bytes), "tiny").value()) {
    base::ThreadPool pool(2);
    const PackedStore store(folder);
    weights = Weights::load(file, tiny_config(), pool, &store).value();
    if (weights.afterwards.joinable()) weights.afterwards.join();
  }
};

std::size_t files_in(const std::filesystem::path& folder) {
  using Iterator = std::filesystem::directory_iterator;
  return static_cast<std::size_t>(std::distance(Iterator(folder), Iterator()));
}

class StoredWeights : public test::TempFolder {};

TEST_F(StoredWeights, AreTakenFromTheStoreWhereTheyWerePackedOnce) {
  const Stored first(root(), {});
  ASSERT_EQ(files_in(root()), 1u);
  const auto file = std::filesystem::directory_iterator(root())->path();
  const auto written = std::filesystem::last_write_time(file);
  const Stored second(root(), {});
  EXPECT_EQ(std::filesystem::last_write_time(file), written);
  ASSERT_EQ(second.weights.packed.size(), first.weights.packed.size());
  EXPECT_EQ(std::memcmp(second.weights.packed.data(), first.weights.packed.data(),
                        first.weights.packed.size()),
            0);
  EXPECT_EQ(second.weights.layers[1].down.tiles - second.weights.packed.data(),
            first.weights.layers[1].down.tiles - first.weights.packed.data());
}

TEST_F(StoredWeights, OfAnotherFileArePackedApart) {
  const Stored first(root(), {});
  TinyLlama other_type;
  other_type.type = Ggml::q8_0;
  const Stored other(root(), other_type);
  EXPECT_EQ(files_in(root()), 2u);
}

TEST(Weights, ATiedHeadIsTheEmbeddingAndAnotherIsItsOwn) {
  const Loaded tied{TinyLlama{}.builder()};
  EXPECT_EQ(tied.weights->lm_head.tiles, tied.weights->embedding.tiles);
  GgufBuilder builder = TinyLlama{}.builder();
  std::vector<float> head(64 * 50);
  for (std::size_t i = 0; i < head.size(); ++i) head[i] = static_cast<float>(i);
  builder.tensor_f32("output.weight", {64, 50}, head);
  const Loaded own(builder, tiny_config(false));
  ASSERT_TRUE(own.weights) << own.weights.error().line();
  own.expect_packed(own.weights->lm_head, "output.weight");
  own.expect_packed(own.weights->embedding, "token_embd.weight");
}

// More tiles than one strip of packing, with one thread and with several. They end within a cache
// line, and the next matrix begins on one.
TEST(Weights, ManyRowsArePackedWhole) {
  TinyLlama big;
  big.layers = 1, big.width = 96, big.vocabulary = 187 * 16;
  Config config = tiny_config();
  config.layers = big.layers, config.width = big.width, config.vocabulary = big.vocabulary;
  for (const unsigned threads : {1u, 3u}) {
    const Loaded loaded(big.builder(), config, threads);
    ASSERT_TRUE(loaded.weights) << loaded.weights.error().line();
    loaded.expect_packed(loaded.weights->embedding, "token_embd.weight");
    loaded.expect_packed(loaded.weights->layers[0].query, "blk.0.attn_q.weight");
  }
}

Error error_of(const GgufBuilder& builder, const Config& config = tiny_config()) {
  const Loaded loaded(builder, config);
  EXPECT_FALSE(loaded.weights);
  return loaded.weights ? Error{} : loaded.weights.error();
}

TEST(Weights, AMissingTensorIsNamedWhicheverItIs) {
  const Loaded whole{TinyLlama{}.builder()};
  for (const formats::GgufTensor& tensor : whole.file.tensors()) {
    TinyLlama shape;
    shape.without = tensor.name;
    const Error error = error_of(shape.builder());
    EXPECT_EQ(error.kind, ErrorKind::corrupt);
    EXPECT_EQ(error.message, "tensor " + shape.without + " is missing");
    EXPECT_EQ(error.where, "tiny");
  }
  EXPECT_THAT(error_of(TinyLlama{}.builder(), tiny_config(false)).message,
              HasSubstr("output.weight is missing"));
}

TEST(Weights, AWrongShapeIsSaidBesideTheRightOne) {
  TinyLlama shape;
  shape.without = "blk.1.attn_k.weight";  // [32 rows][64]
  for (const auto& [width, rows] : {std::pair{64, 16}, {32, 64}, {64, 33}}) {
    GgufBuilder builder = shape.builder();
    builder.tensor_f32(shape.without, {std::uint64_t(width), std::uint64_t(rows)},
                       std::vector<float>(static_cast<std::size_t>(width * rows)));
    const Error error = error_of(builder);
    EXPECT_EQ(error.kind, ErrorKind::corrupt);
    EXPECT_EQ(error.message, "tensor blk.1.attn_k.weight is " + std::to_string(width) + " × " +
                                 std::to_string(rows) + ", expected 64 × 32");
  }
}

// A bias that nothing adds would change the answer without a word.
TEST(Weights, ATensorWithoutAPlaceIsRefused) {
  GgufBuilder builder = TinyLlama{}.builder();
  builder.tensor_f32("blk.0.attn_q.bias", {64}, std::vector<float>(64));
  const Error error = error_of(builder);
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.message, HasSubstr("blk.0.attn_q.bias"));
}

}  // namespace
}  // namespace ashlar::model
