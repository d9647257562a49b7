#include "network/onednn_program.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "base/index.h"

namespace dinas::onednn {
namespace {

dnnl::memory zeroed_bytes(std::size_t bytes) {
  dnnl::memory memory({{static_cast<dnnl::memory::dim>(std::max<std::size_t>(bytes, 1))},
                       dnnl::memory::data_type::u8,
                       dnnl::memory::format_tag::a},
                      cpu());
  std::memset(memory.get_data_handle(), 0, memory.get_desc().get_size());
  return memory;
}

}  // namespace

int Program::add_value(const dnnl::memory::desc& form, int place_of) {
  int place = -1;
  if (place_of >= 0) {
    place = values_[at(place_of)].place;
  } else {
    place = static_cast<int>(places_.size());
    const int now = static_cast<int>(calls_.size());
    places_.push_back({form.get_size(), now, now, -1});
  }
  values_.push_back({form, place, {}});
  return static_cast<int>(values_.size()) - 1;
}

const dnnl::memory::desc& Program::form(int value) const { return values_[at(value)].form; }

void Program::keep(int value) {
  Place& place = places_[at(values_[at(value)].place)];
  place.first = -1;
  place.last = std::numeric_limits<int>::max();
}

void Program::add_call(const dnnl::primitive& primitive, const dnnl::memory::desc& scratchpad,
                       std::vector<Argument> values, std::vector<Constant> constants) {
  const int now = static_cast<int>(calls_.size());
  for (const Argument& argument : values) {
    Place& place = places_[at(values_[at(argument.value)].place)];
    place.last = std::max(place.last, now);
  }
  calls_.push_back({primitive, borrowed(scratchpad), std::move(values), std::move(constants), {}});
}

// Every place takes the smallest free buffer that is large enough, else the largest one, which
// grows, else a new one. The sizes of the buffers.
std::vector<std::size_t> Program::share_buffers() {
  std::vector<std::size_t> order(places_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [this](std::size_t p) { return places_[p].first; });
  std::vector<std::size_t> sizes;
  std::vector<int> busy_until;
  for (const std::size_t p : order) {
    Place& place = places_[p];
    const auto better = [&](std::size_t a, std::size_t b) {
      const bool fits_a = sizes[a] >= place.bytes;
      const bool fits_b = sizes[b] >= place.bytes;
      if (fits_a != fits_b) return fits_a;
      return fits_a ? sizes[a] < sizes[b] : sizes[a] > sizes[b];
    };
    std::size_t best = sizes.size();
    for (std::size_t b = 0; b < sizes.size(); ++b) {
      if (busy_until[b] < place.first && (best == sizes.size() || better(b, best))) best = b;
    }
    if (best == sizes.size()) {
      sizes.push_back(0);
      busy_until.push_back(0);
    }
    sizes[best] = std::max(sizes[best], place.bytes);
    busy_until[best] = place.last;
    place.buffer = static_cast<int>(best);
  }
  return sizes;
}

void Program::prepare() {
  for (const std::size_t bytes : share_buffers()) buffers_.push_back(zeroed_bytes(bytes));
  for (Value& value : values_) {
    void* const bytes = buffers_[at(places_[at(value.place)].buffer)].get_data_handle();
    value.memory = dnnl::memory(value.form, cpu(), bytes);
  }
  std::size_t scratchpad = 0;
  for (const Call& call : calls_) {
    scratchpad = std::max(scratchpad, call.scratchpad.get_desc().get_size());
  }
  scratchpad_ = zeroed_bytes(scratchpad);
  for (Call& call : calls_) {
    call.scratchpad.set_data_handle(scratchpad_.get_data_handle());
    for (const Argument& a : call.values) {
      call.arguments.push_back({a.name, values_[at(a.value)].memory.get()});
    }
    for (const Constant& c : call.constants) call.arguments.push_back({c.name, c.memory.get()});
    call.arguments.push_back({DNNL_ARG_SCRATCHPAD, call.scratchpad.get()});
  }
}

std::span<float> Program::numbers(int value) const {
  const Value& v = values_[at(value)];
  return {static_cast<float*>(v.memory.get_data_handle()), v.form.get_size() / sizeof(float)};
}

void Program::run() {
  for (const Call& call : calls_) onednn::run(call.primitive, stream_, call.arguments);
  stream_.wait();
}

}  // namespace dinas::onednn
