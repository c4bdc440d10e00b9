// Records in PostgreSQL.
#pragma once

#include <memory>

#include "store/options.hpp"
#include "store/record_store.hpp"

namespace sluice::store::database {

/// See DatabaseLibrary::open_postgresql().
base::Result<std::unique_ptr<RecordStore>> open_postgresql(const PostgresqlOptions& options,
                                                           const base::Clock& clock);

}  // namespace sluice::store::database
