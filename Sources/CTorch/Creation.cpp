#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>

#include "Seam.hpp"

void ct_error_clear(CTError *error) {
  free(error->message);
  error->message = nullptr;
  error->code = 0;
}

void ct_release(CTTensorRef ref) {
  liveHandles.fetch_sub(1, std::memory_order_relaxed);
  auto *impl = reinterpret_cast<c10::TensorImpl *>(ref);
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(impl);
}

int64_t ct_live_handles(void) { return liveHandles.load(std::memory_order_relaxed); }

CTTensorRef ct_empty(const int64_t *sizes, size_t rank, int8_t type, CTDevice d, CTError *error) {
  return guarded(error, [&] { return out(at::empty(list(sizes, rank), options(type, d))); });
}

CTTensorRef ct_full(const int64_t *sizes, size_t rank, double value, int8_t type, CTDevice d, CTError *error) {
  return guarded(error, [&] { return out(at::full(list(sizes, rank), value, options(type, d))); });
}

CTTensorRef ct_arange(int64_t start, int64_t end, int64_t step, int8_t type, CTDevice d, CTError *error) {
  return guarded(error, [&] { return out(at::arange(start, end, step, options(type, d))); });
}

CTTensorRef ct_from_bytes(const void *bytes, size_t byteCount, const int64_t *sizes, size_t rank, int8_t type, CTDevice d, CTError *error) {
  return guarded(error, [&] {
    auto tensor = at::empty(list(sizes, rank), at::TensorOptions().dtype(dtype(type)));
    TORCH_CHECK(tensor.nbytes() == byteCount, "the shape needs ", tensor.nbytes(), " bytes, ", byteCount, " were given");
    if (byteCount > 0) memcpy(tensor.data_ptr(), bytes, byteCount);
    return out(d.type == 0 ? tensor : tensor.to(device(d)));
  });
}

void ct_copy_to_host(CTTensorRef tensor, void *bytes, size_t byteCount, CTError *error) {
  guarded(error, [&] {
    const auto host = in(tensor).detach().to(at::kCPU).contiguous();
    TORCH_CHECK(host.nbytes() == byteCount, "the tensor holds ", host.nbytes(), " bytes, room is for ", byteCount);
    if (byteCount > 0) memcpy(bytes, host.data_ptr(), byteCount);
  });
}

CTTensorRef ct_to(CTTensorRef tensor, int8_t type, CTDevice d, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).to(device(d), dtype(type))); });
}

CTTensorRef ct_clone(CTTensorRef tensor, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).clone()); });
}

CTTensorRef ct_contiguous(CTTensorRef tensor, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).contiguous()); });
}

CTTensorRef ct_detach(CTTensorRef tensor, CTError *error) {
  return guarded(error, [&] { return out(in(tensor).detach()); });
}

size_t ct_rank(CTTensorRef tensor) { return in(tensor).dim(); }
int64_t ct_size(CTTensorRef tensor, size_t axis) { return in(tensor).sizes()[axis]; }
int64_t ct_stride(CTTensorRef tensor, size_t axis) { return in(tensor).strides()[axis]; }
int64_t ct_element_count(CTTensorRef tensor) { return in(tensor).numel(); }
size_t ct_element_bytes(CTTensorRef tensor) { return in(tensor).element_size(); }
int8_t ct_dtype(CTTensorRef tensor) { return static_cast<int8_t>(in(tensor).scalar_type()); }

CTDevice ct_device(CTTensorRef tensor) {
  const auto d = in(tensor).device();
  return {static_cast<int8_t>(d.type()), static_cast<int8_t>(d.index())};
}

bool ct_is_contiguous(CTTensorRef tensor) { return in(tensor).is_contiguous(); }
bool ct_requires_gradient(CTTensorRef tensor) { return in(tensor).requires_grad(); }
bool ct_shares_storage(CTTensorRef a, CTTensorRef b) {
  return in(a).storage().unsafeGetStorageImpl() == in(b).storage().unsafeGetStorageImpl();
}
