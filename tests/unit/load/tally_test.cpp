#include <gtest/gtest.h>

#include "load/result.hpp"

namespace sluice::load {
namespace {

using std::chrono::milliseconds;

base::Time at(int ms) {
  return base::Time(milliseconds(ms));
}

TEST(LatencyOf, TakesNearestRanks) {
  std::vector<base::Duration> values;
  for (int i = 1000; i >= 1; --i) values.emplace_back(milliseconds(i));
  const auto latency = latency_of(values);
  EXPECT_EQ(latency.p50, milliseconds(500));
  EXPECT_EQ(latency.p90, milliseconds(900));
  EXPECT_EQ(latency.p99, milliseconds(990));
  EXPECT_EQ(latency.p999, milliseconds(999));
  EXPECT_EQ(latency.max, milliseconds(1000));
  EXPECT_EQ(latency.mean, std::chrono::microseconds(500'500));
}

TEST(Tally, AccountsForEveryRequestOfTheWindow) {
  Stream stream;
  stream.name = "s";
  stream.deadline = milliseconds(50);
  Tally tally(stream, at(1000), at(3000));
  const auto request = [&](int intended, int sent, int ended, const Answer& answer) {
    tally.sent(at(intended), at(sent));
    tally.ended(at(intended), at(ended), answer);
  };
  request(900, 900, 1100, {true, {}});    // warm-up
  request(1000, 1000, 1050, {true, {}});  // just in time
  request(1100, 1140, 1151, {true, {}});  // late, although it took 11 ms from sending
  request(2100, 2100, 2101, {false, "shed"});
  request(2200, 2200, 2201, {false, "shed"});
  tally.sent(at(2300), at(2300));  // no answer
  tally.unsent(at(2400));
  tally.unsent(at(3000));  // after the end
  const auto result = tally.finish(at(3000));

  EXPECT_EQ(result.offered, 6u);
  EXPECT_EQ(result.on_time, 1u);
  EXPECT_EQ(result.late, 1u);
  EXPECT_EQ(result.refused.at("shed"), 2u);
  EXPECT_EQ(result.unanswered, 2u);
  EXPECT_EQ(result.latency.max, milliseconds(51));
  EXPECT_EQ(result.send_delay.max, milliseconds(40));
  EXPECT_EQ(result.seconds, 2.0);
  EXPECT_EQ(result.goodput(), 0.5);
  ASSERT_EQ(result.seconds_of.size(), 2u);
  EXPECT_EQ(result.seconds_of[0].late, 1u);
  EXPECT_EQ(result.seconds_of[1].refused, 2u);
}

TEST(Report, TellsTheReasons) {
  Stream stream;
  stream.name = "labels<&>";
  Tally tally(stream, at(0), at(1000));
  tally.sent(at(0), at(0));
  tally.ended(at(0), at(5), {true, {}});
  tally.sent(at(1), at(1));
  tally.ended(at(1), at(2), {false, "queue_full_oldest"});
  LoadResult result;
  result.streams.push_back(tally.finish(at(1000)));

  EXPECT_NE(to_text(result, false).find("labels<&> refused: queue_full_oldest 1"),
            std::string::npos);
  const auto json = to_json(result);
  const auto& one = json.at("streams").as_array().at(0).as_object();
  EXPECT_EQ(one.at("sent").to_number<int>(), 2);
  EXPECT_EQ(one.at("refused").at("queue_full_oldest").to_number<int>(), 1);
  EXPECT_EQ(one.at("latency_ms").at("p50").to_number<double>(), 5.0);
  EXPECT_FALSE(one.contains("deadline_ms"));
  const auto html = to_html(result);
  EXPECT_NE(html.find("labels&lt;&amp;&gt;"), std::string::npos);
  EXPECT_EQ(html.find("labels<&>"), std::string::npos);
}

}  // namespace
}  // namespace sluice::load
