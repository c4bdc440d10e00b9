#include "telemetry/journal_reader.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <sstream>

namespace sluice::telemetry {

using base::ErrorCode;

namespace {

base::Error at_line(const std::string& name, std::uint64_t number, const base::Error& error) {
  return base::with_context(fmt::format("{}:{}", name, number), error);
}

/// One file, line by line.
class FileReader {
 public:
  FileReader(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

  base::Result<FileHeader> header() {
    if (!next_line()) {
      return base::fail(ErrorCode::invalid, "{}: is empty: not a journal", name_);
    }
    auto header = parse_header(line_);
    if (!header) {
      return tl::unexpected(at_line(name_, number_, header.error()));
    }
    return header;
  }

  /// `truncated`: set when the last line has no end and makes no sense.
  base::Status lines(LineParser& parser, bool& truncated) {
    while (next_line()) {
      const bool cut = in_.eof();
      if (line_.empty() && cut) {
        break;
      }
      if (auto status = parser.parse(line_); !status) {
        if (cut) {
          truncated = true;
          return {};
        }
        return tl::unexpected(at_line(name_, number_, status.error()));
      }
    }
    if (in_.bad()) {
      return base::fail(ErrorCode::io, "{}: cannot read on after line {}", name_, number_);
    }
    return {};
  }

 private:
  bool next_line() {
    ++number_;
    return static_cast<bool>(std::getline(in_, line_));
  }

  std::istream& in_;
  std::string name_;
  std::string line_;
  std::uint64_t number_ = 0;
};

struct Part {
  std::string path;
  FileHeader header;
};

base::Result<std::ifstream> open_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return base::fail(ErrorCode::invalid, "{}: is a folder, not a journal", path);
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return base::fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io, "{}: cannot open: {}",
                      path, std::strerror(errno));
  }
  return in;
}

base::Result<Part> open_part(const std::string& path) {
  auto in = open_file(path);
  if (!in) {
    return tl::unexpected(in.error());
  }
  auto header = FileReader(*in, path).header();
  if (!header) {
    return tl::unexpected(header.error());
  }
  return Part{path, std::move(*header)};
}

bool same_run(const RunHeader& a, const RunHeader& b) {
  return a.name == b.name && a.started == b.started && a.wall_started_ns == b.wall_started_ns;
}

/// The files of PATH's run, oldest first.
base::Result<std::vector<Part>> find_parts(const std::string& path) {
  auto newest = open_part(path);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  std::vector<Part> parts{std::move(*newest)};
  for (std::uint32_t number = 1; parts.front().header.part > 1; ++number) {
    const std::string older = fmt::format("{}.{}", path, number);
    std::error_code error;
    if (!std::filesystem::exists(older, error)) {
      break;
    }
    auto part = open_part(older);
    if (!part) {
      return tl::unexpected(part.error());
    }
    if (!same_run(part->header.run, parts.front().header.run) ||
        part->header.part + 1 != parts.front().header.part) {
      break;
    }
    parts.insert(parts.begin(), std::move(*part));
  }
  return parts;
}

class Collector final : public JournalVisitor {
 public:
  explicit Collector(JournalContent& content) : content_(content) {}
  void on_event(const schedule::Event& event) override { content_.events.push_back(event); }
  void on_resource(const ResourceSample& sample) override { content_.resources.push_back(sample); }
  void on_note(const Note& note) override { content_.notes.push_back(note); }
  void on_loss(const Loss& loss) override { content_.losses.push_back(loss); }

 private:
  JournalContent& content_;
};

}  // namespace

base::Result<JournalInfo> read_journal(const std::string& path, JournalVisitor& visitor) {
  auto parts = find_parts(path);
  if (!parts) {
    return tl::unexpected(parts.error());
  }
  JournalInfo info;
  info.header = parts->front().header.run;
  info.first_part = parts->front().header.part;
  info.parts = static_cast<std::uint32_t>(parts->size());
  visitor.on_header(info.header);
  LineParser parser(info.header, visitor);
  for (const Part& part : *parts) {
    auto in = open_file(part.path);
    if (!in) {
      return tl::unexpected(in.error());
    }
    FileReader reader(*in, part.path);
    auto header = reader.header();
    auto status = header ? reader.lines(parser, info.truncated)
                         : base::Status(tl::unexpected(header.error()));
    if (!status) {
      return tl::unexpected(status.error());
    }
  }
  return info;
}

base::Result<JournalInfo> read_journal_text(std::string_view text, const std::string& name,
                                            JournalVisitor& visitor) {
  std::istringstream in{std::string(text)};
  FileReader reader(in, name);
  auto header = reader.header();
  if (!header) {
    return tl::unexpected(header.error());
  }
  JournalInfo info;
  info.header = std::move(header->run);
  info.first_part = header->part;
  visitor.on_header(info.header);
  LineParser parser(info.header, visitor);
  if (auto status = reader.lines(parser, info.truncated); !status) {
    return tl::unexpected(status.error());
  }
  return info;
}

base::Result<JournalContent> load_journal(const std::string& path) {
  JournalContent content;
  Collector collector(content);
  auto info = read_journal(path, collector);
  if (!info) {
    return tl::unexpected(info.error());
  }
  content.info = std::move(*info);
  return content;
}

}  // namespace sluice::telemetry
