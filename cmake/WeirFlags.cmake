#===- WeirFlags.cmake - Compiler flags and outside packages -----------------------------------===#
#
# All flags are put on Weir's own targets, one by one and privately, so that a project that adds
# Weir with add_subdirectory() sees none of them.
#
# Code is compiled with exceptions on and run-time type information off: the standard library may
# throw std::bad_alloc, which the C API catches; Weir itself throws nothing.
#
#===--------------------------------------------------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

find_program(WEIR_CCACHE ccache)
mark_as_advanced(WEIR_CCACHE)
find_program(WEIR_MOLD mold)
find_program(WEIR_LLD NAMES ld.lld)
mark_as_advanced(WEIR_MOLD WEIR_LLD)

set(WEIR_WARNINGS -Wall -Wextra -Wpedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # gcc 12 sees overlapping copies in every concatenation of short strings (GCC bug 105651).
  list(APPEND WEIR_WARNINGS -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # clang blames the caller for what std::stable_sort of libstdc++ uses inside.
  list(APPEND WEIR_WARNINGS -Wno-deprecated-declarations)
endif()
if(WEIR_WERROR)
  list(APPEND WEIR_WARNINGS -Werror)
endif()

list(JOIN WEIR_SANITIZE "," WEIR_SANITIZE_NAMES)
set(WEIR_SANITIZE_FLAGS "")
if(WEIR_SANITIZE)
  set(WEIR_SANITIZE_FLAGS -fsanitize=${WEIR_SANITIZE_NAMES} -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
  if(WEIR_BUILD_FUZZERS)
    list(APPEND WEIR_SANITIZE_FLAGS -fsanitize=fuzzer-no-link)
  endif()
endif()

# Puts Weir's language level, warnings, visibility and sanitizers on a target.
function(weir_compile_options Target)
  cmake_parse_arguments(PARSE_ARGV 1 P "RTTI" "" "")
  target_include_directories(${Target} PRIVATE
    "${WEIR_SOURCE_DIR}/include" "${WEIR_BINARY_DIR}/include" "${CMAKE_CURRENT_BINARY_DIR}")
  set_target_properties(${Target} PROPERTIES
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
    C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${Target} PRIVATE ${WEIR_WARNINGS} ${WEIR_SANITIZE_FLAGS})
  if(NOT P_RTTI)
    target_compile_options(${Target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
  elseif(WEIR_SANITIZE MATCHES "undefined")
    # This check reads the type information of every object; those of the other targets have none.
    target_compile_options(${Target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize=vptr>)
  endif()
  weir_link_options(${Target})
  if(WEIR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Tolerated so that users of a precompiled header are cached; and relative paths, so that build
    # trees beside each other share what they compile alike.
    set(Launcher env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_NOHASHDIR=1
      "CCACHE_BASEDIR=${WEIR_SOURCE_DIR}" "${WEIR_CCACHE}")
    set_target_properties(${Target} PROPERTIES
      C_COMPILER_LAUNCHER "${Launcher}" CXX_COMPILER_LAUNCHER "${Launcher}")
  endif()
endfunction()

function(weir_link_options Target)
  target_link_options(${Target} PRIVATE ${WEIR_SANITIZE_FLAGS})
  # (The compilers for other machines come with a linker of their own.)
  if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CROSSCOMPILING)
    if(WEIR_MOLD)
      target_link_options(${Target} PRIVATE -fuse-ld=mold)
    elseif(WEIR_LLD)
      target_link_options(${Target} PRIVATE -fuse-ld=lld)
    endif()
  endif()
endfunction()

#===- Outside packages ------------------------------------------------------------------------===#

find_package(Threads REQUIRED)
if(CMAKE_CROSSCOMPILING)
  # Both are used as headers, which know no architecture: those of the machine that builds serve.
  # Only they may be seen of its folder, or its C library would be.
  set(WEIR_HOST_INCLUDE "/usr/include" CACHE PATH "Folder with the headers of fmt and RapidJSON")
  foreach(Library IN ITEMS fmt rapidjson)
    if(NOT EXISTS "${WEIR_HOST_INCLUDE}/${Library}")
      message(FATAL_ERROR "the headers of ${Library} are not in ${WEIR_HOST_INCLUDE}")
    endif()
    file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/host-headers")
    file(CREATE_LINK "${WEIR_HOST_INCLUDE}/${Library}" "${CMAKE_BINARY_DIR}/host-headers/${Library}"
      SYMBOLIC)
  endforeach()
  add_library(fmt::fmt-header-only INTERFACE IMPORTED GLOBAL)
  target_compile_definitions(fmt::fmt-header-only INTERFACE FMT_HEADER_ONLY=1)
  target_include_directories(fmt::fmt-header-only SYSTEM INTERFACE
    "${CMAKE_BINARY_DIR}/host-headers")
  set(RAPIDJSON_INCLUDE_DIRS "${CMAKE_BINARY_DIR}/host-headers")
else()
  find_package(fmt REQUIRED)
  find_package(RapidJSON REQUIRED)
endif()
if(NOT TARGET weir_rapidjson)
  add_library(weir_rapidjson INTERFACE)
  target_include_directories(weir_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIRS}
    ${RapidJSON_INCLUDE_DIRS})
endif()

set(WEIR_HAVE_GTEST FALSE)
if(WEIR_BUILD_TESTS)
  set(WEIR_GTEST_SOURCE "/usr/src/googletest" CACHE PATH "GoogleTest's sources, for other machines")
  if(CMAKE_CROSSCOMPILING AND EXISTS "${WEIR_GTEST_SOURCE}/CMakeLists.txt")
    # The package's library is for the machine that builds, but its sources come along.
    set(BUILD_GMOCK OFF)
    set(INSTALL_GTEST OFF)
    add_subdirectory("${WEIR_GTEST_SOURCE}" "${CMAKE_BINARY_DIR}/googletest" EXCLUDE_FROM_ALL)
    foreach(Library IN ITEMS gtest gtest_main)
      if(NOT TARGET GTest::${Library})
        add_library(GTest::${Library} ALIAS ${Library})
      endif()
    endforeach()
  elseif(NOT CMAKE_CROSSCOMPILING)
    find_package(GTest QUIET)
  endif()
  if(TARGET GTest::gtest)
    set(WEIR_HAVE_GTEST TRUE)
    include(GoogleTest)
  else()
    message(STATUS "Weir: GoogleTest was not found: the unit tests are not built")
  endif()
endif()

set(WEIR_HAVE_BENCHMARK FALSE)
if(WEIR_BUILD_BENCHMARKS)
  find_package(benchmark QUIET)
  if(TARGET benchmark::benchmark)
    set(WEIR_HAVE_BENCHMARK TRUE)
  endif()
endif()

if(WEIR_ENABLE_LLVM AND (WEIR_BUILD_TOOLS OR WEIR_BUILD_TESTS))
  find_package(LLVM 19.1 CONFIG REQUIRED)
endif()

# LLVM's headers as system headers, with its definitions: tools and lib/CodeGen only.
function(weir_use_llvm_headers Target)
  target_include_directories(${Target} SYSTEM PRIVATE ${LLVM_INCLUDE_DIRS})
  separate_arguments(Definitions UNIX_COMMAND "${LLVM_DEFINITIONS}")
  target_compile_definitions(${Target} PRIVATE ${Definitions})
endfunction()

# Sets ${Out} to LLVM's static libraries for the components.
function(weir_llvm_libraries Out)
  llvm_map_components_to_libnames(Libraries ${ARGN})
  set(${Out} "${Libraries}" PARENT_SCOPE)
endfunction()
