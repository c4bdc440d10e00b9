// Arbitrary bytes as a journal: it must be read or refused, and what was read must be reportable.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "telemetry/journal_reader.hpp"
#include "telemetry/report.hpp"

namespace {

class Target final : public sluice::telemetry::JournalVisitor {
 public:
  void on_header(const sluice::telemetry::RunHeader& header) override {
    builder_ = std::make_unique<sluice::telemetry::ReportBuilder>(header);
  }
  void on_event(const sluice::schedule::Event& event) override { builder_->on_event(event); }
  void on_resource(const sluice::telemetry::ResourceSample& sample) override {
    builder_->on_resource(sample);
  }
  void on_note(const sluice::telemetry::Note& note) override { builder_->on_note(note); }
  void on_loss(const sluice::telemetry::Loss& loss) override { builder_->on_loss(loss); }
  [[nodiscard]] std::size_t report_size() const {
    return sluice::telemetry::to_text(builder_->report(), false).size();
  }

 private:
  std::unique_ptr<sluice::telemetry::ReportBuilder> builder_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Target target;
  const auto info = sluice::telemetry::read_journal_text(text, "journal", target);
  if (info && target.report_size() == 0) {
    __builtin_trap();
  }
  return 0;
}
