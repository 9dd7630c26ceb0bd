#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/Generator.h>
#include <ATen/Context.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/normal.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/uniform.h>

#include "Seam.hpp"

static at::Generator &generator(CTGeneratorRef ref) { return *reinterpret_cast<at::Generator *>(ref); }

static at::TensorOptions placed(int8_t type, CTGeneratorRef ref) {
  return at::TensorOptions().dtype(dtype(type)).device(generator(ref).device());
}

CTGeneratorRef ct_generator(uint64_t seed, CTDevice d, CTError *error) {
  return guarded(error, [&]() -> CTGeneratorRef {
    auto made = d.type == 0 ? at::detail::createCPUGenerator(seed)
                            : at::globalContext().defaultGenerator(device(d)).clone();
    made.set_current_seed(seed);
    return reinterpret_cast<CTGeneratorRef>(new at::Generator(std::move(made)));
  });
}
void ct_generator_release(CTGeneratorRef ref) { delete &generator(ref); }

CTTensorRef ct_generator_state(CTGeneratorRef ref, CTError *error) {
  return guarded(error, [&] { return out(generator(ref).get_state()); });
}
void ct_generator_restore(CTGeneratorRef ref, CTTensorRef state, CTError *error) {
  guarded(error, [&] { generator(ref).set_state(in(state)); });
}
CTTensorRef ct_normal(const int64_t *sizes, size_t rank, double mean, double deviation, int8_t type, CTGeneratorRef ref, CTError *error) {
  return guarded(error, [&] {
    return out(at::empty(list(sizes, rank), placed(type, ref)).normal_(mean, deviation, generator(ref)));
  });
}
CTTensorRef ct_uniform(const int64_t *sizes, size_t rank, double lower, double upper, int8_t type, CTGeneratorRef ref, CTError *error) {
  return guarded(error, [&] {
    return out(at::empty(list(sizes, rank), placed(type, ref)).uniform_(lower, upper, generator(ref)));
  });
}
CTTensorRef ct_integers(const int64_t *sizes, size_t rank, int64_t lower, int64_t upper, CTGeneratorRef ref, CTError *error) {
  return guarded(error, [&] {
    return out(at::randint(lower, upper, list(sizes, rank), generator(ref), placed(4, ref)));
  });
}
CTTensorRef ct_multinomial(CTTensorRef probabilities, int64_t count, CTGeneratorRef ref, CTError *error) {
  return guarded(error, [&] {
    return out(at::multinomial(in(probabilities), count, /*replacement=*/true, generator(ref)));
  });
}
