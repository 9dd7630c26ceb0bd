#include "Attention.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu.h>
#include <ATen/ops/_scaled_dot_product_flash_attention_for_cpu_backward.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/rms_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <torch/csrc/autograd/custom_function.h>

#include "Flash.hpp"
#include "Matmul.hpp"
#include "Norm.hpp"
#include "Storage.hpp"
#include "Threads.hpp"

namespace retrograde {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

constexpr int64_t headGrain = 32;

/// Rotates and norms x [B, T, H, D] where it lies; returns the inverse rms of each row.
at::Tensor rotateNormInPlace(const at::Tensor &x, const at::Tensor &cosine, const at::Tensor &sine) {
  const int64_t T = x.size(1), H = x.size(2), D = x.size(3), rows = x.numel() / D;
  auto inverse = at::empty({rows}, x.options().dtype(at::kFloat));
  const auto kernel = loops().rotateNorm[storage(x)];
  parallelFor(rows, headGrain, [&](int64_t begin, int64_t end) {
    kernel(x.data_ptr(), cosine.data_ptr<float>(), sine.data_ptr<float>(),
           inverse.data_ptr<float>(), begin, end, H, T, D, normEpsilon);
  });
  return inverse;
}

at::Tensor rotateNormGradient(const at::Tensor &y, const at::Tensor &inverse,
                              const at::Tensor &cosine, const at::Tensor &sine,
                              const at::Tensor &dy) {
  const int64_t T = y.size(1), H = y.size(2), D = y.size(3), rows = y.numel() / D;
  const auto given = dy.contiguous();
  auto dx = at::empty_like(y);
  const auto kernel = loops().rotateNormBackward[storage(y)];
  parallelFor(rows, headGrain, [&](int64_t begin, int64_t end) {
    kernel(y.data_ptr(), inverse.data_ptr<float>(), cosine.data_ptr<float>(),
           sine.data_ptr<float>(), given.data_ptr(), dx.data_ptr(), begin, end, H, T, D);
  });
  return dx;
}

at::Tensor unfusedRotateNorm(const at::Tensor &x, const at::Tensor &cosine,
                             const at::Tensor &sine) {
  const int64_t half = x.size(-1) / 2;
  const auto c = cosine.unsqueeze(1).to(x.scalar_type()), s = sine.unsqueeze(1).to(x.scalar_type());
  const auto left = x.narrow(-1, 0, half), right = x.narrow(-1, half, half);
  const auto turned = at::cat({left * c + right * s, right * c - left * s}, -1);
  return at::rms_norm(turned, {x.size(-1)}, std::nullopt, normEpsilon);
}

struct RotateNorm : torch::autograd::Function<RotateNorm> {
  static Variable forward(AutogradContext *context, const Variable &x, const at::Tensor &cosine,
                          const at::Tensor &sine) {
    auto y = x.clone(at::MemoryFormat::Contiguous);
    const auto inverse = rotateNormInPlace(y, cosine, sine);
    context->save_for_backward({y, inverse, cosine, sine});
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    return {rotateNormGradient(saved[0], saved[1], saved[2], saved[3], gradients[0]), Variable(),
            Variable()};
  }
};

struct AttentionInputs : torch::autograd::Function<AttentionInputs> {
  static variable_list forward(AutogradContext *context, const Variable &x, const Variable &query,
                               const Variable &key, const Variable &value,
                               const std::optional<at::Tensor> &queryCopy,
                               const std::optional<at::Tensor> &keyCopy,
                               const std::optional<at::Tensor> &valueCopy,
                               const at::Tensor &cosine, const at::Tensor &sine, int64_t headWidth) {
    const auto &wq = computed(query, queryCopy), &wk = computed(key, keyCopy),
               &wv = computed(value, valueCopy);
    const auto rows = flat(x);
    const int64_t B = x.size(0), T = x.size(1);
    const auto heads = [&](const at::Tensor &w) {
      return product(rows, w.t()).view({B, T, w.size(0) / headWidth, headWidth});
    };
    auto q = heads(wq), k = heads(wk), v = heads(wv);
    const auto queryInverse = rotateNormInPlace(q, cosine, sine);
    const auto keyInverse = rotateNormInPlace(k, cosine, sine);
    context->save_for_backward(
        {x, q, k, queryInverse, keyInverse, wq, wk, wv, cosine, sine});
    return {q, k, v};
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &q = saved[1], &k = saved[2];
    const auto &cosine = saved[8], &sine = saved[9];
    const auto rows = flat(x);
    const auto matrix = [](const at::Tensor &heads) {
      return heads.reshape({heads.size(0) * heads.size(1), heads.size(2) * heads.size(3)});
    };
    variable_list result(10);
    at::Tensor dx;
    const bool wantsInput = context->needs_input_grad(0);
    const auto collect = [&](int slot, const at::Tensor &g, const at::Tensor &w) {
      if (context->needs_input_grad(slot)) result[slot] = weightGradient(g, rows);
      if (!wantsInput) return;
      if (!dx.defined()) dx = product(g, w);
      else multiply(g, w, dx, true);
    };
    collect(1, matrix(rotateNormGradient(q, saved[3], cosine, sine, gradients[0])), saved[5]);
    collect(2, matrix(rotateNormGradient(k, saved[4], cosine, sine, gradients[1])), saved[6]);
    collect(3, matrix(gradients[2]), saved[7]);
    if (wantsInput) result[0] = dx.view(x.sizes());
    return result;
  }
};

/// libtorch's kernel, which reads and writes [B, H, T, D] views of dense [B, T, H, D].
std::tuple<at::Tensor, at::Tensor> plainForward(const at::Tensor &q, const at::Tensor &k,
                                                const at::Tensor &v) {
  const auto [y, logSums] = at::_scaled_dot_product_flash_attention_for_cpu(
      q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), 0.0, true, std::nullopt);
  return {y.transpose(1, 2), logSums};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> plainBackward(
    const at::Tensor &g, const at::Tensor &q, const at::Tensor &k, const at::Tensor &v,
    const at::Tensor &y, const at::Tensor &logSums) {
  const auto [dq, dk, dv] = at::_scaled_dot_product_flash_attention_for_cpu_backward(
      g.transpose(1, 2), q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2),
      y.transpose(1, 2), logSums, 0.0, true, std::nullopt);
  return {dq.transpose(1, 2), dk.transpose(1, 2), dv.transpose(1, 2)};
}

