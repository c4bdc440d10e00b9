// Records in MongoDB.
#pragma once

#include <memory>

#include "store/options.hpp"
#include "store/record_store.hpp"

namespace sluice::store::database {

/// See DatabaseLibrary::open_mongodb().
base::Result<std::unique_ptr<RecordStore>> open_mongodb(const MongodbOptions& options,
                                                        const base::Clock& clock);

}  // namespace sluice::store::database
