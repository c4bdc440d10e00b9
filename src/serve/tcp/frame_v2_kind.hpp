// What tells the frames of version 2 apart.
#pragma once

#include <cstdint>

namespace sluice::serve::tcp::v2 {

/// Answers have the kind of what they answer plus 128.
enum class Kind : std::uint16_t {
  infer = 1,
  cancel = 2,
  ping = 3,
  list_models = 4,
  describe_model = 5,
  hello = 6,
  infer_reply = 129,
  pong = 131,
  model_list = 132,
  model_reply = 133,
  welcome = 134,
  error = 255,
};

}  // namespace sluice::serve::tcp::v2
