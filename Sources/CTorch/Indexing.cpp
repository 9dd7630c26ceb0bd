#include <ATen/ops/gather.h>
#include <ATen/ops/index_add.h>
#include <ATen/ops/index_copy.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/masked_fill.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/tril.h>

#include "Seam.hpp"

CTTensorRef ct_gather(CTTensorRef tensor, int64_t axis, CTTensorRef index, CTError *error) {
  return guarded(error, [&] { return out(at::gather(in(tensor), axis, in(index))); });
}
CTTensorRef ct_index_select(CTTensorRef tensor, int64_t axis, CTTensorRef index, CTError *error) {
  return guarded(error, [&] { return out(at::index_select(in(tensor), axis, in(index))); });
}
CTTensorRef ct_index_add(CTTensorRef tensor, int64_t axis, CTTensorRef index, CTTensorRef source, CTError *error) {
  return guarded(error, [&] { return out(at::index_add(in(tensor), axis, in(index), in(source))); });
}
void ct_index_copy_(CTTensorRef tensor, int64_t axis, CTTensorRef index, CTTensorRef source, CTError *error) {
  guarded(error, [&] {
    at::Tensor target = in(tensor);
    target.index_copy_(axis, in(index), in(source));
  });
}
CTTensorRef ct_masked_fill(CTTensorRef tensor, CTTensorRef mask, double value, CTError *error) {
  return guarded(error, [&] { return out(at::masked_fill(in(tensor), in(mask), value)); });
}
CTTensorRef ct_tril(CTTensorRef tensor, int64_t diagonal, CTError *error) {
  return guarded(error, [&] { return out(at::tril(in(tensor), diagonal)); });
}
void ct_topk(CTTensorRef tensor, int64_t k, int64_t axis, CTTensorRef *values, CTTensorRef *indices, CTError *error) {
  guarded(error, [&] {
    auto [v, i] = at::topk(in(tensor), k, axis, /*largest=*/true, /*sorted=*/true);
    *values = out(std::move(v));
    *indices = out(std::move(i));
  });
}
void ct_sort(CTTensorRef tensor, int64_t axis, bool descending, CTTensorRef *values, CTTensorRef *indices, CTError *error) {
  guarded(error, [&] {
    auto [v, i] = at::sort(in(tensor), /*stable=*/true, axis, descending);
    *values = out(std::move(v));
    *indices = out(std::move(i));
  });
}
