#include "llm/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/utf8.h"
#include "engine/logprobs.h"
#include "kernels/math.h"
#include "llm/divergence.h"
#include "model/logits_reader.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {
namespace {

Result<std::vector<model::TokenId>> ids_of(std::string_view text, const model::Model& model) {
  if (!base::is_utf8(text))
    return fail(ErrorKind::bad_input, "the text is not UTF-8", "text", "convert it to UTF-8");
  ASHLAR_ASSIGN(const auto tokenizer, tokenizer::Tokenizer::from_gguf(model.file()));
  std::vector<model::TokenId> ids = tokenizer->encode(text, {.add_special = false});
  ids.resize(std::min<std::size_t>({ids.size(), kCalibrationTokens, model.config().context}));
  if (ids.empty()) return fail(ErrorKind::bad_input, "the text has no token", "text", "give more");
  return ids;
}

}  // namespace

Result<Calibration> Calibration::create(const std::filesystem::path& path, std::string_view text,
                                        base::ThreadPool& pool) {
  ASHLAR_ASSIGN(formats::Gguf file, formats::Gguf::open(path));
  ASHLAR_ASSIGN(auto model, model::Model::load(std::move(file), model::Precision::exact, pool));
  ASHLAR_ASSIGN(auto ids, ids_of(text, *model));
  Calibration calibration(std::move(model), std::move(ids), pool);
  ASHLAR_TRY(calibration.read_reference());
  return calibration;
}

Status Calibration::read_reference() {
  ASHLAR_ASSIGN(auto reader,
                model::LogitsReader::over(model_, static_cast<std::uint32_t>(ids_.size()), *pool_));
  ASHLAR_ASSIGN(const auto logits, reader.extend(ids_));
  ASHLAR_TRY(engine::check_finite(logits));
  logits_.assign(logits.begin(), logits.end());
  totals_.resize(ids_.size());
  const std::size_t vocabulary = reader.vocabulary();
  pool_->run(ids_.size(), [&](std::size_t row, unsigned) {
    totals_[row] = kernels::log_sum_exp(std::span(logits_).subspan(row * vocabulary, vocabulary));
  });
  return {};
}

Result<double> Calibration::kl_with(std::span<const model::Encoded> matrices) const {
  ASHLAR_ASSIGN(auto variant, model::Model::variant(model_, matrices, *pool_));
  ASHLAR_ASSIGN(auto reader,
                model::LogitsReader::over(std::move(variant),
                                          static_cast<std::uint32_t>(ids_.size()), *pool_));
  ASHLAR_ASSIGN(const auto logits, reader.extend(ids_));
  ASHLAR_TRY(engine::check_finite(logits));
  const std::size_t vocabulary = reader.vocabulary();
  std::vector<double> kl(ids_.size());
  pool_->run(ids_.size(), [&](std::size_t row, unsigned) {
    const auto q = logits.subspan(row * vocabulary, vocabulary);
    const auto p = std::span(logits_).subspan(row * vocabulary, vocabulary);
    kl[row] = divergence(p, totals_[row], q, kernels::log_sum_exp(q));
  });
  const double mean = std::accumulate(kl.begin(), kl.end(), 0.0) / static_cast<double>(kl.size());
  return std::max(mean, 0.0);
}

}  // namespace ashlar::llm
