#include <ATen/core/grad_mode.h>

#include "Seam.hpp"

void ct_set_requires_gradient(CTTensorRef tensor, bool required, CTError *error) {
  guarded(error, [&] { in(tensor).set_requires_grad(required); });
}
void ct_backward(CTTensorRef tensor, CTTensorRef gradient, CTError *error) {
  guarded(error, [&] { in(tensor).backward(optionalIn(gradient)); });
}
CTTensorRef ct_gradient(CTTensorRef tensor) {
  const auto &gradient = in(tensor).grad();
  return gradient.defined() ? out(gradient) : nullptr;
}
void ct_set_gradient(CTTensorRef tensor, CTTensorRef gradient, CTError *error) {
  guarded(error, [&] { in(tensor).mutable_grad() = optionalIn(gradient); });
}
bool ct_gradient_enabled(void) { return at::GradMode::is_enabled(); }
void ct_set_gradient_enabled(bool enabled) { at::GradMode::set_enabled(enabled); }
