// The definitions of the sections of a configuration file: the only place where keys, their
// types, defaults, limits and documentation are written down.
#pragma once

#include "config/config.hpp"
#include "config/object.hpp"

namespace sluice::config {

const Object<Config>& root_object();
const Object<ModelConfig>& model_object();
const Object<vision::PreprocessOptions>& preprocess_object();
const Object<TaskConfig>& task_object();
/// The keys of a task that concern the scheduler alone: also what a replay can change.
const Object<schedule::TaskOptions>& task_scheduling_object();
const Object<SourceConfig>& source_object();
const Object<schedule::SchedulerOptions>& scheduler_object();
const Object<EngineConfig>& engine_object();
const Object<telemetry::JournalOptions>& journal_object();
const Object<ReportConfig>& report_object();
const Object<MonitorConfig>& monitor_object();
const Object<ServeConfig>& serve_object();
const Object<CompareConfig>& compare_object();
const Object<StationConfig>& station_object();

// Parts of a station.
Type<PostProcessConfig> postprocess_type();
Type<SourceTypeConfig> camera_source_type();
Type<rules::CameraRule> camera_rule_type();
/// A camera's rules and how they combine.
const Object<rules::CameraOptions>& camera_rules_object();
Type<rules::ItemRule> item_rule_type();
const Object<rules::TemporalOptions>& event_object();
Type<ImagesConfig> images_type();
Type<store::RecordStoreOptions> records_type();
Type<ActionConfig> action_type();

}  // namespace sluice::config
