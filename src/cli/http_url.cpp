#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>

#include "cli/http_client.hpp"

namespace sluice::cli {
namespace {

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port != 0;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

}  // namespace

base::Result<HttpUrl> parse_http_url(std::string_view text) {
  const auto wrong = [whole = text](std::string_view why) {
    return base::fail(base::ErrorCode::invalid,
                      "\"{}\" is no URL of a daemon: {}; write it as http://HOST:PORT", whole, why);
  };
  HttpUrl url;
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
    url.tls = same_name(text.substr(0, scheme), "https");
    if (!url.tls && !same_name(text.substr(0, scheme), "http")) {
      return wrong("its scheme is neither http nor https");
    }
    text.remove_prefix(scheme + 3);
  }
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    url.path = text.substr(slash);
    while (url.path.ends_with('/')) url.path.pop_back();
    text = text.substr(0, slash);
  }
  if (url.path.find_first_of("?# \t\r\n") != std::string::npos) {
    return wrong("its path has a query, a fragment or space");
  }
  auto colon = text.rfind(':');
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return wrong("\"[\" without \"]\"");
    url.host = text.substr(1, close - 1);
    colon = text.find(':', close);
    if (close + 1 != text.size() && colon != close + 1) return wrong("\"]\" ends the host");
  } else {
    url.host = text.substr(0, colon);
  }
  url.port = colon == std::string_view::npos ? (url.tls ? "443" : "80") : text.substr(colon + 1);
  if (url.host.empty()) return wrong("it has no host");
  if (url.host.find_first_of("@?#[] \t\r\n") != std::string::npos) {
    return wrong("its host has a character that none can have");
  }
  if (!is_port(url.port)) return wrong("its port is no number from 1 to 65535");
  return url;
}

std::string to_string(const HttpUrl& url) {
  const bool brackets = url.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}{}", url.tls ? "https" : "http", brackets ? "[" : "", url.host,
                     brackets ? "]" : "", url.port, url.path);
}

base::Result<std::string> read_token_file(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file.is_open() || !std::getline(file, line)) {
    return base::fail(base::ErrorCode::invalid, "{}: cannot read a token from this file", path);
  }
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) {
    return base::fail(base::ErrorCode::invalid, "{}: its first line holds no token", path);
  }
  return line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
}

std::string_view HttpReply::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (same_name(key, name)) return value;
  }
  return {};
}

}  // namespace sluice::cli
