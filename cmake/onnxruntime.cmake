# Defines onnxruntime::onnxruntime. Looked for in this order:
#   1. -DONNXRUNTIME_ROOT=FOLDER (with include/ and lib/, as the official archives have them);
#   2. find_package(onnxruntime): the distribution's or a system-wide installation;
#   3. .deps/onnxruntime, which tools/setup fills.
set(ONNXRUNTIME_ROOT "" CACHE PATH "ONNX Runtime's folder (include/, lib/); empty: search")

if(NOT ONNXRUNTIME_ROOT)
  find_package(onnxruntime CONFIG QUIET)
  if(TARGET onnxruntime::onnxruntime)
    message(STATUS "ONNX Runtime ${onnxruntime_VERSION}: ${onnxruntime_DIR}")
    return()
  endif()
endif()

set(roots "${CMAKE_SOURCE_DIR}/.deps/onnxruntime")
if(ONNXRUNTIME_ROOT)
  set(roots "${ONNXRUNTIME_ROOT}")
endif()
# Not cached: a later -DONNXRUNTIME_ROOT must not find the earlier folder's files.
unset(ort_include CACHE)
unset(ort_library CACHE)
find_path(ort_include onnxruntime_cxx_api.h PATHS ${roots} NO_DEFAULT_PATH NO_CACHE
  PATH_SUFFIXES include include/onnxruntime include/onnxruntime/core/session)
find_library(ort_library onnxruntime PATHS ${roots} NO_DEFAULT_PATH NO_CACHE
  PATH_SUFFIXES lib lib64)
if(NOT ort_include OR NOT ort_library)
  message(FATAL_ERROR "ONNX Runtime not found in ${roots}: run tools/setup, "
    "or give its folder with -DONNXRUNTIME_ROOT=FOLDER")
endif()
message(STATUS "ONNX Runtime: ${ort_library}")

# UNKNOWN with an absolute location: CMake adds the folder to the build tree's rpath.
add_library(onnxruntime::onnxruntime UNKNOWN IMPORTED)
set_target_properties(onnxruntime::onnxruntime PROPERTIES
  IMPORTED_LOCATION "${ort_library}"
  INTERFACE_INCLUDE_DIRECTORIES "${ort_include}")
