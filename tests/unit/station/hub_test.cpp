#include "station/hub.hpp"

#include <future>
#include <mutex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "unit/station/station_helpers.hpp"
#include "unit/store/flaky_stores.hpp"

namespace sluice::station {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A camera that always gives the same.
class SameCamera final : public camera::Camera {
 public:
  explicit SameCamera(camera::Sample sample) : sample_(std::move(sample)) {}
  base::Result<std::optional<camera::Sample>> next(base::Duration) override {
    return std::optional(sample_);
  }
  void interrupt() override {}

 private:
  camera::Sample sample_;
};

/// A camera that gives a reading of a part once it is interrupted.
class WaitingCamera final : public camera::Camera {
 public:
  explicit WaitingCamera(std::promise<void>& asked) : asked_(asked) {}
  base::Result<std::optional<camera::Sample>> next(base::Duration) override {
    asked_.set_value();
    interrupted_.get_future().wait();
    return std::optional(reading(0.75F, base::Time{}));
  }
  void interrupt() override {
    std::call_once(once_, [this] { interrupted_.set_value(); });
  }

 private:
  std::promise<void>& asked_;
  std::promise<void> interrupted_;
  std::once_flag once_;
};

/// A hub with an engine. Sensors' readings above a half are KO.
struct HubRig {
  StationFolder folder;
  runtime::doubles::Rig rig;
  runtime::doubles::Log<action::Event> events;  ///< what actions were asked about
  std::shared_ptr<store::MemoryRecordStore> records = std::make_shared<store::MemoryRecordStore>();
  std::shared_ptr<store::MemoryBlobStore> images = std::make_shared<store::MemoryBlobStore>();
  std::unique_ptr<Hub> hub;
  StationSet set;
  std::shared_ptr<void> handle;

  HubRig() {
    rig.add(runtime::doubles::make_model("model", {tells_bad()}));
    rig.start();
    open();
  }

  void open() {
    handle.reset();
    hub.reset();
    auto opened = Hub::open(folder.path() / "state", rig.clock, [] { return noon(); }, {});
    if (!opened) throw std::runtime_error(opened.error().message);
    hub = std::move(*opened);
  }

  StationOptions& add(const std::string& name, float reads = 0.75F, Run run = Run::always) {
    StationOptions options;
    options.name = name;
    options.run = run;
    options.images = images;
    options.records = records;
    options.configuration = {{"name", name}};
    options.actions.due = [this](const action::Event& event) {
      events.add(event);
      return std::vector<std::string>{};
    };
    const auto sample = reading(reads, rig.clock.now());
    options.cameras.push_back({.name = "front",
                               .source = "same",
                               .open = [sample]() -> base::Result<std::unique_ptr<camera::Camera>> {
                                 return std::make_unique<SameCamera>(sample);
                               }});
    set.stations.push_back({std::move(options), {look({never_bad()})}});
    return set.stations.back().options;
  }

  void start() { handle = hub->start(std::exchange(set, {}), *rig.engine); }

  /// Triggers an item and waits for its end.
  boost::json::object run_item(const std::string& station) {
    TriggerRequest request;
    request.station = station;
    const auto id = hub->trigger(request);
    if (!id) throw std::runtime_error(id.error().message);
    const auto item = hub->wait(*id, 1h);
    if (!item) throw std::runtime_error(item.error().message);
    return *item;
  }

  base::Result<std::string> trigger(const std::string& station) {
    TriggerRequest request;
    request.station = station;
    return hub->trigger(request);
  }
};

TEST(Hub, RunsAnItem) {
  HubRig rig;
  rig.add("line");
  rig.start();
  const auto item = rig.run_item("line");
  EXPECT_EQ(item.at("state"), "Done");
  EXPECT_EQ(item.at("decision"), "KO");
  const std::string id(item.at("id").as_string());
  EXPECT_EQ(rig.hub->item(id).value().at("decision"), "KO");
  EXPECT_THAT(rig.hub->items({}, 10, "").value().items, SizeIs(1));
  EXPECT_THAT(rig.hub->binaries(id).value(), IsEmpty());
}

TEST(Hub, TakesTheActiveStationWhereNoneIsNamed) {
  HubRig rig;
  rig.add("switched", 0.75F, Run::when_active);
  rig.add("line");
  rig.start();
  EXPECT_EQ(rig.hub->active(), "line");
  EXPECT_EQ(rig.run_item("").at("station_config"), "line");
}

TEST(Hub, SwitchesBetweenStations) {
  HubRig rig;
  const auto add_both = [&rig] {
    rig.add("one", 0.75F, Run::when_active);
    rig.add("two", 0.25F, Run::when_active);
  };
  add_both();
  rig.start();
  EXPECT_EQ(rig.hub->active(), "one");
  EXPECT_EQ(rig.run_item("").at("decision"), "KO");
  const auto refused = rig.trigger("two");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "station two is not active");
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);

  ASSERT_TRUE(rig.hub->activate("two"));
  EXPECT_EQ(rig.hub->active(), "two");
  EXPECT_EQ(rig.run_item("").at("decision"), "OK");
  EXPECT_FALSE(rig.trigger("one"));

  rig.open();  // as after a restart
  add_both();
  rig.start();
  EXPECT_EQ(rig.hub->active(), "two");
  EXPECT_EQ(rig.run_item("").at("station_config"), "two");
}

