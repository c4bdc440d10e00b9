#include "station/image_spool.hpp"

#include <span>

namespace sluice::station {
namespace {

std::string spooled_name(const std::string& item, const std::string& camera) {
  return item + '.' + camera;
}

}  // namespace

base::Result<std::unique_ptr<ImageSpool>> ImageSpool::open(
    const std::filesystem::path& folder,
    const std::function<base::Result<bool>(const std::string& item)>& wanted) {
  auto files = store::FilesystemBlobStore::open(folder);
  if (!files) return tl::unexpected(files.error());
  std::unique_ptr<ImageSpool> spool(new ImageSpool(std::move(*files)));
  const auto names = spool->files_->list("");
  if (!names) return tl::unexpected(names.error());
  for (const auto& name : *names) {
    const auto dot = name.find('.');
    const auto item = name.substr(0, dot);
    const auto keep = wanted(item);
    if (!keep) return tl::unexpected(keep.error());
    if (*keep && dot != std::string::npos) {
      spool->cameras_[item].insert(name.substr(dot + 1));
    } else if (auto removed = spool->files_->remove(name); !removed) {
      return tl::unexpected(removed.error());
    }
  }
  return spool;
}

base::Status ImageSpool::keep(const std::string& item, const std::string& camera,
                              std::string_view file) {
  auto kept = files_->put(spooled_name(item, camera), std::as_bytes(std::span(file)));
  if (!kept) return kept;
  const std::scoped_lock lock(mutex_);
  cameras_[item].insert(camera);
  return {};
}

std::vector<std::string> ImageSpool::cameras(const std::string& item) const {
  const std::scoped_lock lock(mutex_);
  const auto found = cameras_.find(item);
  if (found == cameras_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

base::Result<std::string> ImageSpool::file(const std::string& item,
                                           const std::string& camera) const {
  const auto bytes = files_->get(spooled_name(item, camera));
  if (!bytes) return tl::unexpected(bytes.error());
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

void ImageSpool::forget(const std::string& item) {
  for (const auto& camera : cameras(item)) {
    static_cast<void>(files_->remove(spooled_name(item, camera)));
  }
  const std::scoped_lock lock(mutex_);
  cameras_.erase(item);
}

}  // namespace sluice::station
