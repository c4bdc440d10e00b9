// A station's threads: its triggers, and when it is active.
#include "station/station.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/station/station_helpers.hpp"

namespace sluice::station {
namespace {

using base::ErrorCode;
using testing::IsEmpty;

/// What listens for triggers in a test.
struct FakeSource {
  std::function<void(Trigger)> fire;
  bool listening = false;

  TriggerSource source() {
    return [this](std::function<void(Trigger)> given) -> base::Result<std::shared_ptr<void>> {
      fire = std::move(given);
      listening = true;
      return std::shared_ptr<void>(nullptr, [this](void*) { listening = false; });
    };
  }
};

/// A camera that always reads 0.25, and tells when it is opened and closed.
class Device final : public camera::Camera {
 public:
  Device(const base::Clock& clock, runtime::doubles::Log<std::string>& log)
      : clock_(clock), log_(log) {
    log_.add("opened");
  }
  ~Device() override { log_.add("closed"); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  base::Result<std::optional<camera::Sample>> next(base::Duration) override {
    return std::optional(reading(0.25F, clock_.now()));
  }
  void interrupt() override {}

 private:
  const base::Clock& clock_;
  runtime::doubles::Log<std::string>& log_;
};

/// The bench's station at work, with one camera, "front".
struct StationRig : Bench {
  runtime::doubles::Log<Item> items;  ///< that have ended
  runtime::doubles::Log<std::string> device;
  std::unique_ptr<Station> station;

  StationRig() {
    add_camera("front", look({never_bad()}));
    options.cameras[0].open = [this]() -> base::Result<std::unique_ptr<camera::Camera>> {
      return std::make_unique<Device>(rig.clock, device);
    };
    options.ended = [this](const Item& item) { items.add(item); };
  }
  ~StationRig() { station.reset(); }
  StationRig(const StationRig&) = delete;
  StationRig& operator=(const StationRig&) = delete;

  void begin(bool enabled = true) {
    station = std::make_unique<Station>(
        options, plans, around(), display, tally, [](const std::function<void()>& work) { work(); },
        *rig.engine, enabled);
  }
  Item await_item(std::size_t count = 1) {
    return items.await([](const Item&) { return true; }, count);
  }
  void await_device(const std::string& what, std::size_t count = 1) {
    device.await([&what](const std::string& one) { return one == what; }, count);
  }
  [[nodiscard]] std::vector<std::string> spooled() const {
    std::vector<std::string> out;
    for (const auto& file : std::filesystem::directory_iterator(folder.path() / "state/spool")) {
      if (file.is_regular_file()) out.push_back(file.path().filename().string());
    }
    return out;
  }
};

TEST(Station, IsTriggeredByItsTimer) {
  StationRig rig;
  rig.options.every = 1ms;
  rig.begin();
  ASSERT_TRUE(rig.station->trigger({}, {}));
  rig.await_item(1);  // from here on its clock ticks
  for (std::size_t i = 2; i <= 4; ++i) {
    // Ticks that were missed are one.
    rig.rig.clock.advance(10ms);
    EXPECT_EQ(rig.await_item(i).trigger.by, "timer");
  }
  rig.station->stop();
  EXPECT_EQ(rig.tally.counts().at("OK"), 4u);
}

TEST(Station, ListensToItsSourcesUntilItStops) {
  StationRig rig;
  FakeSource button;
  FakeSource belt;
  rig.options.triggers = {button.source(), belt.source()};
  rig.begin();
  belt.fire({.by = "mqtt", .serial_number = "S-7", .category = "caps"});
  const auto first = rig.await_item(1);
  EXPECT_EQ(first.trigger, (Trigger{"mqtt", "S-7", "caps"}));
  EXPECT_EQ(first.decision(), "OK");
  button.fire({.by = "line"});
  EXPECT_EQ(rig.await_item(2).trigger.by, "line");
  rig.station->stop();
  EXPECT_FALSE(button.listening);
  EXPECT_FALSE(belt.listening);
}

TEST(Station, WorksWithoutASourceThatCannotBeHad) {
  FakeSource belt;
  StationRig rig;
  rig.options.triggers = {
      [](const std::function<void(Trigger)>&) -> base::Result<std::shared_ptr<void>> {
        return base::fail(ErrorCode::not_found, "/dev/gpiochip9 cannot be opened");
      },
      belt.source()};
  rig.begin();
  belt.fire({.by = "mqtt"});
  EXPECT_EQ(rig.await_item().trigger.by, "mqtt");
}

TEST(Station, TakesTriggersOnlyWhileItIsActive) {
  FakeSource belt;
  StationRig rig;
  rig.options.triggers = {belt.source()};
  rig.begin(false);
  belt.fire({.by = "mqtt", .serial_number = "refused"});
  EXPECT_EQ(rig.queue->size("line"), 0u);
  const auto refused = rig.station->trigger({}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  rig.station->set_enabled(true);
  belt.fire({.by = "mqtt", .serial_number = "taken"});
  EXPECT_EQ(rig.await_item().trigger.serial_number, "taken");
}

TEST(Station, EndsWhatItHadAcceptedAfterItWasActive) {
  StationRig rig;
  rig.accept("i1");
  rig.begin(false);
  EXPECT_EQ(rig.await_item().id, "i1");
}

TEST(Station, LeavesADeviceToOthersWhileItIsNotActive) {
  StationRig rig;
  rig.options.cameras[0].live = true;
  rig.begin();
  ASSERT_TRUE(rig.station->trigger({}, {}));
  rig.await_item(1);
  rig.station->set_enabled(false);
  rig.await_device("closed");
  rig.station->set_enabled(true);
  ASSERT_TRUE(rig.station->trigger({}, {}));
  rig.await_item(2);
  rig.await_device("opened", 2);
  rig.station->stop();
  rig.await_device("closed", 2);
}

TEST(Station, LeavesAStreamsDeviceToOthersWhileItIsNotActive) {
  StationRig rig;
  rig.options.mode = Mode::stream;
  rig.options.cameras[0].live = true;
  rig.begin();
  rig.await_device("opened");
  rig.station->set_enabled(false);
  rig.await_device("closed");
  rig.station->set_enabled(true);
  rig.await_device("opened", 2);
  rig.station->stop();
  rig.await_device("closed", 2);
}

TEST(Station, KeepsNoImageOfATriggerThatItRefuses) {
  StationRig rig;
  rig.options.queue = 0;
  rig.begin();
  EXPECT_EQ(rig.station->trigger({}, {{"front", jpeg()}}).error().code, ErrorCode::unavailable);
  const auto unknown = rig.station->trigger({}, {{"front", jpeg()}, {"side", jpeg()}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::invalid);
  EXPECT_THAT(rig.spooled(), IsEmpty());
}

TEST(Station, CountsAnItemsTimeFromItsTrigger) {
  StationRig rig;
  rig.options.budget = 1s;
  Accepted early = trigger_of("early");
  early.at = rig.now();
  ASSERT_TRUE(rig.queue->accept(early, 10));
  rig.rig.clock.advance(2s);
  rig.begin();
  const auto item = rig.await_item();
  EXPECT_EQ(item.ended.at(Stage::trigger), 2s) << "also where a station before had accepted it";
  EXPECT_EQ(item.on_time(), std::optional(false));
}

}  // namespace
}  // namespace sluice::station