TEST(Hub, ForgetsAnActiveStationThatIsGone) {
  HubRig rig;
  rig.add("one", 0.75F, Run::when_active);
  rig.add("two", 0.75F, Run::when_active);
  rig.start();
  ASSERT_TRUE(rig.hub->activate("two"));
  rig.add("one", 0.75F, Run::when_active);
  rig.start();
  EXPECT_EQ(rig.hub->active(), "one");
  EXPECT_EQ(rig.run_item("").at("station_config"), "one");
}

TEST(Hub, ChainsStations) {
  HubRig rig;
  rig.add("line");
  rig.add("after-ko").after = {{"line", {rules::Decision::ko}}};
  rig.add("after-ok").after = {{"line", {rules::Decision::ok}}};
  rig.start();
  TriggerRequest request;
  request.station = "line";
  request.trigger.serial_number = "S-1";
  ASSERT_TRUE(rig.hub->trigger(request));
  const auto event =
      rig.events.await([](const action::Event& one) { return one.station == "after-ko"; });
  EXPECT_EQ(event.details.at("trigger").at("by"), "station");
  EXPECT_EQ(event.details.at("serial_number"), "S-1");
  EXPECT_EQ(rig.events.count([](const action::Event& one) { return one.station == "after-ok"; }),
            0u);
}

TEST(Hub, ChainsStationsOverAChangeOfTheConfiguration) {
  HubRig rig;
  std::promise<void> asked;
  rig.add("line").cameras[0].open = [&asked]() -> base::Result<std::unique_ptr<camera::Camera>> {
    return std::make_unique<WaitingCamera>(asked);
  };
  rig.add("after").after = {{"line", {}}};
  rig.start();
  const auto id = rig.trigger("line");
  ASSERT_TRUE(id);
  asked.get_future().wait();
  rig.hub->pause();
  EXPECT_EQ(rig.records->get(*id)->decision, "KO") << "the item in hand has ended";
  rig.add("line");
  rig.add("after").after = {{"line", {}}};
  rig.start();
  const auto event =
      rig.events.await([](const action::Event& one) { return one.station == "after"; });
  EXPECT_EQ(event.details.at("trigger").at("by"), "station");
}

TEST(Hub, TakesTriggersWhileTheConfigurationChanges) {
  HubRig rig;
  rig.add("line");
  rig.start();
  rig.hub->pause();
  const auto id = rig.trigger("");
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(rig.hub->stations().at(0).at("queue").at("waiting"), 1);
  rig.add("line");
  rig.start();
  EXPECT_EQ(rig.hub->wait(*id, 1h).value().at("state"), "Done");
}

TEST(Hub, TellsOfStationsThatCannotWork) {
  HubRig rig;
  rig.add("line");
  StationSet::Failed failed;
  failed.name = "yard";
  failed.configuration = {{"name", "yard"}};
  failed.error = "why";
  rig.set.failed.push_back(failed);
  rig.start();
  EXPECT_EQ(rig.run_item("line").at("state"), "Done");
  const auto refused = rig.trigger("yard");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("station yard cannot work: why"));
  const auto stations = rig.hub->stations();
  ASSERT_THAT(stations, SizeIs(2));
  EXPECT_EQ(stations.at(0).at("error"), "");
  EXPECT_EQ(stations.at(1).at("name"), "yard");
  EXPECT_EQ(stations.at(1).at("error"), "why");
  EXPECT_TRUE(rig.hub->configurations().contains("yard"));
}

TEST(Hub, AStoreThatIsAwayHidesOnlyItsOwnItems) {
  HubRig rig;
  store::FlakyState state;
  store::MemoryRecordStore behind;
  rig.add("away").records = std::make_shared<store::FlakyRecordStore>(state, behind);
  rig.add("line");
  rig.start();
  const auto item = rig.run_item("line");
  EXPECT_EQ(rig.hub->item(std::string(item.at("id").as_string())).value().at("state"), "Done");
  const auto all = rig.hub->items({}, 10, "");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_THAT(all->items, SizeIs(1));
  EXPECT_EQ(all->away, 1u);
  store::Filter of_line;
  of_line.station = "line";
  EXPECT_EQ(rig.hub->items(of_line, 10, "").value().away, 0u);
  store::Filter of_away;
  of_away.station = "away";
  EXPECT_EQ(rig.hub->items(of_away, 10, "").error().code, ErrorCode::unavailable);
}

