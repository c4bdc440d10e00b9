// Answers of object stores. What they say is outside data.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/object_service.hpp"

namespace sluice::store {

// Each reads one page of a listing. Error (io): it is damaged.

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
base::Result<ObjectPage> parse_s3_page(std::string_view xml);
/// https://learn.microsoft.com/rest/api/storageservices/list-blobs
base::Result<ObjectPage> parse_azure_page(std::string_view xml);
/// https://cloud.google.com/storage/docs/json_api/v1/objects/list
base::Result<ObjectPage> parse_gcs_page(std::string_view json);

/// The code in an error of S3 or Azure, such as "NoSuchBucket"; empty: there is none.
[[nodiscard]] std::string problem_in_xml(std::string_view xml);
/// The message in an error of Google; empty: there is none.
[[nodiscard]] std::string problem_in_json(std::string_view json);

}  // namespace sluice::store
