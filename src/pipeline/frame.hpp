// One input of a model, made by a source.
#pragma once

#include <string>

#include "backend/backend.hpp"

namespace sluice::pipeline {

struct Frame {
  std::string name;  ///< "frames/0007.png", "clip.mp4#12", "synthetic#3"
  backend::Tensors inputs;
};

}  // namespace sluice::pipeline
