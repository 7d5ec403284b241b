#include "llm/perplexity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/thread_pool.h"
#include "base/utf8.h"
#include "engine/logprobs.h"
#include "kernels/math.h"
#include "llm/divergence.h"
#include "model/logits_reader.h"
#include "tokenizer/tokenizer.h"

namespace ashlar::llm {
namespace {

using tokenizer::TokenId;
using Logits = std::span<const float>;

// What each scored position gave.
struct Rows {
  std::vector<double> nll, kl;
  std::vector<char> same_top1;  // not bool: threads write neighbours

  void resize(std::size_t rows, bool with_reference) {
    nll.resize(rows);
    if (!with_reference) return;
    kl.resize(rows);
    same_top1.resize(rows);
  }
};

Status check_text(std::string_view text) {
  const auto at = base::first_invalid_utf8(text);
  if (!at) return {};
  return fail(ErrorKind::bad_input, "the text is not UTF-8", fmt::format("text, byte {}", *at),
              "convert it to UTF-8");
}

Result<model::LogitsReader> reader_of(const std::filesystem::path& path,
                                      std::optional<model::KvDtype> kv,
                                      const PerplexityRequest& request, base::ThreadPool& pool) {
  ASHLAR_ASSIGN(auto reader,
                model::LogitsReader::open(path, request.precision, request.context, pool, kv));
  if (reader.positions() < request.context)
    return fail(ErrorKind::too_large,
                fmt::format("a window has {} tokens, the context of {} {}", request.context,
                            path.string(), reader.positions()),
                "context", "give a smaller window");
  return reader;
}

Result<std::vector<TokenId>> ids_by(const model::LogitsReader& model, std::string_view text) {
  ASHLAR_ASSIGN(const auto tokenizer, tokenizer::Tokenizer::from_gguf(model.file()));
  return tokenizer->encode(text, {.add_special = false});
}

// Enough ids, and all in the vocabulary: a tokenizer may know more tokens than the weights do.
Status check_ids(std::span<const TokenId> ids, const model::LogitsReader& model,
                 const std::filesystem::path& path) {
  if (ids.size() < 2)
    return fail(ErrorKind::bad_input, fmt::format("the text has {} tokens", ids.size()), "text",
                "give at least two: the second is foretold from the first");
  const TokenId largest = *std::ranges::max_element(ids);
  if (largest < model.vocabulary()) return {};
  return fail(
      ErrorKind::corrupt,
      fmt::format("the tokenizer gives token {}, the weights have {}", largest, model.vocabulary()),
      path.string(), "the file was put together wrongly: get it again");
}

// A divergence needs one vocabulary and one way to cut the text.
Status check_reference(const model::LogitsReader& reference, const model::LogitsReader& model,
                       std::span<const TokenId> ids, const PerplexityRequest& request,
                       std::string_view text) {
  if (reference.vocabulary() != model.vocabulary())
    return fail(
        ErrorKind::bad_input,
        fmt::format("vocabularies of {} and {} tokens", model.vocabulary(), reference.vocabulary()),
        request.against.string(), "compare models that share a vocabulary");
  ASHLAR_ASSIGN(const auto others, ids_by(reference, text));
  if (!std::ranges::equal(ids, others))
    return fail(ErrorKind::bad_input, "the two models cut the text into different tokens",
                request.against.string(), "compare models that share a tokenizer");
  return {};
}

class Measurement {
 public:
  Measurement(const PerplexityRequest& request, std::span<const TokenId> ids,
              model::LogitsReader model, std::optional<model::LogitsReader> reference,
              base::ThreadPool& pool)
      : request_(request),
        ids_(ids),
        model_(std::move(model)),
        reference_(std::move(reference)),
        pool_(pool) {}

  // REQUIRES: every id is in the vocabulary of both.
  Result<Perplexity> run() {
    for (std::size_t first = 0; first < ids_.size(); first += request_.context)
      ASHLAR_TRY(read_window(
          ids_.subspan(first, std::min<std::size_t>(request_.context, ids_.size() - first))));
    return summary();
  }

 private:
  Status read_window(std::span<const TokenId> window) {
    model_.restart();
    if (reference_) reference_->restart();
    for (std::size_t first = 0; first + 1 < window.size(); first += request_.chunk) {
      if (request_.stop.stop_requested())
        return fail(ErrorKind::cancelled, "the measurement was stopped", "", "start it again");
      const std::size_t count = std::min<std::size_t>(request_.chunk, window.size() - 1 - first);
      ASHLAR_TRY(score(window.subspan(first, count), window.subspan(first + 1, count)));
      if (request_.on_progress) request_.on_progress(rows_.nll.size(), to_score());
    }
    return {};
  }

