// The files of the pages, embedded in the program.
#pragma once

#include <span>
#include <string_view>

namespace sluice::serve::http {

/// One file, as it is answered to GET.
struct Asset {
  std::string_view path;          ///< "/assets/index-4f2a.js"; "/" is the page itself
  std::string_view content_type;  ///< "text/javascript; charset=utf-8"
  std::string_view body;
  std::string_view etag;  ///< quoted: "\"4f2a\""
  std::string_view gzip;  ///< `body` compressed; empty: it does not pay
};

/// All of them; none in a build without the pages.
std::span<const Asset> assets();

/// Defined by the source that the build generates from the pages (with SLUICE_WEB_ASSETS).
std::span<const Asset> embedded_assets();

}  // namespace sluice::serve::http
