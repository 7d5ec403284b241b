#include "llm/quantize.h"

#include <fmt/format.h>

#include <cmath>
#include <system_error>

#include "base/file.h"
#include "hub/sha256.h"
#include "llm/calibration.h"
#include "llm/content_hash.h"
#include "llm/encode_tensor.h"
#include "llm/importance.h"
#include "llm/measurement_log.h"
#include "llm/quantize_budget.h"
#include "llm/quantize_journal.h"
#include "llm/quantize_plan.h"

namespace ashlar::llm {
namespace {

constexpr int kEncoders = 1;  // to be counted up when an encoder's or the model's numbers change

bool has_budget(const QuantizeRequest& request) {
  return request.bits_per_weight || request.max_kl;
}

Status check_out(const QuantizeRequest& request) {
  std::error_code ignored;
  const std::filesystem::path partial = formats::GgufWriter::partial_path(request.out);
  for (const auto& path : {request.out, partial})
    if (std::filesystem::equivalent(path, request.in, ignored))
      return fail(ErrorKind::bad_input, "a model can't be written over itself", path.string(),
                  "name another file to write");
  if (std::filesystem::exists(std::filesystem::symlink_status(request.out, ignored)))
    return fail(ErrorKind::bad_input, "the file exists", request.out.string(),
                "remove it, or name another");
  return {};
}

Status check_budget(const QuantizeRequest& request) {
  const auto bits = request.bits_per_weight, kl = request.max_kl;
  if (bits && kl)
    return fail(ErrorKind::bad_input, "two budgets", "budget", "give bits per weight or a KL");
  if (bits && !(*bits > 0))
    return fail(ErrorKind::bad_input, fmt::format("{} bits a weight", *bits), "bits per weight",
                "give more than 0");
  if (kl && !(*kl >= 0 && std::isfinite(*kl)))
    return fail(ErrorKind::bad_input, fmt::format("a KL of {}", *kl), "max KL", "give 0 or more");
  if (!request.text.empty() && !has_budget(request))
    return fail(ErrorKind::bad_input, "a text is for measuring, and there is no budget to meet",
                "text", "leave it out, or give a budget");
  return {};
}

// A budget below what the plan's types take: better said before hours of measuring.
Status check_bits(const QuantizeRequest& request, const Plan& plan) {
  const double least = bits_per_weight(plan);
  if (!request.bits_per_weight || least <= *request.bits_per_weight) return {};
  return fail(ErrorKind::bad_input,
              fmt::format("{} bits a weight, and the coarsest type takes {:.4f}",
                          *request.bits_per_weight, least),
              "bits per weight", "give more, or a coarser type");
}

Status hash_into(hub::Sha256& hash, const std::filesystem::path& path) {
  ASHLAR_ASSIGN(const base::MappedFile file, base::MappedFile::open(path));
  hash.update(file.bytes());
  return {};
}

// What the bytes of the output depend on, but for the source's tensors.
Result<std::string> key_of(const formats::GgufHeader& header, const QuantizeRequest& request) {
  hub::Sha256 hash;
  const std::string head = header.bytes();
  hash.update(std::as_bytes(std::span(head)));
  if (!request.imatrix.empty()) ASHLAR_TRY(hash_into(hash, request.imatrix));
  return fmt::format("ashlar quantize {} {}", kEncoders, hash.hex());
}

// What measurements depend on, but for the types.
Result<std::string> measurement_key(const QuantizeRequest& request, std::string_view text) {
  ASHLAR_ASSIGN(std::string key, content_hash(request.in));
  hub::Sha256 hash;
  hash.update(std::as_bytes(std::span(text)));
  if (!request.imatrix.empty()) ASHLAR_TRY(hash_into(hash, request.imatrix));
  return fmt::format("ashlar measurements {} {} {}", kEncoders, key, hash.hex());
}

class Run {
 public:
  Run(const QuantizeRequest& request, const formats::Gguf& file, base::ThreadPool& pool)
      : request_(request), file_(file), with_{file, pool, request.stop} {}