struct CausalAttention : torch::autograd::Function<CausalAttention> {
  static Variable forward(AutogradContext *context, const Variable &queries, const Variable &keys,
                          const Variable &values) {
    const auto q = queries.contiguous(), k = keys.contiguous(), v = values.contiguous();
    const auto [y, logSums] = hasFlash(q) ? flashForward(q, k, v) : plainForward(q, k, v);
    const auto rows = y.contiguous();
    context->save_for_backward({q, k, v, rows, logSums});
    return rows.view({rows.size(0), rows.size(1), -1});
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &q = saved[0], &k = saved[1], &v = saved[2], &y = saved[3], &logSums = saved[4];
    const auto g = gradients[0].contiguous().view(y.sizes());
    const auto [dq, dk, dv] = hasFlash(q) ? flashBackward(g, q, k, v, y, logSums)
                                          : plainBackward(g, q, k, v, y, logSums);
    return {dq, dk, dv};
  }
};

bool rotatable(const at::Tensor &cosine, int64_t headWidth) {
  return headWidth % 2 == 0 && headWidth <= 1024 && cosine.is_cpu() &&
         cosine.scalar_type() == at::kFloat && cosine.is_contiguous();
}

void checkTables(const at::Tensor &cosine, const at::Tensor &sine, int64_t T, int64_t D) {
  TORCH_CHECK(cosine.sizes() == sine.sizes() && cosine.dim() == 2 && cosine.size(0) == T &&
                  cosine.size(1) == D / 2,
              "rotation tables of shape ", cosine.sizes(), " and ", sine.sizes(),
              " do not fit ", T, " positions of head width ", D);
}

}  // namespace

at::Tensor rotateNorm(const at::Tensor &x, const at::Tensor &cosine, const at::Tensor &sine) {
  TORCH_CHECK(x.dim() == 4, "rotation needs [B, T, H, D], not ", x.sizes());
  checkTables(cosine, sine, x.size(1), x.size(3));
  if (!fusible(x) || !rotatable(cosine, x.size(3)) || !sine.is_contiguous())
    return unfusedRotateNorm(x, cosine, sine);
  return RotateNorm::apply(x, cosine, sine);
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> attentionInputs(const at::Tensor &x,
                                                               const Projections &weights,
                                                               const at::Tensor &cosine,
                                                               const at::Tensor &sine,
                                                               int64_t headWidth) {
  TORCH_CHECK(x.dim() == 3, "attention needs [B, T, C], not ", x.sizes());
  checkTables(cosine, sine, x.size(1), headWidth);
  if (!fusible(x) || !rotatable(cosine, headWidth) || !sine.is_contiguous()) {
    const auto heads = [&](const at::Tensor &w) {
      return at::linear(x, w.to(x.scalar_type())).unflatten(-1, {-1, headWidth});
    };
    return {unfusedRotateNorm(heads(weights.query), cosine, sine),
            unfusedRotateNorm(heads(weights.key), cosine, sine), heads(weights.value)};
  }
  const auto &w = computed(weights.query, weights.queryCopy);
  TORCH_CHECK(w.size(1) == x.size(2) && w.size(0) % headWidth == 0 &&
                  w.scalar_type() == x.scalar_type(),
              "a query projection ", w.sizes(), " of ", w.scalar_type(), " does not fit input ",
              x.sizes(), " of ", x.scalar_type(), " with heads of ", headWidth);
  auto all = AttentionInputs::apply(x, weights.query, weights.key, weights.value,
                                    optional(weights.queryCopy), optional(weights.keyCopy),
                                    optional(weights.valueCopy), cosine, sine, headWidth);
  return {all[0], all[1], all[2]};
}

at::Tensor causalAttention(const at::Tensor &queries, const at::Tensor &keys,
                           const at::Tensor &values) {
  TORCH_CHECK(queries.dim() == 4 && keys.sizes() == values.sizes() &&
                  queries.size(1) == keys.size(1) && queries.size(2) % keys.size(2) == 0,
              "attention of queries ", queries.sizes(), " over keys ", keys.sizes(),
              " and values ", values.sizes());
  const int64_t group = queries.size(2) / keys.size(2);
  const auto spread = [&](const at::Tensor &x) {
    return group == 1 ? x : x.repeat_interleave(group, 2);
  };
  const auto k = spread(keys), v = spread(values);
  if (fusible(queries)) return CausalAttention::apply(queries, k, v);
  return at::scaled_dot_product_attention(queries.transpose(1, 2), k.transpose(1, 2),
                                          v.transpose(1, 2), std::nullopt, 0.0, true)
      .transpose(1, 2)
      .flatten(2);
}

}  // namespace retrograde
