// Decoding one PNG or JPEG file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dinas {

struct DecodedImage {
  int channels = 0;  // 1 (grey) or 3 (red, green, blue)
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> bytes;  // [channels, height, width]
};

/// Transparency is dropped, palettes and 16 bits become 8 bits a channel. Throws Error naming the
/// file where it is neither format, damaged, or wider or higher than 16384 pixels.
DecodedImage decode_image(const std::string& path);

}  // namespace dinas
