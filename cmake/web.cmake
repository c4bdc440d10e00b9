# The dashboard (web/), embedded in the program: tools/build-web makes a C++ source of it.
option(SLUICE_WEB "Embed the dashboard (needs npm, unless web/dist is built)" ON)
if(NOT SLUICE_WEB)
  return()
endif()

file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS
  "${CMAKE_SOURCE_DIR}/web/src/*" "${CMAKE_SOURCE_DIR}/web/public/*")
set(web_assets "${CMAKE_BINARY_DIR}/generated/web_assets.cpp")
add_custom_command(
  OUTPUT "${web_assets}"
  COMMAND "${CMAKE_SOURCE_DIR}/tools/build-web" "${web_assets}"
  DEPENDS ${web_sources}
    "${CMAKE_SOURCE_DIR}/web/index.html"
    "${CMAKE_SOURCE_DIR}/web/package.json"
    "${CMAKE_SOURCE_DIR}/web/package-lock.json"
    "${CMAKE_SOURCE_DIR}/web/tsconfig.json"
    "${CMAKE_SOURCE_DIR}/web/vite.config.ts"
    "${CMAKE_SOURCE_DIR}/tools/build-web"
    "${CMAKE_SOURCE_DIR}/tools/embed-web"
  COMMENT "Dashboard"
  VERBATIM)
# By itself: a change of the page compiles nothing else.
set_source_files_properties("${web_assets}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_sources(sluice_serve_http PRIVATE "${web_assets}")
target_compile_definitions(sluice_serve_http PRIVATE SLUICE_WEB_ASSETS)
