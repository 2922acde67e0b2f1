#===- WeirLibrary.cmake - Parts, layers, and what is linked from them -------------------------===#
#
# Weir is made of *parts* (lib/Support, lib/IR, ...). A part is an object library that names its
# layer and the parts it uses; the libraries, tools and tests are sets of parts, closed under use:
#
#     runtime    Support Vocab Artifact Runtime ...        -> libweir_rt
#     compiler   Diag JSON IR Transforms Automata ... CAPI -> libweir       (with the runtime parts)
#     languages  GrammarLang                               -> libweir_lang  (ANTLR)
#     tools      CodeGen ...                               -> executables   (LLVM)
#
# Nothing links upwards. Because parts may name parts declared later, the use lists are only
# recorded while folders are read; weir_finalize() then checks them (unknown part, upward link,
# wrong order within a layer, cycle: all configure-time errors that name both ends) and only after
# that connects the targets.
#
# Objects rather than one archive a part: touching one source relinks what uses that part and
# nothing else, and the order of archives on link lines never matters.
#
#   weir_add_part(NAME LAYER runtime|compiler|languages|tools
#                 [USES part...]            parts, direct uses only
#                 [PRIVATE_LIBS target...]  CMake targets outside Weir (in libraries: header-only)
#                 [LLVM_COMPONENTS c...]    tools layer only
#                 [RTTI]                    compiled with run-time type information (always so in
#                                           the languages layer, where ANTLR needs it)
#                 [INTERNAL]                for tools and tests: not put into the libraries
#                 SOURCES file...)          none: a part of headers only
#   weir_add_tool(NAME USES part... [LLVM_COMPONENTS c...] [PRIVATE_LIBS t...] SOURCES file...)
#   weir_add_unittest(NAME USES part... [PRIVATE_LIBS t...] [WHOLE] SOURCES file...)
#   weir_add_benchmark(NAME USES part... SOURCES file...)
#   weir_add_fuzzer(NAME USES part... SOURCES file...)
#   weir_add_antlr_grammar(PART FILE.g4...) see WeirAntlr.cmake
#   weir_add_subfolders()                   every direct subfolder that has a CMakeLists.txt
#
# The target of part X is WeirPart_X; extra compile options or generated sources may be added to it.
#
#===--------------------------------------------------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

include(WeirParts)
include(WeirFlags)
include(WeirAntlr)

