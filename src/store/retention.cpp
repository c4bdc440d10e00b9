#include "store/retention.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

namespace sluice::store {
namespace {

constexpr std::size_t kPage = 100;
constexpr std::size_t kFewItems = 10;

/// What goes first when there is too much.
int worth(const KeptItem& item) {
  if (item.decision == "OK") return 0;
  return item.decision == "KO" ? 2 : 1;
}

bool is_too_old(const KeptItem& item, const RetentionOptions& options, WallTime now) {
  const auto& age = item.decision == "KO" && options.ko_age ? options.ko_age : options.age;
  return age && now - item.time > *age;
}

}  // namespace

base::Status check(const RetentionOptions& options) {
  const auto not_positive = [](std::string_view key) {
    return base::fail(base::ErrorCode::invalid, "{}: must be more than 0", key);
  };
  if (options.age && options.age->count() <= 0) return not_positive("age");
  if (options.ko_age && options.ko_age->count() <= 0) return not_positive("ko_age");
  if (options.bytes && *options.bytes == 0) return not_positive("size");
  if (options.every.count() <= 0) return not_positive("every");
  return {};
}

std::vector<std::string> plan_retention(std::span<const KeptItem> items,
                                        const RetentionOptions& options, WallTime now) {
  std::vector<const KeptItem*> old;
  std::vector<const KeptItem*> others;
  std::uint64_t bytes = 0;
  for (const KeptItem& item : items) {
    bytes += item.bytes;
    if (item.held) continue;
    (is_too_old(item, options, now) ? old : others).push_back(&item);
  }
  std::ranges::sort(old, {}, [](const KeptItem* item) { return std::tie(item->time, item->id); });
  std::ranges::sort(others, {}, [](const KeptItem* item) {
    return std::tuple(worth(*item), item->time, std::string_view(item->id));
  });
  std::vector<std::string> plan;
  for (const KeptItem* item : old) {
    bytes -= item->bytes;
    plan.push_back(item->id);
  }
  for (const KeptItem* item : others) {
    if (!options.bytes || bytes <= *options.bytes) break;
    bytes -= item->bytes;
    plan.push_back(item->id);
  }
  return plan;
}

Retention::Retention(RetentionOptions options, RecordStore& records, BlobStore& blobs,
                     Describe describe)
    : options_(options), records_(records), blobs_(blobs), describe_(std::move(describe)) {}

base::Result<bool> Retention::step(WallTime now) {
  if (!page_ && plan_.empty()) {
    if (next_look_ && now < *next_look_) return false;
    next_look_ = now + options_.every;
    if (!options_.age && !options_.ko_age && !options_.bytes) return false;
    page_ = Query{.filter = {}, .limit = kPage, .after = {}};
  }
  if (auto done = page_ ? look(now) : remove_few(); !done) {
    page_.reset();
    items_.clear();
    plan_.clear();
    return tl::unexpected(done.error());
  }
  return page_.has_value() || !plan_.empty();
}

base::Status Retention::look(WallTime now) {
  const auto page = records_.find(*page_);
  if (!page) return tl::unexpected(page.error());
  for (const Record& record : page->records) {
    const Item item = describe_(record);
    std::uint64_t bytes = record.body.size();
    if (!item.folder.empty() && options_.bytes) {
      const auto blobs = blobs_.bytes(item.folder);
      if (!blobs) return tl::unexpected(blobs.error());
      bytes += *blobs;
    }
    const bool held = !item.finished || records_.waiting(record.id) ||
                      (!item.folder.empty() && blobs_.waiting(item.folder));
    items_.push_back({record.id, record.decision, record.time, bytes, held});
  }
  if (page->next) {
    page_->after = page->next;
    return {};
  }
  plan_ = plan_retention(items_, options_, now);
  std::ranges::reverse(plan_);
  items_ = {};
  page_.reset();
  return {};
}

base::Status Retention::remove_few() {
  for (std::size_t i = 0; i < kFewItems && !plan_.empty(); ++i) {
    const std::string id = std::move(plan_.back());
    plan_.pop_back();
    if (auto ok = remove(id); !ok) return ok;
  }
  return {};
}

base::Status Retention::remove(const std::string& id) {
  const auto gone = [](const base::Status& status) {
    return status || status.error().code == base::ErrorCode::not_found;
  };
  const auto record = records_.get(id);
  if (!record) {
    if (record.error().code == base::ErrorCode::not_found) return {};
    return tl::unexpected(record.error());
  }
  // It may have changed since the look.
  const Item item = describe_(*record);
  if (!item.finished || records_.waiting(id)) return {};
  if (!item.folder.empty()) {
    if (blobs_.waiting(item.folder)) return {};
    const auto names = blobs_.list(item.folder);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
      if (auto ok = blobs_.remove(name); !gone(ok)) return ok;
    }
  }
  if (auto ok = records_.remove(id); !gone(ok)) return ok;
  ++removed_;
  return {};
}

}  // namespace sluice::store
