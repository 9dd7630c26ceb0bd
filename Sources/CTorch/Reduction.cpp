#include <ATen/ops/all.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/amin.h>
#include <ATen/ops/any.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cumsum.h>
#include <ATen/ops/histc.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/std.h>
#include <ATen/ops/sum.h>

#include "Seam.hpp"

#define OVER_AXES(name)                                                                               \
  CTTensorRef ct_##name(CTTensorRef tensor, const int64_t *axes, size_t rank, bool keep, CTError *error) { \
    return guarded(error, [&] { return out(at::name(in(tensor), list(axes, rank), keep)); });          \
  }
OVER_AXES(sum) OVER_AXES(mean) OVER_AXES(amax) OVER_AXES(amin)

CTTensorRef ct_norm(CTTensorRef tensor, CTError *error) {
  return guarded(error, [&] { return out(at::linalg_vector_norm(in(tensor))); });
}
CTTensorRef ct_std(CTTensorRef tensor, CTError *error) {
  return guarded(error, [&] { return out(at::std(in(tensor), /*unbiased=*/false)); });
}
CTTensorRef ct_logsumexp(CTTensorRef tensor, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(at::logsumexp(in(tensor), {axis})); });
}
CTTensorRef ct_argmax(CTTensorRef tensor, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(at::argmax(in(tensor), axis)); });
}
CTTensorRef ct_cumsum(CTTensorRef tensor, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(at::cumsum(in(tensor), axis)); });
}
CTTensorRef ct_all(CTTensorRef tensor, CTError *error) {
  return guarded(error, [&] { return out(at::all(in(tensor))); });
}
CTTensorRef ct_any(CTTensorRef tensor, CTError *error) {
  return guarded(error, [&] { return out(at::any(in(tensor))); });
}
CTTensorRef ct_histogram(CTTensorRef tensor, int64_t bins, double lower, double upper, CTError *error) {
  return guarded(error, [&] {
    return out(at::histc(in(tensor).detach().to(at::kFloat), bins, lower, upper));
  });
}