  // `targets` follow `inputs`, one each.
  Status score(std::span<const TokenId> inputs, std::span<const TokenId> targets) {
    ASHLAR_ASSIGN(const Logits q, model_.extend(inputs));
    Logits p;
    if (reference_) {
      ASHLAR_ASSIGN(p, reference_->extend(inputs));
    }
    const std::size_t before = rows_.nll.size();
    rows_.resize(before + targets.size(), reference_.has_value());
    std::vector<Status> scored(targets.size());
    pool_.run(targets.size(), [&](std::size_t row, unsigned) {
      scored[row] =
          score_row(row_of(q, row), p.empty() ? p : row_of(p, row), targets[row], before + row);
    });
    for (const Status& status : scored) ASHLAR_TRY(status);
    return {};
  }

  Logits row_of(Logits all, std::size_t row) const {
    return all.subspan(row * model_.vocabulary(), model_.vocabulary());
  }

  Status score_row(Logits q, Logits p, TokenId target, std::size_t at) {
    ASHLAR_TRY(engine::check_finite(q));
    const double q_total = kernels::log_sum_exp(q);
    rows_.nll[at] = q_total - q[target];
    if (p.empty()) return {};
    ASHLAR_TRY(engine::check_finite(p));
    rows_.kl[at] = divergence(p, kernels::log_sum_exp(p), q, q_total);
    rows_.same_top1[at] = engine::argmax(p) == engine::argmax(q);
    return {};
  }

  // Each window has one token that nothing foretells.
  std::uint64_t to_score() const {
    return ids_.size() - (ids_.size() + request_.context - 1) / request_.context;
  }
  Result<Perplexity> summary() const;

  const PerplexityRequest& request_;
  std::span<const TokenId> ids_;
  model::LogitsReader model_;
  std::optional<model::LogitsReader> reference_;
  base::ThreadPool& pool_;
  Rows rows_;
};

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double standard_error_of(std::span<const double> values, double mean) {
  if (values.size() < 2) return 0;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto count = static_cast<double>(values.size());
  return std::sqrt(squares / (count - 1) / count);
}

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  const double at = share * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (at - static_cast<double>(low)) * (values[high] - values[low]);
}

Result<Perplexity> Measurement::summary() const {
  const double nll = mean_of(rows_.nll), ppl = kernels::exp_f64(nll);
  if (!std::isfinite(ppl))
    return fail(ErrorKind::corrupt, fmt::format("the mean negative log-likelihood is {}", nll),
                request_.model.string(), "the weights are damaged: check the file's sha256");
  Perplexity result{ppl, ppl * standard_error_of(rows_.nll, nll), rows_.nll.size()};
  if (reference_) {
    const auto same = std::ranges::count(rows_.same_top1, 1);
    result.divergence =
        Divergence{mean_of(rows_.kl), percentile(rows_.kl, 0.99),
                   static_cast<double>(same) / static_cast<double>(rows_.same_top1.size())};
  }
  return result;
}

}  // namespace

Result<Perplexity> perplexity(const PerplexityRequest& request, std::string_view text) {
  if (request.context < 2)
    return fail(ErrorKind::bad_input, "a window of fewer than 2 tokens scores nothing", "context",
                "give 2 or more");
  if (request.chunk == 0)
    return fail(ErrorKind::bad_input, "chunk can't be 0", "chunk", "give at least 1");
  ASHLAR_TRY(check_text(text));
  base::ThreadPool pool(request.threads == 0 ? base::available_threads() : request.threads);
  ASHLAR_ASSIGN(auto model, reader_of(request.model, request.kv_dtype, request, pool));
  ASHLAR_ASSIGN(const auto ids, ids_by(model, text));
  ASHLAR_TRY(check_ids(ids, model, request.model));
  std::optional<model::LogitsReader> reference;
  if (!request.against.empty()) {
    ASHLAR_ASSIGN(auto other, reader_of(request.against, std::nullopt, request, pool));
    ASHLAR_TRY(check_reference(other, model, ids, request, text));
    reference.emplace(std::move(other));
  }
  return Measurement(request, ids, std::move(model), std::move(reference), pool).run();
}

}  // namespace ashlar::llm
