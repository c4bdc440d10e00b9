#include "store/database.hpp"

#include "base/shared_library.hpp"

namespace sluice::store {
namespace {

base::Result<const DatabaseLibrary*> load_database_library() {
  auto function = base::load_function("libsluice-database.so", "sluice_database");
  if (!function) {
    return tl::unexpected(base::with_context("PostgreSQL and MongoDB", function.error()));
  }
  return reinterpret_cast<const DatabaseLibrary* (*)()>(*function)();
}

}  // namespace

base::Result<const DatabaseLibrary*> database_library() {
  static const base::Result<const DatabaseLibrary*> loaded = load_database_library();
  return loaded;
}

}  // namespace sluice::store
