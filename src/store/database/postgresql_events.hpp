// Telemetry in PostgreSQL.
#pragma once

#include <memory>

#include "store/database.hpp"
#include "store/options.hpp"

namespace sluice::store::database {

/// See DatabaseLibrary::open_events().
base::Result<std::unique_ptr<EventTable>> open_events(const PostgresqlOptions& options,
                                                      const base::Clock& clock);

}  // namespace sluice::store::database
