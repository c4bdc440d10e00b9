// Reads a device of a mock BlueZ over a real D-Bus.
#include "camera/ble/bluez_link.hpp"

#include <cstdlib>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "camera/ble/objects.hpp"
#include "camera/open.hpp"
#include "mock_bluez.hpp"
#include "unit/camera/child.hpp"

namespace sluice::camera::ble {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::HasSubstr;

constexpr base::Duration kNow{};
constexpr base::Duration kLong = minutes(1);

class BluezLinkTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    bus_.emplace(
        std::vector<std::string>{"dbus-daemon", "--session", "--nofork", "--print-address=1"});
    address_ = bus_->line();
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address_.c_str(), 1);
  }
  static void TearDownTestSuite() { bus_.reset(); }

  void SetUp() override {
    if (address_.empty()) GTEST_SKIP() << "dbus-daemon is not installed";
  }

  void start_bluez(MockBluez::Options options = {}) { bluez_.emplace(address_, options); }

  static BleOptions by_address() {
    return {.address = "aa:bb:cc:dd:ee:ff", .characteristic = "2A6E"};
  }
  static std::unique_ptr<GattLink> connect(const BleOptions& options) {
    auto link = connect_bluez(options, kLong);
    EXPECT_TRUE(link) << link.error().message;
    return std::move(*link);
  }
  static std::string error(const BleOptions& options) {
    const auto link = connect_bluez(options, milliseconds(50));
    return link ? "no error" : link.error().message;
  }
  static std::string next(GattLink& link, base::Duration timeout) {
    const auto value = link.next(timeout);
    if (!value) return value.error().message;
    return *value ? **value : "lost";
  }

  static std::optional<Child> bus_;
  static std::string address_;
  std::optional<MockBluez> bluez_;
};
std::optional<Child> BluezLinkTest::bus_;
std::string BluezLinkTest::address_;

TEST_F(BluezLinkTest, GivesEachNotificationInItsTurn) {
  start_bluez();
  const auto link = connect(by_address());
  EXPECT_EQ(bluez_->subscriptions(), 1);
  bluez_->notify("1");
  bluez_->notify("2");
  EXPECT_EQ(next(*link, kLong), "1");
  EXPECT_EQ(next(*link, kLong), "2");
  EXPECT_THAT(next(*link, kNow), HasSubstr("the device gave nothing"));
  EXPECT_EQ(bluez_->reads(), 0);
}

TEST_F(BluezLinkTest, ReadsWhenTheNextReadIsDue) {
  start_bluez();
  BleOptions options = by_address();
  options.poll = std::chrono::hours(1);
  const auto link = connect(options);
  bluez_->set_value("21.5");
  EXPECT_EQ(next(*link, kNow), "21.5");
  EXPECT_THAT(next(*link, kNow), HasSubstr("the device gave nothing"));
  EXPECT_EQ(bluez_->reads(), 1);
  EXPECT_EQ(bluez_->subscriptions(), 0);

  options.poll = milliseconds(1);
  const auto fast = connect(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(next(*fast, kLong), "21.5");
  EXPECT_EQ(bluez_->reads(), 4);
}

TEST_F(BluezLinkTest, LooksForADeviceThatIsNotKnownYetByAPartOfItsName) {
  start_bluez({.needs_discovery = true});
  const auto link = connect({.adapter = "hci0",
                             .name = "33 BLE",
                             .service = "181a",
                             .characteristic = MockBluez::kValueUuid});
  EXPECT_EQ(bluez_->discoveries(), 1);
  bluez_->notify("1");
  EXPECT_EQ(next(*link, kLong), "1");
}

TEST_F(BluezLinkTest, DisconnectsWhatItConnected) {
  start_bluez();
  connect(by_address()).reset();
  EXPECT_EQ(bluez_->disconnections(), 1);
}

TEST_F(BluezLinkTest, SaysWhatIsMissing) {
  EXPECT_THAT(error(by_address()), HasSubstr("BlueZ"));
  start_bluez({.has_adapter = false});
  EXPECT_EQ(error(by_address()), "there is no Bluetooth adapter");
  bluez_.reset();
  start_bluez();
  BleOptions options = by_address();
  options.adapter = "hci7";
  EXPECT_EQ(error(options), "there is no Bluetooth adapter hci7");
  options = by_address();
  options.address = "00:00:00:00:00:00";
  EXPECT_THAT(error(options), HasSubstr("with the address '00:00:00:00:00:00' is in reach"));
  EXPECT_THAT(error({.name = "thermometer", .characteristic = "2a6e"}),
              HasSubstr("named 'thermometer' is in reach"));
  options = by_address();
  options.characteristic = "2a37";
  EXPECT_EQ(error(options), "the device has no characteristic 2a37");
  options = by_address();
  options.service = "180d";
  EXPECT_EQ(error(options), "the device has no characteristic 2A6E in service 180d");
}

TEST_F(BluezLinkTest, NoticesThatTheDeviceIsLost) {
  start_bluez();
  const auto link = connect(by_address());
  bluez_->notify("1");
  bluez_->lose_device();
  EXPECT_EQ(next(*link, kLong), "1");
  EXPECT_EQ(next(*link, kLong), "lost");
}

TEST_F(BluezLinkTest, NoticesThatBluezIsGone) {
  start_bluez();
  const auto link = connect(by_address());
  bluez_.reset();
  EXPECT_EQ(next(*link, kLong), "lost");
}

TEST_F(BluezLinkTest, AnInterruptionEndsTheWait) {
  start_bluez();
  const auto link = connect(by_address());
  std::thread interrupter([&link] { link->interrupt(); });
  EXPECT_EQ(next(*link, std::chrono::hours(1)), "interrupted");
  interrupter.join();
}

TEST_F(BluezLinkTest, ACameraReadsItAndConnectsAgain) {
  struct Library final : Gatt {
    [[nodiscard]] base::Result<std::unique_ptr<GattLink>> connect(
        const BleOptions& options, base::Duration timeout) const override {
      return connect_bluez(options, timeout);
    }
  };
  const Library library;
  const base::SteadyClock clock;
  BleOptions source = by_address();
  source.poll = milliseconds(5);
  start_bluez();
  bluez_->set_value(R"({"temperature": 21.5})");
  auto camera = open({.name = "hall",
                      .source = source,
                      .backoff = {.first = milliseconds(5), .longest = milliseconds(20)}},
                     clock, {.gatt = [&library] { return &library; }});
  ASSERT_TRUE(camera) << camera.error().message;
  const auto sample = (*camera)->next(kLong);
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(std::get<Values>((*sample)->data), Values{21.5f});

  bluez_.reset();
  while (!(*camera)->statistics().failed) (*camera)->next(milliseconds(5));
  start_bluez();
  bluez_->set_value(R"({"temperature": 22})");
  while ((*camera)->statistics().failed) (*camera)->next(milliseconds(5));
  const auto again = (*camera)->next(kLong);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(std::get<Values>((*again)->data), Values{22.0f});
  EXPECT_EQ((*camera)->statistics().reconnects, 1u);
  camera->reset();
}

TEST(FullUuid, LengthensShortOnes) {
  EXPECT_EQ(full_uuid("2A37"), "00002a37-0000-1000-8000-00805f9b34fb");
  EXPECT_EQ(full_uuid("12345678"), "12345678-0000-1000-8000-00805f9b34fb");
  EXPECT_EQ(full_uuid("ABCDEF01-0000-1000-8000-00805F9B34FB"),
            "abcdef01-0000-1000-8000-00805f9b34fb");
}

}  // namespace
}  // namespace sluice::camera::ble
