#include <ATen/ops/cat.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/stack.h>

#include <vector>

#include "Seam.hpp"

CTTensorRef ct_reshape(CTTensorRef tensor, const int64_t *sizes, size_t rank, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).reshape(list(sizes, rank))); });
}
CTTensorRef ct_expand(CTTensorRef tensor, const int64_t *sizes, size_t rank, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).expand(list(sizes, rank))); });
}
CTTensorRef ct_permute(CTTensorRef tensor, const int64_t *axes, size_t rank, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).permute(list(axes, rank))); });
}
CTTensorRef ct_transpose(CTTensorRef tensor, int64_t a, int64_t b, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).transpose(a, b)); });
}
CTTensorRef ct_narrow(CTTensorRef tensor, int64_t axis, int64_t start, int64_t count, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).narrow(axis, start, count)); });
}
CTTensorRef ct_select(CTTensorRef tensor, int64_t axis, int64_t index, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).select(axis, index)); });
}
CTTensorRef ct_squeeze(CTTensorRef tensor, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).squeeze(axis)); });
}
CTTensorRef ct_unsqueeze(CTTensorRef tensor, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).unsqueeze(axis)); });
}
CTTensorRef ct_flip(CTTensorRef tensor, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(at::flip(in(tensor), {axis})); });
}

static std::vector<at::Tensor> gathered(const CTTensorRef *tensors, size_t count) {
  std::vector<at::Tensor> list;
  list.reserve(count);
  for (size_t i = 0; i < count; ++i) list.push_back(in(tensors[i]));
  return list;
}

CTTensorRef ct_concatenate(const CTTensorRef *tensors, size_t count, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(at::cat(gathered(tensors, count), axis)); });
}
CTTensorRef ct_stack(const CTTensorRef *tensors, size_t count, int64_t axis, CTError *error) {
  return guarded(error, [&] { return out(at::stack(gathered(tensors, count), axis)); });
}
