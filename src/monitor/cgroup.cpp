#include "monitor/cgroup.hpp"

#include <functional>

#include "monitor/text.hpp"

namespace sluice::monitor {
namespace {

// Version 1 writes "no limit" as the largest multiple of the page size: anything near is none.
constexpr std::uint64_t kNoMemoryLimit = std::uint64_t{1} << 62;

template <class T>
void keep_lower(std::optional<T>& kept, std::optional<T> value) {
  if (value && (!kept || *value < *kept)) kept = value;
}

std::optional<std::uint64_t> memory_limit(const std::filesystem::path& file) {
  const auto bytes = read_number<std::uint64_t>(file);
  return bytes && *bytes < kNoMemoryLimit ? bytes : std::nullopt;
}

std::optional<double> quota_v1(const std::filesystem::path& group) {
  const auto quota = read_number<std::int64_t>(group / "cpu.cfs_quota_us");
  const auto period = read_number<std::int64_t>(group / "cpu.cfs_period_us");
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

// Calls visit for the group `path` under `mount` and every group above it, the mount included.
void for_each_group(const std::filesystem::path& mount, const std::string& path,
                    const std::function<void(const std::filesystem::path&)>& visit) {
  std::filesystem::path group = mount;
  visit(group);
  for (const auto& part : std::filesystem::path(path).relative_path()) {
    // A group outside of the process's namespace: its limits cannot be seen.
    if (part == ".." || part.empty()) return;
    group /= part;
    visit(group);
  }
}

}  // namespace

CgroupPaths parse_cgroup_paths(std::string_view text) {
  CgroupPaths paths;
  while (!text.empty()) {
    // "hierarchy:controller,controller:path"
    const std::string_view line = take_line(text);
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string path(line.substr(second + 1));
    if (controllers.empty()) paths.unified = path;
    while (!controllers.empty()) {
      const std::size_t comma = controllers.find(',');
      const std::string_view controller = controllers.substr(0, comma);
      controllers.remove_prefix(comma == std::string_view::npos ? controllers.size() : comma + 1);
      if (controller == "cpu") paths.cpu = path;
      if (controller == "memory") paths.memory = path;
    }
  }
  return paths;
}

std::optional<double> parse_cpu_max(std::string_view text) {
  const auto quota = parse_number<std::int64_t>(take_word(text));
  const auto period = parse_number<std::int64_t>(take_word(text));
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

CgroupLimits read_cgroup_limits(const std::filesystem::path& root) {
  CgroupLimits limits;
  const auto text = read_text(root / "proc/self/cgroup");
  if (!text) return limits;
  const CgroupPaths paths = parse_cgroup_paths(*text);
  const std::filesystem::path mounts = root / "sys/fs/cgroup";
  if (!paths.unified.empty()) {
    // "unified": where version 2 lives beside version 1.
    for (const auto& mount : {mounts, mounts / "unified"}) {
      for_each_group(mount, paths.unified, [&](const std::filesystem::path& group) {
        const auto cpu_max = read_text(group / "cpu.max");
        if (cpu_max) keep_lower(limits.cpus, parse_cpu_max(*cpu_max));
        keep_lower(limits.memory_bytes, memory_limit(group / "memory.max"));
      });
    }
  }
  if (!paths.cpu.empty()) {
    for (const char* mount : {"cpu", "cpu,cpuacct"}) {
      for_each_group(mounts / mount, paths.cpu, [&](const std::filesystem::path& group) {
        keep_lower(limits.cpus, quota_v1(group));
      });
    }
  }
  if (!paths.memory.empty()) {
    for_each_group(mounts / "memory", paths.memory, [&](const std::filesystem::path& group) {
      keep_lower(limits.memory_bytes, memory_limit(group / "memory.limit_in_bytes"));
    });
  }
  return limits;
}

}  // namespace sluice::monitor
