// Stations that remember what they were asked, and answer as told.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "station/service.hpp"

namespace sluice::serve::http {

/// One station, "line", with a camera "front" and an item "item-1".
class FakeStations final : public station::Service {
 public:
  base::Result<std::string> trigger(const station::TriggerRequest& request) override {
    std::string images;
    for (const auto& [camera, image] : request.images) {
      images += fmt::format(" {}={}", camera, image);
    }
    const auto& by = request.trigger;
    ask(fmt::format("trigger '{}' by {} '{}' '{}'{}", request.station, by.by, by.serial_number,
                    by.category, images));
    return answer(std::string("item-1"));
  }
  base::Result<boost::json::object> wait(const std::string& id, base::Duration timeout) override {
    ask(fmt::format("wait {} {}", id, base::to_ms(timeout)));
    return answer(document());
  }

  base::Result<station::Items> items(const store::Filter& filter, std::size_t limit,
                                     const std::string& after) const override {
    const auto time = [](const std::optional<store::WallTime>& t) {
      return t ? station::to_string(*t) : std::string("-");
    };
    ask(fmt::format("items {} {} {} {} {} {} '{}'", filter.station.value_or("-"),
                    filter.decision.value_or("-"), filter.state.value_or("-"), time(filter.from),
                    time(filter.until), limit, after));
    return answer(station::Items{{document()}, next});
  }
  base::Result<boost::json::object> item(const std::string& id) const override {
    ask("item " + id);
    return answer(document());
  }
  base::Result<std::vector<std::string>> binaries(const std::string& id) const override {
    ask("binaries " + id);
    return answer(std::vector<std::string>{"front", "side"});
  }
  base::Result<std::string> binary(const std::string& id, const std::string& camera,
                                   bool overlay) const override {
    ask(fmt::format("binary {} {}{}", id, camera, overlay ? " overlay" : ""));
    return answer(file);
  }

  boost::json::object inventory() const override { return {{"cameras", {"images", "push"}}}; }
  boost::json::object configurations() const override { return {{"line", {{"mode", "item"}}}}; }
  std::string active() const override { return active_name; }
  base::Status activate(const std::string& name) override {
    ask("activate " + name);
    if (failure) return tl::unexpected(*failure);
    active_name = name;
    return {};
  }

  boost::json::array stations() const override { return {{{"name", "line"}}}; }
  base::Result<std::string> picture(const std::string& name, const std::string& camera,
                                    bool overlay) const override {
    ask(fmt::format("picture {} {}{}", name, camera, overlay ? " overlay" : ""));
    return answer(file);
  }
  base::Result<boost::json::object> attempt(const std::string& name, const std::string& camera,
                                            std::string image) override {
    ask(fmt::format("attempt {} '{}' {}", name, camera, image));
    return answer(document());
  }
  base::Status push(const std::string& name, const std::string& camera,
                    std::string image) override {
    ask(fmt::format("push {} {} {}", name, camera, image));
    return done();
  }

  base::Result<std::string> text(const std::string& name) const override {
    ask("text " + name);
    if (!own_text) return base::fail(base::ErrorCode::unsupported, "it stands elsewhere");
    return *own_text;
  }
  std::vector<station::TextProblem> check_text(const std::string& name,
                                               const std::string& text) const override {
    ask(fmt::format("check {} {}", name, text));
    return problems;
  }
  base::Result<std::vector<station::TextProblem>> set_text(const std::string& name,
                                                           const std::string& text) override {
    ask(fmt::format("write {} {}", name, text));
    return answer(problems);
  }
  base::Status remove_text(const std::string& name) override {
    ask("remove " + name);
    return done();
  }

  mutable std::vector<std::string> asked;
  std::optional<base::Error> failure;  ///< the end of everything that can fail
  std::vector<station::TextProblem> problems;
  std::optional<std::string> own_text;  ///< of every station
  std::string active_name = "line";
  std::string next;             ///< of a page of items
  std::string item_error;       ///< of the item; empty: none
  boost::json::object objects;  ///< of the item's only step
  std::string file = "\xff\xd8jpeg";

 private:
  boost::json::object document() const {
    return {{"id", "item-1"},
            {"state", "Done"},
            {"error", !item_error.empty()},
            {"error_message", item_error},
            {"inferences", {{"front", {{"look", objects}}}}}};
  }
  void ask(std::string what) const { asked.push_back(std::move(what)); }
  template <class T>
  base::Result<T> answer(T value) const {
    if (failure) return tl::unexpected(*failure);
    return value;
  }
  base::Status done() const {
    if (failure) return tl::unexpected(*failure);
    return {};
  }
};

}  // namespace sluice::serve::http
