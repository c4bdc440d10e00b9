# Every third-party library, as an imported target. See tools/setup for the Debian packages.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tl-expected REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(PahoMqttCpp REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC REQUIRED CONFIG)
find_package(prometheus-cpp REQUIRED)
include(opencv)
include(onnxruntime)

# yaml-cpp 0.7 exports a bare name; newer ones a namespaced target.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# These come with a pkg-config file only: Clp (linear programs), RE2 (regular expressions), the
# clients of PostgreSQL and MongoDB, input and output lines.
find_package(PkgConfig REQUIRED)
pkg_check_modules(Clp REQUIRED IMPORTED_TARGET clp)
pkg_check_modules(Re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(Pqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(Gpiod REQUIRED IMPORTED_TARGET libgpiod)
pkg_check_modules(Mongoc REQUIRED IMPORTED_TARGET libmongoc-1.0)

if(SLUICE_TESTS)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
