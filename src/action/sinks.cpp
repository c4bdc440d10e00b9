#include "action/sinks.hpp"

#include <utility>

#include "action/event.hpp"
#include "base/json.hpp"

namespace sluice::action {
namespace {

class FileSink final : public Action {
 public:
  explicit FileSink(NdjsonFileOptions options) : file_(std::move(options)) {}

  base::Status act(const Event& event) override {
    return file_.append(base::to_json(to_json(event)));
  }

 private:
  NdjsonFile file_;
};

class FunctionSink final : public Action {
 public:
  explicit FunctionSink(std::function<base::Status(const Event&)> put) : put_(std::move(put)) {}

  base::Status act(const Event& event) override { return put_(event); }

 private:
  const std::function<base::Status(const Event&)> put_;
};

}  // namespace

std::unique_ptr<Action> make_file_sink(NdjsonFileOptions options) {
  return std::make_unique<FileSink>(std::move(options));
}

std::unique_ptr<Action> make_function_sink(std::function<base::Status(const Event&)> put) {
  return std::make_unique<FunctionSink>(std::move(put));
}

}  // namespace sluice::action
