// A tiny model quantized: what is in the file, how budgets choose, and that a killed run goes on.
#include "llm/quantize.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "base/file.h"
#include "formats/gguf.h"
#include "formats/gguf_writer.h"
#include "llm/perplexity.h"
#include "tests/model/tiny_llama.h"
#include "tests/support/temp_folder.h"

namespace ashlar::llm {
namespace {

using tensor::Dtype;
using test::Ggml;
using test::TinyLlama;
using ::testing::HasSubstr;

// A tiny model with a tokenizer of single letters.
test::GgufBuilder model_builder(TinyLlama shape) {
  shape.vocabulary = 26;
  test::GgufBuilder builder = shape.builder();
  std::vector<std::string> tokens;
  for (char c = 'a'; c <= 'z'; ++c) tokens.emplace_back(1, c);
  builder.string("tokenizer.ggml.model", "gpt2").string("tokenizer.ggml.pre", "gpt-2");
  builder.strings("tokenizer.ggml.tokens", tokens).strings("tokenizer.ggml.merges", {});
  builder.i32s("tokenizer.ggml.token_type", std::vector<std::int32_t>(tokens.size(), 1));
  builder.u32("general.file_type", 99);
  return builder;
}

constexpr const char* kText = "thequickbrownfoxjumpsoverthelazydogandrunsawayintothewood";

class QuantizeTest : public test::TempFolder {
 protected:
  QuantizeTest() {
    TinyLlama shape;
    shape.type = Ggml::f32;
    save(shape);
  }
  void save(const TinyLlama& shape) { model_builder(shape).save(in()); }
  std::filesystem::path in() const { return root() / "in.gguf"; }
  std::filesystem::path out() const { return root() / "out.gguf"; }
  QuantizeRequest request(Dtype type = Dtype::q4_0) const {
    return {.in = in(), .out = out(), .type = type, .threads = 2};
  }
  QuantizeRequest budget_request() const {
    QuantizeRequest one = request();
    one.text = kText;
    return one;
  }
  std::string bytes() const { return base::read_file(out()).value(); }
  double kl() const {
    return perplexity({.model = out(),
                       .against = in(),
                       .precision = model::Precision::exact,
                       .context = 64},
                      kText)
        ->divergence->mean;
  }
  Error error_of(const QuantizeRequest& wrong) const {
    const auto done = quantize(wrong);
    EXPECT_FALSE(done);
    return done ? Error{} : done.error();
  }
};

TEST_F(QuantizeTest, MatricesChangeAndAllElseStays) {
  for (const Dtype type : {Dtype::q4_0, Dtype::q8_0, Dtype::iq4_nl}) {
    std::filesystem::remove(out());
    const auto done = quantize(request(type));
    ASSERT_TRUE(done) << done.error().line();
    const auto from = formats::Gguf::open(in()).value(), to = formats::Gguf::open(out()).value();
    EXPECT_EQ(done->bytes, to.file_bytes());
    EXPECT_EQ(done->tensors.size(), from.tensors().size());
    std::uint64_t data = 0, elements = 0;
    for (std::size_t i = 0; i < to.tensors().size(); ++i) {
      const formats::GgufTensor &a = from.tensors()[i], &b = to.tensors()[i];
      EXPECT_EQ(a.name, b.name);
      EXPECT_EQ(a.shape, b.shape);
      EXPECT_EQ(b.codec->dtype, a.shape.rank == 1 ? a.codec->dtype : type) << a.name;
      EXPECT_EQ(done->tensors[i].type, b.codec->dtype);
      EXPECT_FALSE(done->tensors[i].kl);
      if (a.codec == b.codec) {
        EXPECT_TRUE(std::ranges::equal(a.data, b.data)) << a.name;
      }
      data += b.data.size();
      elements += b.shape.elements();
    }
    EXPECT_DOUBLE_EQ(done->bits_per_weight,
                     8 * static_cast<double>(data) / static_cast<double>(elements));
    EXPECT_EQ(to.string("general.name").value(), from.string("general.name").value());
    EXPECT_EQ(to.strings("tokenizer.ggml.tokens").value(),
              from.strings("tokenizer.ggml.tokens").value());
    EXPECT_EQ(to.integer("general.quantization_version"), 2u);
    EXPECT_NE(to.integer("general.file_type"), 99u);
  }
}

TEST_F(QuantizeTest, TheRowsAreTheEncodersAndThreadsChangeNothing) {
  ASSERT_TRUE(quantize(request()));
  const std::string with_two = bytes();
  const auto from = formats::Gguf::open(in()).value(), to = formats::Gguf::open(out()).value();
  const formats::GgufTensor& source = *from.find_tensor("blk.1.ffn_down.weight");
  std::vector<std::byte> expected(to.find_tensor(source.name)->data.size());
  tensor::codec_of(Dtype::q4_0)
      .quantize(reinterpret_cast<const float*>(source.data.data()), nullptr, expected.data(),
                source.shape.elements() / 32);
  EXPECT_TRUE(std::ranges::equal(to.find_tensor(source.name)->data, expected));
  std::filesystem::remove(out());
  QuantizeRequest alone = request();
  alone.threads = 1;
  ASSERT_TRUE(quantize(alone));
  EXPECT_EQ(bytes(), with_two);
}

TEST_F(QuantizeTest, RowsThatDontFitAreAnErrorOrFallBackByTheTable) {
  const Error error = error_of(request(Dtype::q4_k));  // rows of 64 and 96
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_THAT(error.message, HasSubstr("token_embd.weight have 64 elements"));
  EXPECT_FALSE(std::filesystem::exists(out()));
  QuantizeRequest allowed = request(Dtype::q4_k);
  allowed.allow_fallback = true;
  const auto done = quantize(allowed);
  ASSERT_TRUE(done) << done.error().line();
  for (const QuantizedTensor& one : done->tensors) {
    EXPECT_EQ(one.fallback, one.type == Dtype::q5_0) << one.name;
    EXPECT_TRUE(one.type == Dtype::q5_0 || one.name.find("norm") != std::string::npos);
  }
  EXPECT_EQ(fallback_of(Dtype::q5_k), Dtype::q5_1);
  EXPECT_EQ(fallback_of(Dtype::q6_k), Dtype::q8_0);
  EXPECT_EQ(fallback_of(Dtype::q8_0), Dtype::f16);
}

TEST_F(QuantizeTest, AStoppedRunGoesOnWhereItWas) {
  ASSERT_TRUE(quantize(request()));
  const std::string at_once = bytes();
  std::filesystem::remove(out());

  std::stop_source stop;
  QuantizeRequest stopped = request();
  stopped.stop = stop.get_token();
  int calls = 0;
  stopped.on_progress = [&](auto, auto, auto) {
    if (++calls == 9) stop.request_stop();
  };
  EXPECT_EQ(error_of(stopped).kind, ErrorKind::cancelled);
  EXPECT_FALSE(std::filesystem::exists(out()));
  const auto done = quantize(request());
  ASSERT_TRUE(done) << done.error().line();
  EXPECT_EQ(done->resumed, 9u);
  EXPECT_EQ(bytes(), at_once);
  for (const auto& entry : std::filesystem::directory_iterator(root()))
    EXPECT_THAT(entry.path().extension(), ".gguf");  // nothing is left lying about
}

// What is in the way of going on: damage, another type, another source.
TEST_F(QuantizeTest, WhatIsNotWholeIsWrittenAnew) {
  ASSERT_TRUE(quantize(request(Dtype::q5_1)));
  const std::string at_once = bytes();
  const auto stop_after = [&](Dtype type, int tensors) {
    std::filesystem::remove(out());
    std::stop_source stop;
    QuantizeRequest stopped = request(type);
    stopped.stop = stop.get_token();
    int calls = 0;
    stopped.on_progress = [&, tensors](auto, auto, auto) {
      if (++calls == tensors) stop.request_stop();
    };
    EXPECT_FALSE(quantize(stopped));
  };
  stop_after(Dtype::q4_0, 9);
  EXPECT_EQ(quantize(request(Dtype::q5_1))->resumed, 0u);
  EXPECT_EQ(bytes(), at_once);

  const auto partial = formats::GgufWriter::partial_path(out());
  for (const bool in_head : {false, true}) {
    stop_after(Dtype::q5_1, 9);
    std::string damaged = base::read_file(partial).value();
    (in_head ? damaged.front() : damaged.back()) ^= 1;
    test::spill(partial, damaged);
    EXPECT_EQ(quantize(request(Dtype::q5_1))->resumed, in_head ? 0u : 8u);
    EXPECT_EQ(bytes(), at_once);
  }

  stop_after(Dtype::q5_1, 9);
  std::string source = base::read_file(in()).value();
  source.back() ^= 1;  // in the last tensor: those before are good
  test::spill(in(), source);
  EXPECT_EQ(quantize(request(Dtype::q5_1))->resumed, 9u);
}

TEST_F(QuantizeTest, BitsPerWeightAreMetAndSpentWhereTheyHelp) {
  const auto coarse = quantize(request());
  const double coarse_kl = kl();
  std::filesystem::remove(out());
  QuantizeRequest budget = budget_request();
  budget.bits_per_weight = coarse->bits_per_weight + 0.5;
  const auto done = quantize(budget);
  ASSERT_TRUE(done) << done.error().line();
  EXPECT_LE(done->bits_per_weight, *budget.bits_per_weight);
  EXPECT_GT(done->bits_per_weight, coarse->bits_per_weight + 0.2);
  EXPECT_LT(kl(), 0.8 * coarse_kl);
  // The calibration text and the perplexity's: the same positions but for the last.
  EXPECT_NEAR(*done->kl, kl(), 0.2 * kl());
  for (const QuantizedTensor& one : done->tensors)
    EXPECT_EQ(one.kl.has_value(), one.name.find("norm") == std::string::npos) << one.name;
}

TEST_F(QuantizeTest, ATensorsKlIsThatOfAFileWithThatTensorAlone) {
  QuantizeRequest budget = budget_request();
  budget.bits_per_weight = 4.7;
  const auto done = quantize(budget);
  ASSERT_TRUE(done) << done.error().line();
  const auto from = formats::Gguf::open(in()).value(), to = formats::Gguf::open(out()).value();
  const std::string name = "blk.0.attn_v.weight";
  TinyLlama shape;
  shape.vocabulary = 26;
  test::GgufBuilder mixed = shape.metadata();
  for (const formats::GgufTensor& t : from.tensors()) {
    const formats::GgufTensor& used = t.name == name ? *to.find_tensor(name) : t;
    mixed.tensor(t.name, static_cast<Ggml>(used.codec->gguf_type),
                 {t.shape.extent.begin(), t.shape.extent.begin() + t.shape.rank},
                 {reinterpret_cast<const char*>(used.data.data()), used.data.size()});
  }
  for (const formats::GgufEntry& entry : from.metadata())
    if (entry.key.starts_with("tokenizer"))
      mixed.raw(
          entry.key, static_cast<test::Meta>(std::to_integer<std::uint32_t>(entry.encoded[0])),
          {reinterpret_cast<const char*>(entry.encoded.data()) + 4, entry.encoded.size() - 4});
  mixed.save(out());
  const auto one = std::ranges::find(done->tensors, name, &QuantizedTensor::name);
  EXPECT_NEAR(*one->kl, kl(), 0.1 * kl());
}

TEST_F(QuantizeTest, TheSmallestFileWithinAKlIsMeasured) {
  std::map<double, std::uint64_t> sizes;
  for (const double most : {1e-2, 1e-3, 1e-5}) {
    std::filesystem::remove(out());
    QuantizeRequest budget = budget_request();
    budget.max_kl = most;
    const auto done = quantize(budget);
    ASSERT_TRUE(done) << done.error().line();
    EXPECT_LE(*done->kl, most);
    EXPECT_NEAR(kl(), *done->kl, 0.3 * *done->kl);
    sizes[most] = done->bytes;
  }
  EXPECT_LT(sizes[1e-2], sizes[1e-3]);
  EXPECT_LT(sizes[1e-3], sizes[1e-5]);
}

TEST_F(QuantizeTest, TheTypeThatATensorHasIsFree) {
  TinyLlama shape;
  shape.type = Ggml::q4_1;
  save(shape);
  QuantizeRequest budget = budget_request();
  budget.max_kl = 0;
  const auto done = quantize(budget);
  ASSERT_TRUE(done) << done.error().line();
  EXPECT_EQ(*done->kl, 0);
  for (const QuantizedTensor& one : done->tensors)
    if (one.name.starts_with("blk") && one.name.find("norm") == std::string::npos) {
      EXPECT_EQ(one.type, Dtype::q4_1) << one.name;
    }
}

TEST_F(QuantizeTest, RefusesBudgetsThatCannotBe) {
  QuantizeRequest both = request(), few = request(), kl_below = request(), none = budget_request();
  both.bits_per_weight = both.max_kl = 5;
  few.bits_per_weight = 4;
  kl_below.max_kl = -1;
  EXPECT_EQ(error_of(both).where, "budget");
  EXPECT_EQ(error_of(few).where, "bits per weight");
  EXPECT_EQ(error_of(kl_below).where, "max KL");
  kl_below.max_kl = INFINITY;
  EXPECT_EQ(error_of(kl_below).where, "max KL");
  EXPECT_THAT(error_of(none).message, HasSubstr("no budget"));
}

TEST_F(QuantizeTest, RefusesToWriteOverAFile) {
  ASSERT_TRUE(quantize(request()));
  EXPECT_THAT(error_of(request()).message, HasSubstr("exists"));
  std::filesystem::remove(out());

  const auto partial = formats::GgufWriter::partial_path(out());
  test::spill(partial, "precious");
  EXPECT_THAT(error_of(request()).message, HasSubstr("no run that can go on left it"));
  EXPECT_EQ(base::read_file(partial).value(), "precious");

  std::filesystem::copy_file(in(), partial, std::filesystem::copy_options::overwrite_existing);
  test::spill(partial.string() + ".journal", "");
  for (const auto& [from, to] : {std::pair(in(), in()), std::pair(partial, out())}) {
    QuantizeRequest onto_itself = request();
    onto_itself.in = from, onto_itself.out = to;
    EXPECT_THAT(error_of(onto_itself).message, HasSubstr("over itself"));
  }
  EXPECT_EQ(base::read_file(partial).value(), base::read_file(in()).value());
}

// Killed while measuring, or when all is measured.
TEST_F(QuantizeTest, WhatWasMeasuredStays) {
  QuantizeRequest budget = budget_request();
  budget.max_kl = 1e-3;
  ASSERT_TRUE(quantize(budget));
  const std::string at_once = bytes();
  std::filesystem::remove(out());

  std::stop_source stop;
  QuantizeRequest stopped = budget;
  stopped.stop = stop.get_token();
  stopped.on_progress = [&](std::string_view what, std::uint64_t done, std::uint64_t) {
    if (what == "measuring" && done == 8) stop.request_stop();
  };
  EXPECT_EQ(error_of(stopped).kind, ErrorKind::cancelled);
  const auto done = quantize(budget);
  ASSERT_TRUE(done) << done.error().line();
  EXPECT_GT(done->measured_before, 5u);
  EXPECT_EQ(bytes(), at_once);
  EXPECT_FALSE(std::filesystem::exists(formats::GgufWriter::partial_path(out()) += ".measured"));
  std::filesystem::remove(out());

  std::stop_source late;
  stopped.stop = late.get_token();
  stopped.on_progress = [&](std::string_view what, auto, auto) {
    if (what == "writing") late.request_stop();
  };
  EXPECT_EQ(error_of(stopped).kind, ErrorKind::cancelled);
  budget.max_kl = 1e-2;  // another budget, the same figures
  EXPECT_GT(quantize(budget)->measured_before, 100u);
}

TEST_F(QuantizeTest, NumbersThatNoScaleHoldsAreNamed) {
  for (const float bad : {std::nanf(""), 1e30f}) {
    test::GgufBuilder builder = model_builder({});
    std::vector<float> values(64);
    values[7] = bad;
    builder.tensor_f32("odd.weight", {32, 2}, values);
    builder.save(in());
    EXPECT_THAT(error_of(request()).message, HasSubstr("tensor odd.weight has "));
  }
}

class ImportanceTest : public QuantizeTest {
 protected:
  // Importances of every matrix but the embedding; `change` may spoil one.
  void save_imatrix(std::string_view leave_out = "", std::size_t shorter = 0) {
    const auto file = formats::Gguf::open(in()).value();
    test::GgufBuilder builder;
    for (const formats::GgufTensor& t : file.tensors()) {
      if (t.shape.rank < 2 || t.name == "token_embd.weight" || t.name == leave_out) continue;
      std::vector<float> sums(t.shape.row() - shorter);
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = i % 4 == 0 ? 100.0f : 0.01f;
      builder.tensor_f32(std::string(t.name) + ".in_sum2", {sums.size(), 1}, sums);
      builder.tensor_f32(std::string(t.name) + ".counts", {1, 1}, {1});
    }
    builder.save(root() / "imatrix.gguf");
  }
  QuantizeRequest weighted() const {
    QuantizeRequest one = request();
    one.imatrix = root() / "imatrix.gguf";
    return one;
  }
  // Mean squared error of the columns that weigh much, of one matrix.
  double error_of_important() const {
    const auto from = formats::Gguf::open(in()).value(), to = formats::Gguf::open(out()).value();
    const formats::GgufTensor &a = *from.find_tensor("blk.0.ffn_up.weight"),
                              &b = *to.find_tensor(a.name);
    std::vector<float> x(a.shape.elements()), y(x.size());
    a.codec->dequantize(a.data.data(), x.data(), x.size());
    b.codec->dequantize(b.data.data(), y.data(), y.size() / 32);
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); i += 4) sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
  }
};

TEST_F(ImportanceTest, WhatMattersIsKeptBetter) {
  save_imatrix();
  ASSERT_TRUE(quantize(request()));
  const double plain = error_of_important();
  std::filesystem::remove(out());
  const auto done = quantize(weighted());
  ASSERT_TRUE(done) << done.error().line();
  EXPECT_LT(error_of_important(), 0.8 * plain);
}

TEST_F(ImportanceTest, AFileThatDoesNotFitTheModelIsAnError) {
  save_imatrix("blk.1.attn_k.weight");
  EXPECT_THAT(error_of(weighted()).message, HasSubstr("blk.1.attn_k.weight"));
  save_imatrix("", 1);
  EXPECT_THAT(error_of(weighted()).message, HasSubstr("63 importances"));
  save_imatrix();
  TinyLlama shallow;
  shallow.layers = 1;
  shallow.type = Ggml::f32;
  save(shallow);
  EXPECT_THAT(error_of(weighted()).message, HasSubstr("no matrix"));
}

}  // namespace
}  // namespace ashlar::llm
