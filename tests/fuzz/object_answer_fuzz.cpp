// Answers of object stores and token servers, keys and connection strings: what is read from them
// is complete, whatever the bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "store/azure_account.hpp"
#include "store/gcs_token.hpp"
#include "store/object_listing.hpp"

namespace {

void check_page(const sluice::base::Result<sluice::store::ObjectPage>& page) {
  if (!page) {
    if (page.error().message.empty()) std::abort();
    return;
  }
  for (const auto& object : page->objects) {
    if (object.key.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_page(sluice::store::parse_s3_page(text));
  check_page(sluice::store::parse_azure_page(text));
  check_page(sluice::store::parse_gcs_page(text));
  if (sluice::store::problem_in_xml(text).size() > 200) std::abort();
  if (sluice::store::problem_in_json(text).size() > 200) std::abort();
  if (const auto token = sluice::store::parse_token(text); token && token->text.empty()) {
    std::abort();
  }
  if (const auto account = sluice::store::parse_service_account(text);
      account && account->token_uri.empty()) {
    std::abort();
  }
  if (const auto account = sluice::store::parse_azure_account(text);
      account && account->key.empty() == account->sas.empty()) {
    std::abort();
  }
  return 0;
}
