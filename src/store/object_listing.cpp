#include "store/object_listing.hpp"

#include <charconv>
#include <optional>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <pugixml.hpp>

#include "base/json_fields.hpp"

namespace sluice::store {
namespace {

namespace json = boost::json;

// A message of a server goes into ours: not all of a long one.
constexpr std::size_t kMostProblem = 200;

tl::unexpected<base::Error> damaged(std::string_view what) {
  return base::fail(base::ErrorCode::io, "the list of objects is damaged: {}", what);
}

std::optional<std::uint64_t> to_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return size;
}

base::Status add_object(ObjectPage& page, std::string_view key, std::string_view size) {
  const auto bytes = to_size(size);
  if (key.empty() || !bytes) return damaged("an object has no name or size");
  page.objects.push_back({std::string(key), *bytes});
  return {};
}

bool load_xml(pugi::xml_document& document, std::string_view xml) {
  // Without document types: no entities are defined, and so none grow.
  return static_cast<bool>(document.load_buffer(xml.data(), xml.size(),
                                                pugi::parse_minimal | pugi::parse_escapes |
                                                    pugi::parse_eol | pugi::parse_cdata |
                                                    pugi::parse_ws_pcdata_single,
                                                pugi::encoding_utf8));
}

}  // namespace

base::Result<ObjectPage> parse_s3_page(std::string_view xml) {
  pugi::xml_document document;
  const bool loaded = load_xml(document, xml);
  const auto root = document.child("ListBucketResult");
  if (!loaded || !root) return damaged("it is no ListBucketResult");
  ObjectPage page;
  for (const auto& object : root.children("Contents")) {
    if (auto ok = add_object(page, object.child_value("Key"), object.child_value("Size")); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  page.next = root.child_value("NextContinuationToken");
  return page;
}

base::Result<ObjectPage> parse_azure_page(std::string_view xml) {
  pugi::xml_document document;
  const bool loaded = load_xml(document, xml);
  const auto root = document.child("EnumerationResults");
  if (!loaded || !root) return damaged("it is no EnumerationResults");
  ObjectPage page;
  for (const auto& blob : root.child("Blobs").children("Blob")) {
    if (auto ok = add_object(page, blob.child_value("Name"),
                             blob.child("Properties").child_value("Content-Length"));
        !ok) {
      return tl::unexpected(ok.error());
    }
  }
  page.next = root.child_value("NextMarker");
  return page;
}

base::Result<ObjectPage> parse_gcs_page(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error);
  const json::object* root = value.if_object();
  if (error || root == nullptr) return damaged("it is no JSON object");
  ObjectPage page;
  if (const json::value* items = root->if_contains("items")) {
    if (!items->is_array()) return damaged("items is no array");
    for (const json::value& item : items->get_array()) {
      const json::object* object = item.if_object();
      if (object == nullptr) return damaged("an item is no object");
      if (auto ok =
              add_object(page, base::text_at(*object, "name"), base::text_at(*object, "size"));
          !ok) {
        return tl::unexpected(ok.error());
      }
    }
  }
  page.next = base::text_at(*root, "nextPageToken");
  return page;
}

std::string problem_in_xml(std::string_view xml) {
  pugi::xml_document document;
  if (!load_xml(document, xml)) return {};
  return std::string(document.child("Error").child_value("Code")).substr(0, kMostProblem);
}

std::string problem_in_json(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse({text.data(), text.size()}, failed);
  if (failed || !value.is_object()) return {};
  const json::object* error = base::object_at(value.get_object(), "error");
  return error == nullptr ? "" : base::text_at(*error, "message").substr(0, kMostProblem);
}

}  // namespace sluice::store
