#include "serve/observer_window.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/serve/observer_helpers.hpp"

namespace sluice::serve {
namespace {

using testing::at;

schedule::Event event(std::uint64_t seq, double ms) {
  schedule::Event event;
  event.seq = seq;
  event.time = at(ms);
  return event;
}

TEST(EventWindow, KeepsWhatFitsInOrder) {
  EventWindow window(std::chrono::hours(1), 100);
  for (std::uint64_t i = 1; i <= 90; ++i) window.append(1, event(i, 0));
  const auto view = window.view();
  ASSERT_EQ(view.size(), 90u);
  for (std::size_t i = 0; i < 90; ++i) EXPECT_EQ(view[i].event.seq, i + 1);
}

RC_GTEST_PROP(EventWindow, IsBoundedAndEndsWithTheNewest, ()) {
  const auto most = *rc::gen::inRange<std::uint32_t>(8, 300);
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 2000);
  EventWindow window(std::chrono::hours(1), most);
  for (std::uint64_t i = 1; i <= count; ++i) {
    window.append(1, event(i, 0));
    RC_ASSERT(window.size() <= most);
    RC_ASSERT(window.size() >= std::min<std::uint64_t>(i, most / 2));
  }
  const auto view = window.view();
  for (std::size_t i = 0; i < view.size(); ++i) {
    RC_ASSERT(view[i].event.seq == count - view.size() + i + 1);
  }
}

TEST(EventWindow, ForgetsWhatIsTooOld) {
  EventWindow window(std::chrono::seconds(1), 40);  // pieces of 10
  for (std::uint64_t i = 1; i <= 20; ++i)
    window.append(1, event(i, 100.0 * static_cast<double>(i)));
  EXPECT_EQ(window.size(), 20u);
  window.append(1, event(21, 2100));  // the first piece ended at 1000
  const auto view = window.view();
  ASSERT_EQ(view.size(), 11u);
  EXPECT_EQ(view[0].event.seq, 11u);
}

TEST(EventWindow, DoesNotChangeUnderAReader) {
  EventWindow window(std::chrono::hours(1), 40);
  for (std::uint64_t i = 1; i <= 35; ++i) window.append(1, event(i, 0));
  const auto view = window.view();
  for (std::uint64_t i = 36; i <= 500; ++i) window.append(2, event(i, 0));
  ASSERT_EQ(view.size(), 35u);
  for (std::size_t i = 0; i < 35; ++i) {
    EXPECT_EQ(view[i].event.seq, i + 1);
    EXPECT_EQ(view[i].generation, 1u);
  }
}

}  // namespace
}  // namespace sluice::serve
