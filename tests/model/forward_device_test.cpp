// The forward pass hands views on and never looks at what they point to: here a device forbids its
// memory to everybody, and the pass doesn't notice.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "kernels/operations.h"
#include "model/model.h"
#include "tests/model/tiny_llama.h"

namespace ashlar::model {
namespace {

using kernels::Activations;
using kernels::AttentionRun;
using kernels::Device;
using kernels::Linear;
using kernels::PackedMatrix;
using kernels::Rows;

// What a device was asked for, and the pages that it has closed since.
struct Record {
  std::vector<std::string> calls;
  std::map<std::uintptr_t, std::size_t> closed;

  // To reading and writing: who looks there dies. Buffers have their pages to themselves.
  void close(const void* memory, std::size_t bytes) {
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto at = reinterpret_cast<std::uintptr_t>(memory);
    const std::uintptr_t first = at / page * page, end = (at + bytes + page - 1) / page * page;
    ASSERT_EQ(::mprotect(reinterpret_cast<void*>(first), end - first, PROT_NONE), 0);
    closed[first] = std::max(closed[first], end - first);
  }
  void close(const Rows& rows) {
    close(rows.data, std::size_t{rows.rows} * rows.width * sizeof(float));
  }
  void close(const PackedMatrix& matrix) {
    close(matrix.tiles, matrix.tile_bytes() * matrix.tile_count());
  }
  void close(std::span<const AttentionRun> runs) {
    for (const AttentionRun& run : runs)
      for (const std::byte* block : run.blocks) close(block, 1);
  }
  ~Record() {
    for (const auto& [at, bytes] : closed)
      ::mprotect(reinterpret_cast<void*>(at), bytes, PROT_READ | PROT_WRITE);
  }
};

Record* record;

template <class... Views>
void note(std::string call, const Views&... views) {
  record->calls.push_back(std::move(call));
  (record->close(views), ...);
}

const std::vector<float> kLogits = {3, 1, 4};

const kernels::Operations kForbidding = {
    .bands_of = [](const Device&,
                   std::uint32_t rows) { return std::vector<kernels::Band>{{0, rows}}; },
    .each_band = [](const Device& device, std::size_t,
                    const kernels::BandTask& task) { task(device, 0); },
    .embed = [](const Device&, const PackedMatrix& table, std::span<const std::uint32_t>,
                const Rows& out) { note("embed", table, out); },
    .rms_norm = [](const Device&, const Rows& x, std::span<const float>, float,
                   const Activations& out) { note("rms_norm", x, out.f32); },
    .linear =
        [](const Device&, const Activations& x, std::span<const Linear> outputs) {
          note("linear " + std::to_string(outputs.size()), x.f32);
          for (const Linear& output : outputs) {
            record->close(*output.weight);
            record->close(output.out);
          }
        },
    .gated_linear =
        [](const Device&, const Activations& x, const PackedMatrix& gate, const PackedMatrix& up,
           const Rows& scratch,
           const Activations& out) { note("gated_linear", x.f32, gate, up, scratch, out.f32); },
    .add_low_rank = [](const Device&,
                       std::span<const kernels::LowRankUpdate>) { note("add_low_rank"); },
    .silu_multiply = [](const Device&, const Activations& gate,
                        const Rows& up) { note("silu_multiply", gate.f32, up); },
    .rotate_and_store =
        [](const Device&, const Rows& q, const Rows& k, const Rows& v,
           const kernels::RopeTable& rope, const kernels::KvLayer&,
           std::span<const AttentionRun> runs) {
          note("rotate_and_store", q, k, v, runs);
          record->close(rope.cos, 1);
        },
    .attend = [](const Device&, const Rows& q, const kernels::KvLayer&,
                 std::span<const AttentionRun> runs, float*,
                 const Activations& out) { note("attend", q, runs, out.f32); },
    .select_rows = [](const Device&, const Rows& x, std::span<const std::uint32_t>,
                      const Rows& out) { note("select_rows", x, out); },
    .read = [](const Device&, const Rows& x) -> std::span<const float> {
      note("read", x);
      return kLogits;
    }};

struct OnADevice : testing::Test {
  std::string bytes = test::TinyLlama{}.file();
  base::ThreadPool pool{1};
  std::shared_ptr<const Model> model =
      Model::load(formats::Gguf::parse(test::bytes_of(bytes), "tiny").value(), Precision::fast,
                  pool)
          .value();
  KvCache cache = KvCache::create(model->config(), kv_dtype_of(Precision::fast), 2).value();
  Workspace workspace;
  std::vector<TokenId> ids = {5, 7, 11};
  std::vector<BlockId> blocks = {0};
  ashlar::model::Run run{ids, 0, blocks};  // not the test's own Run
};

TEST_F(OnADevice, ForwardNeverLooksAtATensor) {
  Record seen;
  record = &seen;
  const Device device{nullptr, &pool, &kForbidding};
  for (int pass = 0; pass < 2; ++pass) {  // in the second all is closed from the beginning
    seen.calls.clear();
    const auto logits = model->forward({&run, 1}, cache, workspace, device);
    ASSERT_TRUE(logits);
    EXPECT_EQ(logits->data(), kLogits.data());
  }
  const std::vector<std::string> begin = {"rms_norm", "linear 3", "rotate_and_store"};
  const std::vector<std::string> end = {"attend", "linear 1", "rms_norm", "gated_linear",
                                        "linear 1"};
  std::vector<std::string> expected = {"embed"};
  const auto expect = [&](const std::vector<std::string>& calls) {
    expected.insert(expected.end(), calls.begin(), calls.end());
  };
  for (std::uint32_t layer = 0; layer < model->config().layers; ++layer) {
    expect(begin);
    if (layer + 1 == model->config().layers) expect({"select_rows", "select_rows"});
    expect(end);
  }
  expect({"rms_norm", "linear 1", "read"});
  EXPECT_EQ(seen.calls, expected);
}

TEST_F(OnADevice, ADeviceThatHasNotTheWeightsIsRefused) {
  Record seen;
  record = &seen;
  const Device device{nullptr, &pool, &kForbidding, kernels::DeviceId{1}};
  const auto logits = model->forward({&run, 1}, cache, workspace, device);
  ASSERT_FALSE(logits);
  EXPECT_EQ(logits.error().kind, ErrorKind::internal);
  EXPECT_NE(logits.error().message.find("another device"), std::string::npos);
  EXPECT_TRUE(seen.calls.empty());
}

}  // namespace
}  // namespace ashlar::model
