// The part of a URL that says where a request goes, and that messages may show.
#pragma once

#include <string>

#include "base/result.hpp"

namespace sluice::transfer::curl {

/// "https://host:443" of an http or https URL: without user, path and query, all of which may hold
/// secrets. Errors (invalid) do not repeat the URL.
base::Result<std::string> origin_of(const std::string& url);

}  // namespace sluice::transfer::curl