TEST(Hub, ChainsNoStationThatIsNotActive) {
  HubRig rig;
  rig.add("line");
  rig.add("switched", 0.25F, Run::when_active).after = {{"line", {}}};
  rig.start();
  rig.run_item("line");
  rig.hub->pause();
  EXPECT_THAT(open_queue(rig.folder)->stations().value(), IsEmpty());
  EXPECT_EQ(rig.records->find({})->records.size(), 1u);
}

TEST(Hub, WorksOffWhatAProcessBeforeItHadAccepted) {
  HubRig rig;
  rig.handle.reset();
  rig.hub.reset();
  ASSERT_TRUE(open_queue(rig.folder)->accept(trigger_of("i1"), 10));
  rig.open();
  EXPECT_EQ(rig.hub->item("i1").value().at("state"), "Trigger");
  rig.add("line");
  rig.start();
  EXPECT_EQ(rig.hub->wait("i1", 1h).value().at("decision"), "KO");
}

TEST(Hub, KnowsAnEventWhoseRecordIsStillToBeKept) {
  HubRig rig;
  const auto outbox = Outbox::open(rig.hub->state_file()).value();
  const store::Record event{.id = "e1",
                            .station = "gone",
                            .decision = "KO",
                            .state = "Done",
                            .time = noon(),
                            .body = R"({"id":"e1","decision":"KO"})"};
  ASSERT_TRUE(outbox->add(event, [](const store::Database&) { return base::Status(); }));
  EXPECT_EQ(rig.hub->item("e1").value().at("decision"), "KO");
}

TEST(Hub, LeavesDamagedRecordsOutOfPages) {
  HubRig rig;
  rig.add("line");
  rig.start();
  rig.run_item("line");
  ASSERT_TRUE(rig.records->put({.id = "bad",
                                .station = "line",
                                .decision = "OK",
                                .state = "Done",
                                .time = noon(),
                                .body = "{"}));
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(rig.hub->items({}, 10, "").value().items, SizeIs(1));
  }
  spdlog::set_default_logger(before);
  const auto text = log.str();
  const auto warning = text.find("the record of item bad is damaged");
  EXPECT_NE(warning, std::string::npos) << text;
  EXPECT_EQ(text.find("is damaged", warning + 30), std::string::npos) << "told once: " << text;
  EXPECT_EQ(rig.hub->item("bad").error().code, ErrorCode::internal);
}

TEST(Hub, KnowsWhatItHas) {
  HubRig rig;
  rig.add("line");
  rig.set.inventory = {{"cameras", {"same"}}};
  rig.start();
  rig.run_item("line");
  EXPECT_EQ(rig.hub->inventory().at("cameras").at(0), "same");
  EXPECT_EQ(rig.hub->configurations().at("line").at("name"), "line");
  const auto stations = rig.hub->stations();
  ASSERT_EQ(stations.size(), 1u);
  const auto& line = stations[0];
  EXPECT_EQ(line.at("name"), "line");
  EXPECT_EQ(line.at("mode"), "item");
  EXPECT_EQ(line.at("run"), "always");
  EXPECT_EQ(line.at("active"), true);
  EXPECT_EQ(line.at("counts").at("KO"), 1u);
  EXPECT_EQ(line.at("trend").at(0).at("KO"), 1u);
  EXPECT_EQ(line.at("queue").at("waiting"), 0u);
  EXPECT_EQ(line.at("queue").at("capacity"), 64u);
  EXPECT_EQ(line.at("cameras").at(0).at("state"), "ok");
  EXPECT_EQ(line.at("cameras").at(0).at("source"), "same");
  EXPECT_EQ(line.at("last").at("decision"), "KO");
}

TEST(Hub, TellsWhatBecameOfActions) {
  HubRig rig;
  rig.add("line");
  rig.hub->on_actions(
      [](const std::string& item) { return boost::json::array{"of " + item}; },
      [](const std::string& station) { return boost::json::array{"of " + station}; });
  rig.start();
  const auto item = rig.run_item("line");
  EXPECT_EQ(item.at("actions").at(0).as_string(), "of " + std::string(item.at("id").as_string()));
  EXPECT_EQ(rig.hub->stations().at(0).at("actions").at(0), "of line");
}

