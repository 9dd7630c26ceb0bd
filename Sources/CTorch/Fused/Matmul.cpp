#include "Matmul.hpp"

#include <ATen/ops/addmm.h>
#include <ATen/ops/baddbmm.h>
#include <ATen/ops/bmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

#include "KernelSupport.hpp"

namespace retrograde {

namespace {

/// PyTorch sends float32 products to MKL, which runs below its best on processors that are not
/// Intel's; bfloat16 goes to oneDNN by itself.
bool goesToOneDNN(const at::Tensor &a, const at::Tensor &out) {
  return out.is_cpu() && out.scalar_type() == at::kFloat && support().oneDNNProducts &&
         out.numel() > 0 && a.size(-1) > 0;
}

/// Without oneDNN, libtorch multiplies bfloat16 by loops over elements, tens of times slower than it
/// multiplies float32. What is widened, multiplied and rounded is the same product: sums are float32
/// either way.
bool isWidened(const at::Tensor &out) {
  return out.is_cpu() && out.scalar_type() == at::kBFloat16 && !support().bfloat16Products;
}

at::Tensor wide(const at::Tensor &x) { return x.to(at::kFloat); }

/// libtorch's own product.
void plainMultiply(const at::Tensor &a, const at::Tensor &b, at::Tensor out, bool accumulate) {
  if (a.dim() == 3) {
    if (accumulate) at::baddbmm_out(out, out, a, b);
    else at::bmm_out(out, a, b);
  } else {
    if (accumulate) at::addmm_out(out, out, a, b);
    else at::mm_out(out, a, b);
  }
}

}  // namespace

void multiply(const at::Tensor &a, const at::Tensor &b, const at::Tensor &out, bool accumulate) {
  if (goesToOneDNN(a, out)) {
    extras().oneDNNProduct(a, b, out, accumulate ? 1.0f : 0.0f, 1.0f);
  } else if (isWidened(out)) {
    const auto sums = accumulate ? wide(out) : at::empty(out.sizes(), out.options().dtype(at::kFloat));
    plainMultiply(wide(a), wide(b), sums, accumulate);
    out.copy_(sums);
  } else {
    plainMultiply(a, b, out, accumulate);
  }
}

void multiplyAdd(const at::Tensor &base, const at::Tensor &a, const at::Tensor &b,
                 const at::Tensor &out, double beta, double alpha) {
  at::Tensor target = out;
  if (isWidened(out)) target.copy_(at::baddbmm(wide(base), wide(a), wide(b), beta, alpha));
  else at::baddbmm_out(target, base, a, b, beta, alpha);
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
