#include <ATen/ops/abs.h>
#include <ATen/ops/add.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/div.h>
#include <ATen/ops/eq.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/ge.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/le.h>
#include <ATen/ops/log.h>
#include <ATen/ops/logical_and.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/lt.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/ne.h>
#include <ATen/ops/neg.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/square.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/where.h>

#include "Seam.hpp"

#define UNARY(name)                                                  \
  CTTensorRef ct_##name(CTTensorRef tensor, CTError *error) {        \
    return guarded(error, [&] { return out(at::name(in(tensor))); }); \
  }
UNARY(neg) UNARY(exp) UNARY(log) UNARY(sqrt) UNARY(rsqrt) UNARY(tanh) UNARY(sigmoid) UNARY(relu)
UNARY(abs) UNARY(square) UNARY(sin) UNARY(cos) UNARY(reciprocal) UNARY(isfinite) UNARY(logical_not)

#define BINARY(name)                                                     \
  CTTensorRef ct_##name(CTTensorRef a, CTTensorRef b, CTError *error) {  \
    return guarded(error, [&] { return out(at::name(in(a), in(b))); });  \
  }
BINARY(add) BINARY(sub) BINARY(mul) BINARY(div) BINARY(maximum) BINARY(minimum) BINARY(eq)
BINARY(ne) BINARY(lt) BINARY(le) BINARY(gt) BINARY(ge) BINARY(logical_and) BINARY(logical_or)

#define SCALAR(name)                                                           \
  CTTensorRef ct_##name##_scalar(CTTensorRef a, double b, CTError *error) {    \
    return guarded(error, [&] { return out(at::name(in(a), at::Scalar(b))); }); \
  }
SCALAR(add) SCALAR(sub) SCALAR(mul) SCALAR(div) SCALAR(pow)
SCALAR(eq) SCALAR(ne) SCALAR(lt) SCALAR(le) SCALAR(gt) SCALAR(ge)

CTTensorRef ct_clamp(CTTensorRef tensor, double lower, double upper, CTError *error) {
  return guarded(error, [&] { return out(at::clamp(in(tensor), lower, upper)); });
}
CTTensorRef ct_where(CTTensorRef condition, CTTensorRef a, CTTensorRef b, CTError *error) {
  return guarded(error, [&] { return out(at::where(in(condition), in(a), in(b))); });
}
