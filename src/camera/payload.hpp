// What the messages of sensors contain.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "camera/options.hpp"
#include "camera/sample.hpp"
#include "vision/decoder.hpp"

namespace sluice::camera {

/// An image file, or numbers: at least one, each of them finite.
using Content = std::variant<std::string, Values>;

/// Errors (invalid) say what is wrong with the payload, never what it contains.
base::Result<Content> parse_payload(std::string_view payload, const PayloadOptions& options);

/// The same as a sample. Errors (invalid): also an image that cannot be decoded. `decoder` may be
/// null where the format has no image.
base::Result<Sample> payload_sample(std::string name, base::Time captured, std::string_view payload,
                                    const PayloadOptions& options, const vision::Decoder* decoder);

}  // namespace sluice::camera
