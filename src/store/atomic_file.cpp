#include "store/atomic_file.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sluice::store {
namespace {

using std::filesystem::path;

class Descriptor {
 public:
  Descriptor(const path& file, int flags)
      : number_(::open(file.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int number() const { return number_; }
  /// False with errno: the file system noticed only now that it could not write.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

base::Status system_failure(std::string_view action, const path& file) {
  return tl::unexpected(io_error(action, file, errno));
}

base::Status sync_folder(const path& folder) {
  const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
  if (descriptor.number() < 0 || ::fsync(descriptor.number()) != 0) {
    return system_failure("cannot sync", folder);
  }
  return {};
}

base::Status write_whole(const path& file, std::span<const std::byte> bytes) {
  Descriptor descriptor(file, O_WRONLY | O_CREAT | O_TRUNC);
  if (descriptor.number() < 0) return system_failure("cannot create", file);
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("cannot write", file);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor.number()) != 0 || !descriptor.close()) {
    return system_failure("cannot write", file);
  }
  return {};
}

}  // namespace

base::Error io_error(std::string_view action, const path& file, int error_number) {
  base::ErrorCode code = base::ErrorCode::io;
  if (error_number == ENOENT) code = base::ErrorCode::not_found;
  if (error_number == ENOSPC || error_number == EDQUOT) code = base::ErrorCode::unavailable;
  return {code, fmt::format("{} {}: {}", action, file.string(),
                            std::generic_category().message(error_number))};
}

base::Status make_folder(const path& folder) {
  if (folder.empty()) return {};
  if (::mkdir(folder.c_str(), 0755) == 0) return sync_folder(folder.parent_path() / ".");
  if (errno == EEXIST) return {};
  if (errno != ENOENT) return system_failure("cannot create", folder);
  if (auto ok = make_folder(folder.parent_path()); !ok) return ok;
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return system_failure("cannot create", folder);
  }
  return sync_folder(folder.parent_path() / ".");
}

base::Status write_atomically(const path& file, const path& temporary,
                              std::span<const std::byte> bytes) {
  auto done = write_whole(temporary, bytes);
  if (done && ::rename(temporary.c_str(), file.c_str()) != 0) {
    done = system_failure("cannot replace", file);
  }
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  return sync_folder(file.parent_path() / ".");
}

}  // namespace sluice::store
