// A variant is the model that a file with those encodings gives, bit for bit, and leaves the
// original as it was.
#include <gmock/gmock.h>

#include <numeric>

#include "model/logits_reader.h"
#include "tests/model/tiny_llama.h"

namespace ashlar::model {
namespace {

using test::Ggml;
using test::TinyLlama;

struct Loaded {
  std::string bytes;
  base::ThreadPool pool{2};
  std::shared_ptr<const Model> model;

  explicit Loaded(Ggml type) {
    TinyLlama shape;
    shape.type = type;
    bytes = shape.file();
    model = Model::load(formats::Gguf::parse(test::bytes_of(bytes), "tiny").value(),
                        Precision::exact, pool)
                .value();
  }
  Encoded encoded(std::string_view name) const {
    const formats::GgufTensor& t = *model->file().find_tensor(name);
    return {t.name, t.codec, t.data};
  }
};

std::vector<float> logits_of(const std::shared_ptr<const Model>& model, base::ThreadPool& pool) {
  std::vector<TokenId> ids(30);
  std::iota(ids.begin(), ids.end(), 3);
  auto reader = LogitsReader::over(model, 64, pool).value();
  const auto logits = reader.extend(ids).value();
  return {logits.begin(), logits.end()};
}

TEST(Variant, HasTheLogitsOfItsEncodings) {
  Loaded from(Ggml::q4_0), to(Ggml::q8_0);
  const std::vector<float> before = logits_of(from.model, from.pool);
  std::vector<Encoded> matrices;
  for (const formats::GgufTensor& t : to.model->file().tensors())
    if (t.shape.rank == 2) matrices.push_back(to.encoded(t.name));
  const auto variant = Model::variant(from.model, matrices, from.pool);
  ASSERT_TRUE(variant) << variant.error().line();
  EXPECT_EQ(logits_of(*variant, from.pool), logits_of(to.model, to.pool));
  EXPECT_EQ(logits_of(from.model, from.pool), before);
  EXPECT_NE(logits_of(*variant, from.pool), before);
}

TEST(Variant, SharesWhatIsNotReplaced) {
  Loaded from(Ggml::q4_0), to(Ggml::q5_1);
  const Encoded one[] = {to.encoded("blk.1.ffn_down.weight")};
  auto variant = Model::variant(from.model, one, from.pool).value();
  EXPECT_LT(variant->weight_bytes(), from.model->weight_bytes() / 4);
  EXPECT_EQ(variant->file().where(), "tiny");
  const Encoded back[] = {from.encoded("blk.1.ffn_down.weight")};
  const auto again = Model::variant(variant, back, from.pool).value();
  const std::vector<float> original = logits_of(from.model, from.pool);
  from.model.reset();  // the variants keep what they need
  variant.reset();
  EXPECT_EQ(logits_of(again, from.pool), original);
}

TEST(Variant, RefusesWhatIsNoMatrixOfTheModel) {
  Loaded loaded(Ggml::q4_0);
  Encoded norm = loaded.encoded("output_norm.weight"), cut = loaded.encoded("blk.0.attn_q.weight");
  cut.data = cut.data.first(18);
  for (const Encoded& wrong : {norm, cut})
    EXPECT_EQ(Model::variant(loaded.model, {&wrong, 1}, loaded.pool).error().kind,
              ErrorKind::internal);
}

}  // namespace
}  // namespace ashlar::model
