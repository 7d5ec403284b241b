// Adapters against weights that they were merged into, in an f64 reference; and their sameness: a
// row's bits depend on its sequence and its adapter alone.
#include "model/adapter.h"

#include <gmock/gmock.h>

#include <cstring>
#include <numeric>

#include "kernels/kernel_table.h"
#include "model/model.h"
#include "tests/model/tiny_adapter.h"

namespace ashlar::model {
namespace {

using test::Ggml;
using test::TinyAdapter;
using test::TinyLlama;
using testing::HasSubstr;

constexpr std::uint32_t kVocabulary = 50;

std::vector<TokenId> some_ids(std::size_t count, std::uint64_t seed = 0) {
  std::vector<TokenId> ids(count);
  for (std::size_t i = 0; i < count; ++i)
    ids[i] = static_cast<TokenId>(base::uniform(seed, 5, i) * kVocabulary);
  return ids;
}

// A model with a cache of 16 blocks.
struct Rig {
  std::string bytes;
  Precision precision;
  base::ThreadPool pool;
  std::shared_ptr<const Model> model;
  std::optional<KvCache> cache;
  Workspace workspace = {};

  Rig(Precision of, const TinyLlama& shape, unsigned threads)
      : bytes(shape.file()), precision(of), pool(threads) {
    auto file = formats::Gguf::parse(test::bytes_of(bytes), "tiny");
    model = Model::load(std::move(*file), precision, pool).value();
    cache = KvCache::create(model->config(), kv_dtype_of(precision), 16).value();
  }
  std::vector<float> run(std::vector<Run> runs) {
    const auto logits = model->forward(runs, *cache, workspace, pool);
    if (!logits) throw std::runtime_error(logits.error().line());
    return {logits->begin(), logits->end()};
  }
  // Logits of every position, the prompt cut into pieces of `chunk`.
  std::vector<float> all(const std::vector<TokenId>& ids, const Adapter* adapter,
                         std::size_t chunk = 1000) {
    const std::vector<BlockId> blocks = {3, 4, 5, 6};
    std::vector<float> logits;
    for (std::size_t at = 0; at < ids.size(); at += chunk) {
      const auto piece = std::span(ids).subspan(at, std::min(chunk, ids.size() - at));
      const auto part =
          run({{piece, static_cast<std::uint32_t>(at), blocks, LogitsWanted::all, adapter}});
      logits.insert(logits.end(), part.begin(), part.end());
    }
    return logits;
  }
  Result<std::shared_ptr<const Adapter>> load(const std::filesystem::path& path) const {
    return Adapter::load(path, model->config(), precision);
  }
};

class AdapterTest : public test::TempFolder {
 protected:
  static Rig rig(Precision precision = Precision::exact, const TinyLlama& shape = {},
                 unsigned threads = 2) {
    return Rig(precision, shape, threads);
  }

  std::filesystem::path peft(const TinyAdapter& adapter, const std::string& name = "peft") {
    adapter.save_peft(root() / name);
    return root() / name;
  }
  std::filesystem::path gguf(const TinyAdapter& adapter) {
    adapter.gguf().save(root() / "lora.gguf");
    return root() / "lora.gguf";
  }

  // The adapter beside the weights against the adapter in the weights.
  void expect_merged(const TinyAdapter& adapter, const std::filesystem::path& path, double scale) {
    Rig beside = rig(Precision::exact, adapter.shape);
    const auto loaded = beside.load(path);
    ASSERT_TRUE(loaded) << loaded.error().line();
    const std::vector<TokenId> ids = some_ids(70);
    const std::vector<float> ours = beside.all(ids, loaded->get());
    const std::string merged = adapter.merged(scale);
    const auto file = formats::Gguf::parse(test::bytes_of(merged), "merged").value();
    const test::Matrix expected = test::ReferenceLlama(file, adapter.shape).forward(ids);
    const std::vector<float> base = beside.all(ids, nullptr);
    double change = 0;
    for (std::size_t p = 0; p < ids.size(); ++p)
      for (std::size_t v = 0; v < kVocabulary; ++v) {
        const std::size_t i = p * kVocabulary + v;
        ASSERT_NEAR(ours[i], expected[p][v], 1e-4) << "position " << p << " id " << v;
        change = std::max(change, std::abs(double{ours[i]} - base[i]));
      }
    EXPECT_GT(change, 0.1) << "the adapter does something";
  }

