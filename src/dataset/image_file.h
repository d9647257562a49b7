// Decoding one PNG or JPEG file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace dinas {

struct ImageShape {
  int channels = 0;  // 1 (grey) or 3 (red, green, blue)
  int height = 0;
  int width = 0;
  bool operator==(const ImageShape&) const = default;
};

/// The bytes of an image, [channels, height, width]. Transparency is dropped, palettes and 16 bits
/// become 8 bits a channel. `check` is called with what the file says of itself, before there is
/// memory for the image, and throws where it is not wanted. Throws Error naming the file where it
/// is neither format, damaged, or wider or higher than 16384 pixels.
std::vector<std::uint8_t> decode_image(const std::string& path,
                                       const std::function<void(const ImageShape&)>& check);

}  // namespace dinas
