// The forward pass against a plain f64 reference, and its sameness: a row's bits depend on its
// sequence alone.
#include "model/model.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <numeric>

#include "kernels/kernel_table.h"
#include "tests/model/tiny_llama.h"

namespace ashlar::model {
namespace {

using test::Ggml;
using test::TinyLlama;

std::vector<TokenId> some_ids(std::size_t count, std::uint64_t seed = 0) {
  std::vector<TokenId> ids(count);
  for (std::size_t i = 0; i < count; ++i)
    ids[i] = static_cast<TokenId>(base::uniform(seed, 5, i) * 50);
  return ids;
}

std::vector<BlockId> blocks_from(BlockId first, std::uint32_t count) {
  std::vector<BlockId> blocks(count);
  std::iota(blocks.begin(), blocks.end(), first);
  return blocks;
}

// How a model runs.
struct Way {
  Precision precision;
  KvDtype kv;
  Way(Precision p) : precision(p), kv(kv_dtype_of(p)) {}
  Way(Precision p, KvDtype dtype) : precision(p), kv(dtype) {}

  // Heads that are whole blocks of any type.
  static TinyLlama shape() {
    TinyLlama tiny;
    tiny.head_width = 32;
    return tiny;
  }
};

// A model that owns its file's bytes, with a cache and a workspace.
struct Bench {
  std::string bytes;
  base::ThreadPool pool;
  std::shared_ptr<const Model> model;
  std::optional<KvCache> cache;
  Workspace workspace;

