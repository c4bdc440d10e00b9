# Defines sluice_opencv: the core, imgproc, imgcodecs and videoio parts of OpenCV 4.
# Debian's split packages carry headers and libraries but not OpenCVConfig.cmake (that is in
# libopencv-dev, which pulls in a hundred more packages), so both ways are supported.
set(parts core imgproc imgcodecs videoio)
add_library(sluice_opencv INTERFACE)

find_package(OpenCV 4 QUIET COMPONENTS ${parts})
if(OpenCV_FOUND)
  target_include_directories(sluice_opencv SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
  target_link_libraries(sluice_opencv INTERFACE ${OpenCV_LIBS})
  message(STATUS "OpenCV ${OpenCV_VERSION}: ${OpenCV_DIR}")
  return()
endif()

find_path(SLUICE_OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
target_include_directories(sluice_opencv SYSTEM INTERFACE "${SLUICE_OPENCV_INCLUDE}")
foreach(part IN LISTS parts)
  find_library(SLUICE_OPENCV_${part} opencv_${part} REQUIRED)
  target_link_libraries(sluice_opencv INTERFACE "${SLUICE_OPENCV_${part}}")
endforeach()
message(STATUS "OpenCV: ${SLUICE_OPENCV_core}")
