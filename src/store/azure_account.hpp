// Who pays for blobs in Azure, and where they are.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace sluice::store {

/// https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
struct AzureAccount {
  std::string name{};      ///< empty with a shared access signature for an endpoint
  std::string key{};       ///< bytes; empty: `sas` is used
  std::string sas{};       ///< a query without "?"
  std::string endpoint{};  ///< of blobs, without a "/" at the end
};

/// Errors (invalid) say what is missing or wrong, without repeating values.
base::Result<AzureAccount> parse_azure_account(std::string_view connection_string);

}  // namespace sluice::store
