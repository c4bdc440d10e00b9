# Target sluice_protocol: the messages and services generated from src/serve/grpc/*.proto, without
# our warnings. Its headers are found as <inference.pb.h>.
set(folder "${CMAKE_SOURCE_DIR}/src/serve/grpc")
set(generated "${CMAKE_BINARY_DIR}/protocol")
file(MAKE_DIRECTORY "${generated}")
set(outputs "")
foreach(name inference health)
  set(files "")
  foreach(kind pb grpc.pb)
    list(APPEND files "${generated}/${name}.${kind}.cc" "${generated}/${name}.${kind}.h")
  endforeach()
  add_custom_command(OUTPUT ${files}
    COMMAND protobuf::protoc "--proto_path=${folder}" "--cpp_out=${generated}"
      "--grpc_out=${generated}" "--plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>"
      "${name}.proto"
    DEPENDS "${folder}/${name}.proto"
    VERBATIM)
  list(APPEND outputs ${files})
endforeach()
# The generated files without their compilation: what the checks need.
add_custom_target(sluice_protocol_files DEPENDS ${outputs})
add_library(sluice_protocol STATIC ${outputs})
target_include_directories(sluice_protocol SYSTEM PUBLIC "${generated}")
target_link_libraries(sluice_protocol PUBLIC gRPC::grpc++ protobuf::libprotobuf)