  Error refused(const TinyAdapter& adapter) {
    const auto loaded = rig(Precision::fast).load(peft(adapter));
    EXPECT_FALSE(loaded);
    if (loaded) return {};
    EXPECT_NE(loaded.error().mend, "");
    EXPECT_THAT(loaded.error().where, HasSubstr((root() / "peft").string()));
    return loaded.error();
  }
};

TinyLlama plain() {
  TinyLlama shape;
  shape.type = Ggml::f32;
  return shape;
}

TEST_F(AdapterTest, EveryLinearOfAPeftFolderIsAdaptedAsIfMerged) {
  const TinyAdapter adapter{.shape = plain()};
  expect_merged(adapter, peft(adapter), adapter.alpha / adapter.rank);
}

TEST_F(AdapterTest, EveryLinearOfAGgufFileIsAdaptedAsIfMerged) {
  const TinyAdapter adapter{.shape = plain()};
  expect_merged(adapter, gguf(adapter), adapter.alpha / adapter.rank);
}

TEST_F(AdapterTest, EachLinearAloneIsAdaptedAsIfMerged) {
  for (const auto& linear : TinyAdapter().linears()) {
    const TinyAdapter adapter{.shape = plain(), .alpha = 40, .targets = {linear.peft}};
    SCOPED_TRACE(linear.peft);
    expect_merged(adapter, peft(adapter, linear.peft), adapter.alpha / adapter.rank);
  }
}

TEST_F(AdapterTest, RanksThatFillNoTileAndSeveral) {
  for (const std::uint32_t rank : {1u, 5u, 16u, 40u}) {
    const TinyAdapter adapter{.shape = plain(), .rank = rank, .targets = {"q_proj", "down_proj"}};
    SCOPED_TRACE(rank);
    expect_merged(adapter, peft(adapter, "rank" + std::to_string(rank)), adapter.alpha / rank);
  }
}

TEST_F(AdapterTest, RankStabilizedScaleGrowsByTheRoot) {
  const TinyAdapter adapter{.shape = plain(), .fields = R"(,"use_rslora":true)"};
  expect_merged(adapter, peft(adapter), adapter.alpha / std::sqrt(adapter.rank));
}

class AdapterPrecision : public AdapterTest, public testing::WithParamInterface<Precision> {};
INSTANTIATE_TEST_SUITE_P(Adapter, AdapterPrecision,
                         testing::Values(Precision::fast, Precision::exact));

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

TEST_P(AdapterPrecision, ChunksThreadsAndInstructionSetsDontChangeABit) {
  const auto path = peft({});
  const std::vector<TokenId> ids = some_ids(150);
  std::vector<float> first;
  for (const kernels::KernelTable* table : kernels::available()) {
    ::setenv("ASHLAR_ISA", std::string(table->name).c_str(), 1);
    for (const auto& [threads, chunk] : {std::pair{1u, 1000u}, {2u, 33u}, {3u, 64u}}) {
      Rig r = rig(GetParam(), {}, threads);
      const auto logits = r.all(ids, r.load(path)->get(), chunk);
      if (first.empty()) first = logits;
      EXPECT_TRUE(same_bits(logits, first)) << table->name << ' ' << threads << ' ' << chunk;
    }
  }
  ::unsetenv("ASHLAR_ISA");
}

// Rows of two adapters and of none in one batch, each as when it runs alone.
TEST_P(AdapterPrecision, BatchMatesWithOtherAdaptersDontChangeABit) {
  Rig r = rig(GetParam());
  const auto one = *r.load(peft({.seed = 1}, "one"));
  const auto two = *r.load(peft({.rank = 7, .seed = 2, .targets = {"q_proj", "v_proj"}}, "two"));
  struct Mate {
    std::vector<TokenId> ids;
    std::vector<BlockId> blocks;
    const Adapter* adapter;
  };
  const std::vector<Mate> mates = {
      {some_ids(40, 1), {0}, one.get()}, {some_ids(1, 2), {1}, one.get()},
      {some_ids(33, 3), {2}, nullptr},   {some_ids(64, 4), {3}, two.get()},
      {some_ids(1, 5), {4}, nullptr},    {some_ids(2, 6), {5}, one.get()}};
  std::vector<model::Run> together;
  std::vector<float> alone;
  for (const Mate& m : mates) {
    together.push_back({m.ids, 0, m.blocks, LogitsWanted::last, m.adapter});
    const auto logits = r.run({together.back()});
    alone.insert(alone.end(), logits.begin(), logits.end());
  }
  EXPECT_TRUE(same_bits(r.run(together), alone));
  const auto without = r.run({{mates[0].ids, 0, mates[0].blocks, LogitsWanted::last}});
  EXPECT_FALSE(same_bits(without, std::span(alone).first(kVocabulary)));
}

TEST_F(AdapterTest, FastIsCloseToExact) {
  const auto path = peft({});
  Rig fast = rig(Precision::fast), exact = rig(Precision::exact);
  const std::vector<TokenId> ids = some_ids(100);
  const auto a = fast.all(ids, fast.load(path)->get());
  const auto b = exact.all(ids, exact.load(path)->get());
  double square = 0, difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    square += double{b[i]} * b[i];
    difference += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
  }
  EXPECT_LT(std::sqrt(difference / square), 0.02);
}

TEST_F(AdapterTest, TwoLoadsAreTwoAdaptersInF16) {
  const auto path = peft({});
  const Rig fast = rig(Precision::fast), exact = rig(Precision::exact);
  const auto one = *fast.load(path), two = *fast.load(path), wide = *exact.load(path);
  EXPECT_NE(one->key().id, two->key().id);
  EXPECT_NE(one->key().id, 0u);
  EXPECT_EQ(wide->bytes(), 2 * one->bytes());
}

// What the prefix cache on disk goes by.
TEST_F(AdapterTest, ContentChangesWithEveryNumberAndNotWithTheFile) {
  const Rig fast = rig(Precision::fast);
  const auto content = [&](const std::filesystem::path& path) {
    return (*fast.load(path))->key().content;
  };
  const auto first = content(peft({}));
  EXPECT_EQ(content(peft({}, "again")), first);
  EXPECT_EQ(content(gguf({})), first) << "the same numbers in another format";
  EXPECT_NE(content(peft({.alpha = 7})), first);
  EXPECT_NE(content(peft({.seed = 2})), first);
  EXPECT_NE(content(peft({.targets = {"q_proj"}})), content(peft({.targets = {"o_proj"}})))
      << "the same shapes elsewhere";
}

constexpr const char* kQueryUp = "base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight";

TEST_F(AdapterTest, EveryTensorMustBind) {
  Error error = refused({.without = kQueryUp});
  EXPECT_THAT(error.message, HasSubstr(std::string("'") + kQueryUp + "' is missing"));
  error =
      refused({.besides = "base_model.model.model.layers.0.mlp.gate_proj.lora_magnitude_vector"});
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.message, HasSubstr("gate_proj.lora_magnitude_vector' belongs to no linear"));
  TinyAdapter narrower;
  narrower.fields = R"(,"target_modules":["q_proj"])";  // fewer than the file holds
  EXPECT_THAT(refused(narrower).message, HasSubstr("belongs to no linear"));
  TinyAdapter other;
  other.fields = R"(,"target_modules":["c_attn"])";
  EXPECT_THAT(refused(other).message, HasSubstr("belongs to no linear"));
}

