#include "Matmul.hpp"

#include <ATen/Context.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/baddbmm.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

namespace at::native {
// Exported by libtorch_cpu, declared in no installed header. Weak: absent where libtorch was
// built without oneDNN, and then the generic route below serves.
__attribute__((weak)) void mkldnn_matmul(const Tensor &a, const Tensor &b, const Tensor &out,
                                         float beta, float alpha);
}  // namespace at::native

namespace retrograde {

namespace {

/// PyTorch sends float32 products to MKL, which runs below its best on processors that are not
/// Intel's; bfloat16 goes to oneDNN by itself.
bool goesToOneDNN(const at::Tensor &a, const at::Tensor &out) {
  return out.is_cpu() && out.scalar_type() == at::kFloat && at::native::mkldnn_matmul != nullptr &&
         at::globalContext().userEnabledMkldnn() && out.numel() > 0 && a.size(-1) > 0;
}

}  // namespace

void multiply(const at::Tensor &a, const at::Tensor &b, const at::Tensor &out, bool accumulate) {
  if (goesToOneDNN(a, out)) {
    at::native::mkldnn_matmul(a, b, out, accumulate ? 1.0f : 0.0f, 1.0f);
    return;
  }
  at::Tensor target = out;
  if (a.dim() == 3) {
    if (accumulate) at::baddbmm_out(target, out, a, b);
    else at::bmm_out(target, a, b);
  } else {
    if (accumulate) at::addmm_out(target, out, a, b);
    else at::mm_out(target, a, b);
  }
}

at::Tensor product(const at::Tensor &a, const at::Tensor &b) {
  auto shape = a.sizes().vec();
  shape.back() = b.size(-1);
  auto out = at::empty(shape, a.options());
  multiply(a, b, out);
  return out;
}

at::Tensor weightGradient(const at::Tensor &g, const at::Tensor &x) {
  return product(g.t(), x).to(at::kFloat);
}

}  // namespace retrograde
