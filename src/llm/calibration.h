// How far a model gets from itself when matrices are encoded otherwise: KL over a calibration text.
// Holds the loaded model and its logits. Private to the module.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "model/model.h"

namespace ashlar::llm {

inline constexpr std::uint32_t kCalibrationTokens = 256;  // of the text, from its start

// A few paragraphs of several kinds.
std::string_view calibration_text();

class Calibration {
 public:
  // Errors: the file's; a model without a tokenizer; a text that isn't UTF-8 or has no token;
  // logits that aren't finite.
  static Result<Calibration> create(const std::filesystem::path& model, std::string_view text,
                                    base::ThreadPool& pool);

  // The mean of KL(model ‖ model with these matrices) over all positions, in nats, not below 0.
  Result<double> kl_with(std::span<const model::Encoded> matrices) const;

 private:
  Calibration(std::shared_ptr<const model::Model> model, std::vector<model::TokenId> ids,
              base::ThreadPool& pool)
      : model_(std::move(model)), ids_(std::move(ids)), pool_(&pool) {}
  Status read_reference();

  std::shared_ptr<const model::Model> model_;
  std::vector<model::TokenId> ids_;
  base::ThreadPool* pool_;
  std::vector<float> logits_;   // [ids][V]
  std::vector<double> totals_;  // log-sum-exps
};

}  // namespace ashlar::llm