set(WEIR_SOURCE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
set(WEIR_BINARY_DIR "${CMAKE_CURRENT_BINARY_DIR}")
set(WEIR_BIN_DIR "${WEIR_BINARY_DIR}/bin")
set(WEIR_LIB_DIR "${WEIR_BINARY_DIR}/lib")

# Lists kept while folders are read. A rerun of CMake starts with none of them.
foreach(List IN ITEMS WEIR_PARTS WEIR_OFF_PARTS WEIR_USERS WEIR_UNITTESTS WEIR_TOOLS)
  set_property(GLOBAL PROPERTY ${List} "")
endforeach()

function(weir_add_subfolders)
  file(GLOB Lists CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt")
  list(SORT Lists)
  foreach(File IN LISTS Lists)
    get_filename_component(Dir "${File}" DIRECTORY)
    add_subdirectory("${Dir}")
  endforeach()
endfunction()

# Says what is wrong: an error, or under WEIR_STRICT_PARTS=OFF a warning.
macro(weir_complain Text)
  if(WEIR_STRICT_PARTS)
    message(FATAL_ERROR "${Text}")
  else()
    message(WARNING "${Text}")
  endif()
endmacro()

# Sets ${Out} to the sources, complaining about files that are neither there nor generated.
function(weir_check_sources Out Name)
  set(Result "")
  foreach(Source IN LISTS ARGN)
    get_filename_component(Full "${Source}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    get_source_file_property(Generated "${Full}" GENERATED)
    if(NOT EXISTS "${Full}" AND NOT Generated AND NOT Full MATCHES "^${WEIR_BINARY_DIR}/")
      weir_complain("'${Name}' lists '${Source}', which does not exist")
    else()
      list(APPEND Result "${Full}")
    endif()
  endforeach()
  set(${Out} "${Result}" PARENT_SCOPE)
endfunction()

function(weir_add_part Name)
  cmake_parse_arguments(PARSE_ARGV 1 P "RTTI;INTERNAL" "LAYER"
    "USES;PRIVATE_LIBS;LLVM_COMPONENTS;SOURCES")
  if(P_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "part '${Name}': unknown arguments '${P_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT P_LAYER IN_LIST WEIR_LAYERS)
    message(FATAL_ERROR "part '${Name}': layer '${P_LAYER}' is none of ${WEIR_LAYERS}")
  endif()
  if((P_LAYER STREQUAL "languages" AND NOT WEIR_ENABLE_ANTLR) OR
     (P_LAYER STREQUAL "tools" AND (NOT WEIR_ENABLE_LLVM OR NOT WEIR_BUILD_TOOLS)))
    set_property(GLOBAL APPEND PROPERTY WEIR_OFF_PARTS ${Name})
    return()
  endif()
  weir_check_sources(Sources ${Name} ${P_SOURCES})
  set(Target WeirPart_${Name})
  if(Sources)
    add_library(${Target} OBJECT ${Sources})
    if(P_RTTI OR P_LAYER STREQUAL "languages")
      weir_compile_options(${Target} RTTI)
    else()
      weir_compile_options(${Target})
    endif()
    target_link_libraries(${Target} PRIVATE ${P_PRIVATE_LIBS})
    if(P_LAYER STREQUAL "tools")
      weir_use_llvm_headers(${Target})
    elseif(P_LAYER STREQUAL "languages")
      weir_use_antlr_headers(${Target})
    endif()
  else()
    add_library(${Target} INTERFACE)
  endif()
  set_target_properties(${Target} PROPERTIES
    WEIR_LAYER "${P_LAYER}" WEIR_USES "${P_USES}" WEIR_LIBS "${P_PRIVATE_LIBS}"
    WEIR_LLVM "${P_LLVM_COMPONENTS}" WEIR_FOLDER "${CMAKE_CURRENT_SOURCE_DIR}"
    WEIR_INTERNAL "${P_INTERNAL}")
  set_property(GLOBAL APPEND PROPERTY WEIR_PARTS ${Name})
endfunction()

# Records an executable that will be linked from parts.
function(weir_add_user Target)
  cmake_parse_arguments(PARSE_ARGV 1 P "" "" "USES;PRIVATE_LIBS;LLVM_COMPONENTS")
  target_link_libraries(${Target} PRIVATE ${P_PRIVATE_LIBS})
  weir_feature_definitions(${Target})
  set_target_properties(${Target} PROPERTIES
    WEIR_USES "${P_USES}" WEIR_LLVM "${P_LLVM_COMPONENTS}"
    RUNTIME_OUTPUT_DIRECTORY "${WEIR_BIN_DIR}")
  set_property(GLOBAL APPEND PROPERTY WEIR_USERS ${Target})
endfunction()

function(weir_add_tool Name)
  cmake_parse_arguments(PARSE_ARGV 1 P "" "" "USES;PRIVATE_LIBS;LLVM_COMPONENTS;SOURCES")
  if(NOT WEIR_ENABLE_LLVM)
    return()
  endif()
  weir_check_sources(Sources ${Name} ${P_SOURCES})
  add_executable(${Name} ${Sources})
  weir_compile_options(${Name})
  weir_use_llvm_headers(${Name})
  weir_add_user(${Name} USES ${P_USES} PRIVATE_LIBS ${P_PRIVATE_LIBS}
    LLVM_COMPONENTS Support ${P_LLVM_COMPONENTS})
  set_property(GLOBAL APPEND PROPERTY WEIR_TOOLS ${Name})
endfunction()

# One ctest entry for each test case; WHOLE makes the executable one entry, for suites whose set-up
# costs more than their cases.
function(weir_add_unittest Name)
  cmake_parse_arguments(PARSE_ARGV 1 P "WHOLE" "" "USES;PRIVATE_LIBS;LLVM_COMPONENTS;SOURCES")
  if(NOT WEIR_BUILD_TESTS OR NOT WEIR_HAVE_GTEST)
    return()
  endif()
  weir_off_uses(Off ${P_USES})
  if(Off)
    message(STATUS "Weir: ${Name} is left out: it uses ${Off}, which is not built")
    return()
  endif()
  weir_check_sources(Sources ${Name} ${P_SOURCES})
  if(NOT Sources)
    return()
  endif()
  add_executable(${Name} ${Sources})
  weir_compile_options(${Name})
  if(P_LLVM_COMPONENTS)
    weir_use_llvm_headers(${Name})
  elseif(NOT P_PRIVATE_LIBS)
    weir_use_test_pch(${Name})
  endif()
  weir_add_user(${Name} USES ${P_USES} PRIVATE_LIBS GTest::gtest_main GTest::gtest
    ${P_PRIVATE_LIBS} LLVM_COMPONENTS ${P_LLVM_COMPONENTS})
  set(Environment "WEIR_TEST_SOURCE_DIR=${WEIR_SOURCE_DIR}" "WEIR_DATA_DIR=${WEIR_DATA_DIR}")
  if(P_WHOLE)
    add_test(NAME ${Name} COMMAND ${Name})
    set_tests_properties(${Name} PROPERTIES ENVIRONMENT "${Environment}" TIMEOUT 600)
  else()
    gtest_discover_tests(${Name} TEST_PREFIX "${Name}/" DISCOVERY_MODE PRE_TEST
      DISCOVERY_TIMEOUT 60 PROPERTIES ENVIRONMENT "${Environment}" TIMEOUT 300)
  endif()
  set_property(GLOBAL APPEND PROPERTY WEIR_UNITTESTS ${Name})
endfunction()

# GoogleTest's header is most of what a test file compiles, so all tests share it precompiled. Its
# owner is an executable, since a precompiled header fits only the same flags, -fPIE among them.
function(weir_use_test_pch Target)
  if(NOT TARGET weir_test_pch)
    set(Main "${WEIR_BINARY_DIR}/test_pch.cpp")
    file(GENERATE OUTPUT "${Main}" CONTENT "int main() { return 0; }\n")
    add_executable(weir_test_pch EXCLUDE_FROM_ALL "${Main}")
    weir_compile_options(weir_test_pch)
    weir_feature_definitions(weir_test_pch)
    target_link_libraries(weir_test_pch PRIVATE GTest::gtest_main GTest::gtest)
    target_precompile_headers(weir_test_pch PRIVATE <gtest/gtest.h> <string> <string_view> <vector>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(weir_test_pch PRIVATE -fpch-preprocess)
    else()
      target_compile_options(weir_test_pch PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    endif()
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${Target} PRIVATE -fpch-preprocess)
  else()
    target_compile_options(${Target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
  target_precompile_headers(${Target} REUSE_FROM weir_test_pch)
endfunction()

function(weir_feature_definitions Target)
  target_compile_definitions(${Target} PRIVATE
    WEIR_ENABLE_ANTLR=$<BOOL:${WEIR_ENABLE_ANTLR}> WEIR_ENABLE_LLVM=$<BOOL:${WEIR_ENABLE_LLVM}>)
endfunction()

function(weir_add_benchmark Name)
  cmake_parse_arguments(PARSE_ARGV 1 P "" "" "USES;PRIVATE_LIBS;SOURCES")
  if(NOT WEIR_BUILD_BENCHMARKS OR NOT WEIR_HAVE_BENCHMARK)
    return()
  endif()
  weir_off_uses(Off ${P_USES})
  if(Off)
    return()
  endif()
  weir_check_sources(Sources ${Name} ${P_SOURCES})
  add_executable(${Name} ${Sources})
  weir_compile_options(${Name})
  weir_add_user(${Name} USES ${P_USES}
    PRIVATE_LIBS benchmark::benchmark_main benchmark::benchmark ${P_PRIVATE_LIBS})
endfunction()

function(weir_add_fuzzer Name)
  cmake_parse_arguments(PARSE_ARGV 1 P "" "" "USES;PRIVATE_LIBS;SOURCES")
  if(NOT WEIR_BUILD_FUZZERS)
    return()
  endif()
  weir_check_sources(Sources ${Name} ${P_SOURCES})
  add_executable(${Name} ${Sources})
  weir_compile_options(${Name})
  target_compile_options(${Name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${Name} PRIVATE -fsanitize=fuzzer)
  weir_add_user(${Name} USES ${P_USES} PRIVATE_LIBS ${P_PRIVATE_LIBS})
endfunction()

# Sets ${Out} to those of the named parts that this configuration does not build.
function(weir_off_uses Out)
  get_property(Off GLOBAL PROPERTY WEIR_OFF_PARTS)
  set(Result "")
  foreach(Part IN LISTS ARGN)
    if(Part IN_LIST Off)
      list(APPEND Result ${Part})
    endif()
  endforeach()
  set(${Out} "${Result}" PARENT_SCOPE)
endfunction()

# Sets ${Out} to the parts and everything they use, users before what they use.
function(weir_closure Out)
  get_property(Parts GLOBAL PROPERTY WEIR_PARTS)
  set(Todo ${ARGN})
  set(Done "")
  while(Todo)
    list(POP_FRONT Todo Part)
    if(Part IN_LIST Done OR NOT Part IN_LIST Parts)
      continue()
    endif()
    list(APPEND Done ${Part})
    get_target_property(Uses WeirPart_${Part} WEIR_USES)
    list(APPEND Todo ${Uses})
  endwhile()
  set(${Out} "${Done}" PARENT_SCOPE)
endfunction()

# Refuses unknown parts, upward links and wrong orders; see WeirParts.cmake for the order.
function(weir_check_uses)
  get_property(Parts GLOBAL PROPERTY WEIR_PARTS)
  get_property(Off GLOBAL PROPERTY WEIR_OFF_PARTS)
  get_property(Users GLOBAL PROPERTY WEIR_USERS)
  foreach(Part IN LISTS Parts)
    get_target_property(Layer WeirPart_${Part} WEIR_LAYER)
    get_target_property(Uses WeirPart_${Part} WEIR_USES)
    list(FIND WEIR_LAYERS ${Layer} LayerRank)
    foreach(Used IN LISTS Uses)
      if(Used IN_LIST Off)
        weir_complain("part '${Part}' uses '${Used}', which this configuration does not build")
        continue()
      endif()
      if(NOT Used IN_LIST Parts)
        weir_complain("part '${Part}' uses '${Used}', which is no part")
        continue()
      endif()
      get_target_property(UsedLayer WeirPart_${Used} WEIR_LAYER)
      list(FIND WEIR_LAYERS ${UsedLayer} UsedLayerRank)
      get_target_property(Internal WeirPart_${Part} WEIR_INTERNAL)
      get_target_property(UsedInternal WeirPart_${Used} WEIR_INTERNAL)
      if(UsedInternal AND NOT Internal AND NOT Layer STREQUAL "tools")
        message(FATAL_ERROR "part '${Part}' is in a library and may not use '${Used}', which is "
          "INTERNAL")
      endif()
      if(UsedLayerRank GREATER LayerRank)
        message(FATAL_ERROR "part '${Part}' (layer ${Layer}) may not use '${Used}' (layer "
          "${UsedLayer}): links go downwards only")
      endif()
      if(DEFINED WEIR_RANK_${Part} AND DEFINED WEIR_RANK_${Used} AND
         WEIR_RANK_${Used} GREATER WEIR_RANK_${Part})
        message(FATAL_ERROR "part '${Part}' may not use '${Used}', which stands above it in "
          "cmake/WeirParts.cmake")
      endif()
    endforeach()
  endforeach()
  foreach(User IN LISTS Users)
    get_target_property(Uses ${User} WEIR_USES)
    foreach(Used IN LISTS Uses)
      if(NOT Used IN_LIST Parts AND NOT Used IN_LIST Off)
        weir_complain("'${User}' uses '${Used}', which is no part")
        set_target_properties(${User} PROPERTIES EXCLUDE_FROM_ALL ON)
      endif()
    endforeach()
  endforeach()
  # A cycle: what remains when parts that use only removed parts are removed again and again.
  set(Left ${Parts})
  set(Changed TRUE)
  while(Changed)
    set(Changed FALSE)
    foreach(Part IN LISTS Left)
      get_target_property(Uses WeirPart_${Part} WEIR_USES)
      set(Blocked FALSE)
      foreach(Used IN LISTS Uses)
        if(Used IN_LIST Left)
          set(Blocked TRUE)
        endif()
      endforeach()
      if(NOT Blocked)
        list(REMOVE_ITEM Left ${Part})
        set(Changed TRUE)
      endif()
    endforeach()
  endwhile()
  if(Left)
    list(JOIN Left "', '" Names)
    message(FATAL_ERROR "parts use each other in a cycle, or a part on one: '${Names}'")
  endif()
endfunction()

# Links ${Target} from the closure of ${ARGN}.
function(weir_link_parts Target)
  weir_closure(Closure ${ARGN})
  get_target_property(Components ${Target} WEIR_LLVM)
  if(NOT Components)
    set(Components "")
  endif()
  foreach(Part IN LISTS Closure)
    # Linking an object library adds its objects; its private libraries come along.
    target_link_libraries(${Target} PRIVATE WeirPart_${Part})
    get_target_property(More WeirPart_${Part} WEIR_LLVM)
    list(APPEND Components ${More})
    get_target_property(Layer WeirPart_${Part} WEIR_LAYER)
    if(Layer STREQUAL "languages")
      target_link_libraries(${Target} PRIVATE antlr4_static)
    endif()
  endforeach()
  if(Components AND WEIR_ENABLE_LLVM)
    list(REMOVE_DUPLICATES Components)
    weir_llvm_libraries(Libraries ${Components})
    target_link_libraries(${Target} PRIVATE ${Libraries})
  endif()
endfunction()

# Writes parts.json into the build tree: what the layer tests hold sources and objects against.
function(weir_describe_parts)
  get_property(Parts GLOBAL PROPERTY WEIR_PARTS)
  set(Lines "")
  set(Objects "")
  foreach(Part IN LISTS Parts)
    get_target_property(Layer WeirPart_${Part} WEIR_LAYER)
    get_target_property(Folder WeirPart_${Part} WEIR_FOLDER)
    get_target_property(Type WeirPart_${Part} TYPE)
    get_target_property(Uses WeirPart_${Part} WEIR_USES)
    weir_closure(Closure ${Uses})
    list(JOIN Closure "\", \"" Closure)
    set(Objects "")
    if(NOT Type STREQUAL "INTERFACE_LIBRARY")
      set(Objects "$<JOIN:$<TARGET_OBJECTS:WeirPart_${Part}>,\", \">")
    endif()
    list(APPEND Lines "{\"name\": \"${Part}\", \"layer\": \"${Layer}\", \"folder\": \"${Folder}\",
  \"uses\": [\"${Closure}\"],
  \"objects\": [\"${Objects}\"]}")
  endforeach()
  list(JOIN Lines ",\n" Text)
  file(GENERATE OUTPUT "${WEIR_BINARY_DIR}/parts.json" CONTENT "[\n${Text}\n]\n")
endfunction()

function(weir_finalize)
  weir_check_uses()
  get_property(Parts GLOBAL PROPERTY WEIR_PARTS)
  foreach(Part IN LISTS Parts)
    get_target_property(Type WeirPart_${Part} TYPE)
    get_target_property(Uses WeirPart_${Part} WEIR_USES)
    weir_closure(Closure ${Uses})
    foreach(Used IN LISTS Closure)
      # Orders generated headers before the compilation of their users; nothing else waits.
      if(NOT Type STREQUAL "INTERFACE_LIBRARY")
        add_dependencies(WeirPart_${Part} WeirPart_${Used})
      endif()
    endforeach()
  endforeach()
  weir_describe_parts()
  get_property(Users GLOBAL PROPERTY WEIR_USERS)
  foreach(User IN LISTS Users)
    get_target_property(Uses ${User} WEIR_USES)
    weir_link_parts(${User} ${Uses})
  endforeach()
  include(WeirProducts)
endfunction()
