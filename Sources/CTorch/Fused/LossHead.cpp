#include "LossHead.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/empty.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "Matmul.hpp"
#include "Storage.hpp"
#include "Threads.hpp"

namespace retrograde {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// Bytes of logits that are alive at once: near the last cache, and far below the activations.
constexpr int64_t chunkBytes = int64_t{48} << 20;
constexpr int64_t smallestChunk = 64;

/// What the pass leaves behind besides the losses.
struct Gradients {
  at::Tensor input, weight;
};

/// One pass over all rows; gradients only where asked for.
Gradients pass(const at::Tensor &x, const at::Tensor &w, const at::Tensor &targets,
               const at::Tensor &weights, float scale, float cap, bool wantsInput, bool wantsWeight, const LossHead &result) {
  const int64_t N = x.size(0), V = w.size(0);
  const bool gradient = wantsInput || wantsWeight;
  const int64_t chunk = std::clamp<int64_t>(
      chunkBytes / (V * static_cast<int64_t>(x.element_size())) / 16 * 16, smallestChunk, std::max(N, smallestChunk));
  Gradients made;
  if (wantsInput) made.input = at::empty_like(x);
  const bool narrow = x.scalar_type() != at::kFloat;
  auto logits = at::empty({std::min(chunk, N), V}, x.options());
  const auto kernel = loops().lossRows[storage(x)];
  for (int64_t from = 0; from < N; from += chunk) {
    const int64_t rows = std::min(chunk, N - from);
    const auto part = x.narrow(0, from, rows), z = logits.narrow(0, 0, rows);
    multiply(part, w.t(), z);
    parallelFor(rows, 1, [&](int64_t begin, int64_t end) {
      std::vector<float> scratch(gradient ? V : 0);
      const LossRows problem{z.data_ptr(),
                             targets.data_ptr<int64_t>() + from,
                             V,
                             cap,
                             gradient ? scale : 0.0f,
                             scratch.data(),
                             result.losses.data_ptr<float>() + from,
                             result.predicted.data_ptr<int64_t>() + from,
                             result.ranks.data_ptr<int64_t>() + from,
                             gradient ? nullptr : result.entropies.data_ptr<float>() + from};
      kernel(problem, begin, end);
    });
    if (gradient && weights.defined()) z.mul_(weights.narrow(0, from, rows).unsqueeze(1));
    if (wantsInput) multiply(z, w, made.input.narrow(0, from, rows));
    if (!wantsWeight) continue;
    // Chunks are summed in float32 whatever they are computed in.
    if (!made.weight.defined()) made.weight = weightGradient(z, part);
    else if (narrow) made.weight.add_(product(z.t(), part));
    else multiply(z.t(), part, made.weight, true);
  }
  return made;
}

struct Head : torch::autograd::Function<Head> {
  static variable_list forward(AutogradContext *context, const Variable &x, const Variable &weight,
                               const std::optional<at::Tensor> &copy, const at::Tensor &targets,
                               const std::optional<at::Tensor> &weights, double scale, double cap,
                               bool gradient) {
    context->set_materialize_grads(false);
    const auto rows = flat(x).contiguous();
    const auto flatTargets = targets.reshape({-1}).contiguous();
    const int64_t N = rows.size(0);
    const auto &w = computed(weight, copy);
    LossHead result;
    result.losses = at::empty({N}, x.options().dtype(at::kFloat));
    result.predicted = at::empty({N}, flatTargets.options());
    result.ranks = at::empty({N}, flatTargets.options());
    const bool learns = gradient && (x.requires_grad() || weight.requires_grad());
    result.entropies = at::empty({learns ? 0 : N}, x.options().dtype(at::kFloat));
    const auto flatWeights = weights ? weights->reshape({-1}).contiguous() : at::Tensor();
    const auto made =
        pass(rows, w, flatTargets, flatWeights, static_cast<float>(scale), static_cast<float>(cap),
             gradient && x.requires_grad(), gradient && weight.requires_grad(), result);
    if (made.input.defined()) context->saved_data["input"] = made.input.view(x.sizes());
    if (made.weight.defined()) context->saved_data["weight"] = made.weight;
    const auto counted = flatWeights.defined() ? result.losses * flatWeights : result.losses;
    result.loss = counted.sum(at::kDouble).mul_(scale).to(at::kFloat);
    context->mark_non_differentiable({result.losses, result.predicted, result.ranks, result.entropies});
    return {result.loss, result.losses, result.predicted, result.ranks, result.entropies};
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    variable_list result(8);
    if (!gradients[0].defined()) return result;
    const float incoming = gradients[0].item<float>();
    const auto take = [&](const char *name) {
      const auto found = context->saved_data.find(name);
      if (found == context->saved_data.end()) return Variable();
      at::Tensor value = found->second.toTensor();
      // Out of the graph, so that the accumulation of gradients can keep the tensor itself.
      context->saved_data.erase(found);
      if (incoming != 1.0f) value.mul_(incoming);
      return value;
    };
    result[0] = take("input");
    result[1] = take("weight");
    TORCH_CHECK(result[0].defined() || result[1].defined(),
                "the loss head's gradients have already been taken; run it again");
    return result;
  }
};

/// The same in plain libtorch, for devices and dtypes without fused loops.
LossHead unfused(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &targets,
                 const at::Tensor &weights, double scale, double cap) {
  const auto rows = flat(x);
  const auto flatTargets = targets.reshape({-1});
  const auto raw = at::linear(rows, weight.to(x.scalar_type())).to(at::kFloat);
  const auto logits = at::tanh(raw / cap) * cap;
  const auto kept = flatTargets.ge(0);
  const auto index = flatTargets.clamp_min(0).unsqueeze(1);
  const auto nats = at::log_softmax(logits, 1).gather(1, index).squeeze(1).neg();
  LossHead result;
  const auto losses = at::where(kept, nats, at::zeros_like(nats));
  result.loss = (weights.defined() ? losses * weights.reshape({-1}) : losses).sum() * scale;
  result.losses = losses.detach();
  result.predicted = raw.argmax(1);
  const auto above = raw.gt(raw.gather(1, index)).sum(1);
  result.ranks = at::where(kept, above, at::full_like(above, -1));
  if (at::GradMode::is_enabled()) {
    result.entropies = at::empty({0}, losses.options());
  } else {
    const auto logs = at::log_softmax(logits, 1);
    const auto entropy = (logs.exp() * logs).sum(1).neg();
    result.entropies = at::where(kept, entropy, at::zeros_like(entropy));
  }
  return result;
}

}  // namespace

