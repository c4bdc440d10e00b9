# The module map. Order matters: a module may depend only on modules above it, which
# sluice_module enforces for the declared dependencies and tools/check-modules for the includes.
#
# DEPS: the modules whose headers it may include (their own dependencies come along).
# LIBS: third-party libraries.
sluice_module(base
  LIBS fmt::fmt tl::expected Boost::json spdlog::spdlog Threads::Threads ${CMAKE_DL_LIBS})
sluice_module(tensor DEPS base)
sluice_module(schedule DEPS base)
sluice_module(simulate DEPS schedule LIBS PkgConfig::Clp)
# simulate: the synthetic backend draws its service times from the simulator's distributions.
sluice_module(backend DEPS tensor simulate LIBS sluice_onnxruntime)
sluice_module(model DEPS tensor backend)
sluice_module(telemetry DEPS schedule simulate)
# telemetry: samples become journal records.
sluice_module(monitor DEPS telemetry)
sluice_module(runtime DEPS tensor schedule backend model telemetry monitor)
sluice_module(vision DEPS tensor)
# vision/post: what a model's outputs mean.
sluice_module(vision/post DEPS tensor vision)
sluice_module(vision/opencv LOADABLE sluice-opencv DEPS tensor vision LIBS sluice_opencv)
sluice_module(rules DEPS base vision LIBS PkgConfig::Re2)
# transfer: an HTTP client for the daemon's own requests; not linked, but loaded when needed.
sluice_module(transfer DEPS base)
sluice_module(transfer/curl LOADABLE sluice-transfer DEPS base transfer
  LIBS CURL::libcurl OpenSSL::Crypto)
sluice_module(store DEPS base transfer
  LIBS SQLite::SQLite3 pugixml::pugixml OpenSSL::Crypto)
# store/database: records in PostgreSQL and MongoDB; loaded likewise.
sluice_module(store/database LOADABLE sluice-database DEPS base store
  LIBS PkgConfig::Pqxx PkgConfig::Mongoc)
sluice_module(mqtt DEPS base LIBS PahoMqttCpp::paho-mqttpp3)
# messaging: a ZeroMQ socket for clients; loaded when the configuration has it.
sluice_module(messaging DEPS base)
sluice_module(messaging/zmq LOADABLE sluice-zmq DEPS base messaging LIBS PkgConfig::Zmq)
sluice_module(action DEPS base store transfer mqtt LIBS OpenSSL::Crypto PkgConfig::Gpiod)
add_dependencies(sluice_action sluice-transfer)
sluice_module(camera DEPS base vision mqtt LIBS OpenSSL::Crypto)
add_dependencies(sluice_camera sluice-opencv)
# camera/ble: Bluetooth devices; loaded when a camera is one.
sluice_module(camera/ble LOADABLE sluice-ble DEPS base camera LIBS SDBusCpp::sdbus-c++)
sluice_module(pipeline DEPS tensor schedule model telemetry runtime vision)
# Not linked: loaded when the first image is read.
add_dependencies(sluice_pipeline sluice-opencv)
sluice_module(graph DEPS tensor schedule backend vision runtime)
# station: cameras, graph, rules, stores and actions of one inspected thing.
sluice_module(station DEPS tensor schedule backend model runtime vision vision/post rules store action
  camera graph)
add_dependencies(sluice_station sluice-database sluice-ble)
# serve: what the daemon can do, whatever the protocol; serve/net: sockets, TLS, tokens, limits.
sluice_module(serve/net DEPS base LIBS Boost::headers OpenSSL::SSL)
sluice_module(serve DEPS tensor schedule simulate backend model telemetry monitor runtime serve/net
  LIBS prometheus-cpp::core)
sluice_module(serve/http DEPS station serve serve/net LIBS Boost::headers OpenSSL::SSL ZLIB::ZLIB)
# Under the sanitizers the tests spend their time in simulations.
if(SLUICE_SANITIZE)
  target_compile_options(sluice_schedule PRIVATE -O1)
  target_compile_options(sluice_simulate PRIVATE -O1)
endif()
# Clang 14 cannot emit coroutines with -fsanitize=function ("difference across sections").
if(SLUICE_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set_source_files_properties("${CMAKE_SOURCE_DIR}/src/serve/http/connection.cpp" PROPERTIES
    COMPILE_OPTIONS -fno-sanitize=function)
endif()
sluice_module(serve/tcp DEPS serve serve/net LIBS Boost::headers OpenSSL::SSL)
sluice_module(serve/grpc DEPS serve serve/net
  LIBS sluice_protocol gRPC::grpc++_reflection OpenSSL::SSL)
# serve/zmq: the detector protocol of camera recorders.
sluice_module(serve/zmq DEPS tensor backend vision vision/post messaging station serve serve/net)
add_dependencies(sluice_serve_zmq sluice-opencv sluice-zmq)
sluice_module(config DEPS tensor schedule simulate backend model telemetry monitor runtime vision
  vision/post rules store mqtt action camera graph pipeline station serve serve/zmq LIBS yaml-cpp::yaml-cpp)
# load: a client of the protocols, for load tests.
sluice_module(load DEPS tensor simulate backend telemetry serve/tcp config
  LIBS Boost::headers sluice_protocol)
# import: configurations of other programs, as text to text.
sluice_module(import DEPS base LIBS Boost::json yaml-cpp::yaml-cpp)
sluice_module(cli EXECUTABLE sluice
  DEPS tensor schedule simulate backend model telemetry monitor runtime vision pipeline store mqtt
  action camera graph station serve/net serve serve/http serve/tcp serve/grpc serve/zmq config load
  import
  LIBS CLI11::CLI11 Boost::headers OpenSSL::SSL PkgConfig::Gpiod)