  Result<Quantized> run() {
    ASHLAR_ASSIGN(chosen_.plan, plan_for(file_, request_.type, request_.allow_fallback));
    if (!request_.imatrix.empty()) {
      ASHLAR_ASSIGN(importance_, Importance::read(request_.imatrix, chosen_.plan));
    }
    ASHLAR_TRY(check_bits(request_, chosen_.plan));
    ASHLAR_ASSIGN(auto writer, formats::GgufWriter::create(request_.out));
    ASHLAR_TRY(QuantizeJournal::check(request_.out));
    if (has_budget(request_)) ASHLAR_TRY(meet_budget());
    ASHLAR_TRY(write(writer));
    if (log_) log_->remove();
    return report();
  }

 private:
  void progress(std::string_view what, std::uint64_t done, std::uint64_t total) const {
    if (request_.on_progress) request_.on_progress(what, done, total);
  }

  Status meet_budget() {
    progress("loading", 0, 1);
    const std::string_view text = request_.text.empty() ? calibration_text() : request_.text;
    ASHLAR_ASSIGN(const auto key, measurement_key(request_, text));
    ASHLAR_ASSIGN(log_,
                  MeasurementLog::open(
                      formats::GgufWriter::partial_path(request_.out).string() + ".measured", key));
    ASHLAR_ASSIGN(const auto calibration, Calibration::create(request_.in, text, with_.pool));
    const Plan base = chosen_.plan;
    const BudgetChoice::Progress report = [this](auto what, auto done, auto total) {
      progress(what, done, total);
    };
    ASHLAR_ASSIGN(chosen_, BudgetChoice(with_, calibration, importance_, *log_, base, report)
                               .choose({request_.bits_per_weight, request_.max_kl}));
    return {};
  }

  Status write(formats::GgufWriter& writer) {
    const formats::GgufHeader header = header_of(file_, chosen_.plan, request_.type);
    ASHLAR_ASSIGN(const std::string key, key_of(header, request_));
    ASHLAR_ASSIGN(auto journal, QuantizeJournal::open(request_.out, key, header, chosen_.plan));
    resumed_ = journal.whole();
    ASHLAR_TRY(writer.begin(header, resumed_));
    const std::uint64_t total = bytes_of(chosen_.plan);
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < chosen_.plan.size(); ++i) {
      if (i >= resumed_) ASHLAR_TRY(write_tensor(chosen_.plan[i], writer, journal, done, total));
      done += header.tensor_bytes(i);
    }
    ASHLAR_TRY(writer.finish());
    journal.remove();
    return {};
  }

  Status write_tensor(const TensorPlan& one, formats::GgufWriter& writer, QuantizeJournal& journal,
                      std::uint64_t done, std::uint64_t total) {
    TensorHash hash;
    ASHLAR_TRY(encode_tensor(with_, *one.tensor, *one.codec, importance_.of(one.tensor->name),
                             [&](Bytes from, Bytes encoded) -> Status {
                               progress("writing", done, total);
                               done += encoded.size();
                               hash.update(from, encoded);
                               return writer.append(encoded);
                             }));
    return journal.add(hash.hex());
  }

  Result<Quantized> report() const {
    Quantized result;
    std::error_code error;
    result.bytes = std::filesystem::file_size(request_.out, error);
    result.bits_per_weight = bits_per_weight(chosen_.plan);
    if (log_) result.kl = chosen_.total;
    result.resumed = resumed_;
    result.measured_before = log_ ? log_->kept() : 0;
    for (std::size_t i = 0; i < chosen_.plan.size(); ++i) {
      const TensorPlan& one = chosen_.plan[i];
      result.tensors.push_back({std::string(one.tensor->name), one.codec->dtype, one.fallback,
                                log_ ? chosen_.kl[i] : std::nullopt});
    }
    return result;
  }

  const QuantizeRequest& request_;
  const formats::Gguf& file_;
  Encoding with_;
  Importance importance_;
  Chosen chosen_;
  std::optional<MeasurementLog> log_;  // with a budget
  std::size_t resumed_ = 0;
};

}  // namespace

Result<Quantized> quantize(const QuantizeRequest& request) {
  ASHLAR_TRY(check_out(request));
  ASHLAR_TRY(check_budget(request));
  ASHLAR_ASSIGN(const formats::Gguf file, formats::Gguf::open(request.in));
  base::ThreadPool pool(request.threads == 0 ? base::available_threads() : request.threads);
  return Run(request, file, pool).run();
}

}  // namespace ashlar::llm
