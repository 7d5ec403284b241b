// Rotary position embedding (Su et al. 2021, RoFormer): the angles of every position, made once.
#pragma once

#include "base/result.h"
#include "kernels/ops.h"
#include "model/config.h"
#include "tensor/buffer.h"

namespace ashlar::model {

struct Rope {
  tensor::Buffer memory;
  kernels::RopeTable table;  // [context][E / 2] cosines, then sines

  static Result<Rope> create(const Config& config);
};

}  // namespace ashlar::model
