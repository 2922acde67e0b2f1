#===- WeirAntlr.cmake - The ANTLR tool and runtime, for the languages layer -------------------===#
#
# Debian's ANTLR tool is 4.7.2 and its runtime 4.9; together they work as C++20 only without the
# type char8_t (their u8 literals are char arrays), and they need run-time type information. Both
# are set for parts of the languages layer, and for no other.
#
# The static runtime is compiled for executables (its thread-local accesses are local-exec), so the
# tools and tests link it, and the shared libweir_lang links the shared runtime.
#
#   weir_add_antlr_grammar(PART FILE.g4... [ARGS -visitor ...])
#
# runs the tool on each grammar and adds the generated sources to the part. XLexer.g4 and XParser.g4
# give one class each, any other X.g4 gives XLexer and XParser. Generated headers are found by name.
#
#===--------------------------------------------------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

if(NOT WEIR_ENABLE_ANTLR)
  function(weir_add_antlr_grammar)
  endfunction()
  return()
endif()

find_package(antlr4-runtime REQUIRED)
find_program(WEIR_ANTLR4_TOOL NAMES antlr4 REQUIRED)
mark_as_advanced(WEIR_ANTLR4_TOOL)

# Headers and language level only: what links the runtime decides which one.
function(weir_use_antlr_headers Target)
  target_include_directories(${Target} SYSTEM PRIVATE ${ANTLR4_INCLUDE_DIR})
  target_compile_options(${Target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-char8_t>)
endfunction()

function(weir_add_antlr_grammar Part)
  cmake_parse_arguments(PARSE_ARGV 1 P "" "" "ARGS")
  set(OutDir "${CMAKE_CURRENT_BINARY_DIR}/antlr")
  set(Before "")
  foreach(File IN LISTS P_UNPARSED_ARGUMENTS)
    get_filename_component(Full "${File}" ABSOLUTE)
    get_filename_component(Stem "${File}" NAME_WE)
    if(Stem MATCHES "(Lexer|Parser)$")
      set(Classes ${Stem})
    else()
      set(Classes ${Stem}Lexer ${Stem}Parser)
    endif()
    set(Sources "")
    set(Headers "")
    foreach(Class IN LISTS Classes)
      list(APPEND Sources "${OutDir}/${Class}.cpp")
      list(APPEND Headers "${OutDir}/${Class}.h")
    endforeach()
    add_custom_command(
      OUTPUT ${Sources} ${Headers}
      COMMAND "${WEIR_ANTLR4_TOOL}" -Dlanguage=Cpp -no-listener -Werror -lib "${OutDir}"
              -o "${OutDir}" ${P_ARGS} "${Full}"
      DEPENDS "${Full}" ${Before}
      WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
      COMMENT "Generating the parser of ${File}"
      VERBATIM)
    # A parser grammar reads the token file its lexer grammar left behind.
    list(APPEND Before ${Sources})
    set_source_files_properties(${Sources} PROPERTIES COMPILE_OPTIONS "-w;-O1")
    target_sources(WeirPart_${Part} PRIVATE ${Sources} ${Headers})
  endforeach()
  target_include_directories(WeirPart_${Part} SYSTEM PRIVATE "${OutDir}")
endfunction()
