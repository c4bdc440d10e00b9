#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/gpio_action.hpp"
#include "unit/action/action_folder.hpp"

namespace sluice::action {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class NotingLine final : public OutputLine {
 public:
  explicit NotingLine(std::vector<std::string>& notes) : notes_(notes) {}
  base::Status set(bool active) override {
    notes_.emplace_back(active ? "active" : "inactive");
    return {};
  }

 private:
  std::vector<std::string>& notes_;
};

GpioMachine machine_of(std::vector<std::string>& notes) {
  return {.open = [&notes](const GpioOptions&) -> base::Result<std::unique_ptr<OutputLine>> {
            notes.emplace_back("open");
            return std::make_unique<NotingLine>(notes);
          },
          .wait =
              [&notes](base::Duration time) {
                notes.push_back(std::to_string(time / milliseconds(1)));
              }};
}

TEST(Gpio, PulsesForEachEvent) {
  std::vector<std::string> notes;
  const auto action = make_gpio_action({.pulse = milliseconds(200)}, machine_of(notes));
  ASSERT_TRUE(action->act(event_of("1", "OK")));
  ASSERT_TRUE(action->act(event_of("2", "KO")));
  EXPECT_THAT(notes, ElementsAre("open", "active", "200", "inactive", "active", "200", "inactive"));
  EXPECT_FALSE(action->repeatable());
}

TEST(Gpio, FollowsTheDecision) {
  std::vector<std::string> notes;
  const auto action = make_gpio_action({}, machine_of(notes));
  for (const char* decision : {"KO", "KO", "OK", "NO_DECISION"}) {
    ASSERT_TRUE(action->act(event_of("1", decision)));
  }
  EXPECT_THAT(notes, ElementsAre("open", "active", "active", "inactive", "inactive"));
}

TEST(Gpio, AMachineWithoutTheChipSaysSo) {
  const auto action = make_gpio_action({.chip = "/dev/gpiochip-none"});
  const auto ok = action->act(event_of("1"));
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().code, base::ErrorCode::not_found);
  EXPECT_THAT(ok.error().message, testing::HasSubstr("/dev/gpiochip-none"));
  EXPECT_FALSE(make_gpio_action({.chip = "/dev/null"})->act(event_of("1")));
}

TEST(Gpio, ChecksItsOptions) {
  EXPECT_TRUE(check(GpioOptions{}));
  EXPECT_FALSE(check(GpioOptions{.chip = ""}));
  EXPECT_FALSE(check(GpioOptions{.line = -1}));
  EXPECT_FALSE(check(GpioOptions{.pulse = milliseconds(-1)}));
  EXPECT_FALSE(check(GpioOptions{.pulse = std::chrono::hours(1)}));
}

}  // namespace
}  // namespace sluice::action
