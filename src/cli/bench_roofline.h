// bench --roofline: what memory and arithmetic of this machine allow, and how near the kernels come
// on the shapes of a model.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/gguf.h"
#include "kernels/kernel_table.h"

namespace ashlar::cli {

// {threads, kernels, read_gb_s, f32_gmac_s, int8_gmac_s: {TYPE: …}, linears: [{type, outputs,
// width, rows, bytes, macs, gb_s, gmac_s, of_limit}]}; of_limit is the roofline's time over ours.
Result<base::Json> measure_roofline(const formats::Gguf& file, const kernels::KernelTable& kernels,
                                    base::ThreadPool& pool);

std::string roofline_table(const base::Json& roofline);

}  // namespace ashlar::cli
