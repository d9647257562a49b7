#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "eval/compare_report.h"

namespace dinas {
namespace {

constexpr double kWidth = 760, kHeight = 460, kLeft = 80, kRight = 170, kTop = 20, kBottom = 50;
// Okabe and Ito's colours, told apart by everyone.
constexpr std::array<const char*, 7> kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                 "#e69f00", "#56b4e9", "#000000"};

/// Where values lie on the page.
struct Axes {
  double low, high;  // of the ordinate
  double last;       // evaluations

  [[nodiscard]] double x(double evaluations) const {
    const double span = std::max(last - 1.0, 1.0);
    return kLeft + (kWidth - kLeft - kRight) * (evaluations - 1.0) / span;
  }
  [[nodiscard]] double y(double value) const {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * (value - low) / (high - low);
  }
};

/// The range of the curves; what the first tenth of the budget shows would flatten the rest.
Axes find_axes(const Comparison& comparison) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  std::size_t last = 0;
  for (const MethodOutcome& m : comparison.methods) {
    last = m.curve.mean.size();
    for (std::size_t i = last / 10; i < last; ++i) {
      for (const double v : {m.curve.mean[i], m.curve.low[i], m.curve.high[i]}) {
        if (!std::isfinite(v)) continue;
        low = std::min(low, v);
        high = std::max(high, v);
      }
    }
  }
  if (!(low <= high)) low = high = 0.0;
  const double margin = high > low ? 0.03 * (high - low) : 0.5;
  return {low - margin, high + margin, static_cast<double>(last)};
}

/// A round step that makes about five of the range.
double tick_step(double range) {
  const double power = std::pow(10.0, std::floor(std::log10(range / 5.0)));
  const double part = range / 5.0 / power;
  return power * (part < 1.5 ? 1.0 : part < 3.5 ? 2.0 : part < 7.5 ? 5.0 : 10.0);
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  }
  return result;
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     escaped(text));
}

std::string draw_axes(const Axes& axes, const std::string& ordinate) {
  std::string svg = fmt::format(
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#888\"/>\n", kLeft,
      kTop, kWidth - kLeft - kRight, kHeight - kTop - kBottom);
  const double step = tick_step(axes.high - axes.low);
  for (double v = std::ceil(axes.low / step) * step; v <= axes.high; v += step) {
    svg +=
        fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"#ddd\"/>\n",
                    kLeft, kWidth - kRight, axes.y(v));
    svg += label(kLeft - 6, axes.y(v) + 4, "end", fmt::format("{:.6g}", v));
  }
  for (int k = 0; k <= 4; ++k) {
    const double at = std::round(1.0 + (axes.last - 1.0) * k / 4.0);
    svg += label(axes.x(at), kHeight - kBottom + 18, "middle", fmt::format("{:g}", at));
  }
  svg += label((kLeft + kWidth - kRight) / 2, kHeight - 10, "middle", "evaluations");
  return svg + fmt::format(
                   "<text transform=\"translate(16 {}) rotate(-90)\" "
                   "text-anchor=\"middle\">{}</text>\n",
                   (kTop + kHeight - kBottom) / 2, escaped(ordinate));
}

/// Points of the present values, clipped to the box by the caller.
std::string path_of(const Axes& axes, const std::vector<double>& values) {
  std::string points;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    points += fmt::format("{:.1f},{:.1f} ", axes.x(static_cast<double>(i + 1)), axes.y(values[i]));
  }
  return points;
}

std::string draw_method(const Axes& axes, const MethodOutcome& method, std::size_t number) {
  const char* colour = kColours[number % kColours.size()];
  std::string band = path_of(axes, method.curve.low);
  for (std::size_t i = method.curve.high.size(); i-- > 0;) {
    const double v = method.curve.high[i];
    if (!std::isfinite(v)) continue;
    band += fmt::format("{:.1f},{:.1f} ", axes.x(static_cast<double>(i + 1)), axes.y(v));
  }
  const double row = kTop + 16 + 20 * static_cast<double>(number);
  return fmt::format(
             "<polygon clip-path=\"url(#box)\" points=\"{0}\" fill=\"{1}\" fill-opacity=\".12\"/>\n"
             "<polyline clip-path=\"url(#box)\" points=\"{2}\" fill=\"none\" stroke=\"{1}\" "
             "stroke-width=\"2\"/>\n"
             "<line x1=\"{3}\" x2=\"{4}\" y1=\"{5}\" y2=\"{5}\" stroke=\"{1}\" "
             "stroke-width=\"2\"/>\n",
             band, colour, path_of(axes, method.curve.mean), kWidth - kRight + 12,
             kWidth - kRight + 36, row - 4) +
         label(kWidth - kRight + 42, row, "start", method.name);
}

}  // namespace

std::string to_svg(const Comparison& comparison, const std::string& ordinate) {
  const Axes axes = find_axes(comparison);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"sans-serif\" "
      "font-size=\"12\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n<clipPath "
      "id=\"box\"><rect x=\"{2}\" y=\"{3}\" width=\"{4}\" height=\"{5}\"/></clipPath>\n",
      kWidth, kHeight, kLeft, kTop, kWidth - kLeft - kRight, kHeight - kTop - kBottom);
  svg += draw_axes(axes, ordinate);
  for (std::size_t m = 0; m < comparison.methods.size(); ++m) {
    svg += draw_method(axes, comparison.methods[m], m);
  }
  return svg + "</svg>\n";
}

}  // namespace dinas
