#include "store/filesystem_blob_store.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <functional>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "store/atomic_file.hpp"

namespace sluice::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPartial = ".partial";

base::Error missing_blob(const std::string& name) {
  return {base::ErrorCode::not_found, fmt::format("there is no blob '{}'", name)};
}

/// Visits the files below store/folder that are blobs.
base::Status walk(const fs::path& store, const std::string& folder,
                  const std::function<void(const fs::directory_entry&)>& visit) {
  if (!folder.empty()) {
    if (auto ok = check_name(folder); !ok) return ok;
  }
  std::error_code error;
  fs::recursive_directory_iterator it(store / folder, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (it->path().filename().native().starts_with('.')) {
      it.disable_recursion_pending();
    } else if (std::error_code gone; it->is_regular_file(gone)) {
      visit(*it);
    }
  }
  if (error && error != std::errc::no_such_file_or_directory &&
      error != std::errc::not_a_directory) {
    return tl::unexpected(io_error("cannot list", store / folder, error.value()));
  }
  return {};
}

}  // namespace

base::Result<std::unique_ptr<FilesystemBlobStore>> FilesystemBlobStore::open(
    const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder / kPartial, error);
  if (error) {
    return tl::unexpected(io_error("cannot empty", folder / kPartial, error.value()));
  }
  if (auto ok = make_folder(folder / kPartial); !ok) return tl::unexpected(ok.error());
  return std::unique_ptr<FilesystemBlobStore>(new FilesystemBlobStore(fs::absolute(folder)));
}

base::Status FilesystemBlobStore::put(const std::string& name, std::span<const std::byte> bytes) {
  if (auto ok = check_name(name); !ok) return ok;
  const fs::path file = folder_ / name;
  const std::shared_lock lock(folders_);
  if (auto ok = make_folder(file.parent_path()); !ok) return ok;
  return write_atomically(file, folder_ / kPartial / std::to_string(next_partial_++), bytes);
}

base::Result<Bytes> FilesystemBlobStore::get(const std::string& name) const {
  if (auto ok = check_name(name); !ok) return tl::unexpected(ok.error());
  const fs::path file = folder_ / name;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return tl::unexpected(missing_blob(name));
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = stream.tellg();
  if (size < 0) return tl::unexpected(io_error("cannot read", file, errno));
  Bytes bytes(static_cast<std::size_t>(size));
  stream.seekg(0);
  if (!stream.read(reinterpret_cast<char*>(bytes.data()), size)) {
    return tl::unexpected(io_error("cannot read", file, errno));
  }
  return bytes;
}

base::Status FilesystemBlobStore::remove(const std::string& name) {
  if (auto ok = check_name(name); !ok) return ok;
  const fs::path file = folder_ / name;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return tl::unexpected(missing_blob(name));
  if (!fs::remove(file, error)) {
    return error ? tl::unexpected(io_error("cannot delete", file, error.value()))
                 : tl::unexpected(missing_blob(name));
  }
  const std::unique_lock lock(folders_);
  // Folders that became empty go, too; the first that is not empty ends it.
  for (fs::path parent = file.parent_path(); parent != folder_; parent = parent.parent_path()) {
    if (!fs::remove(parent, error)) break;
  }
  return {};
}

base::Result<std::vector<std::string>> FilesystemBlobStore::list(const std::string& folder) const {
  std::vector<std::string> names;
  auto done = walk(folder_, folder, [&](const fs::directory_entry& file) {
    names.push_back(file.path().lexically_relative(folder_).generic_string());
  });
  if (!done) return tl::unexpected(done.error());
  std::ranges::sort(names);
  return names;
}

base::Result<std::uint64_t> FilesystemBlobStore::bytes(const std::string& folder) const {
  std::uint64_t sum = 0;
  auto done = walk(folder_, folder, [&](const fs::directory_entry& file) {
    std::error_code gone;
    const std::uintmax_t size = file.file_size(gone);
    if (!gone) sum += size;
  });
  if (!done) return tl::unexpected(done.error());
  return sum;
}

}  // namespace sluice::store