TEST(Hub, KeepsCountsOverAChangeOfTheConfiguration) {
  HubRig rig;
  rig.add("line");
  rig.start();
  rig.run_item("line");
  rig.add("line");
  rig.start();
  EXPECT_EQ(rig.hub->stations().at(0).at("counts").at("KO"), 1u);
}

TEST(Hub, ResolvesTheNamesOfImages) {
  HubRig rig;
  rig.add("line");
  rig.start();
  TriggerRequest request;
  request.station = "line";
  request.trigger.by = "upload";
  request.images = {{"image", jpeg(32, 16)}};
  const auto id = rig.hub->trigger(request);
  ASSERT_TRUE(id) << id.error().message;
  const auto item = rig.hub->wait(*id, 1h).value();
  EXPECT_EQ(item.at("dimensions").at("front"), (boost::json::array{32, 16}));
  EXPECT_THAT(rig.hub->binaries(*id).value(), ElementsAre("front"));
  EXPECT_EQ(rig.hub->binary(*id, "front", false).value(), request.images.at("image"));
  EXPECT_TRUE(rig.hub->binary(*id, "front", true));
  EXPECT_EQ(rig.hub->binary(*id, "back", false).error().code, ErrorCode::not_found);
  EXPECT_TRUE(rig.hub->picture("line", "front", false));

  request.images = {{"image", jpeg()}, {"front", jpeg()}};
  const auto two = rig.hub->trigger(request);
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().code, ErrorCode::invalid);
  EXPECT_EQ(two.error().message, "two images came for camera front, one of them as `image`");

  request.images = {{"back", jpeg()}};
  const auto refused = rig.hub->trigger(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  EXPECT_EQ(refused.error().message, "station line has no camera back");
}

TEST(Hub, RefusesUnknownNames) {
  HubRig rig;
  rig.add("line");
  rig.start();
  const auto unknown = rig.trigger("lane");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_EQ(unknown.error().message, "there is no station lane; known: line");
  EXPECT_EQ(rig.hub->activate("lane").error().code, ErrorCode::not_found);
  EXPECT_EQ(rig.hub->item("nothing").error().code, ErrorCode::not_found);
  EXPECT_EQ(rig.hub->wait("nothing", 1h).error().code, ErrorCode::not_found);
  EXPECT_EQ(rig.hub->picture("lane", "front", false).error().code, ErrorCode::not_found);
  EXPECT_EQ(rig.hub->attempt("lane", "", "").error().code, ErrorCode::not_found);
  EXPECT_EQ(rig.hub->attempt("line", "back", jpeg()).error().code, ErrorCode::not_found);
  EXPECT_EQ(rig.hub->attempt("line", "", "no image").error().code, ErrorCode::invalid);
  EXPECT_EQ(rig.hub->push("lane", "front", "").error().code, ErrorCode::not_found);
  EXPECT_EQ(rig.hub->push("line", "back", "").error().code, ErrorCode::not_found);
}

TEST(Hub, PushesSamplesToCamerasThatTakeThem) {
  HubRig rig;
  rig.add("line");
  std::vector<std::string> pushed;
  auto& other = rig.add("other");
  other.cameras[0].push = [&pushed](const camera::Sample& sample) -> base::Status {
    pushed.push_back(*sample.file);
    return {};
  };
  rig.start();
  const auto file = jpeg();
  ASSERT_TRUE(rig.hub->push("other", "front", file));
  EXPECT_THAT(pushed, ElementsAre(file));
  EXPECT_EQ(rig.hub->push("other", "front", "no image").error().code, ErrorCode::invalid);
  const auto refused = rig.hub->push("line", "front", file);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  EXPECT_THAT(refused.error().message, HasSubstr("takes no images"));
}

TEST(Hub, RefusesTriggersOfAStreamStation) {
  HubRig rig;
  rig.add("line", 0.25F, Run::when_active);
  rig.add("yard", 0.25F, Run::when_active).mode = Mode::stream;
  rig.start();
  const auto refused = rig.trigger("yard");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("it takes no triggers"));
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
}

TEST(Hub, RefusesWorkWhenNoStationIsAtWork) {
  HubRig rig;
  rig.add("line");
  EXPECT_EQ(rig.trigger("line").error().code, ErrorCode::unavailable);
  rig.start();
  rig.handle.reset();
  EXPECT_EQ(rig.trigger("line").error().code, ErrorCode::unavailable);
  EXPECT_EQ(rig.hub->activate("line").error().code, ErrorCode::unavailable);
  EXPECT_EQ(rig.hub->active(), "");
  EXPECT_THAT(rig.hub->stations(), IsEmpty());
  EXPECT_THAT(rig.hub->items({}, 10, "").value().items, IsEmpty());
}

}  // namespace
}  // namespace sluice::station
