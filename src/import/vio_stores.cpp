#include "import/vio_stores.hpp"

#include <vector>

#include "base/text.hpp"
#include "import/write.hpp"

namespace sluice::import {
namespace {

namespace json = boost::json;

void unknown_storage(const Value& type) {
  const std::vector<std::string> known{"filesystem", "aws", "azure", "gcp"};
  if (!type) return;
  type.problem(fmt::format("\"{}\" is unknown{}", type.text(),
                           base::suggestion(type.text(), "types", known)));
}

}  // namespace

std::optional<json::object> vio_images(const Value& storage) {
  if (!storage) return std::nullopt;
  const auto type = storage.required("storage_type", "filesystem, aws, azure or gcp");
  const auto word = type.text();
  const auto folder = literal(storage["target_directory"].text("data_storage"));
  if (const auto of_class = storage["class_directory"]) {
    of_class.left_out("images lie by station, day and item");
  }
  if (word == "filesystem") {
    type.mapped("files below target_directory, in folders by station, day and item");
    storage.leave_rest();
    return json::object{{"type", "filesystem"}, {"path", folder}};
  }
  if (word != "aws" && word != "azure" && word != "gcp") {
    unknown_storage(type);
    return std::nullopt;
  }
  const auto bucket = literal(storage.required("bucket_name", "the bucket or container").text());
  storage.leave_rest();
  const auto from_environment = [&](const char* variables) {
    type.changed(fmt::format("set {} in the daemon's environment", variables));
  };
  if (word == "aws") {
    from_environment("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION");
    return json::object{{"type", "s3"},
                        {"bucket", bucket},
                        {"prefix", folder},
                        {"region", "${AWS_REGION}"},
                        {"access_key", "${AWS_ACCESS_KEY_ID}"},
                        {"secret_key", "${AWS_SECRET_ACCESS_KEY}"}};
  }
  if (word == "azure") {
    from_environment("AZURE_STORAGE_CONNECTION_STRING");
    return json::object{{"type", "azure"},
                        {"connection_string", "${AZURE_STORAGE_CONNECTION_STRING}"},
                        {"container", bucket},
                        {"prefix", folder}};
  }
  from_environment("GOOGLE_APPLICATION_CREDENTIALS (a service account's key file)");
  return json::object{{"type", "gcs"},
                      {"bucket", bucket},
                      {"prefix", folder},
                      {"credentials", "${GOOGLE_APPLICATION_CREDENTIALS}"}};
}

std::optional<json::object> vio_records(const Value& storage) {
  if (!storage) return std::nullopt;
  const auto type = storage.required("storage_type", "filesystem, aws, azure or gcp");
  const auto word = type.text();
  if (word == "filesystem") {
    const auto folder = storage["target_directory"].text("data_storage");
    (void)storage["class_directory"];
    storage.leave_rest();
    type.mapped("a JSON file for each item");
    return json::object{{"type", "files"}, {"path", literal(folder + "/records")}};
  }
  if (word != "aws" && word != "azure" && word != "gcp") {
    unknown_storage(type);
    return std::nullopt;
  }
  storage.left_out(
      "records are kept in a SQLite database below `state`; for a central place set `records` to "
      "PostgreSQL or MongoDB");
  return std::nullopt;
}

}  // namespace sluice::import
