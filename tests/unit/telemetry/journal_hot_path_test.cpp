// The hot path's promise: no allocation on the thread that produces events. Not under the thread
// sanitizer, which brings its own operator new.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SLUICE_OWN_NEW 0
#endif
#endif
#ifndef SLUICE_OWN_NEW
#define SLUICE_OWN_NEW 1
#endif

#if SLUICE_OWN_NEW
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "telemetry/journal.hpp"
#include "unit/telemetry/telemetry_helpers.hpp"

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

// All forms that share a delete must be replaced together, or a sanitizer sees them mixed.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) {
    return memory;
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

namespace sluice::telemetry {
namespace {

TEST(JournalHotPath, AllocatesNothingWhetherThereIsRoomOrNot) {
  testing::TempFolder folder;
  const RunHeader header = testing::header_of(testing::two_tasks());
  auto journal = Journal::open({folder.path("j"), 4096, 2, 64}, header);
  ASSERT_TRUE(journal);
  schedule::Event event = testing::event(schedule::EventKind::arrived, 0, 0, 1, 0);
  event.time = header.started;
  const std::string note = "a source failed, and this text is longer than a small string";
  const std::size_t before = allocations;
  for (int i = 0; i < 10'000; ++i) {
    ++event.seq;
    (*journal)->on_event(event);
    if (i % 100 == 0) {
      (*journal)->on_note(event.time, note);
      (*journal)->on_resource({});
    }
  }
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace sluice::telemetry

#endif  // SLUICE_OWN_NEW
