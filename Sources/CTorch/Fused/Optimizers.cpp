#include "Optimizers.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

#include "Matmul.hpp"
#include "Storage.hpp"
#include "Threads.hpp"

namespace retrograde {

namespace {

constexpr int64_t elementGrain = 16384;
/// Elements a thread takes at a time in sums; fixes their order whatever the number of threads.
constexpr int64_t sumBlock = 65536;
/// Elements of matrices that are orthogonalised together.
constexpr int64_t groupElements = int64_t{1} << 24;

const at::Tensor &checked(const at::Tensor &x, const at::Tensor &like) {
  TORCH_CHECK(x.is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous() &&
                  x.sizes() == like.sizes(),
              "optimizers need dense float32 tensors on the CPU, ", like.sizes(), " here, not ",
              x.sizes(), " of ", x.scalar_type());
  return x;
}

const at::Tensor *copyOf(const ParameterList &list, size_t i) {
  if (list.copies.empty() || !list.copies[i].defined()) return nullptr;
  const auto &copy = list.copies[i];
  TORCH_CHECK(copy.scalar_type() == at::kBFloat16 && copy.is_contiguous() &&
                  copy.sizes() == list.parameters[i].sizes(),
              "a copy of ", list.parameters[i].sizes(), " is not ", copy.sizes(), " of ",
              copy.scalar_type());
  return &copy;
}

void checkCounts(const ParameterList &list, size_t states) {
  TORCH_CHECK(list.gradients.size() == list.parameters.size() &&
                  states == list.parameters.size() &&
                  (list.copies.empty() || list.copies.size() == list.parameters.size()),
              "an optimizer got lists of different lengths");
}

/// Adds `blockSum` of each block of [0, count) in order.
template <class F>
double summed(int64_t count, F blockSum) {
  const int64_t blocks = (count + sumBlock - 1) / sumBlock;
  std::vector<double> sums(blocks);
  parallelFor(blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; b++)
      sums[b] = blockSum(b * sumBlock, std::min(count, (b + 1) * sumBlock));
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

uint16_t *narrowAddress(const at::Tensor *x) {
  return x ? static_cast<uint16_t *>(x->data_ptr()) : nullptr;
}

/// X ← the nearest (semi-)orthogonal matrix, for a batch [n, rows, columns] whose Frobenius
/// norms are at most one. Source: Keller Jordan's Muon, as nanochat has it.
at::Tensor newtonSchulz(at::Tensor x, int64_t iterations) {
  constexpr float a = 3.4445f, b = -4.7750f, c = 2.0315f;
  // The Gram matrix of the shorter side; a tall X is multiplied from the right instead of turned.
  const bool tall = x.size(1) > x.size(2);
  const int64_t n = x.size(0), side = std::min(x.size(1), x.size(2));
  const auto gram = at::empty({n, side, side}, x.options()), polynomial = at::empty_like(gram);
  auto next = at::empty_like(x);
  for (int64_t step = 0; step < iterations; step++) {
    const auto turned = x.transpose(1, 2);
    multiply(tall ? turned : x, tall ? x : turned, gram);
    multiplyAdd(gram, gram, gram, polynomial, b, c);
    multiplyAdd(x, tall ? x : polynomial, tall ? polynomial : x, next, a, 1.0);
    std::swap(x, next);
  }
  return x;
}

/// One group of matrices of the same shape.
void muonGroup(const ParameterList &list, const std::vector<at::Tensor> &moving,
               const std::vector<size_t> &members, const MuonSettings &settings) {
  const auto &kernels = loops();
  const auto shape = list.parameters[members[0]].sizes();
  const int64_t count = shape[0] * shape[1], n = static_cast<int64_t>(members.size());
  auto directions =
      at::empty({n, shape[0], shape[1]}, moving[members[0]].options().dtype(settings.dtype));
  const int kind = storage(directions);
  std::vector<float> norms(n);
  for (int64_t k = 0; k < n; k++) {
    const auto &p = list.parameters[members[k]];
    float *state = checked(moving[members[k]], p).data_ptr<float>();
    const auto gradient = list.gradients[members[k]].contiguous();
    const float *g = checked(gradient, p).data_ptr<float>();
    const double squares = summed(count, [&](int64_t begin, int64_t end) {
      return kernels.momentum[kind](
          state + begin, g + begin, rowAddress(directions, k * count + begin, 1),
          static_cast<float>(settings.gradientScale), static_cast<float>(settings.momentum),
          end - begin);
    });
    norms[k] = static_cast<float>(std::sqrt(squares) + 1e-7);
  }
  for (int64_t k = 0; k < n; k++) directions[k].mul_(1.0 / norms[k]);
  const auto result = newtonSchulz(directions, settings.iterations);
  const double aspect = static_cast<double>(shape[0]) / static_cast<double>(shape[1]);
  const auto step = static_cast<float>(settings.rate * std::sqrt(std::max(1.0, aspect)));
  for (int64_t k = 0; k < n; k++) {
    const auto &p = list.parameters[members[k]];
    float *weights = checked(p, p).data_ptr<float>();
    uint16_t *copy = narrowAddress(copyOf(list, members[k]));
    parallelFor(count, elementGrain, [&](int64_t begin, int64_t end) {
      kernels.descend[kind](weights + begin, rowAddress(result, k * count + begin, 1),
                            copy ? copy + begin : nullptr, step, end - begin);
    });
    p.unsafeGetTensorImpl()->bump_version();
  }
}

}  // namespace

double sumOfSquares(const std::vector<at::Tensor> &gradients) {
  const auto &kernels = loops();
  double total = 0;
  for (const auto &gradient : gradients) {
    TORCH_CHECK(fusible(gradient), "gradients of ", gradient.scalar_type(), " have no fused sum");
    const auto g = gradient.contiguous();
    total += summed(g.numel(), [&](int64_t begin, int64_t end) {
      return kernels.sumOfSquares[storage(g)](rowAddress(g, begin, 1), end - begin);
    });
  }
  return total;
}

void adamStep(const ParameterList &list, const std::vector<at::Tensor> &first,
              const std::vector<at::Tensor> &second, const AdamSettings &settings) {
  checkCounts(list, std::min(first.size(), second.size()));
  const auto &kernels = loops();
  const auto step = static_cast<double>(settings.step);
  for (size_t i = 0; i < list.parameters.size(); i++) {
    const auto &p = list.parameters[i];
    const auto gradient = list.gradients[i].contiguous();
    const AdamStep problem{
        checked(p, p).data_ptr<float>(),
        checked(first[i], p).data_ptr<float>(),
        checked(second[i], p).data_ptr<float>(),
        checked(gradient, p).data_ptr<float>(),
        narrowAddress(copyOf(list, i)),
        static_cast<float>(settings.gradientScale),
        static_cast<float>(settings.rate),
        static_cast<float>(settings.decay),
        static_cast<float>(settings.beta1),
        static_cast<float>(settings.beta2),
        static_cast<float>(settings.epsilon),
        static_cast<float>(1.0 - std::pow(settings.beta1, step)),
        static_cast<float>(1.0 - std::pow(settings.beta2, step)),
    };
    parallelFor(p.numel(), elementGrain,
                [&](int64_t begin, int64_t end) { kernels.adam(problem, begin, end); });
    p.unsafeGetTensorImpl()->bump_version();
  }
}

void muonStep(const ParameterList &list, const std::vector<at::Tensor> &moving,
              const MuonSettings &settings) {
  const at::NoGradGuard noGradient;
  checkCounts(list, moving.size());
  TORCH_CHECK(settings.dtype == at::kBFloat16 || settings.dtype == at::kFloat,
              "Newton-Schulz runs in bfloat16 or float32, not ", settings.dtype);
  std::vector<bool> done(list.parameters.size());
  for (size_t i = 0; i < list.parameters.size(); i++) {
    if (done[i]) continue;
    const auto shape = list.parameters[i].sizes();
    TORCH_CHECK(shape.size() == 2, "Muon updates matrices, not ", shape);
    std::vector<size_t> members;
    const auto room = std::max<int64_t>(1, groupElements / std::max<int64_t>(1, shape[0] * shape[1]));
    for (size_t j = i; j < list.parameters.size(); j++) {
      if (done[j] || list.parameters[j].sizes() != shape) continue;
      if (static_cast<int64_t>(members.size()) == room) break;
      members.push_back(j);
      done[j] = true;
    }
    muonGroup(list, moving, members, settings);
  }
}

void renewCopy(const at::Tensor &weight, const at::Tensor &copy) {
  const ParameterList list{{weight}, {}, {copy}};
  const float *source = checked(weight, weight).data_ptr<float>();
  uint16_t *target = narrowAddress(copyOf(list, 0));
  parallelFor(weight.numel(), elementGrain, [&](int64_t begin, int64_t end) {
    loops().toBFloat16(source + begin, target + begin, end - begin);
  });
}

}  // namespace retrograde
