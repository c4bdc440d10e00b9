#include "vision/post/ctc.hpp"

#include <cmath>

#include <fmt/format.h>

#include "vision/post/outputs.hpp"

namespace sluice::vision::post {
namespace {

using base::ErrorCode;
using tensor::Shape;
using tensor::TensorInfo;

std::size_t ctc_classes(const CtcOptions& options) {
  return options.keys.size() + (options.space ? 1 : 0) + 1;
}

std::size_t blank_of(const CtcOptions& options) {
  return options.blank == -1 ? ctc_classes(options) - 1 : static_cast<std::size_t>(options.blank);
}

base::Result<std::size_t> find_steps(const CtcOptions& options,
                                     std::span<const TensorInfo> outputs) {
  auto index = find_output(outputs, options.output);
  if (!index) return index;
  const auto classes = static_cast<std::int64_t>(ctc_classes(options));
  const auto meaning = fmt::format("steps, {} classes: {} keys,{} the blank", classes,
                                   options.keys.size(), options.space ? " the space," : "");
  auto ok = check_shape(
      outputs[*index], {Shape{1, -1, classes}, Shape{-1, 1, classes}, Shape{-1, classes}}, meaning);
  if (!ok) return tl::unexpected(ok.error());
  return index;
}

// What the class writes; it is not the blank.
std::string_view key_of(const CtcOptions& options, std::size_t label) {
  const std::size_t key = label - (label > blank_of(options) ? 1 : 0);
  return key < options.keys.size() ? std::string_view(options.keys[key]) : " ";
}

// The ASCII sign for a full-width one at the front of a text in UTF-8 (EF BC 81 to EF BD 9E, and E3
// 80 80, the space); none: '\0'.
char narrow(std::string_view text) {
  if (text.starts_with("\xE3\x80\x80")) return ' ';
  if (text.size() < 3 || (!text.starts_with("\xEF\xBC") && !text.starts_with("\xEF\xBD")))
    return '\0';
  const int last = static_cast<unsigned char>(text[2]) - 0x80;
  const int sign = (text[1] == '\xBC' ? 0x20 : 0x60) + last;
  return last >= 0 && last < 0x40 && sign > ' ' && sign <= '~' ? static_cast<char>(sign) : '\0';
}

void append_folded(std::string& text, std::string_view key) {
  while (!key.empty()) {
    const char sign = narrow(key);
    text += sign == '\0' ? key.front() : sign;
    key.remove_prefix(sign == '\0' ? 1 : 3);
  }
}

base::Result<float> step_probability(const CtcOptions& options, const Best& best,
                                     std::span<const float> scores, std::string_view output) {
  if (options.scores == Scores::probabilities) {
    return probability(best.score, output, "if these are logits, set scores: logits");
  }
  if (!std::isfinite(best.score)) {
    return base::fail(ErrorCode::invalid,
                      "output '{}' holds the score {}: the model overflows, or its input is wrong",
                      output, best.score);
  }
  return static_cast<float>(softmax_of(best.score, scores));
}

}  // namespace

base::Status check(const CtcOptions& options) {
  if (options.keys.empty()) {
    return base::fail(ErrorCode::invalid, "keys is empty; the model's key file is needed");
  }
  const auto last = static_cast<std::int64_t>(ctc_classes(options)) - 1;
  if (options.blank < -1 || options.blank > last) {
    return base::fail(ErrorCode::invalid, "blank is {}, not within 0..{} (or -1: the last)",
                      options.blank, last);
  }
  return {};
}

base::Status fit(const CtcOptions& options, std::span<const TensorInfo> outputs) {
  return find_steps(options, outputs).map([](std::size_t) {});
}

base::Result<std::vector<Object>> decode(const CtcOptions& options,
                                         std::span<const tensor::Tensor> outputs) {
  const auto index = find_steps(options, describe(outputs));
  if (!index) return tl::unexpected(index.error());
  const Floats scores(outputs[*index]);
  const std::size_t classes = ctc_classes(options);
  const std::size_t blank = blank_of(options);

  Object object;
  double sum = 0;
  std::size_t written = 0;
  std::size_t before = blank;
  for (std::size_t begin = 0; begin < scores.size(); begin += classes) {
    const auto step = scores.span().subspan(begin, classes);
    const Best best = best_of(classes, [step](std::size_t i) { return step[i]; });
    const auto sure = step_probability(options, best, step, outputs[*index].name());
    if (!sure) return tl::unexpected(sure.error());
    if (best.index != blank && best.index != before) {
      const auto key = key_of(options, best.index);
      if (options.fold_width) {
        append_folded(object.text, key);
      } else {
        object.text += key;
      }
      sum += *sure;
      ++written;
    }
    before = best.index;
  }
  if (written > 0) object.score = static_cast<float>(sum / static_cast<double>(written));
  return std::vector<Object>{std::move(object)};
}

}  // namespace sluice::vision::post