TEST_F(AdapterTest, ShapesMustBeTheModels) {
  TinyLlama wider;
  wider.ff_width = 128;
  const Error error = refused({.shape = wider, .targets = {"down_proj"}});
  EXPECT_EQ(error.kind, ErrorKind::bad_input);
  EXPECT_THAT(error.message, HasSubstr("is 4 × 128, expected 4 × 96"));
  EXPECT_THAT(refused({.fields = R"(,"r":8)"}).message, HasSubstr("expected 8 × 64"));
  TinyLlama deeper;
  deeper.layers = 3;
  EXPECT_THAT(refused({.shape = deeper}).message, HasSubstr("layers.2"));
}

TEST_F(AdapterTest, ValuesMustBeFinite) {
  test::SafetensorsBuilder file;
  for (int layer = 0; layer < 2; ++layer) {
    const std::string name =
        "base_model.model.model.layers." + std::to_string(layer) + ".self_attn.v_proj.lora_";
    file.f32(name + "A.weight", {1, 64}, std::vector<float>(64, 70000));
    file.f32(name + "B.weight", {32, 1}, std::vector<float>(32, 1));
  }
  const TinyAdapter adapter{.rank = 1, .targets = {"v_proj"}};
  test::spill(root() / "peft" / "adapter_config.json", adapter.config());
  test::spill(root() / "peft" / "adapter_model.safetensors", file.build());
  const auto fast = rig(Precision::fast).load(root() / "peft");
  EXPECT_THAT(fast.error().message, HasSubstr("v_proj.lora_A.weight' holds 70000"));
  EXPECT_TRUE(rig(Precision::exact).load(root() / "peft"));
}

