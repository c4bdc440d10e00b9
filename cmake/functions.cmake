include(GoogleTest)

# With SLUICE_UNITY the target's sources compile together, a dozen at a time (up to 1.3 GB
# of memory): most of a source's time goes into the headers that its neighbours include too. So a
# local name (in an anonymous namespace) may occur once in a folder.
function(sluice_unity target)
  if(SLUICE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
endfunction()

# sluice_module(NAME [EXECUTABLE BINARY | LOADABLE LIBRARY] [DEPS module...] [LIBS target...])
#
# Static library sluice_NAME from src/NAME/*.cpp; headers are found from src/,
# as "NAME/header.hpp". A module without sources is header-only; one without a folder is skipped,
# and so is a dependency on it. NAME may have two parts (serve/http): the target's name has "_" for
# the "/", and the outer module's files do not belong to it.
#
# With EXECUTABLE, src/NAME/main.cpp becomes the program BINARY, linked with the library of the
# module's other sources, so that tests can link those too. With LOADABLE likewise
# src/NAME/library.cpp becomes libLIBRARY.so beside the programs, for base::load_function().
function(sluice_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXECUTABLE;LOADABLE" "DEPS;LIBS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "sluice_module(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()

  get_property(above GLOBAL PROPERTY SLUICE_MODULES)
  foreach(dep IN LISTS arg_DEPS)
    if(NOT dep IN_LIST above)
      message(FATAL_ERROR "module ${name} may depend only on modules above it, not on ${dep}")
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY SLUICE_MODULES ${name})

  set(folder "${CMAKE_SOURCE_DIR}/src/${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  file(GLOB headers CONFIGURE_DEPENDS "${folder}/*.hpp")
  if(NOT sources AND NOT headers)
    message(STATUS "module ${name}: no files yet")
  endif()
  string(REPLACE "/" "_" target "sluice_${name}")
  string(REPLACE "/" "_" links "${arg_DEPS}")
  list(TRANSFORM links PREPEND sluice_)
  list(APPEND links ${arg_LIBS})

  set(main "${folder}/main.cpp")
  set(library "${folder}/library.cpp")
  if(arg_EXECUTABLE)
    list(REMOVE_ITEM sources "${main}")
  elseif(arg_LOADABLE)
    list(REMOVE_ITEM sources "${library}")
  endif()

  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC ${links} PRIVATE sluice_options)
    target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    sluice_unity(${target})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${links})
    target_include_directories(${target} INTERFACE "${CMAKE_SOURCE_DIR}/src")
  endif()

  if(arg_EXECUTABLE AND EXISTS "${main}")
    add_executable(${arg_EXECUTABLE} "${main}")
    target_link_libraries(${arg_EXECUTABLE} PRIVATE ${target} sluice_options)
  endif()
  if(arg_LOADABLE)
    add_library(${arg_LOADABLE} MODULE "${library}")
    target_link_libraries(${arg_LOADABLE} PRIVATE ${target} sluice_options)
    # It has copies of modules that the program has too: neither may take the other's.
    target_link_options(${arg_LOADABLE} PRIVATE LINKER:--exclude-libs,ALL)
    set_target_properties(${arg_LOADABLE} PROPERTIES
      CXX_VISIBILITY_PRESET hidden
      LIBRARY_OUTPUT_DIRECTORY "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  endif()
endfunction()

# Links every module that exists: for tests of the whole.
function(sluice_link_all target)
  get_property(modules GLOBAL PROPERTY SLUICE_MODULES)
  string(REPLACE "/" "_" modules "${modules}")
  foreach(module IN LISTS modules)
    if(TARGET sluice_${module})
      target_link_libraries(${target} PRIVATE sluice_${module})
    endif()
  endforeach()
endfunction()

# Links the modules whose headers the given sources include, and so no more than they need: a test
# of one module builds while another module does not.
function(sluice_link_included target)
  get_property(modules GLOBAL PROPERTY SLUICE_MODULES)
  foreach(source IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
    file(STRINGS "${source}" includes REGEX "^#include \"[a-z]+/")
    foreach(line IN LISTS includes)
      string(REGEX REPLACE "^#include \"([a-z/]+)/[^/]*$" "\\1" module "${line}")
      string(REPLACE "/" "_" library "sluice_${module}")
      if(module IN_LIST modules AND TARGET ${library})
        target_link_libraries(${target} PRIVATE ${library})
      endif()
    endforeach()
  endforeach()
endfunction()

# What every test program has: the options, and the repository's path for examples and fixtures.
function(sluice_test_program target)
  target_link_libraries(${target} PRIVATE sluice_options)
  target_include_directories(${target} PRIVATE "${CMAKE_SOURCE_DIR}/tests")
  target_compile_definitions(${target} PRIVATE SLUICE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endfunction()

# The path of the sluice program, for tests that run it.
function(sluice_use_binary target)
  if(TARGET sluice)
    target_compile_definitions(${target} PRIVATE SLUICE_BINARY="$<TARGET_FILE:sluice>")
    add_dependencies(${target} sluice)
  endif()
endfunction()

# sluice_gtest(TARGET FOLDER LABEL): FOLDER/*_test.cpp (and *_helpers.cpp) as one GoogleTest
# program, its tests registered with ctest under LABEL. Nothing when there is no such file.
# Further arguments are properties of its tests. One label only: CMake 3.25's test discovery cannot carry a list of them.
function(sluice_gtest target folder label)
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*_test.cpp")
  file(GLOB helpers CONFIGURE_DEPENDS "${folder}/*_helpers.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${target} ${sources} ${helpers})
  add_dependencies(tests ${target})
  sluice_test_program(${target})
  sluice_unity(${target})
  # Optimising what only checks takes a third of the build; what is checked is in the libraries.
  target_compile_options(${target} PRIVATE -O0)
  target_link_libraries(${target} PRIVATE
    GTest::gmock GTest::gtest GTest::gtest_main rapidcheck)
  gtest_discover_tests(${target}
    TEST_PREFIX "${target}/"
    DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS "${label}" TIMEOUT 300 ${ARGN})
  set(SLUICE_GTEST_SOURCES ${sources} ${helpers} PARENT_SCOPE)
endfunction()