  explicit Bench(Way way, TinyLlama shape = Way::shape(), unsigned threads = 2)
      : Bench(way, shape.file(), threads) {}
  Bench(Way way, std::string file_bytes, unsigned threads)
      : bytes(std::move(file_bytes)), pool(threads) {
    auto file = formats::Gguf::parse(test::bytes_of(bytes), "tiny");
    model = Model::load(std::move(*file), way.precision, pool).value();
    cache = KvCache::create(model->config(), way.kv, 16).value();
  }
  std::vector<float> run(std::vector<Run> runs) {
    const auto logits = model->forward(runs, *cache, workspace, pool);
    if (!logits) throw std::runtime_error(logits.error().line());
    return {logits->begin(), logits->end()};
  }
  // Logits of every position, the prompt cut into pieces of `chunk`.
  std::vector<float> all(const std::vector<TokenId>& ids, std::size_t chunk = 1000) {
    const std::vector<BlockId> blocks = blocks_from(3, 4);
    std::vector<float> logits;
    for (std::size_t at = 0; at < ids.size(); at += chunk) {
      const auto piece = std::span(ids).subspan(at, std::min(chunk, ids.size() - at));
      const auto part = run({{piece, static_cast<std::uint32_t>(at), blocks, LogitsWanted::all}});
      logits.insert(logits.end(), part.begin(), part.end());
    }
    return logits;
  }
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(Model, ExactAgreesWithTheReferenceForEveryType) {
  for (const Ggml type : {Ggml::f32, Ggml::f16, Ggml::bf16, Ggml::q4_0, Ggml::q4_1, Ggml::q8_0}) {
    TinyLlama shape;
    shape.type = type;
    Bench bench(Precision::exact, shape);
    const std::vector<TokenId> ids = some_ids(130);
    const std::vector<float> ours = bench.all(ids);
    const test::Matrix expected = test::ReferenceLlama(bench.model->file(), shape).forward(ids);
    for (std::size_t p = 0; p < ids.size(); ++p)
      for (std::size_t v = 0; v < 50; ++v)
        ASSERT_NEAR(ours[p * 50 + v], expected[p][v], 1e-4)
            << "type " << static_cast<int>(type) << " position " << p << " id " << v;
  }
}

// K-quants need rows of whole 256s.
TinyLlama shape_for(Ggml type) {
  TinyLlama shape;
  shape.type = type;
  if (type == Ggml::q4_k || type == Ggml::q5_k || type == Ggml::q6_k)
    shape.width = 256, shape.head_width = 64, shape.ff_width = 512;
  return shape;
}

// The same file with every tensor decoded to f32.
std::string dequantized(const TinyLlama& shape) {
  const std::string bytes = shape.file();
  const auto file = formats::Gguf::parse(test::bytes_of(bytes), "tiny").value();
  test::GgufBuilder builder = shape.metadata();
  for (const formats::GgufTensor& t : file.tensors()) {
    std::vector<float> values(t.shape.elements());
    t.codec->dequantize(t.data.data(), values.data(), values.size() / t.codec->block_elements);
    const auto extents = std::span(t.shape.extent).first(t.shape.rank);
    builder.tensor_f32(t.name, {extents.begin(), extents.end()}, values);
  }
  return builder.build();
}

TEST(Model, ExactIsBitForBitTheDequantizedModelForEveryType) {
  for (const Ggml type : {Ggml::f16, Ggml::bf16, Ggml::q4_0, Ggml::q4_1, Ggml::q5_0, Ggml::q5_1,
                          Ggml::q8_0, Ggml::q4_k, Ggml::q5_k, Ggml::q6_k, Ggml::iq4_nl}) {
    const TinyLlama shape = shape_for(type);
    Bench quantized(Precision::exact, shape), plain(Precision::exact, dequantized(shape), 2);
    const std::vector<TokenId> ids = some_ids(130);
    const std::vector<float> ours = quantized.all(ids);
    EXPECT_TRUE(same_bits(ours, plain.all(ids))) << "type " << static_cast<int>(type);
    EXPECT_GT(std::abs(ours[0]), 1e-3) << "type " << static_cast<int>(type);
  }
}

double relative_distance(const std::vector<float>& a, const std::vector<float>& b) {
  double square = 0, difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    square += double{b[i]} * b[i];
    difference += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
  }
  return std::sqrt(difference / square);
}

TEST(Model, FastIsCloseToExact) {
  Bench fast(Precision::fast), exact(Precision::exact);
  const std::vector<TokenId> ids = some_ids(100);
  const double apart = relative_distance(fast.all(ids), exact.all(ids));
  EXPECT_LT(apart, 0.02);
  EXPECT_GT(apart, 0) << "int8 activations did take part";
}

// 8 bits of a key or value are about as many as those of an activation.
TEST(Model, Q8_0KvIsCloseToF32) {
  Bench quantized(Way(Precision::exact, KvDtype::q8_0)), exact(Precision::exact);
  const std::vector<TokenId> ids = some_ids(190);
  const double apart = relative_distance(quantized.all(ids), exact.all(ids));
  EXPECT_LT(apart, 0.01);
  EXPECT_GT(apart, 0) << "what is read is what was stored";
}

class EveryWay : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(Model, EveryWay,
                         testing::Values(Precision::fast, Precision::exact,
                                         Way(Precision::fast, KvDtype::q8_0),
                                         Way(Precision::exact, KvDtype::q8_0),
                                         Way(Precision::exact, KvDtype::f16)));

TEST_P(EveryWay, ChunksDontChangeABit) {
  Bench bench(GetParam());
  const std::vector<TokenId> ids = some_ids(190);
  const std::vector<float> whole = bench.all(ids);
  for (const std::size_t chunk : {1, 7, 64, 100})
    EXPECT_TRUE(same_bits(bench.all(ids, chunk), whole)) << chunk;
}

TEST_P(EveryWay, ThreadsDontChangeABit) {
  const std::vector<TokenId> ids = some_ids(150);
  Bench one(GetParam(), Way::shape(), 1), three(GetParam(), Way::shape(), 3);
  EXPECT_TRUE(same_bits(one.all(ids), three.all(ids)));
}

TEST_P(EveryWay, InstructionSetsDontChangeABit) {
  const std::vector<TokenId> ids = some_ids(150);
  std::vector<float> first;
  for (const kernels::KernelTable* table : kernels::available()) {
    ::setenv("ASHLAR_ISA", std::string(table->name).c_str(), 1);
    const std::vector<float> logits = Bench(GetParam()).all(ids);
    if (first.empty()) first = logits;
    EXPECT_TRUE(same_bits(logits, first)) << table->name;
  }
  ::unsetenv("ASHLAR_ISA");
}

TEST_P(EveryWay, BatchMatesDontChangeABit) {
  Bench bench(GetParam());
  const std::vector<TokenId> a = some_ids(70, 1), b = some_ids(33, 2), c = some_ids(1, 3);
  const auto blocks_a = blocks_from(0, 2), blocks_b = blocks_from(2, 1),
             blocks_c = blocks_from(3, 1);
  const std::vector<float> alone = bench.run({{b, 0, blocks_b, LogitsWanted::last}});
  const std::vector<float> together = bench.run({{a, 0, blocks_a, LogitsWanted::none},
                                                 {b, 0, blocks_b, LogitsWanted::last},
                                                 {c, 0, blocks_c, LogitsWanted::last}});
  ASSERT_EQ(together.size(), 100u);  // a wanted none
  EXPECT_TRUE(same_bits({together.begin(), together.begin() + 50}, alone));
}

// The last layer is computed for the rows that want logits: which those are shows in no bit, here
// nor in the keys and values that a later step reads.
TEST_P(EveryWay, WhoWantsLogitsDoesntChangeABit) {
  Bench bench(GetParam());
  const std::vector<TokenId> ids = some_ids(150), next = {7};
  const std::vector<BlockId> blocks = blocks_from(0, 3), others = blocks_from(4, 3);
  const std::vector<float> all = bench.run({{ids, 0, blocks, LogitsWanted::all}});
  const std::vector<float> after = bench.run({{next, 150, blocks}});
  const std::vector<float> last = bench.run({{ids, 0, blocks}, {ids, 0, others}});
  ASSERT_EQ(last.size(), 100u);
  EXPECT_TRUE(same_bits({last.begin() + 50, last.end()}, {all.end() - 50, all.end()}));
  EXPECT_TRUE(same_bits({last.begin(), last.begin() + 50}, {all.end() - 50, all.end()}));
  EXPECT_TRUE(bench.run({{ids, 0, others, LogitsWanted::none}}).empty());
  EXPECT_TRUE(same_bits(bench.run({{next, 150, others}}), after));
}

TEST_P(EveryWay, StaleBlocksDontShowThrough) {
  Bench bench(GetParam());
  const std::vector<TokenId> ids = some_ids(40);
  const std::vector<float> fresh = bench.all(ids);
  bench.all(some_ids(190, 9));  // leaves other keys and values behind position 40
  EXPECT_TRUE(same_bits(bench.all(ids), fresh));
}

// 70 positions in blocks 3 and 4, then one more behind a copy of the second block.
TEST_P(EveryWay, ACopiedBlockServesAsTheOneItWasCopiedFrom) {
  Bench bench(GetParam());
  const std::vector<TokenId> ids = some_ids(70), next = {7};
  bench.all(ids);
  const std::vector<BlockId> own = {3, 4}, copied = {3, 9};
  bench.cache->copy_block(4, 9);
  const std::vector<float> from_copy = bench.run({{next, 70, copied}});
  EXPECT_TRUE(same_bits(from_copy, bench.run({{next, 70, own}})));
}

TEST(Model, AnAbandonedPassEndsAtTheNextLayerAndHarmsNoOther) {
  Bench bench(Precision::fast);
  const std::vector<TokenId> ids = some_ids(40);
  const std::vector<float> expected = bench.all(ids);
  const std::vector<BlockId> blocks = blocks_from(3, 4);
  const model::Run run{ids, 0, blocks, LogitsWanted::all};
  unsigned asked = 0;
  const auto abandoned = bench.model->forward({&run, 1}, *bench.cache, bench.workspace, bench.pool,
                                              [&] { return ++asked == 2; });
  ASSERT_FALSE(abandoned);
  EXPECT_EQ(abandoned.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(asked, 2u) << "before the second layer";
  EXPECT_TRUE(same_bits(bench.all(ids), expected));
}

TEST(Model, RefusesWhatWouldReadWildly) {
  Bench bench(Precision::fast);
  const std::vector<TokenId> good = some_ids(10), bad_id = {50}, long_run = some_ids(201);
  const auto blocks = blocks_from(0, 4), few = blocks_from(0, 1), wild = blocks_from(100, 1);
  const auto refused = [&](model::Run run) {
    const auto result = bench.model->forward({&run, 1}, *bench.cache, bench.workspace, bench.pool);
    return !result && result.error().kind == ErrorKind::internal;
  };
  EXPECT_TRUE(refused({bad_id, 0, blocks}));
  EXPECT_TRUE(refused({long_run, 0, blocks}));
  EXPECT_TRUE(refused({good, 195, blocks}));
  EXPECT_TRUE(refused({good, 60, few}));
  EXPECT_TRUE(refused({good, 0, wild}));
  EXPECT_TRUE(refused({{}, 0, blocks}));
  EXPECT_FALSE(refused({good, 0, blocks}));
}

}  // namespace
}  // namespace ashlar::model
