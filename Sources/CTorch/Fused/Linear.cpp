#include "Linear.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <torch/csrc/autograd/custom_function.h>

#include "Matmul.hpp"
#include "Storage.hpp"
#include "Threads.hpp"

namespace retrograde {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// In the nodes below the differentiable tensors come first: `needs_input_grad` counts only the
// tensors that are present.
constexpr int64_t elementGrain = 16384;

at::Tensor likeInput(const at::Tensor &flatOutput, const at::Tensor &x) {
  auto shape = x.sizes().vec();
  shape.back() = flatOutput.size(-1);
  return flatOutput.view(shape);
}

struct Linear : torch::autograd::Function<Linear> {
  static Variable forward(AutogradContext *context, const Variable &x, const Variable &weight,
                          const std::optional<at::Tensor> &copy) {
    const auto &w = computed(weight, copy);
    context->save_for_backward({x, w});
    return likeInput(product(flat(x), w.t()), x);
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const auto g = flat(gradients[0]);
    Variable dx, dw;
    if (context->needs_input_grad(0)) dx = product(g, w).view(x.sizes());
    if (context->needs_input_grad(1)) dw = weightGradient(g, flat(x));
    return {dx, dw, Variable()};
  }
};

struct SquaredReLUNetwork : torch::autograd::Function<SquaredReLUNetwork> {
  static Variable forward(AutogradContext *context, const Variable &x, const Variable &expand,
                          const Variable &contract, const std::optional<at::Tensor> &expandCopy,
                          const std::optional<at::Tensor> &contractCopy) {
    const auto &up = computed(expand, expandCopy), &down = computed(contract, contractCopy);
    auto hidden = product(flat(x), up.t());
    const auto kernel = loops().squaredReLU[storage(hidden)];
    parallelFor(hidden.numel(), elementGrain, [&](int64_t begin, int64_t end) {
      kernel(rowAddress(hidden, begin, 1), end - begin);
    });
    context->save_for_backward({x, hidden, up, down});
    return likeInput(product(hidden, down.t()), x);
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &hidden = saved[1], &up = saved[2], &down = saved[3];
    const auto g = flat(gradients[0]);
    Variable dx, dup, ddown;
    if (context->needs_input_grad(2)) ddown = weightGradient(g, hidden);
    auto dhidden = product(g, down);
    const auto kernel = loops().squaredReLUBackward[storage(hidden)];
    parallelFor(hidden.numel(), elementGrain, [&](int64_t begin, int64_t end) {
      kernel(rowAddress(hidden, begin, 1), rowAddress(dhidden, begin, 1), end - begin);
    });
    if (context->needs_input_grad(1)) dup = weightGradient(dhidden, flat(x));
    if (context->needs_input_grad(0)) dx = product(dhidden, up).view(x.sizes());
    return {dx, dup, ddown, Variable(), Variable()};
  }
};

void checkLinear(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &copy) {
  const auto &w = computed(weight, copy);
  TORCH_CHECK(w.dim() == 2 && x.dim() >= 1 && x.size(-1) == w.size(1), "a linear layer of shape ",
              w.sizes(), " takes no input of shape ", x.sizes());
  TORCH_CHECK(x.scalar_type() == w.scalar_type(), "an input of ", x.scalar_type(),
              " needs a weight, or its copy, of that dtype, not ", w.scalar_type());
}

/// The weight in the input's dtype with a gradient path to the master, for the plain route.
at::Tensor cast(const at::Tensor &weight, const at::Tensor &x) { return weight.to(x.scalar_type()); }

}  // namespace

at::Tensor linear(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &copy) {
  checkLinear(x, weight, copy);
  if (!fusible(x)) return at::linear(x, cast(weight, x));
  return Linear::apply(x, weight, optional(copy));
}

at::Tensor squaredReLUNetwork(const at::Tensor &x, const at::Tensor &expand,
                              const at::Tensor &expandCopy, const at::Tensor &contract,
                              const at::Tensor &contractCopy) {
  checkLinear(x, expand, expandCopy);
  TORCH_CHECK(contract.dim() == 2 && contract.size(1) == expand.size(0),
              "the second layer, ", contract.sizes(), ", does not fit the first, ", expand.sizes());
  if (!fusible(x)) {
    const auto hidden = at::relu(at::linear(x, cast(expand, x)));
    return at::linear(hidden * hidden, cast(contract, x));
  }
  return SquaredReLUNetwork::apply(x, expand, contract, optional(expandCopy),
                                   optional(contractCopy));
}

}  // namespace retrograde