TEST_F(AdapterTest, ANanIsRefusedInEveryPrecision) {
  const TinyAdapter adapter{.rank = 1, .targets = {"v_proj"}};
  test::SafetensorsBuilder file;
  for (int layer = 0; layer < 2; ++layer) {
    const std::string name =
        "base_model.model.model.layers." + std::to_string(layer) + ".self_attn.v_proj.lora_";
    file.f32(name + "A.weight", {1, 64}, std::vector<float>(64, 1));
    file.f32(name + "B.weight", {32, 1}, std::vector<float>(32, layer == 1 ? NAN : 1));
  }
  test::spill(root() / "peft" / "adapter_config.json", adapter.config());
  test::spill(root() / "peft" / "adapter_model.safetensors", file.build());
  for (const Precision precision : {Precision::fast, Precision::exact})
    EXPECT_THAT(rig(precision).load(root() / "peft").error().message,
                HasSubstr("layers.1.self_attn.v_proj.lora_B.weight' holds nan"));
}

TEST_F(AdapterTest, AFileThatWasCutIsRefused) {
  const Rig r = rig(Precision::fast);
  const std::string whole = TinyAdapter().safetensors();
  TinyAdapter().save_peft(root());
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{5}, std::size_t{100}, whole.size() - 1}) {
    test::spill(root() / "adapter_model.safetensors", whole.substr(0, length));
    const auto loaded = r.load(root());
    ASSERT_FALSE(loaded) << length;
    EXPECT_THAT(loaded.error().where, HasSubstr("adapter_model.safetensors"));
  }
  test::spill(root() / "adapter_config.json", TinyAdapter().config().substr(0, 40));
  EXPECT_THAT(r.load(root()).error().where, HasSubstr("adapter_config.json"));
}

TEST_F(AdapterTest, WhatIsNoAdapterIsRefused) {
  const Rig r = rig(Precision::fast);
  EXPECT_EQ(r.load(root() / "nothing").error().kind, ErrorKind::not_found);
  EXPECT_EQ(r.load(root()).error().kind, ErrorKind::not_found) << "no adapter_config.json";
  test::spill(root() / "model.gguf", TinyLlama().file());
  EXPECT_THAT(r.load(root() / "model.gguf").error().message, HasSubstr("general.type"));
  TinyAdapter().gguf("control_vector").save(root() / "other.gguf");
  EXPECT_THAT(r.load(root() / "other.gguf").error().message,
              HasSubstr("adapter.type is 'control_vector'"));
  TinyAdapter()
      .gguf()
      .tensor_f32("blk.0.attn_norm.weight", {64}, std::vector<float>(64))
      .save(root() / "norm.gguf");
  EXPECT_THAT(r.load(root() / "norm.gguf").error().message,
              HasSubstr("'blk.0.attn_norm.weight' belongs to no linear"));
  TinyAdapter()
      .gguf()
      .array<std::uint32_t>("adapter.alora.invocation_tokens", test::Meta::u32, {1})
      .save(root() / "alora.gguf");
  EXPECT_THAT(r.load(root() / "alora.gguf").error().message, HasSubstr("alora"));
  TinyAdapter none{.alpha = 0};
  EXPECT_THAT(r.load(gguf(none)).error().message, HasSubstr("adapter.lora.alpha is 0"));
}

TEST_F(AdapterTest, AnAdapterOfAnotherModelIsNotRun) {
  TinyLlama wider;
  wider.ff_width = 128;
  const Rig other = rig(Precision::fast, wider);
  const auto adapter = *other.load(peft({.shape = wider}));
  Rig r = rig(Precision::fast);
  const std::vector<TokenId> ids = some_ids(3);
  const std::vector<BlockId> blocks = {0};
  const model::Run run{ids, 0, blocks, LogitsWanted::last, adapter.get()};
  EXPECT_EQ(r.model->forward({&run, 1}, *r.cache, r.workspace, r.pool).error().kind,
            ErrorKind::internal);
}

}  // namespace
}  // namespace ashlar::model
