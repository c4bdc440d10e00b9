#include "transfer/curl/client.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "transfer/curl/origin.hpp"
#include "transfer/curl/sha256.hpp"

namespace sluice::transfer::curl {
namespace {

struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// Lines of a request's head. libcurl writes "Name: value", "Name;" for an empty value, and leaves
/// its own field out for "Name:".
class HeadLines {
 public:
  void add(const std::string& line) {
    curl_slist* longer = curl_slist_append(lines_.get(), line.c_str());
    if (longer == nullptr) return;  // out of memory: the request goes without it
    (void)lines_.release();
    lines_.reset(longer);
  }
  [[nodiscard]] curl_slist* get() const { return lines_.get(); }

 private:
  std::unique_ptr<curl_slist, ListCleanup> lines_;
};

/// What arrives. (libcurl limits the head: 300 kB.)
struct Receipt {
  HttpAnswer answer;
  std::size_t most_bytes = 0;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t one, std::size_t count, void* user) {
  auto& receipt = *static_cast<Receipt*>(user);
  const std::size_t size = one * count;
  if (size > receipt.most_bytes - receipt.answer.body.size()) {
    receipt.too_large = true;
    return 0;
  }
  receipt.answer.body.append(data, size);
  return size;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t take_head_line(char* data, std::size_t one, std::size_t count, void* user) {
  auto& receipt = *static_cast<Receipt*>(user);
  const std::string_view line(data, one * count);
  const auto colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    receipt.answer.fields.clear();  // what came before was an interim answer
  } else if (colon != std::string_view::npos) {
    receipt.answer.fields.emplace_back(trimmed(line.substr(0, colon)),
                                       trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

bool is_token(std::string_view text) {
  constexpr std::string_view kOther = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [kOther](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kOther.find(c) != std::string_view::npos;
  });
}

/// What would become another field or request is refused.
base::Status check_head(const HttpRequest& request) {
  if (!is_token(request.method)) {
    return base::fail(base::ErrorCode::invalid, "'{}' is no HTTP method", request.method);
  }
  for (const auto& [name, value] : request.fields) {
    if (!is_token(name)) {
      return base::fail(base::ErrorCode::invalid, "'{}' is no name of an HTTP field", name);
    }
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return base::fail(base::ErrorCode::invalid, "the value of the HTTP field {} has line breaks",
                        name);
    }
  }
  return {};
}

bool sends_body(const HttpRequest& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT";
}

bool has_field(const HttpRequest& request, std::string_view name) {
  return !HttpAnswer{.status = 0, .fields = request.fields, .body = {}}.field(name).empty();
}

/// libcurl signs each of its lines, also those that only take a field of its own out: a signed
/// request has none of these.
HeadLines head_lines(const HttpRequest& request) {
  HeadLines lines;
  if (const auto* signature = request.signature) {
    lines.add("X-Amz-Content-Sha256: " + sha256(request.body));
    if (!signature->session_token.empty()) {
      lines.add("X-Amz-Security-Token: " + signature->session_token);
    }
    if (sends_body(request) && !has_field(request, "Content-Type")) {
      lines.add("Content-Type: application/octet-stream");
    }
  } else {
    lines.add("Expect:");
    lines.add("Content-Type:");
  }
  for (const auto& [name, value] : request.fields) {
    lines.add(value.empty() ? name + ";" : name + ": " + value);
  }
  return lines;
}

long milliseconds(base::Duration timeout) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
  return static_cast<long>(std::clamp<std::int64_t>(whole, 1, 1 << 30));  // 0: for ever
}

void set_method(CURL* handle, const HttpRequest& request) {
  if (request.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    return;
  }
  if (sends_body(request)) {
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void sign(CURL* handle, const AwsSignature& signature) {
  const std::string what = "aws:amz:" + signature.region + ":" + signature.service;
  curl_easy_setopt(handle, CURLOPT_AWS_SIGV4, what.c_str());
  curl_easy_setopt(handle, CURLOPT_USERNAME, signature.access_key.c_str());
  curl_easy_setopt(handle, CURLOPT_PASSWORD, signature.secret_key.c_str());
  // A large body is announced; not every copy of these services answers that.
  curl_easy_setopt(handle, CURLOPT_EXPECT_100_TIMEOUT_MS, 100L);
}

}  // namespace

base::Result<HttpAnswer> CurlClient::send(const HttpRequest& request) {
  auto origin = origin_of(request.url);
  if (!origin) return tl::unexpected(origin.error());
  if (auto ok = check_head(request); !ok) {
    return tl::unexpected(base::with_context(*origin, ok.error()));
  }
  Handle owner = handles_.take(*origin);
  CURL* const handle = owner.get();
  if (handle == nullptr) {
    return base::fail(base::ErrorCode::unavailable, "{}: out of memory", *origin);
  }

  const HeadLines lines = head_lines(request);
  Receipt receipt;
  receipt.most_bytes = request.most_bytes;
  std::array<char, CURL_ERROR_SIZE> problem{};
  set_method(handle, request);
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  // The names of blobs may have dots in them.
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds(request.timeout));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.timeout));
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines.get());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &receipt);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &take_head_line);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &receipt);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, problem.data());
  if (!request.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, request.ca_file.c_str());
  }
  if (request.signature != nullptr) sign(handle, *request.signature);

  const CURLcode code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  // The handle keeps the connection only; what it points to ends here.
  curl_easy_reset(handle);
  handles_.give_back(*origin, std::move(owner));
  if (receipt.too_large) {
    return base::fail(base::ErrorCode::unavailable,
                      "{}: the answer is larger than the {} bytes that are wanted", *origin,
                      request.most_bytes);
  }
  if (code != CURLE_OK) {
    const char* detail = problem[0] != '\0' ? problem.data() : curl_easy_strerror(code);
    return base::fail(
        code == CURLE_SSL_CACERT_BADFILE ? base::ErrorCode::invalid : base::ErrorCode::unavailable,
        "{}: {}", *origin, detail);
  }
  receipt.answer.status = static_cast<int>(status);
  return std::move(receipt.answer);
}

}  // namespace sluice::transfer::curl
