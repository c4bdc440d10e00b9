// A machine reading in the terms of its two consumers: the journal and the pressure controller.
#pragma once

#include "monitor/pressure.hpp"
#include "monitor/sample.hpp"
#include "telemetry/journal.hpp"

namespace sluice::monitor {

/// For the journal; absent values become 0, as ResourceSample has it.
telemetry::ResourceSample to_resource(const Sample& sample);

PressureInput to_pressure_input(const Sample& sample);

}  // namespace sluice::monitor