LossHead lossHead(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &copy,
                  const at::Tensor &targets, const at::Tensor &weights, double scale, double cap) {
  const auto &w = computed(weight, copy);
  TORCH_CHECK(w.dim() == 2 && x.dim() >= 2 && x.size(-1) == w.size(1) &&
                  x.scalar_type() == w.scalar_type(),
              "a head of shape ", w.sizes(), " and ", w.scalar_type(), " takes no input of shape ",
              x.sizes(), " and ", x.scalar_type());
  TORCH_CHECK(targets.scalar_type() == at::kLong && targets.numel() == x.numel() / x.size(-1),
              "the loss needs one int64 target a row, not ", targets.sizes(), " of ",
              targets.scalar_type());
  TORCH_CHECK(!weights.defined() || (weights.scalar_type() == at::kFloat && weights.numel() == targets.numel()),
              "the loss needs one float32 weight a target");
  if (!fusible(x) || scale == 0.0) return unfused(x, weight, targets, weights, scale, cap);
  const auto highest = targets.numel() ? targets.max().item<int64_t>() : -1;
  TORCH_CHECK(highest < w.size(0), "target ", highest, " is outside the vocabulary of ", w.size(0));
  const bool gradient = at::GradMode::is_enabled();
  auto all = Head::apply(x, weight, optional(copy), targets, optional(weights), scale, cap, gradient);
  return {all[0], all[1], all[2], all[3], all[4]};
}

}  // namespace retrograde
