#include <ATen/ops/addmm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>

#include "Seam.hpp"

CTTensorRef ct_matmul(CTTensorRef a, CTTensorRef b, CTError *error) {
  return guarded(error, [&] { return out(at::matmul(in(a), in(b))); });
}
CTTensorRef ct_linear(CTTensorRef x, CTTensorRef weight, CTError *error) {
  return guarded(error, [&] { return out(at::linear(in(x), in(weight))); });
}
CTTensorRef ct_addmm(CTTensorRef base, CTTensorRef a, CTTensorRef b, double beta, double alpha, CTError *error) {
  return guarded(error, [&] { return out(at::addmm(in(base), in(a), in(b), beta, alpha)); });
}
