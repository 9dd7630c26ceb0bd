// The C face of Fused/Optimizers.
#include "Fused/Optimizers.hpp"
#include "Seam.hpp"

namespace {

std::vector<at::Tensor> tensors(const CTTensorRef *refs, size_t count) {
  std::vector<at::Tensor> result;
  result.reserve(count);
  for (size_t i = 0; i < count; i++) result.push_back(in(refs[i]));
  return result;
}

}  // namespace

double ct_fused_sum_of_squares(const CTTensorRef *gradients, size_t count, CTError *error) {
  return guarded(error, [&] { return sumOfSquares(tensors(gradients, count)); });
}
void ct_fused_adam_step(const CTTensorRef *parameters, const CTTensorRef *gradients, const CTTensorRef *first, const CTTensorRef *second, size_t count, double rate, double beta1, double beta2, double epsilon, double decay, int64_t step, double gradientScale, CTError *error) {
  guarded(error, [&] {
    adamStep({tensors(parameters, count), tensors(gradients, count), {}}, tensors(first, count),
             tensors(second, count), {rate, beta1, beta2, epsilon, decay, step, gradientScale});
  });
}
void ct_fused_muon_step(const CTTensorRef *parameters, const CTTensorRef *gradients, const CTTensorRef *moving, size_t count, double rate, double momentum, double gradientScale, int64_t iterations, int8_t type, CTError *error) {
  guarded(error, [&] {
    muonStep({tensors(parameters, count), tensors(gradients, count), {}}, tensors(moving, count),
             {rate, momentum, gradientScale, iterations, dtype(type)});
  });
}
