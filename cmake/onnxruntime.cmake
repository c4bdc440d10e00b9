# Defines sluice_onnxruntime: the headers of ONNX Runtime. Its library is loaded with the first model
# (src/backend/ort_environment.cpp) from here: the rpath is for that. Looked for in this order:
#   1. -DONNXRUNTIME_ROOT=FOLDER (with include/ and lib/, as the official archives have them);
#   2. find_package(onnxruntime): the distribution's or a system-wide installation;
#   3. .deps/onnxruntime, which tools/setup fills.
set(ONNXRUNTIME_ROOT "" CACHE PATH "ONNX Runtime's folder (include/, lib/); empty: search")

if(NOT ONNXRUNTIME_ROOT)
  find_package(onnxruntime CONFIG QUIET)
endif()
if(TARGET onnxruntime::onnxruntime)
  set(ort_include "$<TARGET_PROPERTY:onnxruntime::onnxruntime,INTERFACE_INCLUDE_DIRECTORIES>")
  set(ort_folder "$<TARGET_FILE_DIR:onnxruntime::onnxruntime>")
  message(STATUS "ONNX Runtime ${onnxruntime_VERSION}: ${onnxruntime_DIR}")
else()
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
  get_filename_component(ort_folder "${ort_library}" DIRECTORY)
  message(STATUS "ONNX Runtime: ${ort_library}")
endif()

add_library(sluice_onnxruntime INTERFACE)
target_include_directories(sluice_onnxruntime SYSTEM INTERFACE "${ort_include}")
# Without a call at the start of the program, which would need the library.
target_compile_definitions(sluice_onnxruntime INTERFACE ORT_API_MANUAL_INIT)
target_link_options(sluice_onnxruntime INTERFACE "LINKER:-rpath,${ort_folder}")
