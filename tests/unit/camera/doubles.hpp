// Doubles for the tests of cameras, and folders that vanish.
#pragma once

#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "camera/feed.hpp"
#include "mqtt/client.hpp"
#include "vision/decoder.hpp"

namespace sluice::camera {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "camera-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name = "") const {
    return name.empty() ? path_ : path_ + "/" + name;
  }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

 private:
  std::string path_;
};

/// A timeout: do not wait.
inline constexpr base::Duration kNow{};

inline base::Time at_ms(std::int64_t ms) {
  return base::Time(std::chrono::milliseconds(ms));
}

/// A sample that is a number.
inline Sample number_sample(float number) {
  return {"number", at_ms(static_cast<std::int64_t>(number)), Values{number}};
}

/// The number of such a sample, or what there is instead.
inline std::string text_of(const base::Result<std::optional<Sample>>& sample) {
  if (!sample) return sample.error().message;
  if (!*sample) return "end";
  const auto* values = std::get_if<Values>(&(*sample)->data);
  return values != nullptr ? fmt::format("{}", values->front()) : "image";
}

/// Gives what it is told to, then that there is nothing in time.
class ScriptedFeed final : public Feed {
 public:
  using Entry = base::Result<std::optional<Sample>>;
  explicit ScriptedFeed(std::deque<Entry> script) : script_(std::move(script)) {}

  Entry next(base::Duration) override {
    if (script_.empty()) return base::fail(base::ErrorCode::unavailable, "nothing in time");
    Entry entry = std::move(script_.front());
    script_.pop_front();
    return entry;
  }

 private:
  std::deque<Entry> script_;
};

/// "PIXELS n" is an image of n x 1 pixels; anything else is broken. Nothing else is asked of it.
class FakeDecoder final : public vision::Decoder {
 public:
  [[nodiscard]] base::Result<vision::Image> decode(std::span<const std::byte> file) const override {
    const std::string text(reinterpret_cast<const char*>(file.data()), file.size());
    if (!text.starts_with("PIXELS ")) {
      return base::fail(base::ErrorCode::invalid, "the image is corrupt");
    }
    const int width = std::stoi(text.substr(7));
    return vision::Image(width, 1, std::vector<std::uint8_t>(3 * static_cast<std::size_t>(width)));
  }

  [[nodiscard]] base::Result<tensor::Tensor> read_image(
      const std::string&, const vision::PreprocessOptions&) const override {
    return not_asked();
  }
  [[nodiscard]] base::Result<std::unique_ptr<vision::Video>> open_video(
      const std::string&) const override {
    return not_asked();
  }
  [[nodiscard]] base::Result<std::string> encode_jpeg(const vision::Image&, int) const override {
    return not_asked();
  }
  [[nodiscard]] base::Result<tensor::Tensor> prepare(
      const vision::Image&, const vision::Box&, const vision::PreprocessOptions&) const override {
    return not_asked();
  }
  [[nodiscard]] base::Result<vision::Image> draw(const vision::Image&,
                                                 std::span<const vision::Object>) const override {
    return not_asked();
  }
  [[nodiscard]] base::Result<std::unique_ptr<vision::Capture>> open_capture(
      const vision::CaptureOptions&) const override {
    return base::fail(base::ErrorCode::unavailable, "no answer");
  }

 private:
  static tl::unexpected<base::Error> not_asked() {
    return base::fail(base::ErrorCode::internal, "not asked of this double");
  }
};

/// A broker's client that a test drives.
class FakeMqttClient final : public mqtt::Client {
 public:
  base::Status publish(const mqtt::Message&, base::Duration) override { return {}; }
  base::Result<Subscription> subscribe(const std::string& filter, int, Handler handler) override {
    if (filter == "bad/#/filter") return base::fail(base::ErrorCode::invalid, "a bad filter");
    handler_ = std::move(handler);
    return Subscription(nullptr, [this](void*) { handler_ = nullptr; });
  }
  [[nodiscard]] bool connected() const override { return connected_; }

  void deliver(const std::string& payload) {
    if (handler_) handler_({.topic = "t", .payload = payload});
  }
  void set_connected(bool connected) { connected_ = connected; }

 private:
  Handler handler_;
  bool connected_ = true;
};

}  // namespace sluice::camera
