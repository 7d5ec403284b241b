// What the footprint says beforehand is what loading then takes.
#include "model/footprint.h"

#include <gmock/gmock.h>

#include "model/model.h"
#include "tests/model/tiny_llama.h"
#include "tests/support/gguf_builder.h"

namespace ashlar::model {
namespace {

using test::TinyLlama;

struct Loaded {
  std::string bytes;
  Footprint told;
  std::shared_ptr<const Model> model;
};

Loaded load(const TinyLlama& tiny, Precision precision, std::uint32_t context,
            const FootprintStep& step, KvDtype kv = KvDtype::f16) {
  Loaded loaded{tiny.file(), {}, nullptr};
  formats::Gguf file = formats::Gguf::parse(test::bytes_of(loaded.bytes), "tiny").value();
  loaded.told = footprint(file, precision, kv, context, step).value();
  base::ThreadPool pool(1);
  loaded.model = Model::load(std::move(file), precision, pool).value();
  return loaded;
}

TEST(Footprint, WeightsAreThoseThatLoadingPacks) {
  const TinyLlama tiny;
  const Loaded loaded = load(tiny, Precision::fast, 64, {});
  const std::size_t norms = (2 * tiny.layers + 1) * tiny.width * sizeof(float);
  const std::size_t rope = tiny.context * tiny.head_width * sizeof(float);
  const std::size_t packed = loaded.told.weights - norms - rope;
  // Matrices begin on cache lines: less than 64 bytes of padding for each.
  EXPECT_LE(packed, loaded.model->weight_bytes());
  EXPECT_LT(loaded.model->weight_bytes(), packed + 64 * (7 * tiny.layers + 1));
}

TEST(Footprint, WorkspaceIsThatOfTheStep) {
  for (const Precision precision : {Precision::fast, Precision::exact})
    for (const std::uint32_t rows : {1u, 64u}) {
      const FootprintStep step{rows, 3, base::available_threads()};
      const Loaded loaded = load({}, precision, 64, step);
      EXPECT_EQ(loaded.told.workspace, loaded.model->workspace_bytes(rows, 3));
    }
}

TEST(Footprint, KeysAndValuesTakeWholeBlocks) {
  TinyLlama tiny;
  tiny.head_width = 32;
  for (const KvDtype kv : {KvDtype::f16, KvDtype::f32, KvDtype::q8_0}) {
    const Loaded loaded = load(tiny, Precision::fast, 65, {}, kv);
    EXPECT_EQ(loaded.told.kv, 2 * KvCache::block_bytes(loaded.model->config(), kv));
    EXPECT_EQ(load(tiny, Precision::fast, 64, {}, kv).told.kv * 2, loaded.told.kv);
  }
}

TEST(Footprint, HeadsThatTheKvTypeCantHoldAreRefused) {
  const std::string file = TinyLlama().file();  // heads of 16
  const auto gguf = formats::Gguf::parse(test::bytes_of(file), "tiny").value();
  const auto refused = footprint(gguf, Precision::fast, KvDtype::q8_0, 64, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
  EXPECT_EQ(refused.error().where, "tiny") << "the model's name";
}

TEST(Footprint, AnotherArchitectureHasNone) {
  const std::string file = test::GgufBuilder().string("general.architecture", "x").build();
  const auto gguf = formats::Gguf::parse(test::bytes_of(file), "x.gguf").value();
  EXPECT_EQ(footprint(gguf, Precision::fast, KvDtype::f16, 64, {}).error().kind,
            ErrorKind::unsupported);
}

}  // namespace
}  // namespace ashlar::model
