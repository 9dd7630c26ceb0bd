#include "Norm.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/rms_norm.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstring>

#include "Storage.hpp"
#include "Threads.hpp"

namespace retrograde {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

constexpr int64_t rowGrain = 16;

at::Tensor unfusedNorm(const at::Tensor &x) {
  return at::rms_norm(x, {x.size(-1)}, std::nullopt, normEpsilon);
}

/// Gradient of a norm of which only the output and the inverse rms are left.
at::Tensor normGradient(const at::Tensor &y, const at::Tensor &inverse, const at::Tensor &dy,
                        const at::Tensor &dsum) {
  const int64_t width = y.size(-1), rows = y.numel() / width;
  const auto given = dy.contiguous();
  const auto added = dsum.defined() ? dsum.contiguous() : dsum;
  auto dx = at::empty_like(y);
  const auto kernel = loops().normBackward[storage(y)];
  parallelFor(rows, rowGrain, [&](int64_t begin, int64_t end) {
    kernel(rowAddress(y, begin, width), inverse.data_ptr<float>() + begin,
           rowAddress(given, begin, width),
           added.defined() ? rowAddress(added, begin, width) : nullptr,
           rowAddress(dx, begin, width), end - begin, width);
  });
  return dx;
}

struct Norm : torch::autograd::Function<Norm> {
  static Variable forward(AutogradContext *context, const Variable &input) {
    const auto x = input.contiguous();
    const int64_t width = x.size(-1), rows = x.numel() / width;
    auto y = at::empty_like(x);
    auto inverse = at::empty({rows}, x.options().dtype(at::kFloat));
    const auto kernel = loops().norm[storage(x)];
    parallelFor(rows, rowGrain, [&](int64_t begin, int64_t end) {
      kernel(rowAddress(x, begin, width), nullptr, nullptr, rowAddress(y, begin, width),
             inverse.data_ptr<float>() + begin, end - begin, width, normEpsilon);
    });
    context->save_for_backward({y, inverse});
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    return {normGradient(saved[0], saved[1], gradients[0], at::Tensor())};
  }
};

struct AddNorm : torch::autograd::Function<AddNorm> {
  static variable_list forward(AutogradContext *context, const Variable &left,
                               const Variable &right) {
    context->set_materialize_grads(false);
    const auto x = left.contiguous(), delta = right.contiguous();
    const int64_t width = x.size(-1), rows = x.numel() / width;
    auto sum = at::empty_like(x), y = at::empty_like(x);
    auto inverse = at::empty({rows}, x.options().dtype(at::kFloat));
    const auto kernel = loops().norm[storage(x)];
    parallelFor(rows, rowGrain, [&](int64_t begin, int64_t end) {
      kernel(rowAddress(x, begin, width), rowAddress(delta, begin, width),
             rowAddress(sum, begin, width), rowAddress(y, begin, width),
             inverse.data_ptr<float>() + begin, end - begin, width, normEpsilon);
    });
    context->save_for_backward({y, inverse});
    return {sum, y};
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    // The norm of the sum is the last use of it at the end of a network, the sum the only one
    // where somebody looks at the residual stream alone.
    if (!gradients[1].defined()) return {gradients[0], gradients[0]};
    const auto saved = context->get_saved_variables();
    const auto dx = normGradient(saved[0], saved[1], gradients[1], gradients[0]);
    return {dx, dx};
  }
};

struct EmbedNorm : torch::autograd::Function<EmbedNorm> {
  static Variable forward(AutogradContext *context, const Variable &weight, const at::Tensor &ids,
                          int64_t dtype) {
    const auto where = ids.contiguous();
    const int64_t width = weight.size(1), rows = where.numel(), vocabulary = weight.size(0);
    auto shape = where.sizes().vec();
    shape.push_back(width);
    auto y = at::empty(shape, weight.options().dtype(static_cast<at::ScalarType>(dtype)));
    auto inverse = at::empty({rows}, weight.options());
    const auto *id = where.data_ptr<int64_t>();
    for (int64_t row = 0; row < rows; row++)
      TORCH_CHECK(id[row] >= 0 && id[row] < vocabulary, "token id ", id[row], " at place ", row,
                  " is outside the vocabulary of ", vocabulary);
    const auto *table = weight.data_ptr<float>();
    const auto &kernels = loops();
    const bool narrow = storage(y) == 1;
    parallelFor(rows, rowGrain, [&](int64_t begin, int64_t end) {
      // The norm is taken of the row as the compute dtype stores it.
      std::vector<uint16_t> narrowed(narrow ? width : 0);
      for (int64_t row = begin; row < end; row++) {
        const void *source = table + id[row] * width;
        if (narrow) {
          kernels.toBFloat16(table + id[row] * width, narrowed.data(), width);
          source = narrowed.data();
        }
        kernels.norm[storage(y)](source, nullptr, nullptr, rowAddress(y, row, width),
                                 inverse.data_ptr<float>() + row, 1, width, normEpsilon);
      }
    });
    context->save_for_backward({y, inverse, where});
    context->saved_data["vocabulary"] = vocabulary;
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &ids = saved[2];
    const auto dx = normGradient(saved[0], saved[1], gradients[0], at::Tensor());
    const int64_t vocabulary = context->saved_data["vocabulary"].toInt();
    const int64_t width = dx.size(-1), rows = ids.numel();
    auto table = at::empty({vocabulary, width}, dx.options().dtype(at::kFloat));
    const auto *id = ids.data_ptr<int64_t>();
    const auto kernel = loops().accumulate[storage(dx)];
    // A thread owns a range of ids and meets the tokens in order: no races, one order of sums.
    parallelFor(vocabulary, 64, [&](int64_t begin, int64_t end) {
      float *weights = table.data_ptr<float>();
      std::memset(weights + begin * width, 0, (end - begin) * width * sizeof(float));
      for (int64_t row = 0; row < rows; row++)
        if (id[row] >= begin && id[row] < end)
          kernel(rowAddress(dx, row, width), weights + id[row] * width, width);
    });
    return {table, Variable(), Variable()};
  }
};

}  // namespace

at::Tensor rmsNorm(const at::Tensor &x) { return fusible(x) ? Norm::apply(x) : unfusedNorm(x); }

std::tuple<at::Tensor, at::Tensor> addNorm(const at::Tensor &x, const at::Tensor &delta) {
  TORCH_CHECK(x.sizes() == delta.sizes() && x.scalar_type() == delta.scalar_type(),
              "a residual of shape ", x.sizes(), " takes no ", delta.sizes(), " of ",
              delta.scalar_type());
  if (!fusible(x)) {
    const auto sum = x + delta;
    return {sum, unfusedNorm(sum)};
  }
  auto both = AddNorm::apply(x, delta);
  return {both[0], both[1]};
}

at::Tensor embedNorm(const at::Tensor &weight, const at::Tensor &ids, at::ScalarType dtype) {
  TORCH_CHECK(weight.dim() == 2 && ids.scalar_type() == at::kLong, "an embedding needs [V, C] and int64 ids");
  const bool supported = dtype == at::kFloat || dtype == at::kBFloat16;
  if (fusible(weight) && weight.scalar_type() == at::kFloat && weight.is_contiguous() && supported)
    return EmbedNorm::apply(weight, ids, static_cast<int64_t>(dtype));
  return unfusedNorm(at::embedding(weight, ids).to(dtype));
}

}  // namespace retrograde
