#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "dataset/dataset.h"

namespace dinas {
namespace {

// How much every old row (or column) adds to a new one: weights of one new row sum to 1.
struct Share {
  int from = 0;
  int to = 0;
  double weight = 0;
};

std::vector<Share> area_shares(int offset, int old_size, int new_size) {
  std::vector<Share> result;
  const double scale = static_cast<double>(old_size) / new_size;
  for (int to = 0; to < new_size; ++to) {
    const double begin = to * scale, end = (to + 1) * scale;
    for (int from = static_cast<int>(begin); from < old_size && from < end; ++from) {
      const double overlap = std::min<double>(end, from + 1) - std::max<double>(begin, from);
      if (overlap > 1e-9) result.push_back({offset + from, to, overlap / scale});
    }
  }
  return result;
}

void shrink(std::span<const std::uint8_t> image, const Dataset& shape, int size,
            std::vector<std::uint8_t>& out) {
  const int square = std::min(shape.height, shape.width);
  const std::vector<Share> rows = area_shares((shape.height - square) / 2, square, size);
  const std::vector<Share> columns = area_shares((shape.width - square) / 2, square, size);
  std::vector<double> sums(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
  for (int channel = 0; channel < shape.channels; ++channel) {
    std::fill(sums.begin(), sums.end(), 0);
    for (const Share& row : rows) {
      const std::size_t line = static_cast<std::size_t>(channel * shape.height + row.from) *
                               static_cast<std::size_t>(shape.width);
      for (const Share& column : columns) {
        sums[static_cast<std::size_t>(row.to * size + column.to)] +=
            row.weight * column.weight * image[line + static_cast<std::size_t>(column.from)];
      }
    }
    for (const double sum : sums) out.push_back(static_cast<std::uint8_t>(std::lround(sum)));
  }
}

// Classes take turns, so every beginning of the list is balanced.
std::vector<std::size_t> balanced_order(const Dataset& dataset, std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> members(static_cast<std::size_t>(dataset.classes));
  for (std::size_t i = 0; i < dataset.count(); ++i) members[dataset.labels[i]].push_back(i);
  for (std::size_t c = 0; c < members.size(); ++c) {
    RandomStream random(seed, Purpose::kImages, static_cast<std::uint32_t>(c));
    shuffle(members[c], random);
  }
  std::vector<std::size_t> order;
  for (std::size_t turn = 0; order.size() < dataset.count(); ++turn) {
    for (const auto& of_class : members) {
      if (turn < of_class.size()) order.push_back(of_class[turn]);
    }
  }
  return order;
}

}  // namespace

Dataset reduced(const Dataset& dataset, int image_size, std::size_t count, std::uint64_t seed) {
  if (count > dataset.count()) {
    throw UsageError(fmt::format("{} images asked for, but the dataset has {}: ask for fewer",
                                 count, dataset.count()));
  }
  if (image_size < 0 || image_size > std::min(dataset.height, dataset.width)) {
    throw UsageError(
        fmt::format("images of size {} asked for, but the dataset's are {} x {}: ask "
                    "for a size up to the smaller of the two",
                    image_size, dataset.height, dataset.width));
  }
  const std::size_t wanted = count == 0 ? dataset.count() : count;
  std::vector<std::size_t> chosen = balanced_order(dataset, seed);
  chosen.resize(wanted);
  Dataset result{dataset.channels, dataset.height, dataset.width, dataset.classes, {}, {}};
  if (image_size > 0) result.height = result.width = image_size;
  result.images.reserve(wanted * result.image_bytes());
  for (const std::size_t index : chosen) {
    const std::span<const std::uint8_t> image = dataset.image(index);
    result.labels.push_back(dataset.labels[index]);
    if (image_size > 0) {
      shrink(image, dataset, image_size, result.images);
    } else {
      result.images.insert(result.images.end(), image.begin(), image.end());
    }
  }
  return result;
}

}  // namespace dinas
