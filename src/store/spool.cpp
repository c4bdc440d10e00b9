#include "store/spool.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "store/atomic_file.hpp"

namespace sluice::store {
namespace {

namespace fs = std::filesystem;

// Files take up whole blocks; it also bounds how many there can be, and what is known of them.
constexpr std::uint64_t kBlock = 4096;

std::uint64_t blocks(std::uint64_t bytes) {
  return (bytes / kBlock + 1) * kBlock;
}

std::string head_of(const Spool::Change& change) {
  return fmt::format("{} {}\n", change.removes ? "remove" : "put", change.name);
}

tl::unexpected<base::Error> not_ours(const fs::path& file) {
  return base::fail(base::ErrorCode::invalid,
                    "{}: is no change of a blob; the folder must be this store's alone",
                    file.string());
}

base::Result<Spool::Change> read_head(const fs::path& file) {
  const std::string text = file.filename().string();
  Spool::Change change;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), change.number);
  if (error != std::errc() || end != text.data() + text.size()) return not_ours(file);
  std::ifstream stream(file, std::ios::binary);
  std::string line;
  if (!std::getline(stream, line) || stream.eof()) return not_ours(file);
  const auto space = line.find(' ');
  const std::string_view verb = std::string_view(line).substr(0, space);
  if (space == std::string::npos || (verb != "put" && verb != "remove")) return not_ours(file);
  change.removes = verb == "remove";
  change.name = line.substr(space + 1);
  if (!check_name(change.name)) return not_ours(file);
  return change;
}

bool is_below(std::string_view name, std::string_view folder) {
  return folder.empty() ||
         (name.size() > folder.size() && name.starts_with(folder) && name[folder.size()] == '/');
}

}  // namespace

base::Result<std::unique_ptr<Spool>> Spool::open(const fs::path& folder, std::uint64_t most_bytes) {
  std::unique_ptr<Spool> spool(new Spool(fs::absolute(folder), most_bytes));
  if (auto ok = spool->load(); !ok) return tl::unexpected(ok.error());
  return spool;
}

base::Status Spool::load() {
  std::error_code error;
  // What was being written when the process ended.
  fs::remove_all(folder_ / ".partial", error);
  if (error) return tl::unexpected(io_error("cannot empty", folder_ / ".partial", error.value()));
  if (auto ok = make_folder(folder_ / ".partial"); !ok) return ok;
  fs::directory_iterator it(folder_, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    if (it->path().filename() == ".partial") continue;
    auto change = read_head(it->path());
    if (!change) return tl::unexpected(change.error());
    const std::uint64_t size = blocks(it->file_size(error));
    if (!error) hold({std::move(*change), size});
  }
  if (error) return tl::unexpected(io_error("cannot list", folder_, error.value()));
  // They came in no order.
  for (const auto& [number, held] : changes_) latest_[held.change.name] = number;
  return {};
}

fs::path Spool::file_of(std::uint64_t number) const {
  return folder_ / fmt::format("{:020}", number);
}

void Spool::hold(Held held) {
  bytes_ += held.bytes;
  next_ = std::max(next_, held.change.number + 1);
  latest_[held.change.name] = held.change.number;
  changes_.emplace(held.change.number, std::move(held));
}

base::Status Spool::put(const std::string& name, std::span<const std::byte> bytes) {
  return add(false, name, bytes);
}

base::Status Spool::remove(const std::string& name) {
  return add(true, name, {});
}

base::Status Spool::add(bool removes, const std::string& name, std::span<const std::byte> bytes) {
  if (auto ok = check_name(name); !ok) return ok;
  const std::lock_guard lock(mutex_);
  Held held{{next_, removes, name}, 0};
  const std::string head = head_of(held.change);
  held.bytes = blocks(head.size() + bytes.size());
  if (bytes_ + held.bytes > most_bytes_) {
    return base::fail(base::ErrorCode::unavailable,
                      "{}: full: {} changes of {} bytes wait to be sent, of {} bytes at most",
                      folder_.string(), changes_.size(), bytes_, most_bytes_);
  }
  Bytes whole;
  whole.reserve(head.size() + bytes.size());
  const auto head_bytes = std::as_bytes(std::span(head));
  whole.insert(whole.end(), head_bytes.begin(), head_bytes.end());
  whole.insert(whole.end(), bytes.begin(), bytes.end());
  const fs::path file = file_of(next_);
  if (auto ok = write_atomically(file, folder_ / ".partial" / file.filename(), whole); !ok) {
    return ok;
  }
  hold(std::move(held));
  return {};
}

std::optional<Spool::Change> Spool::first() const {
  const std::lock_guard lock(mutex_);
  if (changes_.empty()) return std::nullopt;
  return changes_.begin()->second.change;
}

std::optional<Spool::Change> Spool::latest(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = latest_.find(name);
  if (found == latest_.end()) return std::nullopt;
  return changes_.at(found->second).change;
}

base::Result<Bytes> Spool::read(const Change& change) const {
  const fs::path file = file_of(change.number);
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return tl::unexpected(io_error("cannot read", file, errno));
  std::string head;
  std::getline(stream, head);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  if (stream.bad()) return tl::unexpected(io_error("cannot read", file, errno));
  const auto bytes = std::as_bytes(std::span(text));
  return Bytes(bytes.begin(), bytes.end());
}

base::Status Spool::done(const Change& change) {
  const std::lock_guard lock(mutex_);
  const auto found = changes_.find(change.number);
  if (found == changes_.end()) return {};
  std::error_code error;
  const fs::path file = file_of(change.number);
  // Not synced: after a crash it may be there again, and be sent once more.
  fs::remove(file, error);
  if (error) return tl::unexpected(io_error("cannot delete", file, error.value()));
  bytes_ -= found->second.bytes;
  if (const auto latest = latest_.find(change.name);
      latest != latest_.end() && latest->second == change.number) {
    latest_.erase(latest);
  }
  changes_.erase(found);
  return {};
}

bool Spool::waits_below(const std::string& folder) const {
  const std::lock_guard lock(mutex_);
  const auto found = latest_.lower_bound(folder.empty() ? folder : folder + "/");
  return found != latest_.end() && is_below(found->first, folder);
}

std::map<std::string, Spool::Change> Spool::below(const std::string& folder) const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Change> found;
  for (auto it = latest_.lower_bound(folder.empty() ? folder : folder + "/");
       it != latest_.end() && is_below(it->first, folder); ++it) {
    found.emplace(it->first, changes_.at(it->second).change);
  }
  return found;
}

UploadCounters Spool::counters() const {
  const std::lock_guard lock(mutex_);
  UploadCounters counters;
  counters.waiting = changes_.size();
  counters.bytes = bytes_;
  return counters;
}

}  // namespace sluice::store
