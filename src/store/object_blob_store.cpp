#include "store/object_blob_store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace sluice::store {
namespace {

/// In all, for one request.
constexpr int kAttempts = 3;

/// What the vendors ask to be tried again at once: something within the service failed. (503 and
/// 429 ask for a rest: that is the spool's.)
bool is_hiccup(const transfer::HttpAnswer& answer) {
  return answer.status == 500 || answer.status == 502;
}

bool is_success(const transfer::HttpAnswer& answer) {
  return answer.status >= 200 && answer.status < 300;
}

tl::unexpected<base::Error> missing_object(const std::string& name) {
  return base::fail(base::ErrorCode::not_found, "there is no blob '{}'", name);
}

}  // namespace

WallTime system_time() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

ObjectBlobStore::ObjectBlobStore(std::string name, std::unique_ptr<ObjectService> service,
                                 std::string prefix, Limits limits, transfer::HttpClient& client)
    : name_(std::move(name)),
      service_(std::move(service)),
      prefix_(std::move(prefix)),
      limits_(std::move(limits)),
      client_(client) {}

base::Result<transfer::HttpAnswer> ObjectBlobStore::send(ObjectService::Request request,
                                                         std::string body) const {
  if (!request) return tl::unexpected(base::with_context(name_, request.error()));
  request->body = std::move(body);
  request->timeout = limits_.timeout;
  request->ca_file = limits_.ca_file;
  // Every request here may be repeated: it puts, gets or removes all of an object.
  auto answer = client_.send(*request);
  for (int i = 1; i < kAttempts && answer && is_hiccup(*answer); ++i) {
    answer = client_.send(*request);
  }
  return answer;
}

base::Error ObjectBlobStore::refused(const transfer::HttpAnswer& answer) const {
  const int status = answer.status;
  base::ErrorCode code = base::ErrorCode::io;
  if (status == 408 || status == 429 || status >= 500) code = base::ErrorCode::unavailable;
  std::string problem = service_->problem_in(answer.body);
  if (status == 401 || status == 403) {
    problem += problem.empty() ? "check the credentials" : "; check the credentials";
  }
  return {code,
          fmt::format("{}: answered {}{}{}", name_, status, problem.empty() ? "" : ": ", problem)};
}

base::Status ObjectBlobStore::put(const std::string& name, std::span<const std::byte> bytes) {
  if (auto ok = check_name(name); !ok) return ok;
  const auto answer = send(service_->put(prefix_ + name, bytes.size()),
                           std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  if (!answer) return tl::unexpected(answer.error());
  if (!is_success(*answer)) return tl::unexpected(refused(*answer));
  return {};
}

base::Result<Bytes> ObjectBlobStore::get(const std::string& name) const {
  if (auto ok = check_name(name); !ok) return tl::unexpected(ok.error());
  const auto answer = send(service_->get(prefix_ + name));
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status == 404) return missing_object(name);
  if (!is_success(*answer)) return tl::unexpected(refused(*answer));
  const auto* data = reinterpret_cast<const std::byte*>(answer->body.data());
  return Bytes(data, data + answer->body.size());
}

base::Status ObjectBlobStore::remove(const std::string& name) {
  if (auto ok = check_name(name); !ok) return ok;
  for (const bool removes : {false, true}) {
    const std::string key = prefix_ + name;
    const auto answer = send(removes ? service_->remove(key) : service_->head(key));
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status == 404) return missing_object(name);
    if (!is_success(*answer)) return tl::unexpected(refused(*answer));
  }
  return {};
}

base::Result<std::vector<ObjectPage::Object>> ObjectBlobStore::objects(
    const std::string& folder) const {
  if (!folder.empty()) {
    if (auto ok = check_name(folder); !ok) return tl::unexpected(ok.error());
  }
  const std::string prefix = folder.empty() ? prefix_ : prefix_ + folder + "/";
  std::vector<ObjectPage::Object> all;
  std::string next;
  do {
    const auto answer = send(service_->list(prefix, next));
    if (!answer) return tl::unexpected(answer.error());
    if (!is_success(*answer)) return tl::unexpected(refused(*answer));
    auto page = service_->parse_page(answer->body);
    if (!page) return tl::unexpected(base::with_context(name_, page.error()));
    for (ObjectPage::Object& object : page->objects) {
      if (!object.key.starts_with(prefix_)) continue;
      object.key.erase(0, prefix_.size());
      // Others may keep objects here whose names are none of ours.
      if (check_name(object.key)) all.push_back(std::move(object));
    }
    if (page->next == next && !next.empty()) {
      return base::fail(base::ErrorCode::io, "{}: the list of objects does not end", name_);
    }
    next = std::move(page->next);
  } while (!next.empty());
  return all;
}

base::Result<std::vector<std::string>> ObjectBlobStore::list(const std::string& folder) const {
  auto found = objects(folder);
  if (!found) return tl::unexpected(found.error());
  std::vector<std::string> names;
  names.reserve(found->size());
  for (ObjectPage::Object& object : *found) names.push_back(std::move(object.key));
  std::ranges::sort(names);
  return names;
}

base::Result<std::uint64_t> ObjectBlobStore::bytes(const std::string& folder) const {
  const auto found = objects(folder);
  if (!found) return tl::unexpected(found.error());
  std::uint64_t sum = 0;
  for (const ObjectPage::Object& object : *found) sum += object.bytes;
  return sum;
}

}  // namespace sluice::store
